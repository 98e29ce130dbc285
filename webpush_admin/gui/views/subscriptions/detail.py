"""The pane of one subscription: what it is, whether it can be used, how it answered.

Runs on: GUI thread
"""

from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from webpush_admin.backend.records import SubscriptionInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.columns import translated
from webpush_admin.gui.models.subscriptions import STATE_ROLES, STATE_TIPS, service_text
from webpush_admin.gui.models.words import ago, exact_utc
from webpush_admin.gui.text import display_text, plain_tooltip
from webpush_admin.gui.widgets.plain import Card, Heading, PlainLabel

CHARACTER_PIXELS: Final = 8
MARGIN_PIXELS: Final = 42
NAME_CHARACTERS: Final = 120


def broken(text: str, characters: int) -> str:
    """Return the text with line breaks in words that are longer than a line: a label does not break them itself."""
    words = text.split(" ")
    return " ".join("\n".join(_pieces(word, characters)) for word in words)


def _pieces(word: str, characters: int) -> list[str]:
    """Return the pieces of a word, each as long as fits into a line."""
    return [word[at : at + characters] for at in range(0, len(word), characters)]


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
        self.heading.setMinimumWidth(1)
        self.state.setMinimumWidth(1)
        self.hint = PlainLabel("", self, name="hint", tone="muted")
        self.hint.setWordWrap(True)
        self.fields = QWidget(self)
        self.fields.setObjectName("fields")
        self.grid = QGridLayout(self.fields)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(10)
        self.grid.setVerticalSpacing(0)
        self.grid.setColumnStretch(0, 1)
        self.grid.setColumnStretch(1, 1)
        self.last_answer = self._field("last_answer", self.tr("Last answer"), 0, caption=self.tr("Answer"))
        self.last_success = self._field("last_success", self.tr("Last success"), 0, 1, caption=self.tr("Success"))
        self.service = self._field("service", self.tr("Push service"), 1, whole=True)
        self.keys = self._field("keys", self.tr("Check of endpoint and keys"), 2, whole=True)
        self.endpoint = self._field("endpoint", self.tr("Endpoint"), 3, tone="mono", whole=True)
        self.reveal_button = QPushButton(self.tr("Reveal"), self.fields)
        self.reveal_button.setObjectName("reveal_button")
        self.reveal_button.setProperty("kind", "link")
        self.reveal_button.clicked.connect(self._on_reveal)
        self.grid.addWidget(self.reveal_button, 9, 1, Qt.AlignmentFlag.AlignRight)
        self.browser = self._field("browser", self.tr("Browser"), 4, whole=True)
        self.created = self._field("created", self.tr("Created"), 5)
        self.number = self._field("number", self.tr("ID"), 5, 1, tone="mono")
        self.user_agent = self._field("user_agent", self.tr("User agent"), 6, tone="muted", whole=True)
        self._lay_out()
        self.show_info(None)

    def _lay_out(self) -> None:
        inside = QWidget(self)
        inside.setObjectName("inside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 10, 12, 10)
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
            self.heading.setToolTip("")
            self.heading.show_text(several if selected else self.tr("No subscription selected"))
            self.hint.show_text(self.tr("Select one to see its push service, its keys and how it answered."))
            return
        subscription = info.subscription
        self.heading.show_text(self._broken(display_text(info.user_name, NAME_CHARACTERS)))
        self.heading.setToolTip(plain_tooltip(info.user_name))
        self.state.show_text(f"{translated(info.state.value)}: {translated(STATE_TIPS[info.state])}")
        self.state.set_tone(STATE_ROLES[info.state])
        host = subscription.host or self.tr("no host")
        self.service.show_text(self._broken(service_text(info.service, host)))
        problems = "\n".join(problem for problem in (info.endpoint_problem, info.key_problem) if problem)
        self.keys.show_text(problems or self.tr("Valid: a point on P-256 and a secret of 16 bytes."))
        self.keys.set_tone("bad" if problems else "ok")
        self.browser.show_text(info.browser or self.tr("unknown"))
        self.user_agent.show_text(self._broken(display_text(subscription.user_agent or self.tr("not told"))))
        self.number.show_text(str(subscription.id))
        self._show_time(self.created, subscription.created_at, self.tr("unknown"))
        self._show_time(self.last_success, subscription.last_success_at, self.tr("never"))
        status = subscription.last_status
        self.last_answer.show_text(self.tr("none yet") if status is None else str(status))
        self._show_endpoint()

    def _field(
        self,
        name: str,
        label: str,
        row: int,
        column: int = 0,
        *,
        tone: str = "",
        whole: bool = False,
        caption: str = "",
    ) -> PlainLabel:
        title = PlainLabel(caption or label, self.fields, name=f"{name}_caption", tone="caption")
        title.setToolTip(plain_tooltip(label))
        value = PlainLabel("", self.fields, name=name, tone=tone, selectable=True)
        value.setAccessibleName(label)
        value.setWordWrap(True)
        title.setMinimumWidth(1)
        # What is still too wide is cut, rather than the pane made wider than its place.
        value.setMinimumWidth(1)
        # Beside the caption of the endpoint stands the button that reveals it.
        self.grid.addWidget(title, 3 * row, column, 1, 2 if whole and name != "endpoint" else 1)
        self.grid.addWidget(value, 3 * row + 1, column, 1, 2 if whole else 1, Qt.AlignmentFlag.AlignTop)
        self.grid.setRowMinimumHeight(3 * row + 2, 7)
        return value

    def _show_time(self, field: PlainLabel, at: datetime | None, never: str) -> None:
        short = ago(at, never=never)
        told = short if at is None or short == exact_utc(at)[: len(short)] or short == "now" else f"{short} ago"
        field.show_text(told)
        field.setToolTip(plain_tooltip(exact_utc(at, never=never)))

    def _broken(self, text: str) -> str:
        return broken(text, max(10, (self.width() - MARGIN_PIXELS) // CHARACTER_PIXELS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break long words where the pane ends now."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width() and self._info is not None:
            self.show_info(self._info)

    def _show_endpoint(self) -> None:
        if self._info is None:
            return
        subscription = self._info.subscription
        shown = subscription.endpoint if self._revealed else subscription.masked
        self.endpoint.show_text(self._broken(shown[:2048]))
        self.reveal_button.setText(self.tr("Hide") if self._revealed else self.tr("Reveal"))
        self.reveal_button.setAccessibleName(self.tr("Hide endpoint") if self._revealed else self.tr("Reveal endpoint"))

    def _on_reveal(self) -> None:
        self._revealed = not self._revealed
        self._show_endpoint()
