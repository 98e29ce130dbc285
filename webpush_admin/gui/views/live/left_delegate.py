"""Paints how much of its time a place has left: the clock, on a ground that runs out.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from webpush_admin.gui.models.columns import SHARE_ROLE
from webpush_admin.gui.theme import Theme

_HEIGHT: Final = 20
_LEFT: Final = 6
_RIGHT: Final = 2
_MARGIN: Final = 8
_RADIUS: Final = 4
_ALIGNMENT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_SOON: Final = 0.1
"""Who has less than this left is about to be read again."""


class LeftDelegate(QStyledItemDelegate):
    """The ground repeats what the clock says: a column of clocks is read at one glance."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the cell's ground as the table does, then how much is left, and the clock."""
        if option.state & QStyle.StateFlag.State_Selected:
            own = QStyleOptionViewItem(option)
            self.initStyleOption(own, index)
            own.text = ""
            QApplication.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        text, share = str(index.data() or ""), index.data(SHARE_ROLE) or 0.0
        tokens, cell = self._theme.tokens, QRectF(option.rect)
        painter.save()
        if share:
            ground = QRectF(cell.x() + _LEFT, cell.center().y() - _HEIGHT / 2 + 0.5, 0, _HEIGHT)
            ground.setWidth(max(2.0, (cell.width() - _LEFT - _RIGHT) * min(1.0, float(share))))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.warn_fill if share < _SOON else tokens.ok_fill))
            painter.drawRoundedRect(ground, _RADIUS, _RADIUS)
        # What has no time left is written quietly.
        painter.setPen(QColor(tokens.text if share else tokens.muted))
        painter.drawText(cell.adjusted(_MARGIN, 0, -_MARGIN, 0), _ALIGNMENT, text)
        painter.restore()
