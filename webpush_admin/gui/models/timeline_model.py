"""The timeline of one user as a list that Qt shows: bounded, the newest row last.

Runs on: GUI thread
"""

from collections.abc import Iterable
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from webpush_admin.gui.models.timeline import Row, Story
from webpush_admin.gui.models.timeline_words import brief, spoken, tip, word
from webpush_admin.gui.text import plain_tooltip

ROWS: Final = 2_000

ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
"""Item data: the `Row`."""


class TimelineModel(QAbstractListModel):
    """Words are made for those rows alone that somebody sees.

    Attributes:
        story: Makes the rows.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.story = Story()
        self._rows: list[Row] = []

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Return how many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the line, its tooltip, what a screen reader says, or the `Row`."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{word(row)}  {brief(row)}".rstrip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(tip(row))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(row)
        return None

    @property
    def lanes(self) -> int:
        """How many lanes the reads of these rows take."""
        return max((read.lane + 1 for row in self._rows for read in row.reads), default=0)

    def row(self, number: int) -> Row:
        """Return one row."""
        return self._rows[number]

    def begin(self, events: Iterable[object]) -> None:
        """Tell of another user, from these events on."""
        self.beginResetModel()
        self.story = Story()
        self._rows = self.story.tell(events)[-ROWS:]
        self.endResetModel()

    def add(self, events: Iterable[object]) -> None:
        """Add what happened since; the oldest rows leave where there are too many."""
        added = self.story.tell(events)
        if self._rows:
            # The last row may tell more now.
            index = self.index(len(self._rows) - 1)
            self.dataChanged.emit(index, index)
        if not added:
            return
        over = len(self._rows) + len(added) - ROWS
        if over >= len(self._rows):
            self.beginResetModel()
            self._rows = added[-ROWS:]
            self.endResetModel()
            return
        if over > 0:
            self.beginRemoveRows(QModelIndex(), 0, over - 1)
            del self._rows[:over]
            self.endRemoveRows()
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(added) - 1)
        self._rows += added
        self.endInsertRows()
