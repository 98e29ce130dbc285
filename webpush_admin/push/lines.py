"""Where pushes wait that were taken from their feeds: for their origin, for a moment, for the end of a pause.

Runs on: worker loop
"""

import heapq
import itertools
from collections import deque

from webpush_admin.push.feed import Feed, Push
from webpush_admin.push.pace import Origin


class Lines:
    """The pushes that wait; each feed knows its own (`Feed.parked`).

    What is withdrawn is only taken off its feed, and passed over when its turn comes: a thousand sends that end at once
    would otherwise look through each other's pushes.
    """

    def __init__(self) -> None:
        self._ready: deque[Push] = deque()
        self._of_origin: dict[Origin, deque[Push]] = {}
        self._later: list[tuple[float, int, Push]] = []
        self._paused: dict[Feed, list[Push]] = {}
        self._order = itertools.count()

    @property
    def retrying(self) -> int:
        """Pushes that have failed for now, and wait to be tried again."""
        return sum(push.attempts > 0 and _waits(push) for _, _, push in self._later)

    @property
    def due_s(self) -> float | None:
        """When the first of those is due that wait for a moment, monotonic; None where nobody does."""
        while self._later and not _waits(self._later[0][2]):
            heapq.heappop(self._later)
        return self._later[0][0] if self._later else None

    def next(self, now_s: float) -> Push | None:
        """Take out the one whose turn has come, None where there is none."""
        while self._later and self._later[0][0] <= now_s:
            push = heapq.heappop(self._later)[2]
            if _waits(push):
                del push.feed.parked[push]
                return push
        while self._ready:
            push = self._ready.popleft()
            if _waits(push):
                del push.feed.parked[push]
                return push
            # Whoever is behind it would otherwise wait for an answer that never comes.
            if push.origin is not None:
                self.next_of(push.origin)
        return None

    def wait_for(self, origin: Origin, push: Push) -> None:
        """Let a push wait until the origin has room."""
        push.feed.parked[push] = None
        self._of_origin.setdefault(origin, deque()).append(push)

    def wait_until(self, due_s: float, push: Push) -> None:
        """Let a push wait for a moment, monotonic."""
        push.feed.parked[push] = None
        heapq.heappush(self._later, (due_s, next(self._order), push))

    def forget_turns(self) -> None:
        """Let all come to their turn again that wait for the one which the rate of their origin gave them."""
        later, self._later = self._later, []
        for entry in later:
            due_s, _, push = entry
            if due_s == push.turn_s and _waits(push):
                push.turn_s = 0.0
                self._ready.append(push)
            else:
                self._later.append(entry)
        heapq.heapify(self._later)

    def wait_for_resume(self, push: Push) -> None:
        """Let a push wait until its feed goes on."""
        push.feed.parked[push] = None
        self._paused.setdefault(push.feed, []).append(push)

    def next_of(self, origin: Origin, count: int = 1) -> None:
        """Let the next of those that wait for an origin come to their turn.

        Whoever takes a push out without starting a request to its origin calls this: the line moves with each answer.
        """
        line = self._of_origin.get(origin)
        if line is None:
            return
        while line and count:
            push = line.popleft()
            if _waits(push):
                self._ready.append(push)
                count -= 1
        if not line:
            del self._of_origin[origin]

    def resume(self, feed: Feed) -> None:
        """Let those come to their turn that waited for the end of a pause."""
        self._ready.extend(self._paused.pop(feed, ()))

    def withdraw(self, feed: Feed) -> tuple[Push, ...]:
        """Take out all of one feed."""
        self._paused.pop(feed, None)
        taken = tuple(feed.parked)
        feed.parked.clear()
        return taken


def _waits(push: Push) -> bool:
    """Whether it has not been withdrawn."""
    return push in push.feed.parked
