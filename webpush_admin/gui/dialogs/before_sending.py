"""What is asked before a send goes out: keys that can be used, a subject, and whether it may reach that many.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.subject import SubjectDialog
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.text import display_text
from webpush_admin.push.message import Message

_SHOWN_CHARACTERS: Final = 300


class BeforeSending(QObject):
    """Asks what must be asked, then lets the send go.

    Args:
        context: The open database, and the backend that counts.
        window: The dialogs' parent.
    """

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window

    def ask(self, target: Target, message: Message, go: Callable[[], None]) -> None:
        """Call `go` once nothing stands against it; tell what does."""
        database = self._context.database
        if database is None:
            return
        problem = target.problem or database.keys_problem
        if problem:
            self._context.notify(problem, "bad")
        elif not database.subject:
            dialog = SubjectDialog(self._context, self._window, before_sending=True)

            def saved(subject: str) -> None:
                if self._context.database is not None:
                    self._context.set_database(replace(self._context.database, subject=subject))
                self.ask(target, message, go)

            dialog.saved.connect(saved)
            dialog.open()
        elif not database.demo and reaches_many(target):
            self._ask_first(target, message, go)
        else:
            go()

    def _ask_first(self, target: Target, message: Message, go: Callable[[], None]) -> None:
        if target.to_all and target.filtered is None:
            # Counted now: what the window shows may be some time old.
            self._pending: Callable[[tuple[int, int]], None] = lambda count: self._confirm(count, target, message, go)
            self._context.ask(lambda backend: backend.sending.count(None), self._on_counted)
        else:
            self._confirm((target.users, target.subscriptions), target, message, go)

    def _on_counted(self, count: tuple[int, int]) -> None:
        self._pending(count)

    def _confirm(self, count: tuple[int, int], target: Target, message: Message, go: Callable[[], None]) -> None:
        users = counted(count[0], self.tr("user"), self.tr("users")) if count[0] else ""
        subscriptions = counted(count[1], self.tr("subscription"), self.tr("subscriptions"))
        if not count[1]:
            self._context.notify(self.tr("Nobody has a subscription."), "info")
            return
        whom = self.tr("{users} with {subscriptions}").format(users=users, subscriptions=subscriptions)
        shown = self.tr("This will be shown to people: {whom}. A push cannot be taken back.").format(
            whom=whom if users else subscriptions
        )
        ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Send to {whom}?").format(whom=users or subscriptions),
            explanation=f"{shown} {self._about_gone(target)}",
            details=self._details(message),
            action=self.tr("Send to {subscriptions}").format(subscriptions=subscriptions),
            destructive=False,
            careful=True,
            confirmed=go,
        ).open()

    def _details(self, message: Message) -> tuple[tuple[str, str], ...]:
        if message.raw is not None:
            return ((self.tr("Payload"), display_text(message.raw, _SHOWN_CHARACTERS) or self.tr("empty")),)
        return (
            (self.tr("Title"), display_text(message.title, _SHOWN_CHARACTERS) or self.tr("none")),
            (self.tr("Text"), display_text(message.body, _SHOWN_CHARACTERS) or self.tr("none")),
        )

    def _about_gone(self, target: Target) -> str:
        database = self._context.database
        if target.is_test:
            return self.tr("Subscriptions that are answered 410 (gone) are listed, and stay until you prune them.")
        if database is not None and database.read_only:
            return self.tr("Subscriptions that are answered 410 (gone) stay: the database is read-only.")
        return self.tr("Subscriptions that are answered 410 (gone) are deleted, for good.")


def reaches_many(target: Target) -> bool:
    """Whether it is, or may be, shown to more than one person."""
    return target.to_all or target.users > 1 or target.send > 0
