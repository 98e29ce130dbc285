"""Reads the counts of the audit again when they are no longer true, and knows when those that are shown are not.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from webpush_admin.backend.audit_records import AuditReport
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.refresher import Refresher

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend


class Reading(QObject):
    """At most every two seconds for what trickles in, at once for what the operator has just done.

    Attributes:
        read: The report, or None, and how many subscriptions there are.
        failed: Why they could not be read.
        changed: `waiting` is another.
        waiting: What is shown is not true any more: many were deleted, or came back.
        paused: Nothing is read: an audit runs, and ends with the counts.
    """

    read = Signal(object, int)
    failed = Signal(str)
    changed = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self.waiting = False
        self.paused = False
        self._context = context
        self._held = True
        self._number = 0
        self._refresher = Refresher(self._read, self)
        self._refresher.hold()

    def wish(self) -> None:
        """Read soon; at once where somebody waits for it."""
        if self.waiting:
            self.now()
        else:
            self._refresher.wish()

    def hold(self) -> None:
        """The view is hidden: wishes are remembered."""
        self._held = True
        self._refresher.hold()

    def release(self) -> None:
        """The view is shown: read what was wished meanwhile."""
        self._held = False
        self._refresher.release()

    def now(self, *, waiting: bool = False) -> None:
        """Read at once, or when the view is shown; with `waiting` what is shown until then is known to be wrong."""
        if waiting:
            self._set_waiting(True)
        if self._held:
            self._refresher.wish()
        else:
            self._read()

    def forget(self) -> None:
        """Drop every answer that is under way: it is about another database, or older than what is known."""
        self._number += 1
        self._set_waiting(False)

    def _read(self) -> None:
        if self._context.database is None or self.paused:
            return
        self._number += 1
        number = self._number
        self._context.ask(
            _look, lambda read: self._on_read(number, *read), lambda sentence: self._on_failed(number, sentence)
        )

    def _on_read(self, number: int, report: "AuditReport | None", size: int) -> None:
        # An older answer may have been on its way when something was deleted.
        if number == self._number:
            self._set_waiting(False)
            self.read.emit(report, size)

    def _on_failed(self, number: int, sentence: str) -> None:
        if number == self._number:
            self._set_waiting(False)
            self.failed.emit(sentence)

    def _set_waiting(self, waiting: bool) -> None:
        if waiting != self.waiting:
            self.waiting = waiting
            self.changed.emit()


async def _look(backend: "Backend") -> "tuple[AuditReport | None, int]":
    """Return the newest report, and how many subscriptions there are. Runs on: worker loop."""
    return await backend.audit.report(), await backend.audit.size()
