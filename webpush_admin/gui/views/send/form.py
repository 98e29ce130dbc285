"""The form of a message: four shapes of payload, and the fields of each.

Runs on: GUI thread
"""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from webpush_admin.gui.models.draft import MOST_BUTTONS, Draft, Shape, as_json
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.theme import mono_font
from webpush_admin.gui.views.send.delivery import DeliveryFields
from webpush_admin.gui.views.send.scroller import Pages, Scroller
from webpush_admin.gui.widgets.plain import PlainLabel

_BODY_LINES: Final = 3
_DATA_LINES: Final = 2
_EDIT_MARGIN: Final = 16
_LEAST_RAW: Final = 150
_ADDRESS: Final = "https://…"


class MessageForm(QWidget):
    """What is typed becomes a `Draft`.

    Attributes:
        changed: Something was typed or chosen.
    """

    changed = Signal()

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
        self.fields = QWidget(self)
        self.fields.setObjectName("fields")
        self._make_fields()
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
        buttons = tuple((label.text(), url.text()) for label, url in self.buttons)
        while buttons and buttons[-1] == ("", ""):
            buttons = buttons[:-1]
        return Draft(
            shape=self.shape,
            title=self.title.text(),
            body=self.body.toPlainText(),
            icon=self.icon.text(),
            image=self.image.text(),
            badge=self.badge.text(),
            tag=self.tag.text(),
            url=self.url.text(),
            data=self.data.toPlainText(),
            silent=self.silent.isChecked(),
            mutable=self.mutable.isChecked(),
            buttons=buttons,
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
        for name in ("title", "icon", "image", "badge", "tag", "url"):
            self._show(getattr(self, name), getattr(draft, name))
        for name in ("body", "data", "raw_json", "raw_text"):
            getattr(self, name).setPlainText(getattr(draft, name))
        self.silent.setChecked(draft.silent)
        self.mutable.setChecked(draft.mutable)
        for number, (label, url) in enumerate(self.buttons):
            texts = draft.buttons[number] if number < len(draft.buttons) else ("", "")
            self._show(label, texts[0])
            self._show(url, texts[1])
        self.delivery.show_draft(draft)
        self._quiet = False
        self.changed.emit()

    def focus_first(self) -> None:
        """Go to the field that one begins with."""
        first: QWidget = {Shape.JSON: self.raw_json, Shape.TEXT: self.raw_text}.get(self.shape, self.title)
        first.setFocus()
        if first is self.title:
            self.title.selectAll()

    def _make_fields(self) -> None:
        self.title = self._line("title", self.tr("Title"))
        self.body = self._text("body", self.tr("Text"), _BODY_LINES)
        self.url = self._line("url", self.tr("Link"), _ADDRESS, self.tr("Where a click leads to."))
        self.icon = self._line("icon", self.tr("Icon"), _ADDRESS, self.tr("A small square picture."))
        self.image = self._line("image", self.tr("Picture"), _ADDRESS, self.tr("A large picture below the text."))
        self.badge = self._line(
            "badge", self.tr("Badge"), _ADDRESS, self.tr("One colour, for the status bar of Android.")
        )
        self.tag = self._line(
            "tag", self.tr("Tag"), self.tr("optional"), self.tr("A shown notification of the same tag is replaced.")
        )
        self.data = self._text("data", self.tr("Data"), _DATA_LINES)
        self.data.setFont(mono_font())
        self.data.setPlaceholderText(self.tr("JSON for the service worker, optional"))
        self.silent = self._tick("silent", self.tr("Silent"), self.tr("Neither sound nor vibration."))
        self.mutable = self._tick(
            "mutable",
            self.tr("Mutable"),
            self.tr("The service worker gets a declarative message too, and may show something else."),
        )
        self.buttons: list[tuple[QLineEdit, QLineEdit]] = []
        grid = QGridLayout(self.fields)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self._row(grid, 0, self.tr("Title"), self.title)
        self._row(grid, 1, self.tr("Text"), self.body)
        self._row(grid, 2, self.tr("Link"), self.url)
        self._pair(grid, 3, (self.tr("Icon"), self.icon), (self.tr("Picture"), self.image))
        self._pair(grid, 4, (self.tr("Badge"), self.badge), (self.tr("Tag"), self.tag))
        for number in range(1, MOST_BUTTONS + 1):
            self._button_row(grid, 4 + number, number)
        last = 5 + MOST_BUTTONS
        self._caption(grid, last, 0, self.tr("Data"), self.data)
        ticks = QVBoxLayout()
        ticks.setSpacing(4)
        ticks.addWidget(self.silent)
        ticks.addWidget(self.mutable)
        ticks.addStretch(1)
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addWidget(self.data, 1)
        both.addLayout(ticks)
        grid.addLayout(both, last, 1, 1, 3)
        grid.setRowStretch(last + 1, 1)

    def _button_row(self, grid: QGridLayout, row: int, number: int) -> None:
        label = self._line(
            f"button_label_{number}", self.tr("Label of button {0}").format(number), self.tr("Label, optional")
        )
        url = self._line(f"button_url_{number}", self.tr("Address of button {0}").format(number), _ADDRESS)
        self.buttons.append((label, url))
        both = QHBoxLayout()
        both.setSpacing(8)
        both.addWidget(label, 2)
        both.addWidget(url, 3)
        self._caption(grid, row, 0, self.tr("Button {0}").format(number), label)
        grid.addLayout(both, row, 1, 1, 3)

    def _row(self, grid: QGridLayout, row: int, caption: str, field: QWidget) -> None:
        self._caption(grid, row, 0, caption, field)
        grid.addWidget(field, row, 1, 1, 3)

    def _pair(self, grid: QGridLayout, row: int, *fields: tuple[str, QWidget]) -> None:
        for column, (caption, field) in zip((0, 2), fields, strict=True):
            self._caption(grid, row, column, caption, field)
            grid.addWidget(field, row, column + 1)

    def _caption(self, grid: QGridLayout, row: int, column: int, text: str, field: QWidget) -> None:
        label = PlainLabel(text, self.fields, name=f"{field.objectName()}_caption", tone="muted")
        label.setBuddy(field)
        top = isinstance(field, QPlainTextEdit)
        label.setContentsMargins(0, 8 if top else 0, 0, 0)
        grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter)

    def _line(self, name: str, label: str, placeholder: str = "", tip: str = "") -> QLineEdit:
        field = QLineEdit(self.fields)
        field.setObjectName(name)
        field.setAccessibleName(label)
        field.setPlaceholderText(placeholder)
        field.setToolTip(plain_tooltip(tip))
        field.setMinimumWidth(60)
        field.textChanged.connect(self._tell)
        return field

    def _text(self, name: str, label: str, lines: int) -> QPlainTextEdit:
        field = QPlainTextEdit(self.fields)
        field.setObjectName(name)
        field.setAccessibleName(label)
        field.setTabChangesFocus(True)
        field.setFixedHeight(lines * QFontMetrics(field.font()).lineSpacing() + _EDIT_MARGIN)
        field.textChanged.connect(self._tell)
        return field

    def _raw(self, name: str, label: str, placeholder: str) -> QPlainTextEdit:
        field = QPlainTextEdit(self)
        field.setObjectName(name)
        field.setAccessibleName(label)
        field.setTabChangesFocus(True)
        field.setFont(mono_font())
        field.setPlaceholderText(placeholder)
        field.setMinimumHeight(_LEAST_RAW)
        field.textChanged.connect(self._tell)
        return field

    def _tick(self, name: str, text: str, tip: str) -> QCheckBox:
        box = QCheckBox(text, self.fields)
        box.setObjectName(name)
        box.setToolTip(plain_tooltip(tip))
        box.toggled.connect(self._tell)
        return box

    def _on_shape(self, _index: int) -> None:
        shape, former = self.shape, self._former
        self._former = shape
        if shape is Shape.JSON and not self._quiet and not self.raw_json.toPlainText():
            # Who goes on from the fields finds them written out.
            self.raw_json.setPlainText(as_json(replace(self.draft(), shape=former)).raw_json)
        page = {Shape.JSON: self.raw_json, Shape.TEXT: self.raw_text}.get(shape, self.fields)
        self.pages.setCurrentWidget(page)
        self.mutable.setVisible(shape is Shape.DECLARATIVE)
        self.shape_note.show_text(self._explanations[shape])
        self._tell()

    def _show(self, field: QLineEdit, text: str) -> None:
        field.setText(text)
        # Of an address the beginning tells more than the end.
        field.setCursorPosition(0)

    def _tell(self) -> None:
        if not self._quiet:
            self.changed.emit()
