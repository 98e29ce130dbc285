"""Which push goes out next: turns between sends, limits per push service, retries, and services that rest.

Everything happens in the callback in which a lane becomes free: a task for each push would cost as much as its request.

Runs on: worker loop
"""

import asyncio
import heapq
import itertools
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from webpush_admin.push.answer import Answer, Delivery, DiagnosisAction, Failure, Outcome
from webpush_admin.push.feed import Feed, Push, refused, rests, stopped
from webpush_admin.push.pace import Origin, Origins, jitter_s, retry_after_s, wall_time
from webpush_admin.push.transport import Transport

MOST_PARKED: Final = 512
"""Pushes of one feed that wait for their turn: more are not taken from it, so that other services get theirs."""

AT_A_TIME: Final = 200
"""Pushes that are told as not sent in one go: the loop has other guests."""


class Schedule:
    """Starts pushes while lanes are free.

    Args:
        transport: Carries them.
        origins: Know the push services.
        on_rest: Told that an origin rests, until when (aware UTC).
    """

    def __init__(self, transport: Transport, origins: Origins, on_rest: Callable[[str, datetime], None]) -> None:
        self._transport = transport
        self._origins = origins
        self._on_rest = on_rest
        self._feeds: deque[Feed] = deque()
        self._ready: deque[Push] = deque()
        self._waiting: dict[Origin, deque[Push]] = {}
        self._later: list[tuple[float, int, Push]] = []
        self._paused: list[Push] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._again: asyncio.Handle | None = None
        self.retries = 0
        """Attempts that were not the first."""

    @property
    def retrying(self) -> int:
        """Pushes that have failed for now, and wait to be tried again."""
        return sum(push.attempts > 0 for _, _, push in self._later)

    def add(self, feed: Feed) -> None:
        """Take from a feed from now on, in turns with the others; called again when it has more."""
        if feed not in self._feeds:
            self._feeds.append(feed)
        if self._paused:
            self._ready.extend(push for push in self._paused if push.feed is feed)
            self._paused = [push for push in self._paused if push.feed is not feed]
        self.fill()

    def abandon(self, feed: Feed) -> None:
        """Take nothing more from a feed, settle what waits, and end what is under way."""
        feed.abandoned = True
        if feed in self._feeds:
            self._feeds.remove(feed)
        for push in self._withdrawn(feed):
            self._unpark(push)
            feed.settle(push, stopped(push))
        while (taken := feed.take()) is not None:
            feed.settle(taken, stopped(taken))
        self._transport.interrupt(owner=feed)

    def abandon_all(self) -> None:
        """Do so with every feed."""
        lines = (self._ready, self._paused, *self._waiting.values(), [push for _, _, push in self._later])
        for feed in {*self._feeds, *(push.feed for line in lines for push in line)}:
            self.abandon(feed)
        self._transport.interrupt()

    def close(self) -> None:
        """Start nothing any more."""
        for handle in (self._timer, self._again):
            if handle is not None:
                handle.cancel()
        self._timer = self._again = None

    def fill(self) -> None:
        """Start pushes until no lane is free or none may go out now."""
        settled = 0
        while self._transport.free:
            now_s = time.monotonic()
            push = self._next(now_s)
            if push is None:
                break
            if not self._begin(push, now_s):
                settled += 1
                if settled == AT_A_TIME:
                    if self._again is None:
                        self._again = asyncio.get_running_loop().call_soon(self._fill_again)
                    break
        self._wake_later()

    def _fill_again(self) -> None:
        self._again = None
        self.fill()

    def _next(self, now_s: float) -> Push | None:
        if self._later and self._later[0][0] <= now_s:
            return heapq.heappop(self._later)[2]
        if self._ready:
            return self._ready.popleft()
        for _ in range(len(self._feeds)):
            feed = self._feeds[0]
            if feed.parked >= MOST_PARKED:
                self._feeds.rotate(-1)
                continue
            push = feed.take()
            if push is None:
                self._feeds.popleft()
                continue
            self._feeds.rotate(-1)
            return push
        return None

    def _begin(self, push: Push, now_s: float) -> bool:
        """Send a push, or let it wait; return False where it was settled instead."""
        self._unpark(push)
        target = push.receiver.target
        if target is None:
            push.feed.settle(push, refused(push.receiver))
            return False
        if not push.began_s:
            push.began_s = now_s
        origin = push.origin
        if origin is None:
            origin = push.origin = self._origins.of(target[0].origin)
        if push.feed.paused:
            self._next_of(origin)
            self._park(push)
            self._paused.append(push)
            return True
        if origin.resting_until_s > now_s:
            self._next_of(origin)
            return self._wait_or_settle(push, origin, now_s)
        if origin.full:
            self._park(push)
            self._waiting.setdefault(origin, deque()).append(push)
            return True
        push.turn_s = push.turn_s or origin.turn_s(now_s)
        if push.turn_s > now_s:
            self._next_of(origin)
            self._wait_until(push, push.turn_s)
            return True
        try:
            self._transport.start(
                push.feed.build(push), push.feed, lambda answer: self._on_answer(push, origin, answer)
            )
        except Exception as error:  # noqa: BLE001 -- in a callback nobody waits: the feed hands it to who does
            self._next_of(origin)
            push.feed.fail(push, error)
            return False
        push.turn_s = 0.0
        push.attempts += 1
        self.retries += push.attempts > 1
        origin.in_flight += 1
        return True

    def _wait_or_settle(self, push: Push, origin: Origin, now_s: float) -> bool:
        """Let a push wait for an origin that rests, if that does not take longer than it has."""
        if origin.resting_until_s <= push.began_s + self._origins.pace.budget_s and push.feed.tries != 1:
            self._wait_until(push, origin.resting_until_s)
            return True
        push.feed.settle(push, rests(push, wall_time(origin.resting_until_s, now_s)))
        return False

    def _on_answer(self, push: Push, origin: Origin, answer: Answer) -> None:
        origin.in_flight -= 1
        self._next_of(origin)
        if answer.failure is Failure.INTERRUPTED and answer.unprocessed:
            push.feed.settle(push, stopped(push))
            self.fill()
            return
        try:
            delivery = push.feed.judged(push, answer)
        except Exception as error:  # noqa: BLE001 -- in a callback nobody waits: the feed hands it to who does
            push.feed.fail(push, error)
            self.fill()
            return
        if delivery.outcome is Outcome.ACCEPTED:
            origin.answered()
            push.feed.settle(push, delivery)
        else:
            self._failed(push, origin, answer, delivery)
        self.fill()

    def _failed(self, push: Push, origin: Origin, answer: Answer, delivery: Delivery) -> None:
        pace = self._origins.pace
        now_s = time.monotonic()
        asked_s = None
        wanted = delivery.diagnosis is not None and delivery.diagnosis.action is DiagnosisAction.RETRY
        if not wanted:
            if answer.status is not None:
                origin.answered()
        elif answer.failure is not Failure.INTERRUPTED:
            asked_s = retry_after_s(answer)
            if origin.failed(now_s, asked_s):
                self._on_rest(origin.name, wall_time(origin.resting_until_s, now_s))
        tries = pace.tries if push.feed.tries is None else push.feed.tries
        again = wanted and (answer.status is not None or answer.unprocessed) and push.attempts < tries
        due_s = max(now_s + max(jitter_s(pace, push.attempts), asked_s or 0.0), origin.resting_until_s)
        if not again or push.feed.abandoned or due_s > push.began_s + pace.budget_s:
            if wanted and origin.resting_until_s > now_s:
                delivery = replace(delivery, resting_until=wall_time(origin.resting_until_s, now_s))
            push.feed.settle(push, delivery)
            return
        push.last = delivery
        self._wait_until(push, due_s)

    def _next_of(self, origin: Origin) -> None:
        """Let the next of those that wait for an origin come to its turn."""
        line = self._waiting.get(origin)
        if line:
            self._ready.append(line.popleft())
            if not line:
                del self._waiting[origin]

    def _wait_until(self, push: Push, due_s: float) -> None:
        self._park(push)
        heapq.heappush(self._later, (due_s, next(self._order), push))

    def _park(self, push: Push) -> None:
        push.parked = True
        push.feed.parked += 1

    def _unpark(self, push: Push) -> None:
        if push.parked:
            push.parked = False
            push.feed.parked -= 1
            if push.feed.parked < MOST_PARKED and not push.feed.abandoned and push.feed not in self._feeds:
                self._feeds.append(push.feed)

    def _withdrawn(self, feed: Feed) -> list[Push]:
        """Take out what waits of one feed."""
        taken = [push for push in self._ready if push.feed is feed]
        self._ready = deque(push for push in self._ready if push.feed is not feed)
        for origin, line in list(self._waiting.items()):
            taken += [push for push in line if push.feed is feed]
            self._waiting[origin] = deque(push for push in line if push.feed is not feed)
            if not self._waiting[origin]:
                del self._waiting[origin]
        taken += [push for push in self._paused if push.feed is feed]
        self._paused = [push for push in self._paused if push.feed is not feed]
        taken += [push for _, _, push in self._later if push.feed is feed]
        self._later = [entry for entry in self._later if entry[2].feed is not feed]
        heapq.heapify(self._later)
        return taken

    def _wake_later(self) -> None:
        """Come back when the first of those that wait is due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._later:
            wait_s = max(0.0, self._later[0][0] - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._on_due)

    def _on_due(self) -> None:
        self._timer = None
        self.fill()
