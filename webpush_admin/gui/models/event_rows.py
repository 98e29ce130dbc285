"""The rows of the event log: what the filter lets through, bounded, held still where somebody reads.

Runs on: GUI thread
"""

import time
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from PySide6.QtCore import QObject

from webpush_admin.gui.models.cell_model import NOWHERE, CellModel, Index
from webpush_admin.gui.models.cells import ready_cells
from webpush_admin.gui.models.columns import Cells
from webpush_admin.gui.models.event_filter import EVERYTHING, EventFilter
from webpush_admin.gui.models.event_lines import NameOf, event_columns
from webpush_admin.gui.models.event_ring import EventRing, EventsPassed, LoggedEvent

SIFTED_AT_ONCE: Final = 128
"""Events between two looks at the clock: some hundred microseconds where lines must be written to search in."""

_KEPT_CELLS: Final = 1_000


class EventRows(CellModel[LoggedEvent]):
    """Follows a ring: `sift()` looks at what is new, `show_sifted()` shows what of that matches.

    The rows have a bound of their own: with a filter they reach further back than the ring does. While they are held,
    what the log had then is held too, so that it can be searched although the ring has moved on. What is written is
    written when it is first painted, or searched.

    Attributes:
        waiting: How many matches have come since the rows were held.
        caught_up: Whether all that there was has been looked at once since the filter was chosen.
    """

    def __init__(self, ring: EventRing, name_of: NameOf, parent: QObject | None = None) -> None:
        super().__init__(event_columns(name_of), parent)
        self._ring = ring
        self._name_of = name_of
        self._filter = EVERYTHING
        self._sieve = EVERYTHING.sieve(name_of)
        self._rows: list[LoggedEvent] = []
        self._left = 0
        """Rows that have left at the top: with it a row keeps its number, and its cells."""
        self._cells: dict[int, Cells] = {}
        self._due: deque[LoggedEvent] = deque(maxlen=ring.kept)
        """Matches that are shown next."""
        self._late: deque[LoggedEvent] = deque(maxlen=ring.kept)
        """Matches that have come since the rows were held."""
        self._begin = self._from = self._next = self._shown_to = ring.first
        self._held: list[LoggedEvent] | None = None
        self._held_to = 0
        self.waiting = 0
        self.caught_up = False

    @property
    def rows(self) -> Sequence[LoggedEvent]:
        """What is shown, the oldest first. Not to be changed."""
        return self._rows

    @property
    def filter(self) -> EventFilter:
        """What narrows."""
        return self._filter

    @property
    def held(self) -> bool:
        """Whether the rows stand still."""
        return self._held is not None

    @property
    def sifted_share(self) -> float:
        """How much has been looked at since the filter was chosen, from 0 to 1."""
        whole = self._ring.end - self._from
        return (self._next - self._from) / whole if whole else 1.0

    @property
    def logged(self) -> list[LoggedEvent]:
        """Everything that is kept, or was when the rows were held, whatever the filter shows."""
        return list(self._held) if self._held is not None else list(self._ring.read(self._begin))

    @property
    def logged_count(self) -> int:
        """How many events that is."""
        if self._held is not None:
            return len(self._held)
        return self._ring.end - max(self._begin, self._ring.first)

    @property
    def since_begin(self) -> int:
        """How many events there have been, those that left the ring included."""
        return self._ring.end - self._begin

    def set_filter(self, chosen: EventFilter) -> None:
        """Show what matches this; it is looked for in all that is kept."""
        self._filter = chosen
        self.sift_again()

    def sift_again(self) -> None:
        """Look at everything once more: names are known by now that were not."""
        self._sieve = self._filter.sieve(self._name_of)
        first = max(self._begin, self._ring.first)
        self._from = self._next = first if self._held is None else self._held_to - len(self._held)
        self._due.clear()
        self._late.clear()
        self.waiting = 0
        self.caught_up = False
        if self._rows:
            self.beginResetModel()
            self._rows, self._left = [], 0
            self._cells.clear()
            self.endResetModel()

    def clear(self) -> None:
        """Begin with what comes from now on."""
        self._begin = self._shown_to = self._ring.end
        if self._held is not None:
            self._held, self._held_to = [], self._begin
        self.sift_again()

    def hold(self) -> None:
        """Let the rows stand still: what comes from now on waits."""
        if self._held is None:
            self._held_to = self._shown_to
            first = max(self._begin, self._ring.first)
            kept: list[LoggedEvent] = [*self._ring.read(first)]
            self._held = kept[: max(0, self._shown_to - first)]
            if self._next > self._shown_to:
                self.waiting = len(self._due)
                self._due, self._late = self._late, self._due

    def release(self) -> None:
        """Go on with all that has come meanwhile."""
        self._held = None
        self._due.extend(self._late)
        self._late.clear()
        self.waiting = 0

    def sift(self, budget_s: float) -> bool:
        """Look at events that have not been looked at, for so many seconds; return whether it was all of them.

        What the ring has lost by then is told by a row of its own.
        """
        until = time.perf_counter() + budget_s
        if self._held is not None and self._next < self._held_to:
            self._pass_over(self._held_to - len(self._held), self._due)
            if not self._sift(self._held[len(self._held) - self._held_to + self._next :], self._due, until):
                return False
        target = self._due if self._held is None else self._late
        self._pass_over(self._ring.first, target)
        done = self._sift(self._ring.read(self._next), target, until)
        self.caught_up = self.caught_up or done
        return done

    def show_sifted(self) -> None:
        """Show what matches; the oldest rows leave where there are too many."""
        new = list(self._due)
        self._due.clear()
        if self._held is None:
            self._shown_to = max(self._shown_to, self._next)
        if not new:
            return
        surplus = min(len(self._rows), len(self._rows) + len(new) - self._ring.kept)
        if surplus == len(new):
            # As many leave as come: told as other words in the same rows, the table is painted once, not three times.
            del self._rows[:surplus]
            self._rows.extend(new)
            self._left += surplus
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))
            return
        if surplus > 0:
            self.beginRemoveRows(NOWHERE, 0, surplus - 1)
            del self._rows[:surplus]
            self._left += surplus
            self.endRemoveRows()
        self.beginInsertRows(NOWHERE, len(self._rows), len(self._rows) + len(new) - 1)
        self._rows.extend(new)
        self.endInsertRows()

    def repaint(self, first: int, last: int) -> None:
        """Write these rows anew: more names are known."""
        self._cells.clear()
        last = min(last, len(self._rows) - 1)
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def stretch(self, first: int, last: int) -> list[LoggedEvent]:
        """Return the events of these rows, both included."""
        return list(islice(self._rows, max(0, first), last + 1))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def row(self, index: Index | int) -> LoggedEvent | None:
        """Return an event, None where there is none."""
        number = index if isinstance(index, int) else index.row()
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def cells_at(self, number: int) -> Cells:
        """Return a row's cells, made ready with the first of them that is painted."""
        key = self._left + number
        cells = self._cells.get(key)
        if cells is None:
            if len(self._cells) >= _KEPT_CELLS:
                self._cells.clear()
            cells = self._cells[key] = ready_cells(self.columns, self._rows[number])
        return cells

    def _pass_over(self, first: int, target: deque[LoggedEvent]) -> None:
        """Go on with this number; what came before it is not there any more."""
        missed = first - self._next
        if missed > 0:
            self._next = first
            target.append(EventsPassed(missed, datetime.now(UTC)))
            if target is self._late:
                self.waiting += 1 if self._filter.narrows else missed

    def _sift(self, events: Sequence[LoggedEvent], target: deque[LoggedEvent], until: float) -> bool:
        """Put into the target what matches; return False where there was no time for all."""
        at_once = SIFTED_AT_ONCE if self._filter.narrows else max(1, len(events))
        for start in range(0, len(events), at_once):
            some = events[start : start + at_once]
            matches = self._sieve(some)
            target.extend(matches)
            self._next += len(some)
            if target is self._late:
                self.waiting += len(matches)
            if time.perf_counter() >= until and start + at_once < len(events):
                return False
        return True
