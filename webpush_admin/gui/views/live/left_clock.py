"""Paints how much of its time a place has left: the clock, on a ground that runs out.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from webpush_admin.gui.theme import Tokens

_HEIGHT: Final = 20
_LEFT: Final = 6
_RIGHT: Final = 2
_MARGIN: Final = 8
_RADIUS: Final = 4
_ALIGNMENT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_SOON: Final = 0.1
"""Who has less than this left is about to be read again."""


def paint_left(painter: QPainter, cell: QRectF, text: str, share: float, tokens: Tokens) -> None:
    """Paint the ground, which repeats what the clock says, and the clock: a column of them is read at one glance."""
    if share:
        ground = QRectF(cell.x() + _LEFT, cell.center().y() - _HEIGHT / 2 + 0.5, 0, _HEIGHT)
        ground.setWidth(max(2.0, (cell.width() - _LEFT - _RIGHT) * min(1.0, share)))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.warn_fill if share < _SOON else tokens.ok_fill))
        painter.drawRoundedRect(ground, _RADIUS, _RADIUS)
        painter.restore()
    # What has no time left is written quietly.
    painter.setPen(QColor(tokens.text if share else tokens.muted))
    painter.drawText(cell.adjusted(_MARGIN, 0, -_MARGIN, 0), _ALIGNMENT, text)
