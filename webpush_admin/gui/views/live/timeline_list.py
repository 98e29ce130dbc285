"""The list of a timeline: follows its newest row, unless somebody has scrolled up to read.

Runs on: GUI thread
"""

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from webpush_admin.gui.models.timeline import Row
from webpush_admin.gui.models.timeline_model import TimelineModel
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.views.live.timeline_delegate import TimelineDelegate
from webpush_admin.gui.views.live.timeline_gutter import Gutter


class TimelineList(QListView):
    """Shows the rows with their gutter.

    Attributes:
        chosen: The `Row` that was selected, None where none is any more.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, model: TimelineModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("rows")
        self.setAccessibleName(self.tr("What happened to the user, the newest last"))
        self.setProperty("flat", True)
        self._model = model
        self._gutter = Gutter()
        self._follows = True
        self.setModel(model)
        self.setItemDelegate(TimelineDelegate(theme, self._gutter, self))
        # Rows of one height are laid out without asking for each.
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_range_changed)
        model.modelReset.connect(self._on_reset)
        model.rowsInserted.connect(self._on_inserted)

    def follow(self) -> None:
        """Go to the newest row, and stay with it."""
        self._follows = True
        self.scrollToBottom()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Come by the keyboard: the newest row is the one that is read."""
        super().focusInEvent(event)
        by_keyboard = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_keyboard and not self.selectedIndexes() and self._model.rowCount():
            self.setCurrentIndex(self._model.index(self._model.rowCount() - 1))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell which row is read now."""
        super().selectionChanged(selected, deselected)
        rows = selected.indexes()
        self.chosen.emit(self._row(rows[0]) if rows else None)

    def _row(self, index: QModelIndex | QPersistentModelIndex) -> Row:
        return self._model.row(index.row())

    def _on_scrolled(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum()
        # The row that is the first one now tells its generation, and the one that was no longer has to.
        self.viewport().update()

    def _on_range_changed(self, _least: int, most: int) -> None:
        if self._follows:
            self.verticalScrollBar().setValue(most)

    def _on_reset(self) -> None:
        self._gutter.reset()
        self._fit_gutter()
        self.follow()

    def _on_inserted(self) -> None:
        self._fit_gutter()
        if self._follows:
            # Laid out and scrolled at once, they are painted once.
            self.scrollToBottom()
        # A read that has ended is painted anew along all of its rows.
        self.viewport().update()

    def _fit_gutter(self) -> None:
        self._gutter.fit(self._model.story.generation or 0, self._model.lanes)
