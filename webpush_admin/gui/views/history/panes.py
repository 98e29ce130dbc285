"""Where the panes stand: sends at the left, the deliveries, and the inspector at the right where one is looked at.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

HANDLE_PIXELS: Final = 8
SENDS_PIXELS: Final = (204, 300)
SENDS_SHARE: Final = 0.24
INSPECTOR_PIXELS: Final = 380
WIDE_PIXELS: Final = 940
"""From here on all three have room."""
_LEAST: Final = QSize(520, 280)


class Panes(QSplitter):
    """Three panes; where it is narrow the inspector takes the place of the sends."""

    def __init__(self, sends: QWidget, table: QWidget, inspector: QWidget, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("panes")
        self._sends = sends
        self._inspector = inspector
        self._by_hand = False
        for pane in (sends, table, inspector):
            self.addWidget(pane)
        sends.setMinimumWidth(150)
        table.setMinimumWidth(300)
        inspector.setMinimumWidth(250)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(HANDLE_PIXELS)
        for place, stretch in enumerate((0, 1, 0)):
            self.setStretchFactor(place, stretch)
        inspector.hide()
        self.splitterMoved.connect(self._on_moved)

    @property
    def wide(self) -> bool:
        """Whether all three have room beside each other."""
        return self.width() >= WIDE_PIXELS

    def minimumSizeHint(self) -> QSize:
        """Let the window become narrower than all panes need."""
        return _LEAST

    def show_inspector(self, shown: bool) -> None:
        """Show or hide the inspector."""
        if shown != self._inspector.isVisibleTo(self):
            self._inspector.setVisible(shown)
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the sends where there is room for them."""
        super().resizeEvent(event)
        self._arrange()

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview) -> bool:
        """Be as the operator left it; whether something is inspected is another matter."""
        self._by_hand = super().restoreState(state)
        self._inspector.hide()
        return self._by_hand

    def _arrange(self) -> None:
        inspecting = self._inspector.isVisibleTo(self)
        self._sends.setVisible(self.wide or not inspecting)
        kept = self.sizes()
        if self._by_hand and (not inspecting or kept[2] >= self._inspector.minimumWidth()):
            return
        least, most = SENDS_PIXELS
        sends = round(min(most, max(least, self.width() * SENDS_SHARE))) if self._sends.isVisibleTo(self) else 0
        inspector = min(INSPECTOR_PIXELS, (self.width() - sends) // 2) if inspecting else 0
        self.setSizes([sends, max(1, self.width() - sends - inspector), inspector])

    def _on_moved(self) -> None:
        self._by_hand = True
