"""A table whose rows are painted in one go, for those that change several times a second beside a busy worker.

Runs on: GUI thread
"""

from typing import Any, Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from webpush_admin.gui.models.cell_model import CellModel
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.theme import TEXT_PIXELS, Theme, mono_font
from webpush_admin.gui.widgets.pill import paint_pill
from webpush_admin.gui.widgets.table import Table

_MARGIN: Final = 8
"""At both sides of a text, as the style has it."""

_WIDEST_PIXELS: Final = TEXT_PIXELS + 2
"""Of a letter. What fits in any case is not measured: that costs as much as to draw it."""

# Numbers: to put Qt's flags together takes as long as to draw a word.
_LINE: Final = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
_LEFT: Final = _LINE | int(Qt.AlignmentFlag.AlignLeft)
_RIGHT: Final = _LINE | int(Qt.AlignmentFlag.AlignRight)


class PaintedTable(Table):
    """Looks as its sisters do.

    Qt asks a model's `data()` some thirty times for each row that it paints, and each of them is a call into Python.
    Here there is one. Columns with a delegate of their own need a sister, or `paint_own`.
    """

    def __init__(
        self,
        theme: Theme,
        model: CellModel[Any],
        columns: tuple[Column[Any], ...],
        parent: QWidget | None = None,
        **more: Any,
    ) -> None:
        super().__init__(theme, model, columns, parent, **more)
        self._theme = theme
        self._cell_model = model
        self._painted_columns = columns
        self._mono = mono_font()
        self.own_column = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are seen."""
        painter = QPainter(self.viewport())
        tokens = self._theme.tokens
        seen = event.rect()
        painter.fillRect(seen, QColor(tokens.base))
        first = self.rowAt(seen.top())
        if first < 0:
            return
        last = self.rowAt(seen.bottom())
        last = last if last >= 0 else self.model().rowCount() - 1
        stretches = self.selected_stretches()
        grounds = QColor(tokens.alt), QColor(tokens.selection)
        for row in range(first, last + 1):
            selected = any(top <= row <= bottom for top, bottom in stretches)
            line = QRect(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))
            if selected or row % 2:
                painter.fillRect(line, grounds[selected])
            self._paint_row(painter, row, line, selected)

    def _paint_row(self, painter: QPainter, row: int, line: QRect, selected: bool) -> None:
        cells = self._cell_model.cells_at(row)
        if cells is None:
            return
        tokens = self._theme.tokens
        for number, column in enumerate(self._painted_columns):
            text = cells.texts[number]
            if not text or self.isColumnHidden(number):
                continue
            room = QRect(self.columnViewportPosition(number), line.y(), self.columnWidth(number), line.height())
            role = cells.roles[number]
            if column.key == self.own_column:
                self.paint_own(painter, row, room, text)
            elif role is not None:
                paint_pill(painter, QRectF(room), self.font(), text, role, tokens)
            else:
                font = self._mono if column.mono else self.font()
                colour = tokens.muted if column.muted and not selected else tokens.text
                _paint_text(painter, room.adjusted(_MARGIN, 0, -_MARGIN, 0), font, text, colour, column.right_aligned)

    def paint_own(self, painter: QPainter, row: int, room: QRect, text: str) -> None:
        """Paint a cell of the column `own_column`."""


def _paint_text(painter: QPainter, room: QRect, font: QFont, text: str, colour: str, right: bool) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    if len(text) * _WIDEST_PIXELS > room.width():
        text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, _RIGHT if right else _LEFT, text)
