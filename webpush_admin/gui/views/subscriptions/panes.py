"""Where the panes stand: people at the left; the table, the detail beside it and the answers below it at the right.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

RESULTS_PIXELS: Final = 214
UPPER_LEAST_PIXELS: Final = 168
"""What the answers leave of the table: its filter and a row."""

HANDLE_PIXELS: Final = 8
DETAIL_FROM_PIXELS: Final = 700
TABLE_ALONE_PIXELS: Final = 520
PEOPLE_PIXELS: Final = (168, 260)
PEOPLE_SHARE: Final = 0.22


class Panes(QSplitter):
    """Three splitters in each other: `self` (people, work), `work` (upper, answers), `upper` (table, detail)."""

    def __init__(self, people: QWidget, table: QWidget, detail: QWidget, results: QWidget, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.results = results
        self.detail = detail
        self.work = QSplitter(Qt.Orientation.Vertical, self)
        self.upper = QSplitter(Qt.Orientation.Horizontal, self.work)
        self.upper.addWidget(table)
        self.upper.addWidget(detail)
        self.work.addWidget(self.upper)
        self.work.addWidget(results)
        self.addWidget(people)
        self.addWidget(self.work)
        people.setMinimumWidth(140)
        table.setMinimumWidth(352)
        detail.setMinimumWidth(168)
        results.setMinimumHeight(110)
        self.upper.setMinimumHeight(UPPER_LEAST_PIXELS)
        for name, splitter, stretched in (("panes", self, 1), ("work", self.work, 0), ("upper", self.upper, 0)):
            splitter.setObjectName(name)
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(HANDLE_PIXELS)
            splitter.setStretchFactor(stretched, 1)
            splitter.setStretchFactor(1 - stretched, 0)
        self.setSizes([PEOPLE_PIXELS[0], 900])
        self.upper.setSizes([650, 240])
        self._by_hand = False
        self.splitterMoved.connect(self._on_moved)

    def minimumSizeHint(self) -> QSize:
        """Let the window become narrower than all panes need: the detail leaves then."""
        return QSize(TABLE_ALONE_PIXELS, 280)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the detail where there is room for it."""
        super().resizeEvent(event)
        self.detail.setVisible(self.width() >= DETAIL_FROM_PIXELS)
        if not self._by_hand:
            least, most = PEOPLE_PIXELS
            people = round(min(most, max(least, self.width() * PEOPLE_SHARE)))
            self.setSizes([people, self.width() - HANDLE_PIXELS - people])

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview) -> bool:
        """Be as the operator left it."""
        self._by_hand = super().restoreState(state)
        return self._by_hand

    def _on_moved(self) -> None:
        self._by_hand = True

    def show_results(self) -> None:
        """Make room for the answers, where they are hidden."""
        if self.results.isHidden():
            self.results.show()
            self.work.setSizes([max(1, self.work.height() - RESULTS_PIXELS), RESULTS_PIXELS])

    def make_room(self, pixels: int) -> None:
        """Give the answers this height, as far as there is room; they are never made smaller."""
        upper, results = self.work.sizes()
        if results < pixels:
            wanted = max(results, min(pixels, upper + results - UPPER_LEAST_PIXELS))
            self.work.setSizes([upper + results - wanted, wanted])
