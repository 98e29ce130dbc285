"""The pages of a long list that are in memory, with their cells: the ones looked at last, and those that are selected.

Runs on: GUI thread
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final, Generic

from webpush_admin.gui.models.cells import deleted_cells, ready_cells
from webpush_admin.gui.models.columns import Cells, Column, Row
from webpush_admin.gui.models.requests import PAGE_ROWS

KEPT_PAGES: Final = 64
SHIFT: Final = 7
"""A row's number, shifted by this, is its page's."""

_MASK: Final = PAGE_ROWS - 1


class KeptPages(Generic[Row]):
    """Pages by number.

    Attributes:
        held: Pages that stay, however many others come.
    """

    def __init__(self, columns: tuple[Column[Row], ...]) -> None:
        self.held: frozenset[int] = frozenset()
        self._columns = columns
        self._deleted = deleted_cells(columns)
        self._rows: OrderedDict[int, tuple[Row | None, ...]] = OrderedDict()
        self._cells: dict[int, list[Cells | None]] = {}
        self._newest = -1

    def __contains__(self, page: int) -> bool:
        return page in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def recent(self) -> list[int]:
        """Return the numbers of all pages, the one looked at last first."""
        return list(reversed(self._rows))

    def row(self, number: int) -> Row | None:
        """Return a row, None where it is not here or was deleted since the list was made."""
        rows = self._rows.get(number >> SHIFT, ())
        return rows[number & _MASK] if 0 <= number & _MASK < len(rows) and number >= 0 else None

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Yield every row, with its number."""
        for page, rows in sorted(self._rows.items()):
            for place, row in enumerate(rows):
                if row is not None:
                    yield (page << SHIFT) + place, row

    def cells(self, number: int) -> Cells | None:
        """Return a row's cells, None where the page came without it; its page is here."""
        page = number >> SHIFT
        if page != self._newest:
            self._newest = page
            self._rows.move_to_end(page)
        cells = self._cells.get(page)
        if cells is None:
            cells = self._cells[page] = [None] * len(self._rows[page])
        place = number & _MASK
        if place >= len(cells):
            return None
        ready = cells[place]
        if ready is None:
            # One by one: a page has five times as many rows as a screen, and whoever drags passes most of them by.
            row = self._rows[page][place]
            ready = cells[place] = self._deleted if row is None else ready_cells(self._columns, row)
        return ready

    def keep(self, page: int, rows: tuple[Row | None, ...]) -> None:
        """Take a page; the one looked at longest ago leaves where there are too many."""
        self._rows[page] = rows
        self._rows.move_to_end(page)
        self._cells.pop(page, None)
        while len(self._rows) > KEPT_PAGES:
            dropped = next(number for number in self._rows if number not in self.held)
            del self._rows[dropped]
            self._cells.pop(dropped, None)

    def clear(self) -> None:
        """Forget all pages, held ones too."""
        self._rows.clear()
        self._cells.clear()
        self._newest = -1
