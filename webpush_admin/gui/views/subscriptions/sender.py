"""From "Send test" to the answers: whom it is for, and the send itself.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from webpush_admin.backend.records import SendSummary
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.before_sending import BeforeSending
from webpush_admin.gui.models.draft import TEST_DRAFT, message_of
from webpush_admin.gui.models.target import Target
from webpush_admin.push.message import Message

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from webpush_admin.backend.backend import Backend

TEST_MESSAGE: Final = message_of(TEST_DRAFT)


class Sender(QObject):
    """Runs one send at a time.

    Attributes:
        started: A send goes out; carries its title for the answers.
        finished: It has ended; carries the `SendSummary` and whether it was a test. A retry has no such end.
        ended: It has ended in any way, also refused.
    """

    started = Signal(str)
    finished = Signal(object, bool)
    ended = Signal()

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._before = BeforeSending(context, window)
        self._target = Target()
        self.running = False

    def send_test(self, target: Target) -> None:
        """Send the test message."""
        if self._context.database is not None and not self.running:
            self._before.ask(target, TEST_MESSAGE, lambda: self._go(target, TEST_MESSAGE))

    def retry(self, subscription_ids: tuple[int, ...]) -> None:
        """Send to these once more, as a test; their answers are told by events."""
        target = Target(subscription_ids=subscription_ids, users=1, subscriptions=len(subscription_ids))
        self._before.ask(target, TEST_MESSAGE, lambda: self._retry(target))

    def _retry(self, target: Target) -> None:
        if not self.running and self._context.database is not None:
            self.running = True
            self._context.ask(_verb(target, TEST_MESSAGE), self._on_retried, self._on_failed)

    def _on_retried(self, _summary: SendSummary) -> None:
        self.running = False
        self.ended.emit()

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
