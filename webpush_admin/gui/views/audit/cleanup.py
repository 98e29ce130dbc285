"""Deletes what has a finding: looks again, asks with the number that came out, and tells how to take it back.

Runs on: GUI thread
"""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from webpush_admin.backend.undo_records import Deleted
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.models.deletions import deleted_sentence, until_when
from webpush_admin.gui.models.findings import WORDS
from webpush_admin.gui.models.words import counted
from webpush_admin.store.rows import Chosen, Finding, SubscriptionFilter, SubscriptionQuery


class Cleanup(QObject):
    """One deletion at a time; never without being asked for.

    Attributes:
        changed: It has begun or ended.
        deleted: Subscriptions with this `Finding` are gone, so many; `changed` follows.
        running: Something is looked at again or deleted.
    """

    changed = Signal()
    deleted = Signal(object, int)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self.running = False
        self._context = context
        self._window = window
        self._finding = Finding.ENDPOINT

    def delete(self, finding: Finding) -> None:
        """Look again at what has the finding, then ask."""
        if not self.running:
            self._finding = finding
            self._set_running(True)
            self._context.ask(lambda backend: backend.audit.check_again(finding), self._on_checked, self._on_failed)

    def _on_checked(self, count: int) -> None:
        self._set_running(False)
        words = WORDS[self._finding]
        if not count:
            self._context.notify(self.tr("No subscription has it any more: {0}.").format(words.shown_title))
            return
        lost, finding = self._subscriptions(count), self._finding
        ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Delete {lost}").format(lost=lost),
            explanation=self.tr(
                "{title}: {meaning} Looked at again just now.\n\nThe browsers are not told: they get nothing until "
                "they subscribe again. {back}"
            ).format(title=words.shown_title, meaning=words.shown_meaning, back=until_when()),
            action=self.tr("Delete {lost}").format(lost=lost),
            confirmed=lambda: self._delete(finding, count),
        ).open()

    def _delete(self, finding: Finding, count: int) -> None:
        query = SubscriptionQuery(where=SubscriptionFilter(findings=finding))
        self._set_running(True)
        self._context.ask(
            lambda backend: backend.deleting.subscriptions(Chosen(count=count, query=query)),
            self._on_deleted,
            self._on_failed,
        )

    def _on_deleted(self, deleted: Deleted) -> None:
        self.deleted.emit(self._finding, deleted.subscriptions)
        self._set_running(False)
        self._context.notify(deleted_sentence(deleted), "good", offer="undo" if deleted.subscriptions else "")

    def _on_failed(self, sentence: str) -> None:
        self._set_running(False)
        self._context.notify_failure(sentence)

    def _set_running(self, running: bool) -> None:
        self.running = running
        self.changed.emit()

    def _subscriptions(self, count: int) -> str:
        return counted(count, self.tr("subscription"), self.tr("subscriptions"))
