"""Where the parts of the live view stand: health, counters, lists, events.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

LISTS_PIXELS: Final = 172
"""Three rows with their headings; in a low window one scrolls."""
LOG_PIXELS: Final = 132


class LivePanes(QWidget):
    """A column of the parts; the lists and the events share what height is left.

    Args:
        health: The dot and its sentence.
        counters: Cards with numbers, side by side.
        lists: Cards with lists, side by side.
        event_log: Below them.
        parent: The view.
    """

    def __init__(
        self,
        health: tuple[QWidget, QWidget],
        counters: Sequence[QWidget],
        lists: Sequence[QWidget],
        event_log: QWidget,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("content")
        health_row = QHBoxLayout()
        health_row.setContentsMargins(2, 0, 2, 0)
        health_row.setSpacing(8)
        health_row.addWidget(health[0])
        health_row.addWidget(health[1], 1)
        cards = QHBoxLayout()
        cards.setSpacing(10)
        for card in counters:
            cards.addWidget(card, 1)
        self.lists = self._splitter(Qt.Orientation.Horizontal, "lists", lists)
        self.lists.setSizes([1000] * len(lists))
        self.lists.setMinimumHeight(LISTS_PIXELS)
        event_log.setMinimumHeight(LOG_PIXELS)
        self.panes = self._splitter(Qt.Orientation.Vertical, "panes", (self.lists, event_log))
        self.panes.setStretchFactor(0, 3)
        self.panes.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(health_row)
        column.addLayout(cards)
        column.addWidget(self.panes, 1)

    def _splitter(self, orientation: Qt.Orientation, name: str, parts: Sequence[QWidget]) -> QSplitter:
        splitter = QSplitter(orientation, self)
        splitter.setObjectName(name)
        splitter.setChildrenCollapsible(False)
        for part in parts:
            splitter.addWidget(part)
        return splitter
