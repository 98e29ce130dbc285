"""Adds, edits and deletes users and subscriptions: opens the dialogs and tells what was done.

Runs on: GUI thread
"""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from webpush_admin.backend.undo_records import Deleted
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.subscription import SubscriptionDialog
from webpush_admin.gui.dialogs.user import UserDialog
from webpush_admin.gui.models.deletions import both, deleted_sentence, subscriptions, until_when, users
from webpush_admin.gui.models.users import Person
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.text import display_text
from webpush_admin.push.subscription import Subscription
from webpush_admin.store.rows import Chosen, User

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend


class Editing(QObject):
    """Every change of rows that the operator asks for. The lists follow by `DatabaseChanged`.

    Attributes:
        user_saved: A `User` who was added or renamed.
    """

    user_saved = Signal(object)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._pruned: Callable[[Iterable[int]], None] | None = None
        self._pruning: tuple[int, ...] = ()

    def add_user(self) -> None:
        """Ask for a name."""
        dialog = UserDialog(self._context, self._window)
        dialog.saved.connect(self._on_user_saved)
        dialog.open()

    def edit_user(self, user: User) -> None:
        """Ask for another name."""
        dialog = UserDialog(self._context, self._window, user)
        dialog.saved.connect(self._on_user_saved)
        dialog.open()

    def delete_users(self, people: Sequence[Person]) -> None:
        """Ask, then delete users with their subscriptions."""
        ids = [person.id for person in people if person.id is not None]
        if not ids:
            return
        what = both(len(ids), sum(person.subscriptions for person in people))
        who = display_text(people[0].user.name, 60) if len(ids) == 1 and people[0].user else users(len(ids))
        with_theirs = subscriptions(sum(person.subscriptions for person in people))
        self._ask_to_delete(
            what,
            self.tr("{who} will be deleted, with {lost}.").format(who=who, lost=with_theirs),
            lambda backend: backend.deleting.users(ids),
        )

    def add_subscription(self, user: User | None) -> None:
        """Ask for the subscription of a browser, and whose it is where that is not known."""
        dialog = SubscriptionDialog(self._context, self._window, user=user)
        dialog.saved.connect(self._on_subscription_saved)
        dialog.open()

    def edit_subscription(self, subscription: Subscription) -> None:
        """Ask for other values."""
        dialog = SubscriptionDialog(self._context, self._window, edited=subscription)
        dialog.saved.connect(self._on_subscription_saved)
        dialog.open()

    def delete_subscriptions(self, chosen: Chosen) -> None:
        """Ask, then delete subscriptions."""
        if chosen.count:
            self._ask_to_delete(
                subscriptions(chosen.count),
                self.tr("The browsers are not told: they get nothing until they subscribe again."),
                lambda backend: backend.deleting.subscriptions(chosen),
            )

    def prune(self, subscription_ids: Sequence[int], pruned: Callable[[Iterable[int]], None]) -> None:
        """Ask, then delete what a test found gone.

        Args:
            subscription_ids: The rows.
            pruned: Called with their ids once they are deleted.
        """
        if not subscription_ids:
            return
        lost = counted(len(subscription_ids), self.tr("gone subscription"), self.tr("gone subscriptions"))
        self._pruned, ids = pruned, tuple(subscription_ids)
        ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Prune {lost}").format(lost=lost),
            explanation=self.tr("They have ended: nothing will arrive there again. Rows that have changed since stay."),
            action=self.tr("Prune {lost}").format(lost=lost),
            confirmed=lambda: self._prune(ids),
        ).open()

    def invalidate(self, user: User) -> None:
        """Drop a user from the cache."""
        name = display_text(user.name, 60)
        self._invalidated = self.tr("{name} is out of the cache: the next push reads the database.").format(name=name)
        self._context.ask(lambda backend: backend.cache.invalidate(user.id), self._on_invalidated)

    def _ask_to_delete(
        self, what: str, meaning: str, delete: "Callable[[Backend], Coroutine[Any, Any, Deleted]]"
    ) -> None:
        ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Delete {what}").format(what=what),
            explanation=f"{meaning}\n\n{until_when()}",
            action=self.tr("Delete {what}").format(what=what),
            confirmed=lambda: self._delete(delete),
        ).open()

    def _delete(self, delete: "Callable[[Backend], Coroutine[Any, Any, Deleted]]") -> None:
        self._context.ask(delete, self._on_deleted)

    def _prune(self, subscription_ids: tuple[int, ...]) -> None:
        self._pruning = subscription_ids
        self._context.ask(lambda backend: backend.sending.prune(subscription_ids), self._on_pruned)

    def _on_user_saved(self, user: User) -> None:
        self.user_saved.emit(user)

    def _on_subscription_saved(self, subscription: Subscription) -> None:
        self._context.notify(self.tr("Saved {endpoint}.").format(endpoint=subscription.masked), "good")

    def _on_deleted(self, deleted: Deleted) -> None:
        some = bool(deleted.users or deleted.subscriptions)
        self._context.notify(deleted_sentence(deleted), "good" if some else "info", offer="undo" if some else "")

    def _on_pruned(self, pruned: int) -> None:
        if self._pruned is not None:
            self._pruned(self._pruning)
        self._context.notify(self.tr("Pruned {lost}.").format(lost=subscriptions(pruned)), "good")

    def _on_invalidated(self, _: None) -> None:
        self._context.notify(self._invalidated, "info")
