"""The settings of the cache and of the pace, changed while the dispatcher works.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from webpush_admin.backend.records import DatabaseInfo, Snapshot
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.push_readings import PushReadings
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.models.services import ServiceLines
from webpush_admin.gui.models.tuning import NOBODY, Held, Tuned, held, tune
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.views.live.tuning_effects import State
from webpush_admin.gui.views.live.tuning_form import TuningForm
from webpush_admin.gui.views.live.tuning_settings import changes
from webpush_admin.push.stats import CacheStats
from webpush_admin.push.tuning import DEFAULT_TUNING, Tuning

SHOWN_MS: Final = 250
"""Between two times that the numbers are written."""

HELD_MS: Final = 2000
"""Between two times that the cache is asked how much of it is fresh."""


class TuningPage(QWidget):
    """Asks for the settings in force, changes them, and keeps up to date what each does."""

    def __init__(self, context: Context, naming: Naming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tuning_page")
        self.setAccessibleName(self.tr("Settings"))
        self._context = context
        self._naming = naming
        self._location = ""
        self._unavailable = ""
        self._running = DEFAULT_TUNING
        self._held = NOBODY
        self._changed: CacheStats | None = None
        self._cache = CacheStats()
        self._readings = PushReadings()
        self._lines = ServiceLines()
        self._job: Job[Tuned] | None = None
        self.form = TuningForm(self)
        self.form.changed.connect(self._show_wanted)
        self.form.apply_wished.connect(self.apply)
        self.form.reset_button.clicked.connect(self.reset)
        self.form.defaults_button.clicked.connect(self.put_defaults)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.addWidget(self.form)
        self._refresher = Refresher(self._show_effects, self, between_ms=SHOWN_MS)
        self._refresher.hold()
        self._counter = Refresher(self._ask_held, self, between_ms=HELD_MS)
        self._counter.hold()
        context.snapshot.connect(self._on_snapshot)
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self._on_database_closed)
        self._forget()
        if context.database is not None:
            self._on_database_opened(context.database)

    @property
    def wanted(self) -> Tuning:
        """What the fields say."""
        return self.form.wanted(self._running)

    def apply(self) -> None:
        """Let the dispatcher work with what the fields say."""
        wanted = self.wanted
        if self._job is None and not self._unavailable and wanted != self._running:
            self._job = self._context.ask(lambda backend: tune(backend, wanted), self._on_tuned, self._on_refused)
            self._show_availability()

    def reset(self) -> None:
        """Put what is in force into the fields."""
        self._fill(self._running)

    def put_defaults(self) -> None:
        """Put what is usual into the fields."""
        self._fill(DEFAULT_TUNING)

    def showEvent(self, event: QShowEvent) -> None:
        """Write what happened while nobody looked."""
        super().showEvent(event)
        self._refresher.release()
        self._counter.wish()
        self._counter.release()
        self._show_effects()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop writing."""
        super().hideEvent(event)
        self._refresher.hold()
        self._counter.hold()

    def _fill(self, tuning: Tuning) -> None:
        self.form.fill(tuning)
        self._show_wanted()

    def _state(self) -> State:
        readings = self._readings
        now = readings.newest
        whole, *services = self._lines.lines(now, now, readings.for_rates)
        fastest = max(services, key=lambda line: line.per_s, default=whole)
        return State(
            running=self._running,
            cache=self._cache,
            pushes=now.pushes,
            held=self._held,
            changed=self._changed,
            per_s=whole.per_s,
            fastest=(fastest.name, fastest.per_s),
        )

    def _show_effects(self) -> None:
        state = self._state()
        self.form.show_effects(state)
        self.form.show_notes(state)

    def _show_wanted(self) -> None:
        """Say what the fields would lead to."""
        self.form.show_notes(self._state())
        self._show_availability()

    def _show_availability(self) -> None:
        self.form.show_availability(self._running, self._unavailable, waits=self._job is not None)

    def _ask_held(self) -> None:
        if self._context.database is not None:
            self._context.ask(held, self._on_held, self._on_not_held)

    def _on_held(self, counted: Held) -> None:
        self._held = counted
        if self.isVisible():
            self._show_effects()

    def _on_not_held(self, _sentence: str) -> None:
        # The database was closed meanwhile; the numbers of before stay until the next one is open.
        self._held = NOBODY

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._readings.add(snapshot.taken_s, snapshot.pushes)
        self._cache = snapshot.cache
        if self.isVisible():
            self._refresher.wish()
            self._counter.wish()

    def _on_tuned(self, tuned: Tuned) -> None:
        self._job = None
        if tuned.after.ttl_s != tuned.before.ttl_s:
            self._changed = self._cache
        self._running, self._held = tuned.after, tuned.held_after
        self._context.notify(changes(tuned), "good")
        self._show_availability()
        self._show_effects()

    def _on_refused(self, sentence: str) -> None:
        self._job = None
        self._show_availability()
        self._context.notify_failure(sentence)

    def _on_running(self, running: Tuning) -> None:
        before, self._running = self._running, running
        self.form.follow(before, running)
        self._show_wanted()

    def _on_database_opened(self, info: DatabaseInfo) -> None:
        if info.location != self._location:
            self._forget()
            self._location = info.location
        self._unavailable = info.keys_problem or (
            "" if info.subject else self.tr("Set the VAPID subject first: without it nothing is sent or cached.")
        )
        self._show_availability()
        self._context.ask(lambda backend: backend.cache.tuning(), self._on_running)

    def _on_database_closed(self) -> None:
        self._forget()
        self._unavailable = self.tr("No database is open.")
        self._show_availability()

    def _forget(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._location = ""
        self._running, self._held, self._changed, self._cache = DEFAULT_TUNING, NOBODY, None, CacheStats()
        self._readings.clear()
        self._lines.clear()
        self._fill(DEFAULT_TUNING)
        self._show_effects()
