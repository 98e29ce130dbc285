"""A table model over the places of a cache that moves: it holds the rows around what is seen, and asks again and again.

Runs on: GUI thread
"""

from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QModelIndex, QObject, Signal

from webpush_admin.backend.cache_records import CachePage, CacheQuery
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.models.cache_question import Fetch, Question, Stretch
from webpush_admin.gui.models.cache_states import PlaceLine
from webpush_admin.gui.models.cached_users import CLOCKED
from webpush_admin.gui.models.cell_model import NOWHERE, CellModel, Index
from webpush_admin.gui.models.columns import Cells, Column

FIRST_ROWS: Final = 64
"""Asked for where nobody has told yet what is seen."""


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
        self._clocked = [number for number, column in enumerate(columns) if column.key in CLOCKED]
        self._query = CacheQuery()
        self._job: Job[Any] | None = None
        self._asked: Question | None = None
        self._held = False
        self._stamp = 1
        self._shown: Question | None = None
        self._seen = (0, FIRST_ROWS - 1)
        self._total = 0
        self._rows = Stretch(columns)

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
    def waiting(self) -> bool:
        """Whether an answer is on its way."""
        return self._job is not None

    @property
    def held(self) -> bool:
        """Whether rows stay where they are."""
        return self._held

    def set_query(self, query: CacheQuery) -> None:
        """Ask for something else, at once; the rows of before show until the answer is there."""
        if query != self._query:
            self._query = query
            self.ask_newest()

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
        if self._shown is not None and self._job is None and not self._all_here():
            self._ask_now()

    def tick(self) -> None:
        """Let the times of what is seen go on."""
        rows = self._rows
        first, last = max(self._seen[0], rows.first), min(self._seen[1], rows.first + len(rows.lines) - 1)
        if first <= last:
            rows.outdate(first, last)
            for column in self._clocked:
                self.dataChanged.emit(self.index(first, column), self.index(last, column))

    def clear(self) -> None:
        """Show nobody, and wait for no answer: another database, or none."""
        self._give_up()
        self._shown = None
        self.beginResetModel()
        self._total = 0
        self._rows = Stretch(self.columns)
        self.endResetModel()

    def rows_here(self) -> Iterator[tuple[int, PlaceLine]]:
        """Yield every row that is in memory, with its number."""
        return self._rows.here()

    def is_here(self, number: int) -> bool:
        """Whether a row is in memory, also one that has left the cache since."""
        return self._rows.has(number)

    def row(self, index: Index | int) -> PlaceLine | None:
        """Return a row, None where it is not in memory."""
        return self._rows.line(index if isinstance(index, int) else index.row())

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many the query finds."""
        return 0 if parent.isValid() else self._total

    def cells_at(self, number: int) -> Cells | None:
        return self._rows.cells(number)

    def share_left(self, number: int) -> float | None:
        """Return how much of its time a row has left, 0.0 to 1.0; None where nothing is held."""
        line = self._rows.line(number)
        return line.share_left(self._clock()) if line is not None else None

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
                self._job = self._asked = None
                self._take(question, page)

        def failed(sentence: str) -> None:
            if self._asked is question:
                self._job = self._asked = None
                self.failed.emit(sentence)

        self._job = self._fetch(question, answered, failed)

    def _take(self, question: Question, page: CachePage) -> None:
        lines = tuple(PlaceLine(user, page.taken_s) if user is not None else None for user in page.rows)
        rows = Stretch(self.columns, page.offset, lines)
        if page.total > self._total:
            self._set_total(page.total)
        if question.same_order(self._shown):
            self._put(rows)
        else:
            self._move(rows)
        self._shown = question
        if page.total < self._total:
            self._set_total(page.total)
        self.answered.emit()
        self._go_on(question)

    def _go_on(self, question: Question) -> None:
        """Ask once more where the answer was not what is needed by now."""
        if self._job is not None:
            return
        if self._rows.lines and all(line is None for line in self._rows.lines):
            # The order is held of a cache that was emptied since.
            self.ask_newest()
        elif not self._all_here() and not question.covers(*self._seen):
            # Somebody has scrolled on meanwhile.
            self._ask_now()

    def _all_here(self) -> bool:
        first, last = self._seen[0], min(self._seen[1], self._total - 1)
        return last < first or (self._rows.has(first) and self._rows.has(last))

    def _put(self, rows: Stretch) -> None:
        """Take rows where nothing that Qt remembers has moved; only cells that say something else are painted."""
        before, self._rows = self._rows, rows
        changed: dict[int, list[int]] = {}
        for number in range(self._seen[0], min(self._seen[1], self._total - 1) + 1):
            old, new = before.painted(number), rows.cells(number)
            for column in range(len(self.columns)):
                if old is None or new is None or _cell(old, column) != _cell(new, column):
                    changed.setdefault(column, []).append(number)
        for column, numbers in changed.items():
            self.dataChanged.emit(self.index(numbers[0], column), self.index(numbers[-1], column))

    def _move(self, rows: Stretch) -> None:
        """Take rows of another order; what is selected goes with its user, and is selected no more where they left."""
        places = {line.user.user_id: number for number, line in rows.here()}
        if all(index.row() == self._new_row(index.row(), places) for index in self.persistentIndexList()):
            self._put(rows)
            return
        self.layoutAboutToBeChanged.emit()
        # With that signal Qt makes notes of its own: they are among the persistent ones only now.
        old = self.persistentIndexList()
        new = []
        for index in old:
            number = self._new_row(index.row(), places)
            new.append(QModelIndex() if number is None else self.index(number, index.column()))
        self._rows = rows
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _new_row(self, number: int, places: dict[UUID, int]) -> int | None:
        line = self._rows.line(number)
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


def _cell(cells: Cells, column: int) -> tuple[str, str | None]:
    return cells.texts[column], cells.roles[column]
