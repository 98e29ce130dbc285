"""The pane of one subscription: what it is, whether it can be used, how it answered.

Runs on: GUI thread
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from webpush_admin.backend.records import SubscriptionInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.subscriptions import STATE_ROLES, STATE_TIPS
from webpush_admin.gui.models.words import ago_exactly
from webpush_admin.gui.widgets.plain import Card, Heading, PlainLabel


class DetailPane(Card):
    """Shows one subscription. The endpoint is a capability: masked until it is asked for."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="detail_pane")
        self.setAccessibleName(self.tr("Selected subscription"))
        self._context = context
        self._info: SubscriptionInfo | None = None
        self._revealed = False
        self.heading = Heading("", self, name="heading")
        self.heading.setWordWrap(True)
        self.state = PlainLabel("", self, name="state")
        self.state.setWordWrap(True)
        self.hint = PlainLabel("", self, name="hint", tone="muted")
        self.hint.setWordWrap(True)
        self.fields = QWidget(self)
        self.fields.setObjectName("fields")
        self.form = QFormLayout(self.fields)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setVerticalSpacing(4)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self.service = self._field("service", self.tr("Push service"))
        self.endpoint = self._field("endpoint", self.tr("Endpoint"), tone="mono")
        self.reveal_button = QPushButton(self.tr("Reveal"), self.fields)
        self.reveal_button.setObjectName("reveal_button")
        self.reveal_button.setProperty("kind", "link")
        self.reveal_button.clicked.connect(self._on_reveal)
        reveal_row = QHBoxLayout()
        reveal_row.setContentsMargins(0, 0, 0, 4)
        reveal_row.addWidget(self.reveal_button)
        reveal_row.addStretch(1)
        self.form.addRow(reveal_row)
        self.keys = self._field("keys", self.tr("Check of endpoint and keys"))
        self.last_answer = self._field("last_answer", self.tr("Last answer"))
        self.last_success = self._field("last_success", self.tr("Last success"))
        self.created = self._field("created", self.tr("Created"))
        self.browser = self._field("browser", self.tr("Browser"))
        self.user_agent = self._field("user_agent", self.tr("User agent"), tone="muted")
        self._lay_out()
        self.show_info(None)

    def _lay_out(self) -> None:
        inside = QWidget(self)
        inside.setObjectName("inside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(self.state)
        column.addWidget(self.hint)
        column.addWidget(self.fields)
        column.addStretch(1)
        self.scroller = QScrollArea(self)
        self.scroller.setObjectName("scroller")
        self.scroller.setAccessibleName(self.tr("Selected subscription"))
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(inside)
        self.scroller.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.scroller)

    def show_info(self, info: SubscriptionInfo | None, selected: int = 0) -> None:
        """Show a subscription; without one, how many are selected."""
        before = self._info.subscription.identity if self._info else None
        self._info = info
        if info is None or info.subscription.identity != before:
            self._revealed = False
        self.fields.setVisible(info is not None)
        self.state.setVisible(info is not None)
        self.hint.setVisible(info is None)
        if info is None:
            several = self.tr("{n} subscriptions selected").format(n=f"{selected:,}")
            self.heading.show_text(several if selected else self.tr("No subscription selected"))
            self.hint.show_text(self.tr("Select one to see its push service, its keys and how it answered."))
            return
        subscription = info.subscription
        self.heading.show_text(info.user_name)
        self.state.show_text(f"{info.state.value}: {STATE_TIPS[info.state]}")
        self.state.set_tone(STATE_ROLES[info.state])
        host = subscription.host or self.tr("no host")
        self.service.show_text(info.service if info.service == host else f"{info.service}\n{host}")
        problems = "\n".join(problem for problem in (info.endpoint_problem, info.key_problem) if problem)
        self.keys.show_text(problems or self.tr("Valid: a point on P-256 and a secret of 16 bytes."))
        self.keys.set_tone("bad" if problems else "ok")
        self.browser.show_text(info.browser or self.tr("unknown"))
        self.user_agent.show_text(subscription.user_agent or self.tr("not told"))
        self.created.show_text(ago_exactly(subscription.created_at, never=self.tr("unknown")))
        self.last_success.show_text(ago_exactly(subscription.last_success_at, never=self.tr("never")))
        status = subscription.last_status
        self.last_answer.show_text(self.tr("none yet") if status is None else str(status))
        self._show_endpoint()

    def _field(self, name: str, label: str, tone: str = "") -> PlainLabel:
        caption = PlainLabel(label, self.fields, name=f"{name}_caption", tone="caption")
        value = PlainLabel("", self.fields, name=name, tone=tone, selectable=True)
        value.setAccessibleName(label)
        value.setWordWrap(True)
        value.setContentsMargins(0, 0, 0, 6)
        self.form.addRow(caption, value)
        return value

    def _show_endpoint(self) -> None:
        if self._info is None:
            return
        subscription = self._info.subscription
        shown = subscription.endpoint if self._revealed else subscription.masked
        # A word without blanks is not broken by a label: give it places to break at.
        self.endpoint.show_text("\n".join(shown[at : at + 32] for at in range(0, min(len(shown), 2048), 32)))
        word = self.tr("Hide endpoint") if self._revealed else self.tr("Reveal endpoint")
        self.reveal_button.setText(word)
        self.reveal_button.setAccessibleName(word)

    def _on_reveal(self) -> None:
        self._revealed = not self._revealed
        self._show_endpoint()
