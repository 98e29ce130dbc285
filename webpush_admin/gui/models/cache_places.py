"""A table model over the places of a cache that moves: it holds the rows around what is seen, and asks again and again.

Runs on: GUI thread
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from webpush_admin.backend.cache_records import CachePage, CacheQuery
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.models.cache_states import PlaceLine
from webpush_admin.gui.models.cached_users import CLOCKED
from webpush_admin.gui.models.cell_model import NOWHERE, CellModel, Index
from webpush_admin.gui.models.cells import deleted_cells, ready_cells
from webpush_admin.gui.models.columns import Cells, Column

SHARE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 2
"""Item data of the column "left": how much of its time a place has left, 0.0 to 1.0; None where nothing is held."""

FIRST_ROWS: Final = 64
"""Asked for where nobody has told yet what is seen."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the worker is asked.

    Attributes:
        query: Who, in what order.
        offset: Position of the first row.
        limit: Rows at most.
        stamp: A higher one wants the order as it is now; the same one wants the order of before, with newer numbers.
    """

    query: CacheQuery
    offset: int
    limit: int
    stamp: int


Fetch = Callable[[Question, Callable[[CachePage], None], Callable[[str], None]], Job[Any]]


class CachePlaces(CellModel[PlaceLine]):
    """As many rows as there are; in memory are those that are seen, and as many above and below.

    One question is on its way at a time; what answers an older query is passed over. Where rows have changed their
    places, what Qt remembers of them (the selection, the current row) goes with the user.

    Attributes:
        answered: The rows are newer now.
        failed: They are not: one sentence.
    """

    answered = Signal()
    failed = Signal(str)

    def __init__(
        self,
        columns: tuple[Column[PlaceLine], ...],
        fetch: Fetch,
        clock: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        """Make an empty model; `ask()` fills it.

        Args:
            columns: What to show.
            fetch: Starts a question.
            clock: Monotonic seconds.
            parent: Qt owner.
        """
        super().__init__(columns, parent)
        self._fetch = fetch
        self._clock = clock
        self._clocked = sorted(number for number, column in enumerate(columns) if column.key in CLOCKED)
        self._left = next((number for number, column in enumerate(columns) if column.key == "left"), -1)
        self._gone = deleted_cells(columns)
        self._query = CacheQuery()
        self._job: Job[Any] | None = None
        self._asked: Question | None = None
        self._held = False
        self._stamp = 1
        self._shown: Question | None = None
        self._seen = (0, FIRST_ROWS - 1)
        self._total = 0
        self._first = 0
        self._lines: list[PlaceLine | None] = []
        self._cells: list[Cells | None] = []

    @property
    def query(self) -> CacheQuery:
        """What was asked for last."""
        return self._query

    @property
    def known(self) -> bool:
        """Whether `rowCount()` is that of the query."""
        return self._shown is not None and self._shown.query == self._query

    @property
    def stamp(self) -> int:
        """Which reading of the order is shown."""
        return self._shown.stamp if self._shown is not None else 0

    @property
    def held(self) -> bool:
        """Whether rows stay where they are."""
        return self._held

    def set_query(self, query: CacheQuery) -> None:
        """Ask for something else, at once; the rows of before show until the answer is there."""
        if query != self._query:
            self._query = query
            self._stamp += 1
            self._ask_now()

    def hold(self, held: bool) -> None:
        """Let rows stay where they are, whoever is used meanwhile; their numbers go on."""
        self._held = held

    def ask(self) -> None:
        """Ask for the rows around what is seen, in a newer order unless that is held; not twice at once."""
        if self._job is None:
            if not self._held:
                self._stamp += 1
            self._ask_now()

    def ask_newest(self) -> None:
        """Ask at once, in a newer order in every case: the operator has just changed something."""
        self._stamp += 1
        self._ask_now()

    def look_at(self, first: int, last: int) -> None:
        """Take to know which rows are seen; ask at once where some of them are not here."""
        self._seen = first, max(first, last)
        if self._shown is not None and self._job is None and not self._here(*self._seen):
            self._ask_now()

    def tick(self) -> None:
        """Let the times of what is seen go on."""
        first, last = max(self._seen[0], self._first), min(self._seen[1], self._first + len(self._lines) - 1)
        if first > last:
            return
        for number in range(first - self._first, last + 1 - self._first):
            self._cells[number] = None
        for column in self._clocked:
            self.dataChanged.emit(self.index(first, column), self.index(last, column))

    def clear(self) -> None:
        """Show nobody, and wait for no answer: another database, or none."""
        self._give_up()
        self._shown = None
        self.beginResetModel()
        self._total = self._first = 0
        self._lines, self._cells = [], []
        self.endResetModel()

    def rows_here(self) -> Iterator[tuple[int, PlaceLine]]:
        """Yield every row that is in memory, with its number."""
        for place, line in enumerate(self._lines):
            if line is not None:
                yield self._first + place, line

    def is_here(self, number: int) -> bool:
        """Whether a row is in memory, also one that has left the cache since."""
        return 0 <= number - self._first < len(self._lines)

    def row(self, index: Index | int) -> PlaceLine | None:
        """Return a row, None where it is not in memory."""
        number = (index if isinstance(index, int) else index.row()) - self._first
        return self._lines[number] if 0 <= number < len(self._lines) else None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many the query finds."""
        return 0 if parent.isValid() else self._total

    def cells_at(self, number: int) -> Cells | None:
        place = number - self._first
        if not 0 <= place < len(self._lines):
            return None
        cells = self._cells[place]
        if cells is None:
            line = self._lines[place]
            cells = self._cells[place] = self._gone if line is None else ready_cells(self.columns, line)
        return cells

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Hand out what was made ready, and how much time is left."""
        if role == SHARE_ROLE:
            line = self.row(index) if index.column() == self._left else None
            return line.share_left(self._clock()) if line is not None else None
        return super().data(index, role)

    def _give_up(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = self._asked = None

    def _ask_now(self) -> None:
        self._give_up()
        seen = self._seen[1] - self._seen[0] + 1
        offset = max(0, self._seen[0] - seen)
        question = self._asked = Question(self._query, offset, self._seen[1] + seen + 1 - offset, self._stamp)

        def answered(page: CachePage) -> None:
            if self._asked is question:
                self._take(question, page)

        def failed(sentence: str) -> None:
            if self._asked is question:
                self._job = self._asked = None
                self.failed.emit(sentence)

        self._job = self._fetch(question, answered, failed)

    def _take(self, question: Question, page: CachePage) -> None:
        self._job = self._asked = None
        lines = [PlaceLine(user, page.taken_s) if user is not None else None for user in page.rows]
        if page.total > self._total:
            self._set_total(page.total)
        if self._shown is None or (self._shown.query, self._shown.stamp) != (question.query, question.stamp):
            self._move(page.offset, lines)
        else:
            self._put(page.offset, lines)
        self._shown = question
        if page.total < self._total:
            self._set_total(page.total)
        self.answered.emit()
        self._go_on(question)

    def _go_on(self, question: Question) -> None:
        """Ask once more where the answer was not what is needed by now."""
        if self._job is not None:
            return
        if self._lines and all(line is None for line in self._lines):
            # The order is held of a cache that was emptied since.
            self.ask_newest()
        elif not self._here(*self._seen) and not _covers(question, *self._seen):
            # Somebody has scrolled on meanwhile.
            self._ask_now()

    def _here(self, first: int, last: int) -> bool:
        last = min(last, self._total - 1)
        return last < first or (self._first <= first and last < self._first + len(self._lines))

    def _put(self, first: int, lines: list[PlaceLine | None]) -> None:
        """Take rows of the same order: only their numbers are others, and which of them are here."""
        self._first, self._lines, self._cells = first, lines, [None] * len(lines)
        self._tell_changed()

    def _move(self, first: int, lines: list[PlaceLine | None]) -> None:
        """Take rows of another order; what is selected goes with its user, and is selected no more where they left."""
        places = {line.user.user_id: first + place for place, line in enumerate(lines) if line is not None}
        old = self.persistentIndexList()
        moved = [(index, self._new_row(index.row(), places)) for index in old]
        if all(index.row() == row for index, row in moved):
            self._put(first, lines)
            return
        self.layoutAboutToBeChanged.emit()
        # What is remembered is told with the signal before: only then Qt has made all of its notes.
        old = self.persistentIndexList()
        rows = [self._new_row(index.row(), places) for index in old]
        new = [
            QModelIndex() if row is None or row >= self._total else self.index(row, index.column())
            for index, row in zip(old, rows, strict=True)
        ]
        self._first, self._lines, self._cells = first, lines, [None] * len(lines)
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _new_row(self, number: int, places: dict[UUID, int]) -> int | None:
        line = self.row(number)
        return places.get(line.user.user_id) if line is not None else None

    def _set_total(self, total: int) -> None:
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()
        else:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._total = total
            self.endRemoveRows()

    def _tell_changed(self) -> None:
        # What is not seen is painted when it comes into sight.
        last = min(self._first + len(self._lines), self._total) - 1
        if last >= self._first:
            self.dataChanged.emit(self.index(self._first, 0), self.index(last, len(self.columns) - 1))


def _covers(question: Question, first: int, last: int) -> bool:
    return question.offset <= first and last < question.offset + question.limit


def narrowed(query: CacheQuery) -> bool:
    """Return whether a query leaves anybody out."""
    return bool(query.search or query.states)


def everybody(query: CacheQuery) -> CacheQuery:
    """Return the same query without what narrows it."""
    return replace(query, search="", states=frozenset())
