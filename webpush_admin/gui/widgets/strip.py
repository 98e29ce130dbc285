"""The strip at the bottom while something runs: a line each for the send and for long work.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from webpush_admin.gui.widgets.figures import grouped
from webpush_admin.gui.widgets.strip_line import Reading, StripLine
from webpush_admin.gui.widgets.strip_sending import SendLine

if TYPE_CHECKING:
    from webpush_admin.backend.records import Snapshot, WorkKind, WorkProgress

PATIENCE_S: Final = 0.15
"""Work that is over by then is not shown: coming and going moves the whole window."""

# The words of `WorkKind`, for the translator's tools.
_WORDS: Final = (
    QT_TRANSLATE_NOOP("WorkKind", "Checking subscriptions"),
    QT_TRANSLATE_NOOP("WorkKind", "Reading the file"),
    QT_TRANSLATE_NOOP("WorkKind", "Importing"),
    QT_TRANSLATE_NOOP("WorkKind", "Exporting"),
    QT_TRANSLATE_NOOP("WorkKind", "Deleting"),
    QT_TRANSLATE_NOOP("WorkKind", "Restoring"),
    QT_TRANSLATE_NOOP("WorkKind", "Shortening the history"),
    QT_TRANSLATE_NOOP("WorkKind", "Counting what a rotation costs"),
    QT_TRANSLATE_NOOP("WorkKind", "Rotating the keys"),
)


def work_words(kind: "WorkKind") -> str:
    """Return what long work does, in the operator's language."""
    return QCoreApplication.translate("WorkKind", kind.value)


class WorkLine(StripLine):
    """The line of a piece of long work, with a Stop of its own."""

    def __init__(self, stop: QAction, strip: "WorkStrip", layout: QGridLayout, row: int) -> None:
        self.stop = QAction(strip)
        super().__init__(self.stop, strip, layout, row)
        self.stop.triggered.connect(lambda *_: strip.ask_to_stop(self))
        # It looks as the action for sends does, in the colours of the theme.
        self._word = ""
        self._model = stop
        stop.changed.connect(self._follow_icon)
        self._follow_icon()

    def show_work(self, work: "WorkProgress", taken_s: float) -> None:
        """Show how far it is."""
        word = self._word = work_words(work.kind)
        told = word
        if work.stopping:
            told = self.tr("Stopping: {0}").format(word)
        elif work.total is not None and work.done > 0:
            told = self.tr("{0}: {1} of {2}").format(word, grouped(work.done), grouped(work.total))
        elif work.done > 0:
            told = f"{word}: {grouped(work.done)}"
        self.show_progress(
            told, work.done, work.total or None, Reading(taken_s, work.done, work.done), self.tr("{0}/s")
        )
        self.stop.setEnabled(not work.stopping)
        self.stop.setText(self.tr("Stop"))
        self.stop.setToolTip(self.tr("End this work: nothing is changed then"))
        self.stop_button.setAccessibleName(self.tr("Stop: {0}").format(word))

    def end_work(self) -> None:
        """The work is over: nothing is left to be stopped."""
        self.stop.setEnabled(False)
        self.end(self.tr("{0}: ended").format(self._word))

    def _follow_icon(self) -> None:
        if self.stop.icon().cacheKey() != self._model.icon().cacheKey():
            self.stop.setIcon(self._model.icon())


class WorkStrip(QFrame):
    """Shows what runs; hidden while nothing does.

    Attributes:
        stop_wished: The number of a piece of long work.
        sending: The line of the send.
        lines: Those of long work, as many as were needed at a time so far.
    """

    stop_wished = Signal(int)

    def __init__(self, stop: QAction, pause: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("work_strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        self.setAccessibleName(self.tr("Running work"))
        self._stop = stop
        self._first_seen: dict[int, float] = {}
        self._grid = layout = QGridLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setHorizontalSpacing(14)
        layout.setVerticalSpacing(4)
        layout.setColumnStretch(1, 1)
        self.sending = SendLine(stop, pause, self, layout, 0)
        self.sending.gone.connect(self._on_gone)
        self.lines: list[WorkLine] = []
        self.hide()

    def end(self) -> None:
        """Hide: nothing runs any more."""
        self._first_seen.clear()
        for line in (self.sending, *self.lines):
            line.hide()
        self.hide()

    def show_snapshot(self, snapshot: "Snapshot", elsewhere: int | None = None) -> None:
        """Show how far everything is, or hide soon.

        Args:
            snapshot: The newest.
            elsewhere: The number of work that is shown in another place already.
        """
        self.sending.show_snapshot(snapshot)
        for line in self.lines:
            if elsewhere is not None and line.number == elsewhere:
                line.hide()
        self._show_works(snapshot, elsewhere)
        if any(line.shown for line in (self.sending, *self.lines)):
            self.show()

    def ask_to_stop(self, line: WorkLine) -> None:
        """Tell that the work of a line is not wanted any more."""
        if line.number is not None:
            line.stop.setEnabled(False)
            self.stop_wished.emit(line.number)

    def _show_works(self, snapshot: "Snapshot", elsewhere: int | None) -> None:
        from webpush_admin.backend.records import WorkKind

        # The dialog that waits for a preview lies over all this, and shows how far it is.
        shown = (work for work in snapshot.works if work.kind is not WorkKind.IMPORT_PREVIEW)
        works = {work.number: work for work in shown if work.number != elsewhere}
        self._first_seen = {number: self._first_seen.get(number, snapshot.taken_s) for number in works}
        for line in self.lines:
            if line.number is not None and line.number not in works:
                line.end_work()
        lines = {line.number: line for line in self.lines if line.number is not None}
        for number, work in works.items():
            its_line = lines.get(number) or self._line_for(number, snapshot.taken_s)
            if its_line is not None:
                its_line.show_work(work, snapshot.taken_s)

    def _line_for(self, number: int, taken_s: float) -> WorkLine | None:
        """Return a line for work that has none, None where it may yet be over in a moment."""
        # A line that lingers is there already: other work may take it at once.
        line = next((line for line in self.lines if line.number is None and line.shown), None)
        if line is None:
            if taken_s - self._first_seen[number] < PATIENCE_S:
                return None
            line = self._free_line()
        line.begin(number)
        return line

    def _free_line(self) -> WorkLine:
        free = next((line for line in self.lines if line.number is None), None)
        if free is None:
            free = WorkLine(self._stop, self, self._grid, len(self.lines) + 1)
            free.gone.connect(self._on_gone)
            self.lines.append(free)
        return free

    def _on_gone(self) -> None:
        if not any(line.shown for line in (self.sending, *self.lines)):
            self.hide()
