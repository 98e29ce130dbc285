"""The tiles of the live view, each with its history.

Runs on: GUI thread
"""

from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context


class TrendTiles(QWidget):
    """Tiles with a line of the last minutes."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("trend_tiles")
        self._context = context
