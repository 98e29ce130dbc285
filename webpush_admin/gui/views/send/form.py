"""The form of a message: four shapes of payload, and the fields of each.

Runs on: GUI thread
"""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFrame,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from webpush_admin.gui.models.draft import Draft, Shape, as_json
from webpush_admin.gui.theme import mono_font
from webpush_admin.gui.views.send.delivery import DeliveryFields
from webpush_admin.gui.views.send.field_page import FieldPage
from webpush_admin.gui.views.send.scroller import Pages, Scroller
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.gui.widgets.plain_edit import PlainEdit

_BODY_LINES: Final = 3
_DATA_LINES: Final = 2
_EDIT_MARGIN: Final = 16
_LEAST_RAW: Final = 150
_ADDRESS: Final = "https://…"


class MessageForm(QWidget):
    """What is typed becomes a `Draft`.

    Attributes:
        changed: Something was typed or chosen.
        shortened: Something was pasted that is too long; carries how many characters it had.
    """

    changed = Signal()
    shortened = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("message_form")
        self._quiet = False
        self._former = Shape.FIELDS
        self.shapes = QTabBar(self)
        self.shapes.setObjectName("shapes")
        self.shapes.setAccessibleName(self.tr("What is sent"))
        self.shapes.setDrawBase(False)
        self.shapes.setExpanding(False)
        self._explanations = {
            Shape.FIELDS: self.tr("JSON for the service worker of your site, which shows it."),
            Shape.DECLARATIVE: self.tr(
                "Declarative Web Push: Safari 18.4 and later shows it without a service worker."
            ),
            Shape.JSON: self.tr("JSON of your own; the service worker must know what to do with it."),
            Shape.TEXT: self.tr("Sent as it stands: event.data.text() in the service worker."),
        }
        for words in (self.tr("Fields"), self.tr("Declarative"), self.tr("JSON"), self.tr("Text")):
            self.shapes.addTab(words)
        self.shape_note = PlainLabel("", self, name="shape_note", tone="caption")
        self.shape_note.setWordWrap(True)
        self.raw_json = self._raw("raw_json", self.tr("Payload as JSON"), '{\n  "title": "…"\n}')
        self.raw_text = self._raw("raw_text", self.tr("Payload as text"), "")
        self.fields = FieldPage(self)
        self.fields.changed.connect(self._tell)
        self.fields.shortened.connect(self.shortened)
        # By the names of what they are.
        self.title, self.body, self.icon = self.fields.title, self.fields.body, self.fields.icon
        self.pages = Pages("pages", self)
        for page in (self.fields, self.raw_json, self.raw_text):
            self.pages.addWidget(page)
        self.delivery = DeliveryFields(self)
        layout = QVBoxLayout(self)
        inside = QWidget(self)
        inside.setObjectName("inside")
        content = QVBoxLayout(inside)
        content.setContentsMargins(14, 6, 14, 6)
        content.setSpacing(8)
        content.addWidget(self.shape_note)
        content.addWidget(self.pages, 1)
        self.scroller = Scroller(inside, "scroller", self.tr("Message"), self)
        layout.setContentsMargins(0, 6, 0, 10)
        layout.setSpacing(4)
        layout.addWidget(self.shapes)
        layout.addWidget(self.scroller, 1)
        line = QFrame(self)
        line.setObjectName("line")
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(QPalette.ColorRole.Mid)
        layout.addWidget(line)
        layout.addWidget(self.delivery)
        self.shapes.currentChanged.connect(self._on_shape)
        self.delivery.changed.connect(self._tell)
        self._on_shape(0)

    @property
    def shape(self) -> Shape:
        """Which one is chosen."""
        return list(Shape)[max(0, self.shapes.currentIndex())]

    def draft(self) -> Draft:
        """Return what stands in the fields."""
        fields = self.fields
        return Draft(
            shape=self.shape,
            title=fields.title.text(),
            body=fields.body.toPlainText(),
            icon=fields.icon.text(),
            image=fields.image.text(),
            badge=fields.badge.text(),
            tag=fields.tag.text(),
            url=fields.url.text(),
            data=fields.data.toPlainText(),
            silent=fields.silent.isChecked(),
            mutable=fields.mutable.isChecked(),
            buttons=fields.written(),
            raw_json=self.raw_json.toPlainText(),
            raw_text=self.raw_text.toPlainText(),
            ttl=self.delivery.ttl.currentText(),
            urgency=self.delivery.chosen_urgency,
            topic=self.delivery.topic.text(),
        )

    def show_draft(self, draft: Draft) -> None:
        """Put a draft into the fields; `changed` is told once."""
        self._quiet = True
        self.shapes.setCurrentIndex(list(Shape).index(draft.shape))
        self.fields.show_draft(draft)
        self.raw_json.show_text(draft.raw_json)
        self.raw_text.show_text(draft.raw_text)
        self.delivery.show_draft(draft)
        self._quiet = False
        self.changed.emit()

    def focus_first(self) -> None:
        """Go to the field that one begins with."""
        first: QWidget = {Shape.JSON: self.raw_json, Shape.TEXT: self.raw_text}.get(self.shape, self.title)
        first.setFocus()
        if first is self.title:
            self.title.selectAll()

    def _raw(self, name: str, label: str, placeholder: str) -> PlainEdit:
        field = PlainEdit(self)
        field.setObjectName(name)
        field.setAccessibleName(label)
        field.setTabChangesFocus(True)
        field.setFont(mono_font())
        field.setPlaceholderText(placeholder)
        field.setMinimumHeight(_LEAST_RAW)
        field.textChanged.connect(self._tell)
        field.shortened.connect(self.shortened)
        return field

    def _on_shape(self, _index: int) -> None:
        shape, former = self.shape, self._former
        self._former = shape
        if shape is Shape.JSON and not self._quiet and not self.raw_json.toPlainText():
            # Who goes on from the fields finds them written out.
            self.raw_json.setPlainText(as_json(replace(self.draft(), shape=former)).raw_json)
        page = {Shape.JSON: self.raw_json, Shape.TEXT: self.raw_text}.get(shape, self.fields)
        self.pages.setCurrentWidget(page)
        self.fields.mutable.setVisible(shape is Shape.DECLARATIVE)
        self.shape_note.show_text(self._explanations[shape])
        self._tell()

    def _tell(self) -> None:
        if not self._quiet:
            self.changed.emit()
