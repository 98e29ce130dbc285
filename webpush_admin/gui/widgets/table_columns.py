"""Which columns of a table are seen, in what order and how wide: what fits, or what the operator chose.

Runs on: GUI thread
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import Any, Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QTableView

from webpush_admin.gui.models.column_layout import LEAST_PIXELS, MOST_PIXELS, UNTOUCHED, ColumnLayout, arranged
from webpush_admin.gui.models.columns import Column, translate
from webpush_admin.gui.widgets.header import Header

STRETCH_PIXELS: Final = 120
"""The least that a column of width 0 gets, before others leave."""

_TITLE_MARGIN: Final = 20


class Preset(Enum):
    """Columns to begin with."""

    FITS = "fits"
    """As many as there is room for: columns leave where it is narrow, and come back."""
    EVERYTHING = "everything"
    COMPACT = "compact"


class TableColumns(QObject):
    """Arranges the columns of one table.

    As long as nobody chose columns by hand they leave where there is no room for them; what was chosen stays, and the
    table scrolls. Widths and order go with both.

    Attributes:
        changed: The layout was changed by hand.
        dialog_action: Opens the dialog in which columns are arranged; the menu offers it.
    """

    changed = Signal()

    def __init__(
        self,
        table: QTableView,
        header: Header,
        columns: tuple[Column[Any], ...],
        *,
        leaves_first: Sequence[str],
        leaves_last: Sequence[str],
        compact: Sequence[str],
        stretch_pixels: int,
    ) -> None:
        """Make it for a table that has its model and its header."""
        super().__init__(table)
        self._table = table
        self._header = header
        self._columns = columns
        self._numbers = {column.key: number for number, column in enumerate(columns)}
        self._natural = {column.key: column.width for column in columns}
        self._leaves_first = tuple(leaves_first)
        self._leaves_last = tuple(leaves_last)
        self._compact = frozenset(compact)
        self._stretch_pixels = stretch_pixels
        self._layout = UNTOUCHED
        self._away: set[str] = set()
        self._fitting = False
        self.dialog_action: QAction | None = None
        header.width_chosen.connect(self._on_width_chosen)
        header.moved_by_hand.connect(self._on_moved)
        header.menu_wished.connect(self.show_menu)

    @property
    def all(self) -> tuple[Column[Any], ...]:
        """Every column, as the model has them."""
        return self._columns

    @property
    def layout(self) -> ColumnLayout:
        """What was chosen by hand."""
        return self._layout

    @property
    def shown(self) -> frozenset[str]:
        """Keys of the columns that are seen now."""
        return frozenset(key for key, number in self._numbers.items() if not self._table.isColumnHidden(number))

    @property
    def shown_in_order(self) -> tuple[Column[Any], ...]:
        """The columns that are seen now, from left to right."""
        numbers = (self._header.logicalIndex(place) for place in range(len(self._columns)))
        return tuple(self._columns[number] for number in numbers if not self._table.isColumnHidden(number))

    @property
    def presets(self) -> tuple[Preset, ...]:
        """Those that make a difference here."""
        return tuple(Preset) if self._compact else (Preset.FITS, Preset.EVERYTHING)

    def keys_of(self, preset: Preset) -> frozenset[str]:
        """Return the columns of a preset; of what fits, those that come and go."""
        if preset is Preset.COMPACT:
            return self._compact
        return frozenset(column.key for column in self._columns if preset is Preset.EVERYTHING or not column.hidden)

    def arrange(self, layout: ColumnLayout) -> None:
        """Show a layout, without telling that it has changed."""
        self._layout = layout
        keys = arranged(layout.order, self._columns) if layout.order else tuple(self._numbers)
        for place, key in enumerate(keys):
            self._header.moveSection(self._header.visualIndex(self._numbers[key]), place)
        self.fit()

    def choose_layout(self, layout: ColumnLayout) -> None:
        """Show a layout that the operator chose."""
        self.arrange(layout)
        self.changed.emit()

    def choose_preset(self, preset: Preset) -> None:
        """Show the columns of a preset; order and widths stay."""
        shown = None if preset is Preset.FITS else self.keys_of(preset)
        self.choose_layout(replace(self._layout, shown=shown))

    def choose(self, key: str, shown: bool) -> None:
        """Show or hide one column by hand: from now on what is seen stays as it is."""
        # What is away for a reason of the view's own belongs to the choice as well.
        seen = set(self.shown | (self._away if self._layout.shown is None else self._away & self._layout.shown))
        if shown:
            seen.add(key)
        else:
            seen.discard(key)
        if seen - self._away:
            self.choose_layout(replace(self._layout, shown=frozenset(seen)))

    def send_away(self, key: str, away: bool) -> None:
        """Take a column away that would say the same in every row, whatever was chosen; or let it come back."""
        if away:
            self._away.add(key)
        else:
            self._away.discard(key)
        self.fit()

    def give_width(self, key: str, pixels: int) -> None:
        """Give a column the width that its cells need; one that was chosen by hand goes before.

        Its title is not cut off either.
        """
        title = self._columns[self._numbers[key]].shown_title
        pixels = max(pixels, self._header.fontMetrics().horizontalAdvance(title) + _TITLE_MARGIN)
        if self._natural[key] != pixels:
            self._natural[key] = pixels
            self.fit()

    def fit(self) -> None:
        """Show what there is room for, or what was chosen, and give away the room that is left."""
        if self._header.dragged or self._fitting:
            return
        self._fitting = True
        room = self._table.viewport().width()
        seen = self._fitting_in(room) if self._layout.shown is None else set(self._layout.shown) - self._away
        seen = seen or set(self._numbers)
        for key, number in self._numbers.items():
            if self._table.isColumnHidden(number) is not (key not in seen):
                self._table.setColumnHidden(number, key not in seen)
        self._give_widths([column for column in self._columns if column.key in seen], room)
        self._fitting = False

    def show_menu(self, position: QPoint) -> None:
        """Pop up the menu of the columns at a global position; it deletes itself."""
        menu = QMenu(self._table)
        menu.setObjectName("columns_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = self.shown
        for number in (self._header.logicalIndex(place) for place in range(len(self._columns))):
            column = self._columns[number]
            action = QAction(column.shown_title, menu, checkable=True, checked=column.key in shown)
            action.setEnabled(column.key not in self._away and shown != {column.key})
            action.triggered.connect(lambda checked, key=column.key: self.choose(key, checked))
            menu.addAction(action)
        menu.addSeparator()
        one = QActionGroup(menu)
        for preset in self.presets:
            action = QAction(preset_title(preset), menu, checkable=True, checked=self.is_preset(preset))
            action.triggered.connect(lambda _checked, preset=preset: self.choose_preset(preset))
            one.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        reset = QAction(translate("Columns", "Reset order and widths"), menu)
        reset.setEnabled(bool(self._layout.order or self._layout.widths))
        reset.triggered.connect(self._on_reset)
        menu.addAction(reset)
        if self.dialog_action is not None:
            menu.addAction(self.dialog_action)
        menu.popup(position)

    def is_preset(self, preset: Preset) -> bool:
        """Return whether just the columns of a preset were chosen."""
        shown = self._layout.shown
        return shown is None if preset is Preset.FITS else shown == self.keys_of(preset)

    def _fitting_in(self, room: int) -> set[str]:
        left = {column.key for column in self._columns if not column.hidden and column.key not in self._away}
        for leaving, pixels in ((self._leaves_first, self._wanted), (self._leaves_last, self._least)):
            for key in leaving:
                if sum(map(pixels, left)) <= room:
                    break
                left.discard(key)
        return left

    def _wanted(self, key: str) -> int:
        return self._natural[key] or self._stretch_pixels

    def _least(self, key: str) -> int:
        return self._columns[self._numbers[key]].least or self._wanted(key)

    def _give_widths(self, seen: list[Column[Any]], room: int) -> None:
        widths = {column.key: self._layout.widths.get(column.key, self._natural[column.key]) for column in seen}
        elastic = [key for key, width in widths.items() if not width]
        left = room - sum(widths.values())
        if self._layout.shown is None:
            # What takes the room that is left gets what it wants as well, as far as others can shrink for it.
            missing = sum(map(self._wanted, elastic)) - left
            for key in widths:
                if missing > 0 and key not in elastic and key not in self._layout.widths:
                    given = min(missing, widths[key] - self._least(key))
                    widths[key] -= given
                    missing -= given
                    left += given
        # Of what fits nothing may be cut off; what was made wide by hand may push the rest out of sight.
        by_hand = self._layout.shown is not None or self._layout.widths
        least = self._stretch_pixels if by_hand else LEAST_PIXELS
        for place, key in enumerate(elastic):
            share = left // (len(elastic) - place)
            widths[key] = max(least, share)
            left -= share
        # Somebody takes the room that is left, or rows would end before their table does.
        self._header.setStretchLastSection(not elastic)
        for key, width in widths.items():
            if self._header.sectionSize(self._numbers[key]) != width:
                self._header.resizeSection(self._numbers[key], width)

    def _on_width_chosen(self, section: int, pixels: int) -> None:
        width = min(MOST_PIXELS, max(LEAST_PIXELS, pixels))
        widths = dict(self._layout.widths) | {self._columns[section].key: width}
        self._layout = replace(self._layout, widths=widths)
        self.fit()
        self.changed.emit()

    def _on_moved(self) -> None:
        places = range(len(self._columns))
        order = tuple(self._columns[self._header.logicalIndex(place)].key for place in places)
        self._layout = replace(self._layout, order=order)
        self.fit()
        self.changed.emit()

    def _on_reset(self) -> None:
        self.choose_layout(ColumnLayout(shown=self._layout.shown))


def preset_title(preset: Preset) -> str:
    """Return what a preset is called."""
    return {
        Preset.FITS: translate("Columns", "What fits"),
        Preset.EVERYTHING: translate("Columns", "Everything"),
        Preset.COMPACT: translate("Columns", "Compact"),
    }[preset]
