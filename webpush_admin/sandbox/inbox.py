"""What arrived at the sandbox, the newest ten thousand, and counters that never forget.

Runs on: child process
"""

from collections import deque
from itertools import islice
from typing import Final

from webpush_admin.sandbox.records import InboxEntry
from webpush_admin.sandbox.wire import Row, entry_to_row

KEPT_ENTRIES: Final = 10_000


class Counters:
    """The mutable side of `SandboxCounts`."""

    __slots__ = ("accepted", "decrypted", "dropped", "gone", "received", "refused")

    def __init__(self) -> None:
        self.received = 0
        self.decrypted = 0
        self.accepted = 0
        self.gone = 0
        self.refused = 0
        self.dropped = 0

    def count_answer(self, status: int | None) -> None:
        """Count what was answered, None for a connection that was closed instead."""
        if status is None:
            self.dropped += 1
        elif 200 <= status < 300:
            self.accepted += 1
        elif status == 410:
            self.gone += 1
        else:
            self.refused += 1

    def row(self) -> Row:
        """Return the values in the order of the fields of `SandboxCounts`."""
        return self.received, self.decrypted, self.accepted, self.gone, self.refused, self.dropped


class Inbox:
    """A ring of entries whose numbers count on when the oldest are forgotten.

    Args:
        kept: How many entries stay.
    """

    def __init__(self, kept: int = KEPT_ENTRIES) -> None:
        self._entries: deque[InboxEntry] = deque(maxlen=kept)
        self._last_number = 0

    def next_number(self) -> int:
        """Return the number that the next entry must have."""
        return self._last_number + 1

    def add(self, entry: InboxEntry) -> None:
        """Keep an entry, numbered by `next_number`."""
        self._entries.append(entry)
        self._last_number = entry.number

    def rows(self, after: int, limit: int) -> list[Row]:
        """Return what arrived after entry number `after`, the oldest first, at most `limit`."""
        first_kept = self._last_number - len(self._entries) + 1
        start = max(0, after + 1 - first_kept)
        return [entry_to_row(entry) for entry in islice(self._entries, start, start + max(0, limit))]
