"""The fields of a notification: what stands in each member of its JSON.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from webpush_admin.gui.models.draft import MOST_BUTTONS, Draft
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.theme import mono_font
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.gui.widgets.plain_edit import PlainEdit

_BODY_LINES: Final = 3
_DATA_LINES: Final = 2
_EDIT_MARGIN: Final = 16
_ADDRESS: Final = "https://…"


class FieldPage(QWidget):
    """Title, text, link, pictures, tag, buttons, data and ticks.

    Attributes:
        changed: Something was typed or chosen.
        shortened: Something was pasted that is too long; carries how many characters it had.
    """

    changed = Signal()
    shortened = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("fields")
        self._make_fields()

    def written(self) -> tuple[tuple[str, str], ...]:
        """Return label and address of each button, without empty ones at the end."""
        buttons = tuple((label.text(), url.text()) for label, url in self.buttons)
        while buttons and buttons[-1] == ("", ""):
            buttons = buttons[:-1]
        return buttons

    def show_draft(self, draft: Draft) -> None:
        """Put a draft into the fields."""
        for name in ("title", "icon", "image", "badge", "tag", "url"):
            self._show(getattr(self, name), getattr(draft, name))
        for name in ("body", "data"):
            getattr(self, name).show_text(getattr(draft, name))
        self.silent.setChecked(draft.silent)
        self.mutable.setChecked(draft.mutable)
        for number, (label, url) in enumerate(self.buttons):
            texts = draft.buttons[number] if number < len(draft.buttons) else ("", "")
            self._show(label, texts[0])
            self._show(url, texts[1])

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
        grid = QGridLayout(self)
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
        label = PlainLabel(text, self, name=f"{field.objectName()}_caption", tone="muted")
        label.setBuddy(field)
        top = isinstance(field, QPlainTextEdit)
        label.setContentsMargins(0, 8 if top else 0, 0, 0)
        grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter)

    def _line(self, name: str, label: str, placeholder: str = "", tip: str = "") -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(name)
        field.setAccessibleName(label)
        field.setPlaceholderText(placeholder)
        field.setToolTip(plain_tooltip(tip))
        field.setMinimumWidth(60)
        field.textChanged.connect(self.changed)
        return field

    def _text(self, name: str, label: str, lines: int) -> PlainEdit:
        field = PlainEdit(self)
        field.setObjectName(name)
        field.setAccessibleName(label)
        field.setTabChangesFocus(True)
        field.setFixedHeight(lines * QFontMetrics(field.font()).lineSpacing() + _EDIT_MARGIN)
        field.textChanged.connect(self.changed)
        field.shortened.connect(self.shortened)
        return field

    def _tick(self, name: str, text: str, tip: str) -> QCheckBox:
        box = QCheckBox(text, self)
        box.setObjectName(name)
        box.setToolTip(plain_tooltip(tip))
        box.toggled.connect(self.changed)
        return box

    def _show(self, field: QLineEdit, text: str) -> None:
        field.setText(text)
        # Of an address the beginning tells more than the end.
        field.setCursorPosition(0)
