"""Every counter of the cache and of the pushes, since the database was opened.

Runs on: GUI thread
"""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.views.live.counters import CACHE, PUSHES, CountersCard
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.views.live.scroller import scroller
from webpush_admin.gui.widgets.plain import PlainLabel

SHOWN_MS = 250
"""Numbers that change more often cannot be read."""

_SIDE_BY_SIDE: int = 980
"""From this width on the cards stand side by side."""


class TotalsPage(QWidget):
    """Two cards of counters, which miss nothing: lists may."""

    def __init__(self, context: Context, naming: Naming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("totals_page")
        self.setAccessibleName(self.tr("Totals"))
        self._snapshot: Snapshot | None = None
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self._show)
        content = QWidget(self)
        content.setObjectName("totals")
        self.pushes_card = CountersCard(self.tr("Pushes"), PUSHES, content, name="pushes_card")
        self.cache_card = CountersCard(self.tr("Cache"), CACHE, content, name="cache_card")
        self.since = PlainLabel(
            self.tr("Since the database was opened. These are the dispatcher's own counters: they miss nothing."),
            content,
            name="since",
            tone="muted",
            elide=Qt.TextElideMode.ElideRight,
        )
        self._cards = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._cards.setSpacing(10)
        self._cards.addWidget(self.pushes_card, 1, Qt.AlignmentFlag.AlignTop)
        self._cards.addWidget(self.cache_card, 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.since)
        column.addLayout(self._cards)
        column.addStretch(1)
        self.scroller = scroller(content, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self.scroller)
        context.snapshot.connect(self._on_snapshot)
        context.database_closed.connect(self._on_closed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cards side by side where they fit."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        wide = self.width() >= _SIDE_BY_SIDE
        self._cards.setDirection(direction.LeftToRight if wide else direction.TopToBottom)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was counted meanwhile."""
        super().showEvent(event)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self._timer.stop()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _on_closed(self) -> None:
        self._snapshot = Snapshot()
        self._show()

    def _show(self) -> None:
        if self._snapshot is not None:
            self.pushes_card.show_snapshot(self._snapshot)
            self.cache_card.show_snapshot(self._snapshot)
