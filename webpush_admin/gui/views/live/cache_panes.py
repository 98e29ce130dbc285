"""Where the cached users and the timeline stand: beside each other, and where it is narrow the timeline goes.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

WIDE_PIXELS: Final = 900
"""From here on both have room; below, the timeline comes when it is asked for."""

_SHARE: Final = 0.32
_MOST: Final = 520
_LEAST: Final = QSize(420, 160)


class CachePanes(QSplitter):
    """Two panes; the operator may have the timeline away where it is wide, and there where it is narrow.

    Attributes:
        timeline_shown: Whether the timeline is there now.
    """

    timeline_shown = Signal(bool)

    def __init__(self, table: QWidget, timeline: QWidget, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("cache_panes")
        self._timeline = timeline
        self._wide = True
        self._by_hand = False
        self.addWidget(table)
        self.addWidget(timeline)
        table.setMinimumWidth(360)
        timeline.setMinimumWidth(240)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(8)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.splitterMoved.connect(self._on_moved)

    def minimumSizeHint(self) -> QSize:
        """Let the window become narrower than both need."""
        return _LEAST

    def show_timeline(self, shown: bool) -> None:
        """Show the timeline, or give its room to the table."""
        if shown != self._timeline.isVisibleTo(self):
            self._timeline.setVisible(shown)
            self._arrange()
            self.timeline_shown.emit(shown)

    def fit(self, width: int) -> None:
        """Take the timeline away where it becomes narrow, and bring it back where it becomes wide."""
        wide = width >= WIDE_PIXELS
        if wide != self._wide:
            self._wide = wide
            self.show_timeline(wide)
        elif not self._by_hand:
            self._arrange()

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview) -> bool:
        """Be as the operator left it; whether the timeline has room is another matter."""
        self._by_hand = super().restoreState(state)
        self._timeline.setVisible(self._wide)
        return self._by_hand

    def _arrange(self) -> None:
        if not self._timeline.isVisibleTo(self):
            return
        if self._by_hand and self.sizes()[1] >= self._timeline.minimumWidth():
            return
        timeline = min(_MOST, max(self._timeline.minimumWidth(), round(self.width() * _SHARE)))
        self.setSizes([max(1, self.width() - timeline), timeline])

    def _on_moved(self) -> None:
        self._by_hand = True
