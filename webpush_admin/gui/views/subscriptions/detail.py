"""The pane of one subscription: what it is, whether it can be used, how it answered.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from webpush_admin.backend.detail import SubscriptionDetail
from webpush_admin.backend.records import HistoryChanged, SubscriptionInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.models import findings
from webpush_admin.gui.models.columns import translated
from webpush_admin.gui.models.detail import (
    agent_text,
    auth_verdict,
    endpoint_verdict,
    key_origin_text,
    p256dh_verdict,
    part_text,
)
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.models.subscriptions import STATE_ROLES, service_text, state_meaning
from webpush_admin.gui.text import display_text, plain_tooltip
from webpush_admin.gui.views.subscriptions.history import History
from webpush_admin.gui.widgets.fields import Fields, FieldScroller, Value, show_time
from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.push.subscription import MAX_ENDPOINT_CHARACTERS
from webpush_admin.store.history_rows import DeliveryRow

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

REVEALED_MS: Final = 60_000
"""An endpoint that somebody forgot to hide does not stay on the screen."""

ANSWERS_MS: Final = 300
NAME_CHARACTERS: Final = 120


class DetailPane(Card):
    """Shows one subscription. The endpoint is a capability: masked until it is asked for.

    Attributes:
        changed: More or less is known of the subscription than before.
    """

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="detail_pane")
        self.setAccessibleName(self.tr("Selected subscription"))
        self._context = context
        self._info: SubscriptionInfo | None = None
        self._detail: SubscriptionDetail | None = None
        self._job: Job[Any] | None = None
        self._revealed = False
        self._hide_again = QTimer(self, singleShot=True, interval=REVEALED_MS)
        self._hide_again.timeout.connect(self._hide_endpoint)
        self._answers_refresher = Refresher(self._ask_answers, self, between_ms=ANSWERS_MS)
        self._make_head()
        self.fields = QWidget(self)
        self.fields.setObjectName("fields")
        self._make_sections()
        self._lay_out()
        context.changes.connect(self._on_changes)
        self.show_info(None)

    @property
    def info(self) -> SubscriptionInfo | None:
        """The subscription that is shown."""
        return self._info

    @property
    def answers(self) -> tuple[DeliveryRow, ...] | None:
        """Its answers, the newest first; None while they are not known."""
        return self._detail.answers if self._detail is not None else None

    def show_info(self, info: SubscriptionInfo | None, selected: int = 0) -> None:
        """Show a subscription; without one, how many are selected."""
        before, self._info = self._info, info
        same = info is not None and before is not None and info.subscription.identity == before.subscription.identity
        if not same:
            self._revealed = False
            self._hide_again.stop()
            self._detail = None
            self._answers_refresher.forget()
            self.history.begin()
        self.fields.setVisible(info is not None)
        self.state.setVisible(info is not None)
        self.hint.setVisible(info is None)
        if info is None:
            self._stop_asking()
            several = self.tr("{n} subscriptions selected").format(n=f"{selected:,}")
            self.heading.setToolTip("")
            self.heading.show_broken(several if selected else self.tr("No subscription selected"))
            self.findings.hide()
            self.changed.emit()
        elif info != before:
            self._show_row(info)
            self._show_detail()
            self._ask(info)

    def _make_head(self) -> None:
        self.heading = Value(self, name="heading", label=self.tr("User"), tone="heading")
        self.state = Value(self, name="state", label=self.tr("State"))
        self.findings = Value(self, name="findings", label=self.tr("What the audit found"), tone="warn")
        self.hint = PlainLabel(
            self.tr("Select one to see its push service, its keys and how it answered."),
            self,
            name="hint",
            tone="muted",
        )
        self.hint.setWordWrap(True)
        self.hint.setMinimumWidth(1)

    def _make_sections(self) -> None:
        self.times = Fields(self.fields, name="times")
        self.last_answer = self.times.add("last_answer", self.tr("Last answer"), caption=self.tr("Answer"))
        self.last_success = self.times.add(
            "last_success", self.tr("Last success"), caption=self.tr("Success"), beside=True
        )
        self.created = self.times.add("created", self.tr("Created"))
        self.first_404 = self.times.add("first_404", self.tr("First 404"), beside=True)
        self.history = History(self._context, self.fields)
        self.address = Fields(self.fields, name="address")
        self.service = self.address.add_whole("service", self.tr("Push service"))
        self.endpoint = self.address.add_whole("endpoint", self.tr("Endpoint"), tone="mono")
        self.reveal_button = QPushButton(self.tr("Reveal"), self.address)
        self.reveal_button.setObjectName("reveal_button")
        self.reveal_button.setProperty("kind", "link")
        self.reveal_button.clicked.connect(self._on_reveal)
        self.address.put_beside_caption(self.endpoint, self.reveal_button)
        self.parts = self.address.add_whole("parts", self.tr("Parts of the endpoint"), tone="muted", captioned=False)
        self.keys = Fields(self.fields, name="keys")
        self.endpoint_verdict = self.keys.add_whole("endpoint_verdict", self.tr("Checks"))
        self.p256dh_verdict = self.keys.add_whole("p256dh_verdict", self.tr("Check of p256dh"), captioned=False)
        self.auth_verdict = self.keys.add_whole("auth_verdict", self.tr("Check of auth"), captioned=False)
        self.fingerprint = self.keys.add_whole("fingerprint", self.tr("Fingerprint of p256dh"), tone="mono")
        self.key_origin = self.keys.add("key_origin", self.tr("VAPID key"))
        self.number = self.keys.add("number", self.tr("ID"), tone="mono", beside=True)
        self.client = Fields(self.fields, name="client")
        self.browser = self.client.add_whole("browser", self.tr("Browser"))
        self.user_agent = self.client.add_whole("user_agent", self.tr("User agent"), tone="muted")

    def _lay_out(self) -> None:
        sections = QVBoxLayout(self.fields)
        sections.setContentsMargins(0, 0, 0, 0)
        sections.setSpacing(8)
        for section in (self.times, self.history, self.address, self.keys, self.client):
            sections.addWidget(section)
        inside = QWidget(self)
        inside.setObjectName("inside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 10, 12, 10)
        column.setSpacing(8)
        for part in (self.heading, self.state, self.findings, self.hint, self.fields):
            column.addWidget(part)
        column.addStretch(1)
        self.scroller = FieldScroller(inside, self, name="scroller", label=self.tr("Selected subscription"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.scroller)

    def _show_row(self, info: SubscriptionInfo) -> None:
        subscription = info.subscription
        self.heading.show_broken(display_text(info.user_name, NAME_CHARACTERS))
        self.heading.setToolTip(plain_tooltip(info.user_name))
        self.state.show_broken(f"{translated(info.state.value)}: {state_meaning(info)}")
        self.state.set_tone(STATE_ROLES[info.state])
        self.findings.setVisible(bool(info.findings))
        self.findings.show_broken(findings.tip(info.findings))
        self.findings.set_tone(findings.role(info.findings))
        host = subscription.host or self.tr("no host")
        self.service.show_broken(display_text(service_text(info.service, host)))
        self.user_agent.show_broken(display_text(subscription.user_agent or self.tr("not told")))
        self.number.show_broken(str(subscription.id))
        show_time(self.created, subscription.created_at, self.tr("unknown"))
        show_time(self.last_success, subscription.last_success_at, self.tr("never"))
        show_time(self.first_404, subscription.first_404_at, self.tr("never"))
        status = subscription.last_status
        self.last_answer.show_broken(self.tr("none yet") if status is None else str(status))
        self._show_endpoint()

    def _show_detail(self) -> None:
        """Show what takes a read, or that it is on its way: nothing of another subscription stays."""
        detail = self._detail
        if detail is None:
            waiting = self.tr("…")
            for value in (self.parts, self.endpoint_verdict, self.p256dh_verdict, self.auth_verdict):
                value.show_broken(waiting)
                value.set_tone("muted")
            for value in (self.fingerprint, self.key_origin, self.browser):
                value.show_broken(waiting)
            return
        self.parts.show_broken("\n".join(map(part_text, detail.parts)) or self.tr("Its parts cannot be read."))
        problems = detail.keys.problems
        for value, verdict, problem in (
            (self.endpoint_verdict, endpoint_verdict, problems.endpoint),
            (self.p256dh_verdict, p256dh_verdict, problems.p256dh),
            (self.auth_verdict, auth_verdict, problems.auth),
        ):
            value.show_broken(verdict(detail.keys))
            value.set_tone("bad" if problem else "ok")
        self.fingerprint.show_broken(detail.keys.fingerprint or self.tr("none: it cannot be decoded"))
        self.key_origin.show_broken(key_origin_text(detail))
        self.browser.show_broken(agent_text(detail.agent) or self.tr("unknown"))
        self.history.show_answers(detail.answers, suspect=detail.info.marked)

    def _ask(self, info: SubscriptionInfo) -> None:
        self._stop_asking()
        number = info.subscription.id
        if number is not None:
            self._job = self._context.ask(lambda backend: backend.details.of(number, info.findings), self._on_detail)

    def _stop_asking(self) -> None:
        if self._job is not None:
            # The operator has gone on: a late answer must not show.
            self._job.cancel()
            self._job = None

    def _on_detail(self, detail: SubscriptionDetail | None) -> None:
        self._job = None
        if detail is not None and self._info is not None and detail.info.subscription.id == self._info.subscription.id:
            self._detail = detail
            self._show_detail()
            self._show_endpoint()
            self.changed.emit()

    def _on_changes(self, batch: Sequence[Any]) -> None:
        # Written down in stretches, some times a second: whose answers they were is not told.
        if self._info is not None and any(isinstance(event, HistoryChanged) for event in batch):
            self._answers_refresher.wish()

    def _ask_answers(self) -> None:
        if self._job is not None:
            # What is on its way may have been read before the newest answer.
            self._answers_refresher.wish()
        elif self._info is not None:
            self._ask(self._info)

    def _show_endpoint(self) -> None:
        if self._info is None:
            return
        # The row of a list is cut where it is long.
        row = (self._detail.info if self._detail is not None else self._info).subscription
        # An endpoint that can be used is whole; in one that cannot be used, escapes may be many times as long.
        whole = display_text(row.endpoint, MAX_ENDPOINT_CHARACTERS)[:MAX_ENDPOINT_CHARACTERS]
        self.endpoint.show_broken(whole if self._revealed else display_text(row.masked))
        self.reveal_button.setText(self.tr("Hide") if self._revealed else self.tr("Reveal"))
        self.reveal_button.setAccessibleName(self.tr("Hide endpoint") if self._revealed else self.tr("Reveal endpoint"))

    def _on_reveal(self) -> None:
        self._revealed = not self._revealed
        if self._revealed:
            self._hide_again.start()
        else:
            self._hide_again.stop()
        self._show_endpoint()

    def _hide_endpoint(self) -> None:
        self._revealed = False
        self._hide_again.stop()
        self._show_endpoint()

    def hideEvent(self, event: QHideEvent) -> None:
        """Who comes back later finds the endpoint masked."""
        super().hideEvent(event)
        if self._revealed:
            self._hide_endpoint()
