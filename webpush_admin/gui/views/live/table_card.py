"""A card with a heading, a count, buttons and a table, or one sentence where the table is empty.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.gui.widgets.table import Table

_HEADING_PIXELS: Final = 30


class TableCard(Card):
    """Frames a table of the live view."""

    def __init__(self, title: str, table: Table, parent: QWidget | None = None, *, name: str, nothing: str) -> None:
        super().__init__(parent, name=name)
        self.setAccessibleName(title)
        self.heading = PlainLabel(title, self, name="heading", tone="heading")
        self.heading.setMinimumHeight(_HEADING_PIXELS)
        self.count = PlainLabel("", self, name="count", tone="muted")
        self.nothing = PlainLabel(nothing, self, name="nothing", tone="muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.nothing.setContentsMargins(16, 0, 16, 16)
        self.table = table
        self._row = QHBoxLayout()
        self._row.setContentsMargins(14, 8, 8, 4)
        self._row.setSpacing(8)
        self._row.addWidget(self.heading)
        self._row.addWidget(self.count, 1)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 4)
        layout.setSpacing(0)
        layout.addLayout(self._row)
        layout.addLayout(self._stack, 1)

    def add_button(self, button: QWidget) -> None:
        """Put a button, or a choice, at the right of the heading."""
        self._row.addWidget(button)

    def show_count(self, rows: int, count: str) -> None:
        """Show the count beside the heading, and the table if it has rows."""
        self.count.show_text(count if rows else "")
        self._stack.setCurrentWidget(self.table if rows else self.nothing)
