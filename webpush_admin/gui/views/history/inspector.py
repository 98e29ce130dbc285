"""The pane of one delivery: what it means and what to do, the request as it went out, the answer. No secret is in it.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QTabWidget, QToolButton, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.models import inspector as words
from webpush_admin.gui.models.deliveries import row_text, service_of, user_of
from webpush_admin.gui.models.outcomes import outcome_role, outcome_tip
from webpush_admin.gui.models.sends import send_name
from webpush_admin.gui.text import display_text, plain_tooltip
from webpush_admin.gui.views.history.actions import HistoryActions
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.fields import Fields, Value
from webpush_admin.gui.widgets.flow import FlowLayout
from webpush_admin.gui.widgets.plain import Card
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.store.history_rows import DeliveryDetail, DeliveryRow

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

NAME_CHARACTERS: Final = 120
CLAIMS: Final = 6
"""Shown of a token; ours has three."""


class Inspector(Card):
    """Shows the row at once, and the rest when it has been read.

    Attributes:
        changed: More or less is known of the delivery than before.
        closed: The operator has seen enough.
    """

    changed = Signal()
    closed = Signal()

    def __init__(self, context: Context, actions: HistoryActions, parent: QWidget) -> None:
        super().__init__(parent, name="inspector")
        self.setAccessibleName(self.tr("Inspected delivery"))
        self._context = context
        self._actions = actions
        self._row: DeliveryRow | None = None
        self._detail: DeliveryDetail | None = None
        self._job: Job[Any] | None = None
        self._make_head()
        self._make_diagnosis()
        self._make_request()
        self._make_answer()
        self._lay_out()
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._escape.activated.connect(self.closed)
        context.theme_changed.connect(self._paint_icons)
        self._paint_icons()

    @property
    def row(self) -> DeliveryRow | None:
        """The delivery that is shown."""
        return self._row

    @property
    def detail(self) -> DeliveryDetail | None:
        """All that is known of it, None while that is being read."""
        return self._detail

    def show_row(self, row: DeliveryRow | None) -> None:
        """Show a delivery; nothing of another one stays."""
        if row == self._row:
            return
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._row, self._detail = row, None
        if row is not None:
            self._show_row(row)
            self._show_waiting()
            number = row.number
            self._job = self._context.ask(
                lambda backend: backend.history.detail(number), self._on_detail, self._on_failed
            )
        self.changed.emit()

    def enter(self) -> None:
        """Take the keyboard."""
        self.tabs.tabBar().setFocus()

    def _make_head(self) -> None:
        self.headline = Value(self, name="headline", label=self.tr("Outcome"), tone="heading")
        self.meaning = Value(self, name="meaning", label=self.tr("What it means"))
        self.who = Value(self, name="who", label=self.tr("User and push service"), tone="muted")
        self.when = Value(self, name="when", label=self.tr("Time and duration"), tone="muted")
        self.close_button = QToolButton(self, autoRaise=True)
        self.close_button.setObjectName("close_button")
        self.close_button.setAccessibleName(self.tr("Close the inspector"))
        self.close_button.setToolTip(self.tr("Close the inspector (Esc)"))
        self.close_button.clicked.connect(self.closed)
        self.remedy_button = ActionButton(self._actions.remedy, self, kind="accent", name="remedy_button")
        self.show_button = ActionButton(self._actions.show_subscription, self, name="show_button")
        self.report_button = ActionButton(
            self._context.actions["copy_report"], self, text=self.tr("Report"), name="report_button"
        )
        self.curl_button = ActionButton(
            self._context.actions["copy_curl"], self, text=self.tr("cURL"), name="curl_button"
        )
        self._actions.remedy.changed.connect(self._show_remedy)
        self._show_remedy()

    def _make_diagnosis(self) -> None:
        self.diagnosis = Fields(self, name="diagnosis")
        self.cause = self.diagnosis.add_whole("cause", self.tr("Why"))
        self.remedy = self.diagnosis.add_whole("remedy", self.tr("What to do"))
        self.reason = self.diagnosis.add_whole("reason", self.tr("What happened"))
        self.row_state = self.diagnosis.add_whole("row_state", self.tr("The row"))
        self.source = self.diagnosis.add_whole("source", self.tr("Known from"), tone="muted")
        self.rule = self.diagnosis.add_whole("rule", self.tr("Rule"), tone="mono-muted")
        self.send = self.diagnosis.add_whole("send", self.tr("Send"))
        self.number = self.diagnosis.add("number", self.tr("Delivery"), tone="mono")
        self.subscription = self.diagnosis.add("subscription", self.tr("Subscription"), tone="mono", beside=True)

    def _make_request(self) -> None:
        self.request = Fields(self, name="request")
        self.sent = self.request.add_whole("sent", self.tr("Request"), tone="mono")
        self.sizes = self.request.add_whole("sizes", self.tr("Sizes"))
        self.jwt_header = self.request.add_whole("jwt_header", self.tr("Header of the token"), tone="mono")
        self.claims: list[tuple[Value, Value]] = []
        for number in range(CLAIMS):
            value = self.request.add_whole(
                f"claim_{number}", self.tr("Claims of the token"), tone="mono", captioned=number == 0
            )
            judged = self.request.add_whole(f"judged_{number}", self.tr("What the claim means"), captioned=False)
            self.claims.append((value, judged))
        self.key = self.request.add_whole("key", self.tr("Key"), tone="mono")

    def _make_answer(self) -> None:
        self.answer = Fields(self, name="answer")
        self.status = self.answer.add_whole("status", self.tr("Status"))
        self.headers = self.answer.add_whole("headers", self.tr("Headers"), tone="mono")
        self.body = self.answer.add_whole("body", self.tr("Body"), tone="mono")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.headline, 1)
        top.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QWidget(self)
        buttons.setObjectName("buttons")
        flow = FlowLayout(buttons)
        for button in (self.remedy_button, self.show_button, self.report_button, self.curl_button):
            flow.addWidget(button)
        self.tabs = QTabWidget(self)
        self.tabs.setObjectName("tabs")
        self.tabs.setAccessibleName(self.tr("Parts of the delivery"))
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for fields, title in (
            (self.diagnosis, self.tr("Diagnosis")),
            (self.request, self.tr("Request")),
            (self.answer, self.tr("Answer")),
        ):
            self.tabs.addTab(self._scrolled(fields, title), title)
        self.tabs.tabBar().setObjectName("tab_bar")
        self.tabs.tabBar().setAccessibleName(self.tr("Diagnosis, request, answer"))
        head = QVBoxLayout()
        head.setContentsMargins(14, 10, 8, 0)
        head.setSpacing(4)
        head.addLayout(top)
        for part in (self.meaning, self.who, self.when):
            head.addWidget(part)
        head.addSpacing(4)
        head.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.tabs, 1)

    def _scrolled(self, fields: Fields, title: str) -> QScrollArea:
        inside = QWidget(self)
        inside.setObjectName(f"{fields.objectName()}_inside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 8, 12, 10)
        column.addWidget(fields)
        column.addStretch(1)
        scroller = QScrollArea(self)
        scroller.setObjectName(f"{fields.objectName()}_scroller")
        scroller.setAccessibleName(title)
        scroller.setWidgetResizable(True)
        scroller.setFrameShape(QScrollArea.Shape.NoFrame)
        scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroller.setWidget(inside)
        scroller.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        return scroller

    def _show_row(self, row: DeliveryRow) -> None:
        diagnosis = diagnosis_called(row.rule)
        self.headline.show_broken(words.headline(row))
        self.headline.setProperty("tone", "heading")
        self.meaning.show_broken(words.meaning(row))
        self.meaning.set_tone(outcome_role(row.outcome))
        self.who.show_broken(
            f"{display_text(user_of(row), NAME_CHARACTERS)} · {display_text(service_of(row))} · …{row.tail}"
        )
        self.when.show_broken(f"{words.times(row).splitlines()[0]} · {words.timing(row)}")
        self.when.setToolTip(plain_tooltip(words.times(row)))
        cause = diagnosis.cause if diagnosis is not None else outcome_tip(row.outcome)
        for value, text in (
            (self.cause, cause if cause != words.meaning(row) else ""),
            (self.remedy, diagnosis.remedy if diagnosis is not None else ""),
            (self.reason, row.reason if row.reason != words.meaning(row) else ""),
            (self.row_state, outcome_tip(row.outcome, pruned=row.pruned, held=row.held) if row_text(row) else ""),
            (self.source, diagnosis.source if diagnosis is not None else ""),
            (self.rule, row.rule),
            (self.number, str(row.number)),
            (self.subscription, "" if row.subscription_id is None else str(row.subscription_id)),
        ):
            self._show(self.diagnosis, value, text)
        self._show(self.answer, self.status, words.status_line(row) or row.reason or words.meaning(row))
        self._show(self.answer, self.body, words.plain_lines(row.body) if row.body else "")

    def _show_waiting(self) -> None:
        """Say that the rest is on its way: nothing of another delivery stays."""
        self._show(self.diagnosis, self.send, "…")
        self._show(self.answer, self.headers, "…")
        self._show_request("…")

    def _show_request(self, instead: str) -> None:
        """Say why there is no request."""
        self._show(self.request, self.sent, instead)
        for value in (self.sizes, self.jwt_header, self.key, *(part for claim in self.claims for part in claim)):
            self._show(self.request, value, "")

    def _show(self, fields: Fields, value: Value, text: str) -> None:
        value.show_broken(text)
        fields.show_field(value, bool(text))

    def _on_detail(self, detail: DeliveryDetail | None) -> None:
        self._job = None
        row = self._row
        if row is None:
            return
        if detail is None:
            self._on_failed(self.tr("It has been forgotten meanwhile."))
            return
        self._detail = detail
        self._show(self.diagnosis, self.send, send_name(detail.send))
        self._show(self.answer, self.headers, "\n".join(words.header_lines(detail.headers)))
        request = detail.request
        if request is None:
            self._show_request(self.tr("No request was made. {why}").format(why=row.reason).strip())
        else:
            self._show(self.request, self.sent, "\n".join(words.request_lines(request, row.tail)))
            self._show(self.request, self.sizes, words.sizes(request))
            self._show(self.request, self.jwt_header, words.pretty_json(request.jwt_header))
            self._show_claims(detail)
            self._show(self.request, self.key, self._key_words(detail))
        self.changed.emit()

    def _show_claims(self, detail: DeliveryDetail) -> None:
        assert detail.request is not None
        claims = words.claims(detail.request, detail.row.at)
        for number, (value, judged) in enumerate(self.claims):
            claim = claims[number] if number < len(claims) else None
            self._show(self.request, value, f"{claim.name}: {claim.value}" if claim is not None else "")
            self._show(self.request, judged, claim.words if claim is not None else "")
            judged.set_tone((claim.role if claim is not None else "") or "muted")

    def _key_words(self, detail: DeliveryDetail) -> str:
        assert detail.request is not None
        key, database = words.key_id(detail.request), self._context.database
        if not key or database is None:
            return key
        active = detail.request.public_key == database.public_key
        return f"{key}\n{self.tr('the active key pair') if active else self.tr('another key pair than the active one')}"

    def _on_failed(self, sentence: str) -> None:
        self._job = None
        self._show(self.diagnosis, self.send, sentence)
        self._show(self.answer, self.headers, "")
        self._show_request(sentence)

    def _show_remedy(self) -> None:
        self.remedy_button.setVisible(self._actions.remedy.isVisible())

    def _paint_icons(self) -> None:
        self.close_button.setIcon(tinted_icon("x", self._context.theme.tokens.muted))
