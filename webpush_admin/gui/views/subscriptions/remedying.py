"""Does what the buttons of an answer offer: prune, try again, mark, open the keys or the message.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.answers import Remedy, Told
from webpush_admin.gui.models.deletions import subscriptions
from webpush_admin.gui.views.subscriptions.editing import Editing
from webpush_admin.gui.views.subscriptions.results import ResultsPanel
from webpush_admin.gui.views.subscriptions.sender import Sender

_ELSEWHERE: Final = {Remedy.KEYS: "show_keys", Remedy.SHORTEN: "show_send", Remedy.CHANGE: "show_send"}
"""What another view is for: the action that shows it."""


class Remedying(QObject):
    """One remedy at a time, for one subscription or for those that are selected."""

    def __init__(
        self, context: Context, editing: Editing, sender: Sender, results: ResultsPanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._editing = editing
        self._sender = sender
        self._results = results

    def do(self, remedy: Remedy, told: Told) -> None:
        """Do what a button says."""
        number = told.subscription_id
        if remedy in _ELSEWHERE:
            self._context.actions[_ELSEWHERE[remedy]].trigger()
        elif number is None:
            return
        elif remedy is Remedy.PRUNE:
            self._editing.prune([number], self._results.mark_pruned)
        elif remedy is Remedy.RETRY:
            self.retry([number])
        elif remedy is Remedy.MARK:
            self.mark([number])
        else:
            self.unmark([number])

    def retry(self, subscription_ids: Sequence[int]) -> None:
        """Send the test message again; the answers take the places of the former ones."""
        if not self._sender.running and subscription_ids:
            self._results.expect(subscription_ids)
            self._sender.retry(tuple(subscription_ids))

    def mark(self, subscription_ids: Sequence[int]) -> None:
        """Mark subscriptions as perhaps gone."""
        ids = tuple(subscription_ids)
        self._context.ask(lambda backend: backend.subscriptions.mark_suspect(ids), self._on_marked)

    def unmark(self, subscription_ids: Sequence[int]) -> None:
        """Take that back."""
        ids = tuple(subscription_ids)
        self._context.ask(lambda backend: backend.subscriptions.unmark(ids), self._on_unmarked)

    def _on_marked(self, count: int) -> None:
        self._tell(count, self.tr("Marked {what} as suspect."))

    def _on_unmarked(self, count: int) -> None:
        self._tell(count, self.tr("Unmarked {what}."))

    def _tell(self, count: int, sentence: str) -> None:
        if count:
            self._context.notify(sentence.format(what=subscriptions(count)), "good")
        else:
            self._context.notify(self.tr("Nothing was changed: it was so already, or is gone."), "info")
