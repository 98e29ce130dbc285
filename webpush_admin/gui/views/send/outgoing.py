"""From the button to the summary: what is asked first, the send itself, the dry run, and what follows a send.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from webpush_admin.backend.records import DryRun, SendProgress, SendSummary
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.before_sending import BeforeSending
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.deliveries_export import DeliveriesExport
from webpush_admin.gui.models.audience import Audience, dry_run_verb, send_verb
from webpush_admin.gui.models.send_summary import headline
from webpush_admin.gui.models.words import counted
from webpush_admin.push.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from webpush_admin.backend.backend import Backend


class Outgoing(QObject):
    """Runs one send of this view at a time.

    Attributes:
        started: A title, and how many it is for.
        finished: A title and the `SendSummary`.
        failed: A title, and why nothing could be sent.
        built: The `DryRun`.
        not_built: Why it could not be built.
        held_pruned: What the last send held is gone.
        changed: Something began or ended.
        running: A send of this view goes out.
        building: A dry run is being built.
        last: How the last send ended, None where none has.
        exporting: Writes the files.
    """

    started = Signal(str, int)
    finished = Signal(str, object)
    failed = Signal(str, str)
    built = Signal(object)
    not_built = Signal(str)
    held_pruned = Signal()
    changed = Signal()

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._before = BeforeSending(context, window)
        self._title = ""
        self._message: Message | None = None
        self._keep = False
        self.running = False
        self.building = False
        self._foreign = False
        self.last: SendSummary | None = None
        self.exporting = DeliveriesExport(context, window)

    def send(self, audience: Audience, message: Message, *, keep_payload: bool) -> None:
        """Ask what must be asked, then send."""
        if self.running:
            return
        verb = send_verb(audience, message, keep_payload=keep_payload)
        title = self.tr("Send to {0}").format(audience.label())

        def go() -> None:
            self._message, self._keep = message, keep_payload
            self._begin(title, audience.subscriptions, verb)

        self._before.ask(audience.target, message, go)

    def retry_failed(self) -> None:
        """Send the same message again to those that failed."""
        last, message = self.last, self._message
        if last is None or message is None or not last.send or self.running:
            return
        number, keep = last.send, self._keep
        self._begin(
            self.tr("Retry of {0}").format(counted(last.retryable, self.tr("failed push"), self.tr("failed pushes"))),
            last.retryable,
            lambda backend: backend.sending.retry_failed(number, message, keep_payload=keep),
        )

    def prune_held(self) -> None:
        """Delete what the last send found gone and held, after asking."""
        last = self.last
        if last is None or not last.held:
            return
        number = last.send
        many = counted(last.held, self.tr("subscription"), self.tr("subscriptions"))
        ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Prune {0}?").format(many),
            explanation=self.tr(
                "So many were gone at once that they were kept. Where that is a mistake of a push service, people "
                "would have to subscribe again. Rows that have changed since stay."
            ),
            action=self.tr("Prune {0}").format(many),
            confirmed=lambda: self._prune(number),
        ).open()

    def dry_run(self, audience: Audience, message: Message) -> None:
        """Build it for one receiver, and send nothing."""
        if not self.building:
            self.building = True
            self.changed.emit()
            self._context.ask(dry_run_verb(audience, message), self._on_built, self._on_not_built)

    def pause(self, sending: SendProgress) -> None:
        """Pause what runs, or let it go on."""
        if sending.paused:
            self._context.ask(lambda backend: backend.sending.resume(), _nothing)
        else:
            self._context.ask(lambda backend: backend.sending.pause(), _nothing)

    def export_report(self) -> None:
        """Ask where to, then write every delivery of the last send."""
        if self.last is None or not self.last.send:
            return
        self.exporting.ask(self.last.send, f"send-{self.last.send}")

    def forget(self) -> None:
        """Another database: what was sent, and what still ends, belong to the former one."""
        self.last, self._message = None, None
        self._foreign = self.running
        self.changed.emit()

    def _begin(self, title: str, targets: int, verb: "Callable[[Backend], Coroutine[Any, Any, SendSummary]]") -> None:
        if self.running or self._context.database is None:
            return
        self.running = True
        self._title = title
        self.started.emit(title, targets)
        self.changed.emit()
        self._context.ask(verb, self._on_finished, self._on_failed)

    def _prune(self, send: int) -> None:
        self._context.ask(lambda backend: backend.sending.prune_held(send), self._on_pruned)

    def _on_finished(self, summary: SendSummary) -> None:
        self.running = False
        if self._ended_elsewhere():
            self._context.notify(f"{self._title}: {headline(summary)}.")
        else:
            self.last = summary
            self.finished.emit(self._title, summary)
        self.changed.emit()

    def _on_failed(self, sentence: str) -> None:
        self.running = False
        self.last = None
        if self._ended_elsewhere():
            self._context.notify_failure(sentence)
        else:
            self.failed.emit(self._title, sentence)
        self.changed.emit()

    def _ended_elsewhere(self) -> bool:
        """Whether what has just ended was sent from a database that is closed by now."""
        foreign, self._foreign = self._foreign, False
        return foreign

    def _on_built(self, dry: DryRun) -> None:
        self.building = False
        self.built.emit(dry)
        self.changed.emit()

    def _on_not_built(self, sentence: str) -> None:
        self.building = False
        self.not_built.emit(sentence)
        self.changed.emit()

    def _on_pruned(self, count: int) -> None:
        many = counted(count, self.tr("subscription was pruned."), self.tr("subscriptions were pruned."))
        self._context.notify(many, "good")
        self.held_pruned.emit()


def _nothing(_answer: object) -> None:
    """The next snapshot shows it."""
