"""The header of a table: a place of its own for the keyboard, and it tells what a hand did to it.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QHeaderView, QStyleOptionHeader, QTableView

STEP_PIXELS: Final = 12
_ARROW_ROOM: Final = "\u2003"
"""As wide as the arrow, with its margin."""
_KEYS: Final = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
}


class Header(QHeaderView):
    """Titles of columns; sections can be clicked, dragged and, with the Tab key, reached.

    The arrows go from title to title, Enter sorts, Ctrl moves the column and Shift changes its width.

    Attributes:
        width_chosen: Section and pixels: dragged, double clicked or changed by keys.
        moved_by_hand: A section has another place.
        menu_wished: A menu at this global position.
        left_down: The down arrow: on to the rows.
    """

    width_chosen = Signal(int, int)
    moved_by_hand = Signal()
    menu_wished = Signal(QPoint)
    left_down = Signal()

    def __init__(self, parent: QTableView, told: Callable[[int], str]) -> None:
        """Make a header.

        Args:
            parent: Its table.
            told: Says in words what a section is and how it is sorted.
        """
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._unselected: QItemSelectionModel | None = None
        self.setObjectName("header")
        self._told = told
        self._at = -1
        self._held = False
        self._resized: tuple[int, int] | None = None
        self._moved = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumSectionSize(40)
        # A double click fits what is on the screen: more would have to be read first.
        self.setResizeContentsPrecision(0)
        self.setSectionsMovable(True)
        self.sectionResized.connect(self._on_resized)
        self.sectionMoved.connect(self._on_moved)

    @property
    def dragged(self) -> bool:
        """Whether a section or a border is being dragged."""
        return self._held

    @property
    def section(self) -> int:
        """The section that the keyboard is at, -1 where it is elsewhere."""
        return self._at if self.hasFocus() else -1

    def tell_section(self) -> None:
        """Say anew what the keyboard is at: its sorting has changed."""
        if self._at >= 0:
            self.setAccessibleName(self._told(self._at))
        self.viewport().update()

    def setSelectionModel(self, selectionModel: QItemSelectionModel) -> None:
        """Have none but an empty one: at each paint it asks every selected row, of a million, whether it can be."""
        if self._unselected is not None:
            self._unselected.deleteLater()
        self._unselected = QItemSelectionModel(selectionModel.model(), self)
        super().setSelectionModel(self._unselected)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """From here on it is a hand that moves and resizes."""
        self._held = True
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a border it fits the column."""
        self._held = True
        super().mouseDoubleClickEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell what has been done: while it is being dragged nothing else may move."""
        super().mouseReleaseEvent(event)
        self._held = False
        resized, self._resized = self._resized, None
        moved, self._moved = self._moved, False
        if resized is not None:
            self.width_chosen.emit(*resized)
        if moved:
            self.moved_by_hand.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu, under the section where a key asked."""
        if event.reason() is QContextMenuEvent.Reason.Mouse or self._at < 0:
            self.menu_wished.emit(event.globalPos())
        else:
            below = QPoint(self.sectionViewportPosition(self._at), self.height())
            self.menu_wished.emit(self.viewport().mapToGlobal(below))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin with the section where the keyboard was last, else with the first one."""
        super().focusInEvent(event)
        if self._at < 0 or self.isSectionHidden(self._at):
            self._at = next(iter(self._shown()), -1)
        self.tell_section()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go, sort, move, resize; everything else is somebody else's."""
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        step = _KEYS.get(key, 0)
        if self._at < 0:
            event.ignore()
        elif step and modifiers == Qt.KeyboardModifier.NoModifier:
            self._go(step)
        elif step and modifiers == Qt.KeyboardModifier.ControlModifier:
            self._move(step)
        elif step and modifiers == Qt.KeyboardModifier.ShiftModifier:
            self._resize(step)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not modifiers.value:
            self.sectionClicked.emit(self._at)
        elif key == Qt.Key.Key_Down:
            self.left_down.emit()
        else:
            event.ignore()

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Paint the title, with a frame where the keyboard is."""
        painter.save()
        super().paintSection(painter, rect, logicalIndex)
        painter.restore()
        if logicalIndex == self._at and self.hasFocus():
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 1.5))
            painter.drawRoundedRect(rect.adjusted(2, 3, -2, -4), 4, 4)
            painter.restore()

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, logicalIndex: int) -> None:
        """Leave room for the arrow behind a title that stands at the right: a style sheet paints one over the other."""
        super().initStyleOptionForIndex(option, logicalIndex)
        sorted_by = option.sortIndicator != QStyleOptionHeader.SortIndicator.None_
        if sorted_by and option.textAlignment & Qt.AlignmentFlag.AlignRight:
            option.text += _ARROW_ROOM

    def _shown(self) -> list[int]:
        places = (self.logicalIndex(place) for place in range(self.count()))
        return [section for section in places if not self.isSectionHidden(section)]

    def _neighbour(self, step: int) -> int:
        shown = self._shown()
        if self._at not in shown:
            return next(iter(shown), -1)
        return shown[min(len(shown) - 1, max(0, shown.index(self._at) + step))]

    def _go(self, step: int) -> None:
        self._at = self._neighbour(step)
        table = self.parentWidget()
        if isinstance(table, QTableView) and table.model().rowCount():
            # Brings a column into sight that is further at the side.
            table.horizontalScrollBar().setValue(self._scrolled_to(self._at))
        self.tell_section()

    def _scrolled_to(self, section: int) -> int:
        start, room = self.sectionPosition(section), self.viewport().width()
        end = start + self.sectionSize(section)
        return min(start, max(self.offset(), end - room))

    def _move(self, step: int) -> None:
        other = self._neighbour(step)
        if other not in (self._at, -1):
            self.moveSection(self.visualIndex(self._at), self.visualIndex(other))
            self._moved = False
            self.moved_by_hand.emit()

    def _resize(self, step: int) -> None:
        self.width_chosen.emit(self._at, self.sectionSize(self._at) + step * STEP_PIXELS)

    def _on_resized(self, section: int, _old: int, new: int) -> None:
        # The last one may be stretched in answer: it is not the one in the hand.
        if self._held and new and (self._resized is None or self._resized[0] == section):
            self._resized = (section, new)

    def _on_moved(self) -> None:
        self._moved = self._held
