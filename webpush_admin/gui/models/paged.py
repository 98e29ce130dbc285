"""A table model over a list of any length: exact row count, pages fetched as they are looked at.

Runs on: GUI thread
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final, Generic

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from webpush_admin.backend.records import Page
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.models.columns import PILL_ROLE, Cells, Column, Row
from webpush_admin.gui.text import display_text, plain_tooltip
from webpush_admin.gui.theme import mono_font

PAGE_ROWS: Final = 128
KEPT_PAGES: Final = 64
REFRESHED_PAGES: Final = 16
HELD_PAGES: Final = 32
"""Pages of selected rows that are kept, however far the operator scrolls."""

# data() compares with plain numbers: an enum's comparison costs more than the rest of the call.
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP: Final = int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
_FONT: Final = int(Qt.ItemDataRole.FontRole)
_ACCESSIBLE: Final = int(Qt.ItemDataRole.AccessibleTextRole)
_SHIFT: Final = 7
_MASK: Final = PAGE_ROWS - 1

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


class PagedModel(QAbstractTableModel, Generic[Row]):
    """Rows that live elsewhere. Pages of a former generation never show.

    Attributes:
        loaded: A page has arrived, or the list turned out empty.
    """

    loaded = Signal()

    def __init__(
        self,
        columns: tuple[Column[Row], ...],
        fetch: "Callable[[int, int, Callable[[Page[Row]], None]], Job[Any]]",
        *,
        key: Callable[[Row], Hashable],
        parent: QObject | None = None,
    ) -> None:
        """Make an empty model; `reset()` fills it.

        Args:
            columns: What to show.
            fetch: Called with offset, limit and what to call with the page; returns the job, which may be cancelled.
            key: A row's identity: by it a refresh finds selected rows again.
            parent: Qt owner.
        """
        super().__init__(parent)
        self.columns = columns
        self._titles = [column.shown_title for column in columns]
        self._fetch = fetch
        self._key = key
        self._total = 0
        self._generation = 0
        self._pages: OrderedDict[int, tuple[Row, ...]] = OrderedDict()
        self._cells: dict[int, list[Cells]] = {}
        self._jobs: dict[int, Job[Any]] = {}
        self._fresh: dict[int, tuple[Row, ...]] | None = None
        self._awaited: set[int] = set()
        self._newest = -1
        self._held: frozenset[int] = frozenset()
        mono = mono_font()
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._alignments = [right if column.right_aligned else None for column in columns]
        self._fonts = [mono if column.mono else None for column in columns]

    @property
    def known(self) -> bool:
        """Whether the first page of this generation has arrived, so that `rowCount()` is the truth."""
        return bool(self._pages) or (self._generation > 0 and 0 not in self._jobs)

    def reset(self) -> None:
        """Forget everything and fetch the first page: another query, order or database."""
        self._begin_generation()
        self.beginResetModel()
        self._total = 0
        self._drop_pages()
        self.endResetModel()
        self._request(0)

    def clear(self) -> None:
        """Show no rows, and fetch none."""
        self._begin_generation()
        self.beginResetModel()
        self._total = 0
        self._drop_pages()
        self.endResetModel()

    def refresh(self) -> None:
        """Fetch what is shown or selected again, and keep scroll and selection; the old rows show meanwhile."""
        if not self._pages:
            self.reset()
            return
        selected = self._held | {index.row() >> _SHIFT for index in self.persistentIndexList()}
        recent = list(reversed(self._pages))
        wanted = (recent[:2] + sorted(selected) + recent[2:])[: REFRESHED_PAGES + len(self._held)]
        self._begin_generation()
        self._fresh = {}
        self._awaited = set(wanted)
        for page in sorted(self._awaited):
            self._request(page)

    def hold(self, rows: Iterable[int]) -> bool:
        """Keep these rows, and no others, in memory until the next call; fetch those that are missing.

        Returns:
            False where they lie on more than `HELD_PAGES` pages: nothing is held then.
        """
        held = frozenset(number >> _SHIFT for number in rows)
        fits = len(held) <= HELD_PAGES
        self._held = held if fits else frozenset()
        if self._fresh is None:
            # While pages are being refreshed the old rows still stand; what is missing then comes with `loaded`.
            for page in sorted(self._held - self._pages.keys()):
                self._request(page)
        return fits

    def row(self, index: _Index | int) -> Row | None:
        """Return a row, None where it has not been fetched."""
        number = index if isinstance(index, int) else index.row()
        rows = self._pages.get(number >> _SHIFT, ())
        return rows[number & _MASK] if 0 <= number & _MASK < len(rows) and number >= 0 else None

    def fetched(self) -> Iterable[tuple[int, Row]]:
        """Yield every row that is in memory, with its number."""
        for page, rows in sorted(self._pages.items()):
            for place, row in enumerate(rows):
                yield (page << _SHIFT) + place, row

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the exact number of rows."""
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        """Hand out what was made ready when the page arrived."""
        if role == _DISPLAY:
            cells = self._cells_of(index.row())
            return cells.texts[index.column()] if cells else ""
        if role == _ALIGNMENT:
            return self._alignments[index.column()]
        if role == _FONT:
            return self._fonts[index.column()]
        if role == PILL_ROLE:
            cells = self._cells_of(index.row())
            return cells.roles[index.column()] if cells else None
        if role == _TOOLTIP:
            row = self.row(index)
            return plain_tooltip(self.columns[index.column()].tip(row)) if row is not None else None
        if role == _ACCESSIBLE:
            cells = self._cells_of(index.row())
            return f"{self._titles[index.column()]}: {cells.texts[index.column()]}" if cells else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Return a column's title."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == _DISPLAY:
            return self._titles[section]
        if role == _ALIGNMENT and self.columns[section].right_aligned:
            return self._alignments[section]
        return None

    def _cells_of(self, number: int) -> Cells | None:
        page = number >> _SHIFT
        cells = self._cells.get(page)
        if cells is None:
            if page not in self._pages:
                self._request(page)
                return None
            cells = self._cells[page] = [self._ready(row) for row in self._pages[page]]
        if page != self._newest:
            self._newest = page
            self._pages.move_to_end(page)
        place = number & _MASK
        return cells[place] if place < len(cells) else None

    def _ready(self, row: Row) -> Cells:
        texts = tuple(display_text(column.text(row)) for column in self.columns)
        return Cells(texts, tuple(column.role(row) if column.role else None for column in self.columns))

    def _begin_generation(self) -> None:
        self._generation += 1
        for job in self._jobs.values():
            job.cancel()
        self._jobs.clear()
        self._fresh = None
        self._awaited = set()

    def _request(self, page: int) -> None:
        if page in self._jobs or page < 0:
            return
        generation = self._generation

        def arrived(answer: Page[Row]) -> None:
            if generation == self._generation:
                self._jobs.pop(page, None)
                self._take(page, answer)

        self._jobs[page] = self._fetch(page * PAGE_ROWS, PAGE_ROWS, arrived)

    def _take(self, page: int, answer: Page[Row]) -> None:
        if self._fresh is not None:
            self._fresh[page] = answer.rows
            self._awaited.discard(page)
            if self._awaited:
                return
            fresh, self._fresh = self._fresh, None
            self._swap(fresh, answer.total)
        else:
            self._set_total(answer.total)
            self._keep(page, answer.rows)
            self._tell_changed(page)
        self.loaded.emit()

    def _swap(self, fresh: dict[int, tuple[Row, ...]], total: int) -> None:
        """Put refreshed pages in the place of all old ones; what is selected moves with its rows."""
        if total > self._total:
            self._set_total(total)
        places = {
            self._key(row): (page << _SHIFT) + place for page, rows in fresh.items() for place, row in enumerate(rows)
        }
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        new = []
        for index in old:
            row = self.row(index)
            number = places.get(self._key(row)) if row is not None else None
            # A row that was not found again is no longer selected: a send must never meet another row in its place.
            new.append(QModelIndex() if number is None or number >= total else self.index(number, index.column()))
        self._drop_pages()
        for page, rows in fresh.items():
            self._keep(page, rows)
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()
        self._set_total(total)

    def _set_total(self, total: int) -> None:
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()
        elif total < self._total:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._total = total
            self.endRemoveRows()

    def _keep(self, page: int, rows: tuple[Row, ...]) -> None:
        self._pages[page] = rows
        self._pages.move_to_end(page)
        self._cells.pop(page, None)
        while len(self._pages) > KEPT_PAGES:
            dropped = next(number for number in self._pages if number not in self._held)
            del self._pages[dropped]
            self._cells.pop(dropped, None)

    def _drop_pages(self) -> None:
        self._pages.clear()
        self._cells.clear()
        self._newest = -1

    def _tell_changed(self, page: int) -> None:
        first = page << _SHIFT
        last = min(first + PAGE_ROWS, self._total) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
