"""Captions with values below them, in sections, as narrow as their pane: long words are broken.

Runs on: GUI thread
"""

from datetime import datetime
from typing import Final, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from webpush_admin.gui.models.detail import since
from webpush_admin.gui.models.words import exact_utc
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.widgets.plain import PlainLabel

LEAST_CHARACTERS: Final = 10
CHARACTER_PIXELS: Final = 8
GAP_PIXELS: Final = 7
NEAR_PIXELS: Final = 2
_ROWS_OF_FIELD: Final = 3
"""A gap, a caption, a value."""


def broken(text: str, characters: int) -> str:
    """Return the text with line breaks in words that are longer than a line: a label does not break them itself."""
    return "\n".join(
        " ".join("\n".join(_pieces(word, characters)) for word in line.split(" ")) for line in text.split("\n")
    )


def _pieces(word: str, characters: int) -> list[str]:
    """Return the pieces of a word, each as long as fits into a line."""
    return [word[at : at + characters] for at in range(0, len(word), characters)]


class Value(PlainLabel):
    """A text that can be selected, with the mouse and with the keyboard, and breaks where its pane ends."""

    def __init__(self, parent: QWidget, *, name: str, label: str, tone: str = "") -> None:
        super().__init__("", parent, name=name, tone=tone, selectable=True)
        self.setAccessibleName(label)
        self.setWordWrap(True)
        # What is still too wide is cut, rather than the pane made wider than its place.
        self.setMinimumWidth(1)
        # A text that can be selected takes the focus from the mouse alone, unless it is told otherwise.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._whole = ""

    def show_broken(self, text: str) -> None:
        """Show a text that may be hostile; its lines stay."""
        self._whole = text
        self.show_text(broken(text, max(LEAST_CHARACTERS, int(self.width() / self._character_pixels))))

    @property
    def _character_pixels(self) -> float:
        # In a font of fixed width all are as wide as that, and nothing need be guessed.
        mono = str(self.property("tone")).startswith("mono")
        return self.fontMetrics().horizontalAdvance("0" * 100) / 100 if mono else CHARACTER_PIXELS

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break long words where the pane ends now."""
        super().resizeEvent(event)
        if self._whole and event.size().width() != event.oldSize().width():
            self.show_broken(self._whole)


class Fields(QWidget):
    """A grid of two columns; a field takes one of them, or both."""

    def __init__(self, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._rows = 0
        self._captions: dict[QWidget, PlainLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)

    def add(self, name: str, label: str, *, tone: str = "", caption: str = "", beside: bool = False) -> Value:
        """Return a new field below the others, or `beside` the last one; `caption` is shorter than what it is."""
        value = Value(self, name=name, label=label, tone=tone)
        title = PlainLabel(caption or label, self, name=f"{name}_caption", tone="caption")
        title.setMinimumWidth(1)
        title.setToolTip(plain_tooltip(label))
        self._place(title, value, beside=beside)
        return value

    def add_whole(self, name: str, label: str, *, tone: str = "", captioned: bool = True) -> Value:
        """Return a new field that takes the whole width."""
        value = Value(self, name=name, label=label, tone=tone)
        title = None
        if captioned:
            title = PlainLabel(label, self, name=f"{name}_caption", tone="caption")
            title.setMinimumWidth(1)
        self._place(title, value, whole=True)
        return value

    def put_beside_caption(self, value: Value, widget: QWidget) -> None:
        """Put a button at the right of a field's caption."""
        row = self._grid.getItemPosition(self._grid.indexOf(self._captions[value]))
        assert isinstance(row, tuple)
        self._grid.removeWidget(self._captions[value])
        self._grid.addWidget(self._captions[value], row[0], 0)
        self._grid.addWidget(widget, row[0], 1, Qt.AlignmentFlag.AlignRight)

    def show_field(self, value: Value, shown: bool) -> None:
        """Show or hide a field with its caption."""
        value.setVisible(shown)
        if value in self._captions:
            self._captions[value].setVisible(shown)
        row, _, _, columns = cast("tuple[int, int, int, int]", self._grid.getItemPosition(self._grid.indexOf(value)))
        if columns > 1 and row > _ROWS_OF_FIELD:
            # What is hidden leaves no gap.
            gap = GAP_PIXELS if value in self._captions else NEAR_PIXELS
            self._grid.setRowMinimumHeight(row - _ROWS_OF_FIELD + 1, gap if shown else 0)

    def _place(self, title: PlainLabel | None, value: Value, *, beside: bool = False, whole: bool = False) -> None:
        if beside:
            self._rows -= 3
        row, column, span = self._rows, int(beside), 2 if whole else 1
        if row:
            self._grid.setRowMinimumHeight(row, GAP_PIXELS if title is not None else NEAR_PIXELS)
        if title is not None:
            self._captions[value] = title
            self._grid.addWidget(title, row + 1, column, 1, span)
        self._grid.addWidget(value, row + 2, column, 1, span, Qt.AlignmentFlag.AlignTop)
        self._rows += 3


def show_time(value: Value, at: datetime | None, never: str) -> None:
    """Show how long ago something was, and when exactly in the tooltip."""
    value.show_broken(since(at, never))
    value.setToolTip(plain_tooltip(exact_utc(at, never=never)))


class FieldScroller(QScrollArea):
    """Scrolls fields up and down; the room of its bar is kept where there is nothing to scroll as well.

    Values break their texts where the pane ends. A bar that came and went would move that end, and the texts, broken
    elsewhere, could make it go and come: Qt follows that until its stack is full.
    """

    def __init__(self, inside: QWidget, parent: QWidget, *, name: str, label: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().rangeChanged.connect(self._show_range)
        self._show_range(0, 0)
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)

    def _show_range(self, least: int, most: int) -> None:
        # Disabled it is not seen, see theme.qss.
        self.verticalScrollBar().setEnabled(most > least)
