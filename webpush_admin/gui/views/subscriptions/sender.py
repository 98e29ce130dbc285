"""From "Send test" to the answers: whom it is for, whether to ask first, the subject, and the send itself.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from webpush_admin.backend.records import SendSummary
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.compose import ComposeDialog
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.subject import SubjectDialog
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.text import display_text
from webpush_admin.push.message import Message

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from webpush_admin.backend.backend import Backend

_SHOWN_CHARACTERS: Final = 300
TEST_MESSAGE: Final = Message(title="Test push", body="Sent by webpush-admin to see whether notifications arrive.")


class Sender(QObject):
    """Runs one send at a time.

    Attributes:
        started: A send goes out; carries its title for the answers.
        finished: It has ended; carries the `SendSummary` and whether it was a test.
        ended: It has ended in any way, also refused.
    """

    started = Signal(str)
    finished = Signal(object, bool)
    ended = Signal()

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._target = Target()
        self._message = TEST_MESSAGE
        self.running = False

    def send_test(self, target: Target) -> None:
        """Send the message that was written last, or the test message."""
        self._send(target, self._message)

    def compose(self, target: Target) -> None:
        """Write a message first; it is used for the next tests too."""

        def composed(message: Message) -> None:
            self._message = message
            self._send(target, message)

        action = self.tr("Send to {target}").format(target=target.label())
        ComposeDialog(self._context, self._window, message=self._message, action=action, composed=composed).open()

    def _send(self, target: Target, message: Message) -> None:
        database = self._context.database
        if database is None or self.running:
            return
        if target.problem:
            self._context.notify(target.problem, "bad")
            return
        if database.keys_problem:
            self._context.notify(database.keys_problem, "bad")
            return
        if not database.subject:
            dialog = SubjectDialog(self._context, self._window, before_sending=True)

            def saved(subject: str) -> None:
                if self._context.database is not None:
                    self._context.set_database(replace(self._context.database, subject=subject))
                self._send(target, message)

            dialog.saved.connect(saved)
            dialog.open()
        elif not database.demo and (target.to_all or target.users > 1):
            self._ask_first(target, message)
        else:
            self._go(target, message)

    def _ask_first(self, target: Target, message: Message) -> None:
        if target.is_test:
            self._confirm((target.users, len(target.subscription_ids)), target, message)
        else:
            self._pending: Callable[[tuple[int, int]], None] = lambda count: self._confirm(count, target, message)
            self._context.ask(lambda backend: backend.sending.count(None), self._on_counted)

    def _on_counted(self, count: tuple[int, int]) -> None:
        self._pending(count)

    def _confirm(self, count: tuple[int, int], target: Target, message: Message) -> None:
        users = counted(count[0], self.tr("user"), self.tr("users"))
        subscriptions = counted(count[1], self.tr("subscription"), self.tr("subscriptions"))
        if not count[1]:
            self._context.notify(self.tr("Nobody has a subscription."), "info")
            return
        shown = self.tr(
            "This will be shown to people: {users} with {subscriptions}. A push cannot be taken back."
        ).format(users=users, subscriptions=subscriptions)
        ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Send to {users}?").format(users=users),
            explanation=f"{shown} {self._about_gone(target)}",
            details=(
                (self.tr("Title"), display_text(message.title, _SHOWN_CHARACTERS)),
                (self.tr("Text"), display_text(message.body, _SHOWN_CHARACTERS) or self.tr("none")),
            ),
            action=self.tr("Send to {subscriptions}").format(subscriptions=subscriptions),
            destructive=False,
            careful=True,
            confirmed=lambda: self._go(target, message),
        ).open()

    def _about_gone(self, target: Target) -> str:
        database = self._context.database
        if target.is_test:
            return self.tr("Subscriptions that are answered 410 (gone) are listed, and stay until you prune them.")
        if database is not None and database.read_only:
            return self.tr("Subscriptions that are answered 410 (gone) stay: the database is read-only.")
        return self.tr("Subscriptions that are answered 410 (gone) are deleted, for good.")

    def _go(self, target: Target, message: Message) -> None:
        if self.running or self._context.database is None:
            return
        self.running = True
        self._target = target
        self.started.emit(self.tr("Test to {target}").format(target=target.label()))
        self._context.ask(_verb(target, message), self._on_finished, self._on_failed)

    def _on_finished(self, summary: SendSummary) -> None:
        self.running = False
        if summary.problem:
            self._context.notify(summary.problem, "bad")
        self.finished.emit(summary, self._target.is_test)
        self.ended.emit()

    def _on_failed(self, sentence: str) -> None:
        self.running = False
        self._context.notify(sentence, "bad")
        self.ended.emit()


def _verb(target: Target, message: Message) -> "Callable[[Backend], Coroutine[Any, Any, SendSummary]]":
    if target.subscription_ids:
        return lambda backend: backend.sending.to_subscriptions(target.subscription_ids, message)
    user_id = target.user_id
    if user_id is None:
        return lambda backend: backend.sending.to_all(message)
    return lambda backend: backend.sending.to_user(user_id, message)
