"""The button that provokes a race in the demo, and tells how it ended.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from webpush_admin.gui.bridge import Job
from webpush_admin.gui.context import Context
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.widgets.figures import grouped

if TYPE_CHECKING:
    from webpush_admin.backend.race_records import Race


class RaceButton(QPushButton):
    """While a race runs, the button ends it.

    Attributes:
        begun: With this user a race begins now.
        ended: The role ("ok", "bad" or "muted") and a sentence: what came of it.
    """

    begun = Signal(object)
    ended = Signal(str, str)

    def __init__(self, context: Context, wished: Callable[[], UUID | None], parent: QWidget) -> None:
        """Make the button.

        Args:
            context: Of the view.
            wished: Tells with whom a race is wished for, None for anybody.
            parent: Its widget.
        """
        super().__init__(parent)
        self.setObjectName("race_button")
        self._context = context
        self._wished = wished
        self._job: Job[Any] | None = None
        self.clicked.connect(self._on_clicked)
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self._on_database_closed)
        self._show()

    @property
    def running(self) -> bool:
        """Whether a race runs."""
        return self._job is not None

    def _on_clicked(self) -> None:
        if self._job is not None:
            self._end(self.tr("The race was ended before its time; what it had added is removed again."), "muted")
            return
        wished = self._wished()
        self._job = self._context.ask(lambda backend: backend.trying.racer(wished), self._on_racer, self._on_failed)
        self._show()

    def _on_racer(self, user_id: UUID) -> None:
        self.begun.emit(user_id)
        self._job = self._context.ask(lambda backend: backend.trying.race(user_id), self._on_raced, self._on_failed)

    def _on_raced(self, race: "Race") -> None:
        if race.discarded:
            told = self.tr(
                "The older read (generation {0}) was discarded: it would have brought back {1} where there are {2}."
            )
        else:
            told = self.tr(
                "The older read (generation {0}) was not discarded, as it must be: it brought {1} where there are {2}."
            )
        rows = self.tr("{0} rows") if race.stale_rows != 1 else self.tr("{0} row")
        sentence = told.format(grouped(race.read_generation), rows.format(grouped(race.stale_rows)), grouped(race.rows))
        self._end(sentence, "ok" if race.discarded else "bad")

    def _on_failed(self, sentence: str) -> None:
        self._end(sentence, "bad")

    def _end(self, sentence: str, role: str) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        self._show()
        self.ended.emit(role, sentence)

    def _on_database_opened(self, _info: object) -> None:
        self._show()

    def _on_database_closed(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        self._show()

    def _show(self) -> None:
        info = self._context.database
        self.setEnabled(info is not None and info.demo)
        text = self.tr("End the race") if self.running else self.tr("Show a race")
        self.setText(text)
        self.setAccessibleName(text)
        if self.isEnabled():
            tip = self.tr(
                "Lets a change overtake a read, for real: the read is held for a moment, a subscription is added "
                "meanwhile, and removed in the end."
            )
        else:
            tip = self.tr("A race is shown in the demo only: it needs the sandbox push service.")
        self.setToolTip(plain_tooltip(tip))
