"""A table model over a list of any length: exact row count, pages fetched as they are looked at.

Runs on: GUI thread
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, Signal

from webpush_admin.backend.records import Page
from webpush_admin.gui.models.cell_model import NOWHERE, CellModel, Index
from webpush_admin.gui.models.columns import Cells, Column, Row
from webpush_admin.gui.models.kept_pages import SHIFT, KeptPages
from webpush_admin.gui.models.requests import PAGE_ROWS, Count, Fetch, Requests

REFRESHED_PAGES: Final = 16
HELD_PAGES: Final = 32
"""Pages of selected rows that are kept, however far the operator scrolls."""


class PagedModel(CellModel[Row]):
    """Rows that live elsewhere. Pages of a former generation never show.

    Attributes:
        loaded: A page has arrived, or the list turned out empty.
        arrived: The rows that have just come, as a tuple; told before `loaded`.
        busy_changed: The model began to wait for rows, or has them.
        failed: A page did not come; one sentence.
    """

    loaded = Signal()
    arrived = Signal(object)
    busy_changed = Signal(bool)
    failed = Signal(str)

    def __init__(
        self,
        columns: tuple[Column[Row], ...],
        fetch: Fetch[Row],
        *,
        key: Callable[[Row], Hashable],
        count: Count | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Make an empty model; `reset()` fills it.

        Args:
            columns: What to show.
            fetch: Starts the read of a stretch, see `requests`.
            key: A row's identity: by it a refresh finds selected rows again.
            count: Starts the count of all rows, for pages that come without it.
            parent: Qt owner.
        """
        super().__init__(columns, parent)
        self._requests: Requests[Row] = Requests(
            fetch,
            count,
            arrived=self._take,
            counted=self._take_total,
            failed=self._give_up_refreshing,
            busy_changed=self.busy_changed.emit,
        )
        self._key = key
        self._stamp = 0
        self._total = 0
        self._pages: KeptPages[Row] = KeptPages(columns)
        self._fresh: dict[int, tuple[Row | None, ...]] | None = None
        self._awaited: set[int] = set()

    @property
    def known(self) -> bool:
        """Whether the first page of this generation has arrived, so that `rowCount()` is the truth."""
        return len(self._pages) > 0 or (self._stamp > 0 and not self._requests.waits_for(0))

    @property
    def stamp(self) -> int:
        """Which reading of the list is shown; a newer one that is on its way is not."""
        return self._stamp

    @property
    def busy(self) -> bool:
        """Whether rows, or their number, are waited for."""
        return self._requests.busy

    def cancel(self) -> None:
        """Give up what is waited for: the rows that are there stay."""
        self._requests.cancel()
        self._fresh = None
        self._awaited = set()

    def reset(self) -> None:
        """Forget everything and fetch the first page: another query, order or database."""
        self.clear()
        self._request(0)

    def clear(self) -> None:
        """Show no rows, and fetch none."""
        self._begin_generation()
        self._stamp = self._requests.generation
        self.beginResetModel()
        self._total = 0
        self._pages.clear()
        self.endResetModel()

    def refresh(self) -> None:
        """Fetch what is shown or selected again, and keep scroll and selection; the old rows show meanwhile."""
        if not len(self._pages):
            self.reset()
            return
        selected = self._pages.held | {index.row() >> SHIFT for index in self.persistentIndexList()}
        recent = self._pages.recent()
        wanted = (recent[:2] + sorted(selected) + recent[2:])[: REFRESHED_PAGES + len(self._pages.held)]
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
        held = frozenset(number >> SHIFT for number in rows)
        fits = len(held) <= HELD_PAGES
        self._pages.held = held if fits else frozenset()
        if self._fresh is None:
            # While pages are being refreshed the old rows still stand; what is missing then comes with `loaded`.
            for page in sorted(page for page in self._pages.held if page not in self._pages):
                self._request(page)
        return fits

    def row(self, index: Index | int) -> Row | None:
        """Return a row, None where it has not been fetched."""
        return self._pages.row(index if isinstance(index, int) else index.row())

    def is_fetched(self, number: int) -> bool:
        """Whether a row has been fetched, also one that turned out to be deleted."""
        return number >> SHIFT in self._pages

    def fetched(self) -> Iterable[tuple[int, Row]]:
        """Yield every row that is in memory, with its number."""
        return self._pages.rows()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the exact number of rows."""
        return 0 if parent.isValid() else self._total

    def cells_at(self, number: int) -> Cells | None:
        page = number >> SHIFT
        if page in self._pages:
            return self._pages.cells(number)
        # Asked for each cell that is painted.
        if not self._requests.waits_for(page):
            self._request(page)
        return None

    def _begin_generation(self) -> None:
        self._requests.begin()
        self._fresh = None
        self._awaited = set()

    def _request(self, page: int) -> None:
        self._requests.page(page)
        if self._fresh is None:
            self._requests.drop_passed_by(self._pages.held | {page})

    def _give_up_refreshing(self, sentence: str) -> None:
        """Keep the old rows where one of the new pages did not come: the others would wait for it for ever."""
        if self._fresh is not None:
            self.cancel()
        self.failed.emit(sentence)

    def _take_total(self, total: int) -> None:
        self._set_total(total)
        self.loaded.emit()

    def _take(self, page: int, answer: Page[Row]) -> None:
        self.arrived.emit(tuple(row for row in answer.rows if row is not None))
        if self._fresh is not None:
            self._fresh[page] = answer.rows
            self._awaited.discard(page)
            if self._awaited:
                return
            fresh, self._fresh = self._fresh, None
            self._swap(fresh, self._total if answer.total is None else answer.total)
        else:
            seen = (page << SHIFT) + len(answer.rows)
            self._set_total(max(seen, self._total) if answer.total is None else answer.total)
            self._pages.keep(page, answer.rows)
            self._tell_changed(page)
        if answer.total is None:
            self._requests.total()
        self.loaded.emit()

    def _swap(self, fresh: dict[int, tuple[Row | None, ...]], total: int) -> None:
        """Put refreshed pages in the place of all old ones; what is selected moves with its rows."""
        if total > self._total:
            self._set_total(total)
        places = {
            self._key(row): (page << SHIFT) + place
            for page, rows in fresh.items()
            for place, row in enumerate(rows)
            if row is not None
        }
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        new = []
        for index in old:
            row = self.row(index)
            number = places.get(self._key(row)) if row is not None else None
            # A row that was not found again is no longer selected: a send must never meet another row in its place.
            new.append(QModelIndex() if number is None or number >= total else self.index(number, index.column()))
        self._pages.clear()
        self._stamp = self._requests.generation
        for page, rows in fresh.items():
            self._pages.keep(page, rows)
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

    def _tell_changed(self, page: int) -> None:
        first = page << SHIFT
        last = min(first + PAGE_ROWS, self._total) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
