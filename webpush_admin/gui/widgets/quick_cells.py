"""Painting of plain cells for tables that are painted anew each second: in one step, where Qt takes a dozen.

Runs on: GUI thread
"""

from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from webpush_admin.gui.models.cell_model import CellModel
from webpush_admin.gui.theme import Theme

_MARGIN: Final = 8
"""As the style leaves it, together with the padding of theme.qss."""

_LETTERS: Final = 6
"""So many always fit."""

_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)


class QuickDelegate(QStyledItemDelegate):
    """Paints a cell's text and nothing else; cells of a selected row are left to the style.

    The style asks the model for eight things per cell, and each time waits for its turn with the worker.
    """

    def __init__(self, theme: Theme, model: CellModel[Any], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._muted = [column.muted for column in model.columns]
        self._alignments = [_RIGHT if column.right_aligned else _LEFT for column in model.columns]

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the cell."""
        cells = self._model.cells_at(index.row())
        if cells is None or option.state & QStyle.StateFlag.State_Selected:
            super().paint(painter, option, index)
            return
        column = index.column()
        text = cells.texts[column]
        room = option.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        if len(text) > _LETTERS:
            text = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        tokens = self._theme.tokens
        painter.setPen(QColor(tokens.muted if self._muted[column] else tokens.text))
        painter.drawText(room, self._alignments[column], text)
