"""What can be done about a delivery or a send: each asks first, and names its effect.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import Final, NamedTuple, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from webpush_admin.backend.records import SendSummary
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.models.deliveries import user_of
from webpush_admin.gui.models.inspector import action_words
from webpush_admin.gui.models.sends import left_of, retryable_of
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.text import display_text
from webpush_admin.gui.views.history.actions import HistoryActions
from webpush_admin.push.answer import DiagnosisAction
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.push.errors import InvalidMessage
from webpush_admin.push.message import Message, Urgency
from webpush_admin.store.history_rows import DeliveryRow, SendRow, SendStart
from webpush_admin.store.rows import SubscriptionFilter

NAME_CHARACTERS: Final = 60
_WRITE: Final = frozenset({DiagnosisAction.PRUNE, DiagnosisAction.QUARANTINE})
"""What changes the database."""


class _Offer(NamedTuple):
    text: str
    icon: str
    do: Callable[[], None]


def kept_message(start: SendStart) -> Message | None:
    """Return the message of a send as it was, None where its payload was not kept, or is none that can be sent."""
    if start.payload is None:
        return None
    try:
        return Message(
            title="",
            raw=start.payload,
            ttl_s=start.ttl_s,
            urgency=cast("Urgency", start.urgency),
            topic=start.topic,
        )
    except InvalidMessage:
        return None


class Remedies(QObject):
    """Acts on the inspected delivery and on the chosen send.

    Attributes:
        filter_wished: A `SubscriptionFilter`: somebody wants to see a subscription.
        retry_wished: A `SendRow` whose message was not kept: what to send to the failed must be written first.
    """

    filter_wished = Signal(object)
    retry_wished = Signal(object)

    def __init__(self, context: Context, actions: HistoryActions, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._actions = actions
        self._window = window
        self._do: Callable[[], None] | None = None
        actions.remedy.triggered.connect(self._on_remedy)

    def offer(self, row: DeliveryRow | None, send: SendRow | None, *, sending: bool) -> None:
        """Offer what the diagnosis of a delivery advises, on the one button for it.

        Args:
            row: The delivery, None for nothing.
            send: Its send, where that is known.
            sending: A send runs: no other can begin.
        """
        diagnosis = diagnosis_called(row.rule) if row is not None else None
        offer = self._offer(diagnosis.action, row, send) if row is not None and diagnosis is not None else None
        self._do = offer.do if offer is not None else None
        if offer is None or diagnosis is None:
            self._actions.offer_remedy("", "", "")
            return
        advice = action_words(diagnosis.action)
        self._actions.offer_remedy(offer.text, offer.icon, self.tr("The diagnosis: {advice}.").format(advice=advice))
        database = self._context.database
        read_only = bool(database is not None and database.read_only) and diagnosis.action in _WRITE
        self._actions.remedy.setEnabled(not (read_only or (sending and diagnosis.action is DiagnosisAction.RETRY)))

    def retry_failed(self, send: SendRow) -> None:
        """Send again to whom it did not reach: the same message where it was kept, else one that is written."""
        message = kept_message(send.start)
        if message is None:
            self.retry_wished.emit(send)
            return
        failed = counted(retryable_of(send), self.tr("subscription"), self.tr("subscriptions"))
        self._confirm_send(
            self.tr("Send the same message again to {those} that neither accepted send {n} nor were gone.").format(
                those=failed, n=send.number
            ),
            self.tr("Send again to {those}").format(those=failed),
            lambda: self._context.ask(
                lambda backend: backend.sending.retry_failed(send.number, message, keep_payload=True), self._on_sent
            ),
        )

    def prune_held(self, send: SendRow) -> None:
        """Delete the rows that a send found gone and held."""
        ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Prune what is held"),
            explanation=self.tr(
                "Send {n} found so many subscriptions gone that it asked first. Their push services answered that they "
                "have ended; rows that have changed since stay. Have a backup where you are not sure."
            ).format(n=send.number),
            action=self.tr("Delete up to {those}").format(
                those=counted(left_of(send), self.tr("held subscription"), self.tr("held subscriptions"))
            ),
            confirmed=lambda: _done(
                self._context.ask(lambda backend: backend.sending.prune_held(send.number), self._on_pruned)
            ),
        ).open()

    def show_subscription(self, row: DeliveryRow) -> None:
        """Show where it was sent to."""
        if row.subscription_id is not None:
            self.filter_wished.emit(SubscriptionFilter(search=str(row.subscription_id)))

    def _offer(self, action: DiagnosisAction, row: DeliveryRow, send: SendRow | None) -> _Offer | None:
        number = row.subscription_id
        if number is not None and not row.pruned:
            if action is DiagnosisAction.PRUNE:
                return _Offer(self.tr("Prune 1 subscription…"), "scissors", lambda: self._prune(row, number))
            if action is DiagnosisAction.RETRY:
                return _Offer(self.tr("Send again…"), "rotate-ccw", lambda: self._send_again(row, number, send))
            if action is DiagnosisAction.QUARANTINE:
                return _Offer(self.tr("Mark as suspect"), "eye", lambda: self._mark(number))
            if action is DiagnosisAction.RESUBSCRIBE:
                return _Offer(self.tr("Open the keys"), "key-round", lambda: self._open("show_keys"))
        if action in (DiagnosisAction.FIX_KEY, DiagnosisAction.FIX_CLAIMS):
            return _Offer(self.tr("Open the keys"), "key-round", lambda: self._open("show_keys"))
        if action in (DiagnosisAction.SHRINK, DiagnosisAction.FIX_HEADER):
            return _Offer(self.tr("Change the message"), "pencil", lambda: self._open("show_send"))
        return None

    def _prune(self, row: DeliveryRow, number: int) -> None:
        ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Prune 1 subscription"),
            explanation=self.tr(
                "The push service answered that this subscription of {name} has ended: nothing will arrive there again."
            ).format(name=display_text(user_of(row), NAME_CHARACTERS)),
            action=self.tr("Prune 1 subscription"),
            confirmed=lambda: _done(
                self._context.ask(lambda backend: backend.sending.prune([number]), self._on_pruned)
            ),
        ).open()

    def _send_again(self, row: DeliveryRow, number: int, send: SendRow | None) -> None:
        message = kept_message(send.start) if send is not None else None
        if message is None:
            # It must be written: the view that sends has it as its target.
            name = user_of(row)
            self._context.set_target(Target(user_name=name, subscription_ids=(number,), users=1, subscriptions=1))
            self._open("show_send")
            return
        self._confirm_send(
            self.tr("Send the same message again to this subscription of {name}, as a test: nothing is pruned.").format(
                name=display_text(user_of(row), NAME_CHARACTERS)
            ),
            self.tr("Send again to 1 subscription"),
            lambda: self._context.ask(
                lambda backend: backend.sending.to_subscriptions([number], message, keep_payload=True), self._on_sent
            ),
        )

    def _confirm_send(self, explanation: str, action: str, confirmed: Callable[[], object]) -> None:
        ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Send again"),
            explanation=explanation,
            action=action,
            confirmed=lambda: _done(confirmed()),
            destructive=False,
            careful=True,
        ).open()

    def _mark(self, number: int) -> None:
        self._context.ask(lambda backend: backend.subscriptions.mark_suspect([number]), self._on_marked)

    def _open(self, action: str) -> None:
        self._context.actions[action].trigger()

    def _on_remedy(self) -> None:
        if self._do is not None:
            self._do()

    def _on_sent(self, summary: SendSummary) -> None:
        kind = "bad" if summary.failed else "good"
        told = self.tr("Sent again: {n} of {targets} accepted.").format(
            n=f"{summary.accepted:,}", targets=f"{summary.targets:,}"
        )
        self._context.notify(f"{told} {summary.problem}".strip(), kind)

    def _on_pruned(self, pruned: int) -> None:
        those = counted(pruned, self.tr("subscription"), self.tr("subscriptions"))
        self._context.notify(self.tr("Pruned {those}.").format(those=those), "good" if pruned else "info")

    def _on_marked(self, marked: int) -> None:
        told = self.tr("Marked as suspect: it is watched.") if marked else self.tr("It has been deleted meanwhile.")
        self._context.notify(told, "good" if marked else "info")


def _done(_job: object) -> None:
    """The answer tells itself."""
