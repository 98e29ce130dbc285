"""Does an operator's job in the real window, takes pictures of it, and compares what the window says with the sandbox.

Runs on: GUI thread
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QSize, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.app import Application
from webpush_admin.gui.dialogs.compose import ComposeDialog
from webpush_admin.gui.launch import LaunchOptions
from webpush_admin.gui.log_file import struck
from webpush_admin.gui.theme import Mode
from webpush_admin.gui.view_specs import VIEWS
from webpush_admin.gui.views.live import LiveView
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.sandbox.records import SandboxCounts

DEADLINE_MS: Final = 35_000
LOOK_MS: Final = 15
SETTLE_MS: Final = 400
SIZE: Final = QSize(1280, 800)
PERSON: Final = "Frances Spence"
"""Somebody with several browsers, not all of them well."""

Ready = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the window's own labels say, and what the sandbox counted."""

    delivered: int
    failed: int
    pruned: int
    cache_hits: int
    cache_misses: int
    generation_max: int
    sandbox_received: int
    sandbox_decrypted: int

    def contradictions(self, sandbox: SandboxCounts, gone: int, rows_gone: int, blocked: int) -> list[str]:
        """Return where window, sandbox and database disagree, a sentence each.

        Args:
            sandbox: Its own counters, asked for after the last push.
            gone: 410s as the window says.
            rows_gone: Rows that were in the database before and are not now.
            blocked: Pushes that our own checks refused, so that no service can have counted them.
        """
        pairs = (
            ("delivered", self.delivered, "the sandbox's 2xx answers", sandbox.accepted),
            ("pruned", self.pruned, "the sandbox's 410 answers", sandbox.gone),
            ("pruned", self.pruned, "the rows that are gone", rows_gone),
            ("gone", gone, "the sandbox's 410 answers", sandbox.gone),
            ("failed", self.failed - blocked, "what the sandbox refused or dropped", sandbox.refused + sandbox.dropped),
            ("sandbox_decrypted", self.sandbox_decrypted, "the requests that it received", sandbox.received),
        )
        return [f"{name} is {shown}, {other} are {count}" for name, shown, other, count in pairs if shown != count]


class Tour(QObject):
    """Walks through the window step by step; each step waits until the window shows that the one before is done."""

    def __init__(self, application: Application, folder: Path) -> None:
        super().__init__(application.window)
        self._application = application
        self._window = application.window
        self._context = application.context
        self._folder = folder
        self._screens: list[str] = []
        self._snapshot = Snapshot()
        self._context.snapshot.connect(self._on_snapshot)
        self._context.notice.connect(self._on_notice)
        self._rows = self._rows_before = 0
        self._answered = self._ended = False
        self._steps = self._job()
        self._ready: Ready = lambda: True
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._on_look)
        self._deadline = QTimer(self, interval=DEADLINE_MS, singleShot=True)
        self._deadline.timeout.connect(self._on_deadline)

    def begin(self) -> None:
        """Start walking."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._window.resize(SIZE)
        self._deadline.start()
        self._timer.start()

    def fail(self, error: BaseException) -> None:
        """End at once: a step, or a slot of the window, raised this."""
        said = struck(str(error)) or "it says no more"
        self._end([f"{type(error).__name__} where nothing should be raised: {said}"])

    def _on_look(self) -> None:
        if self._ready():
            following = next(self._steps, None)
            if following is None:
                self._compare()
            else:
                self._ready = following

    def _on_notice(self, kind: str, sentence: str) -> None:
        # Later bad news are part of the job: some of the demo's browsers are not well.
        if kind == "bad" and self._context.database is None:
            self._end([f"the demo did not open: {sentence}"])

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def _on_deadline(self) -> None:
        self._end([f"the window did not come to the end within {DEADLINE_MS // 1000} s"])

    def _job(self) -> Iterator[Ready]:
        """Each `yield` names what must be true before the next line runs."""
        actions = self._context.actions
        view = self._subscriptions
        yield lambda: self._context.database is not None and view.people.model.known and view.table.model.known
        yield self._count_rows()
        self._rows_before = self._rows

        actions["find"].trigger()
        QTest.keyClicks(view.people.search, PERSON)
        QTest.keyClick(view.people.search, Qt.Key.Key_Return)
        yield lambda: self._shows(PERSON)
        for _ in range(2):
            yield self._sent(actions["send_test"].trigger)

        for _ in range(2):
            # The second broadcast finds everybody in the cache.
            actions["send_to_all"].trigger()
            yield lambda: self._dialog() is not None
            yield self._sent(self._press_send)
            yield lambda: self._dialog() is None

        actions["invalidate_user"].trigger()
        yield lambda: self._snapshot.cache.invalidations == 1
        yield self._sent(actions["send_test"].trigger)

        view.people.search.clear()
        yield lambda: not view.people.search.query and view.people.model.known
        view.people.choose(None)
        yield lambda: self._shows("") and view.table.model.known
        view.table.table.selectRow(3)
        yield lambda: not self._window.toast.isVisible()
        yield from self._take_pictures()
        yield self._count_rows()
        actions["show_live"].trigger()
        yield lambda: self._number("delivered_value") == self._snapshot.pushes.accepted

    def _take_pictures(self) -> Iterator[Ready]:
        for spec in VIEWS:
            self._context.actions[f"show_{spec.name}"].trigger()
            for mode in (Mode.LIGHT, Mode.DARK):
                self._context.actions[f"theme_{mode.value}"].trigger()
                # A view that has just come to the front reads what it shows, and has no signal for "all of it".
                settled = QElapsedTimer()
                settled.start()
                yield partial(settled.hasExpired, SETTLE_MS)
                path = self._folder / f"{spec.name}-{mode.value}.png"
                if not self._window.grab().save(str(path)):
                    raise OSError(f"{path.name} cannot be written")
                self._screens.append(path.name)

    @property
    def _subscriptions(self) -> SubscriptionsView:
        view = self._window.views["subscriptions"]
        assert isinstance(view, SubscriptionsView)
        return view

    def _shows(self, name: str) -> bool:
        person = self._subscriptions.people.current
        shown = person.user.name if person is not None and person.user is not None else ""
        return shown == name and self._subscriptions.table.model.known

    def _sent(self, begin: Callable[[], None]) -> Ready:
        """Begin a send; ready when the window says that it has ended."""
        ended: list[bool] = []
        self._subscriptions.sending.ended.connect(lambda: ended.append(True), Qt.ConnectionType.SingleShotConnection)
        begin()
        return lambda: bool(ended)

    def _dialog(self) -> ComposeDialog | None:
        return next((w for w in QApplication.topLevelWidgets() if isinstance(w, ComposeDialog) and w.isVisible()), None)

    def _press_send(self) -> None:
        dialog = self._dialog()
        assert dialog is not None
        QTest.mouseClick(dialog.action_button, Qt.MouseButton.LeftButton)

    def _count_rows(self) -> Ready:
        self._answered = False
        self._context.ask(lambda backend: backend.sending.count(), self._on_counted)
        return lambda: self._answered

    def _on_counted(self, count: tuple[int, int]) -> None:
        self._rows = count[1]
        self._answered = True

    def _number(self, name: str) -> int:
        """Return the number that a label of the live panel shows."""
        live = self._window.views["live"]
        assert isinstance(live, LiveView)
        label = live.findChild(QLabel, name)
        assert label is not None, name
        return int("".join(character for character in label.text() if character.isdigit()) or 0)

    def _compare(self) -> None:
        self._timer.stop()
        self._context.ask(lambda backend: backend.trying.counts(), self._on_sandbox_counts)

    def _on_sandbox_counts(self, sandbox: SandboxCounts) -> None:
        number = self._number
        numbers = Numbers(
            delivered=number("delivered_value"),
            failed=number("failed_value"),
            pruned=number("pruned_value"),
            cache_hits=number("hits_value"),
            cache_misses=number("misses_value"),
            generation_max=number("generation_value"),
            sandbox_received=sandbox.received,
            sandbox_decrypted=sandbox.decrypted,
        )
        sys.stdout.write(json.dumps({**asdict(numbers), "screens": self._screens}) + "\n")
        rows_gone = self._rows_before - self._rows
        self._end(numbers.contradictions(sandbox, number("gone_value"), rows_gone, number("blocked_value")))

    def _end(self, contradictions: list[str]) -> None:
        if self._ended:
            return
        self._ended = True
        self._timer.stop()
        self._deadline.stop()
        for contradiction in contradictions:
            sys.stderr.write(f"webpush-admin: the tour failed: {contradiction}.\n")
        self._application.end(1 if contradictions else 0)


def run_tour(options: LaunchOptions, folder: Path) -> int:
    """Open the window, take the tour, close it.

    Returns:
        0 where window, sandbox and database agree, else 1 with the contradictions on standard error.
    """
    application = Application(options)
    tour = Tour(application, folder)
    return application.run(lambda _: tour.begin(), tour.fail)
