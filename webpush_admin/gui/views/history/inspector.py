"""The pane of one delivery: what it means and what to do, the request as it went out, the answer. No secret is in it.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QToolButton, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.models import inspector as words
from webpush_admin.gui.models.deliveries import service_of, user_of
from webpush_admin.gui.models.outcomes import outcome_role
from webpush_admin.gui.text import display_text, plain_tooltip
from webpush_admin.gui.views.history.actions import HistoryActions
from webpush_admin.gui.views.history.inspector_pages import AnswerPage, DiagnosisPage, RequestPage
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.fields import Fields, FieldScroller, Value
from webpush_admin.gui.widgets.flow import FlowLayout
from webpush_admin.gui.widgets.plain import Card
from webpush_admin.store.history_rows import DeliveryDetail, DeliveryRow

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

NAME_CHARACTERS: Final = 120


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
        self.diagnosis = DiagnosisPage(self)
        self.request = RequestPage(self)
        self.answer = AnswerPage(self)
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

    def _scrolled(self, fields: Fields, title: str) -> FieldScroller:
        inside = QWidget(self)
        inside.setObjectName(f"{fields.objectName()}_inside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 8, 12, 10)
        column.addWidget(fields)
        column.addStretch(1)
        return FieldScroller(inside, self, name=f"{fields.objectName()}_scroller", label=title)

    def _show_row(self, row: DeliveryRow) -> None:
        self.headline.show_broken(words.headline(row))
        self.meaning.show_broken(words.meaning(row))
        self.meaning.set_tone(outcome_role(row.outcome))
        self.who.show_broken(
            f"{display_text(user_of(row), NAME_CHARACTERS)} · {display_text(service_of(row))} · …{row.tail}"
        )
        self.when.show_broken(f"{words.times(row).splitlines()[0]} · {words.timing(row)}")
        self.when.setToolTip(plain_tooltip(words.times(row)))
        self.diagnosis.show_row(row)
        # The rest is on its way: nothing of another delivery stays.
        self.request.show_instead("…")
        self.answer.show_row(row)

    def _on_detail(self, detail: DeliveryDetail | None) -> None:
        self._job = None
        if detail is None:
            self._on_failed(self.tr("It has been forgotten meanwhile."))
            return
        self._detail = detail
        database = self._context.database
        self.diagnosis.show_send(detail.send)
        self.request.show_detail(detail, database.public_key if database is not None else "")
        self.answer.show_headers(detail.headers)
        self.changed.emit()

    def _on_failed(self, sentence: str) -> None:
        self._job = None
        self.diagnosis.show_text(self.diagnosis.send, "")
        self.request.show_instead(sentence)
        self.answer.show_headers(())

    def _show_remedy(self) -> None:
        self.remedy_button.setVisible(self._actions.remedy.isVisible())

    def _paint_icons(self) -> None:
        self.close_button.setIcon(tinted_icon("x", self._context.theme.tokens.muted))
