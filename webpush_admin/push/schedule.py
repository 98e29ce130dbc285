"""Which push goes out next: turns between sends, limits per push service, retries, and services that rest.

Everything happens in the callback in which a lane becomes free: a task for each push would cost as much as its request.

Runs on: worker loop
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from webpush_admin.push.answer import Answer, Delivery, DiagnosisAction, Failure, Outcome
from webpush_admin.push.feed import Feed, Push, refused, rests, stopped
from webpush_admin.push.lane import Request
from webpush_admin.push.lines import Lines
from webpush_admin.push.pace import Origin, Origins, Pace, jitter_s, retry_after_s
from webpush_admin.push.transport import Transport
from webpush_admin.push.turns import Turns

AT_A_TIME: Final = 200
"""Pushes that are told as not sent in one go: the loop has other guests."""


class Schedule:
    """Starts pushes while lanes are free.

    Args:
        transport: Carries them.
        origins: Know the push services.
        on_rest: Told that an origin rests, until when (aware UTC).
        on_retry: Told the origin of each attempt that is not the first.
    """

    def __init__(
        self,
        transport: Transport,
        origins: Origins,
        on_rest: Callable[[str, datetime], None],
        on_retry: Callable[[str], None],
    ) -> None:
        self._transport = transport
        self._origins = origins
        self._on_rest = on_rest
        self._on_retry = on_retry
        self._turns = Turns()
        self._lines = Lines()
        self._timer: asyncio.TimerHandle | None = None
        self._again: asyncio.Handle | None = None
        self._closed = False

    @property
    def retrying(self) -> int:
        """Pushes that have failed for now, and wait to be tried again."""
        return self._lines.retrying

    def add(self, feed: Feed) -> None:
        """Take from a feed from now on, in turns with the others; called again when it has more, or is resumed."""
        if self._closed or feed.abandoned:
            self.abandon(feed)
            return
        self._turns.add(feed)
        self._lines.resume(feed)
        self.fill()

    def leave(self, feed: Feed) -> None:
        """Forget a feed of which everything is settled, and that brings nothing more."""
        self._turns.leave(feed)

    def abandon(self, feed: Feed) -> None:
        """Take nothing more from a feed, settle what waits, and end what is under way."""
        self._settle_all(feed)
        self._transport.interrupt(owner=feed)

    def abandon_all(self) -> None:
        """Do so with every feed, also with those that have nothing to send just now."""
        for feed in self._turns.open:
            self._settle_all(feed)
        self._transport.interrupt()

    def close(self) -> None:
        """Start nothing any more."""
        self._closed = True
        for handle in (self._timer, self._again):
            if handle is not None:
                handle.cancel()
        self._timer = self._again = None

    def _settle_all(self, feed: Feed) -> None:
        feed.abandoned = True
        self._turns.rest(feed)
        for push in self._lines.withdraw(feed):
            feed.settle(push, stopped(push))
        while (taken := feed.take()) is not None:
            feed.settle(taken, stopped(taken))

    def change_pace(self, pace: Pace) -> None:
        """Send at another pace from now on, what waits already included."""
        if pace.per_second != self._origins.pace.per_second:
            # Else each would give up its turn for one behind those that were given away.
            self._lines.forget_turns()
        self._origins.change_pace(pace)
        for origin in self._origins:
            self._lines.next_of(origin, pace.at_once)
        self.fill()

    def fill(self) -> None:
        """Start pushes until no lane is free or none may go out now."""
        now_s = time.monotonic()
        room = self._transport.room
        admitted: list[Push] = []
        others = 0
        while len(admitted) < room and others < AT_A_TIME:
            push = self._next(now_s)
            if push is None:
                break
            if self._admits(push, now_s):
                admitted.append(push)
            else:
                others += 1
        # First all are built, then all are started: what encrypts stays in the processor's caches.
        for push, request in self._built(admitted):
            self._start(push, request, now_s)
        if others == AT_A_TIME:
            self._fill_soon()
        self._wake_later()

    def _fill_soon(self) -> None:
        """Fill once for all that has happened by then."""
        if self._again is None and not self._closed:
            self._again = asyncio.get_running_loop().call_soon(self._fill_again)

    def _fill_again(self) -> None:
        self._again = None
        self.fill()

    def _next(self, now_s: float) -> Push | None:
        return self._lines.next(now_s) or self._turns.next()

    def _admits(self, push: Push, now_s: float) -> bool:
        """Return whether a push goes out now; else it waits, or was settled."""
        target = push.receiver.target
        if target is None:
            push.feed.settle(push, refused(push.receiver))
            return False
        before = push.origin
        origin = push.origin = self._origins.of(target[0].origin, before)
        if before is None:
            push.began_s = now_s
        else:
            if origin is not before:
                # It was forgotten meanwhile, and another came in its place: whoever else waits comes to that one, too.
                self._lines.next_of(before)
            if not push.attempts and not push.feed.is_current(push):
                self._lines.next_of(origin)
                return False
        if push.feed.paused:
            self._lines.next_of(origin)
            self._lines.wait_for_resume(push)
            return False
        if origin.resting_until_s > now_s:
            self._lines.next_of(origin)
            self._wait_or_settle(push, origin)
            return False
        if origin.full:
            self._lines.wait_for(origin, push)
            return False
        push.turn_s = push.turn_s or origin.turn_s(now_s)
        if push.turn_s > now_s:
            self._lines.next_of(origin)
            self._lines.wait_until(push.turn_s, push)
            return False
        origin.in_flight += 1
        return True

    def _built(self, pushes: Sequence[Push]) -> list[tuple[Push, Request]]:
        built: list[tuple[Push, Request]] = []
        for push in pushes:
            try:
                built.append((push, push.feed.build(push)))
            except Exception as error:  # noqa: BLE001 -- in a callback nobody waits: the feed hands it to who does
                self._not_started(push, error)
        return built

    def _start(self, push: Push, request: Request, now_s: float) -> None:
        try:
            self._transport.start(request, push.feed, partial(self._on_answer, push))
        except Exception as error:  # noqa: BLE001 -- as above
            self._not_started(push, error)
            return
        push.turn_s = 0.0
        push.started_s = now_s
        push.attempts += 1
        if push.attempts > 1 and push.origin is not None:
            self._on_retry(push.origin.name)

    def _not_started(self, push: Push, error: Exception) -> None:
        assert push.origin is not None, "it was admitted"
        push.origin.in_flight -= 1
        self._lines.next_of(push.origin)
        push.feed.fail(push, error)
        self._fill_soon()

    def _wait_or_settle(self, push: Push, origin: Origin) -> None:
        """Let a push wait for an origin that rests, if that does not take longer than it has."""
        if origin.resting_until_s <= push.began_s + self._origins.pace.budget_s and push.feed.tries != 1:
            self._lines.wait_until(origin.resting_until_s, push)
        else:
            push.feed.settle(push, rests(push, origin.resting_until))

    def _on_answer(self, push: Push, answer: Answer) -> None:
        origin = push.origin
        assert origin is not None, "it went out"
        origin.in_flight -= 1
        self._lines.next_of(origin)
        if answer.failure is Failure.INTERRUPTED and answer.unprocessed:
            push.feed.settle(push, stopped(push))
            self._fill_soon()
            return
        try:
            delivery = push.feed.judged(push, answer)
        except Exception as error:  # noqa: BLE001 -- in a callback nobody waits: the feed hands it to who does
            push.feed.fail(push, error)
            self._fill_soon()
            return
        if delivery.outcome is Outcome.ACCEPTED:
            self._answered(origin)
            push.feed.settle(push, delivery)
        else:
            self._failed(push, origin, answer, delivery)
        self._fill_soon()

    def _failed(self, push: Push, origin: Origin, answer: Answer, delivery: Delivery) -> None:
        pace = self._origins.pace
        now_s = time.monotonic()
        asked_s = None
        wanted = delivery.diagnosis is not None and delivery.diagnosis.action is DiagnosisAction.RETRY
        if not wanted:
            if answer.status is not None:
                self._answered(origin)
        elif answer.failure is not Failure.INTERRUPTED:
            asked_s = retry_after_s(answer)
            if origin.failed(now_s, asked_s, began_s=push.started_s):
                self._on_rest(origin.name, origin.resting_until)
        tries = pace.tries if push.feed.tries is None else push.feed.tries
        again = wanted and (answer.status is not None or answer.unprocessed) and push.attempts < tries
        due_s = max(now_s + max(jitter_s(pace, push.attempts), asked_s or 0.0), origin.resting_until_s)
        if not again or push.feed.abandoned or due_s > push.began_s + pace.budget_s:
            if wanted and origin.resting_until_s > now_s:
                delivery = replace(delivery, resting_until=origin.resting_until)
            push.feed.settle(push, delivery)
            return
        push.last = delivery
        self._lines.wait_until(due_s, push)

    def _answered(self, origin: Origin) -> None:
        """Note that a service is well; where that was not known, all for whom there is room now may go out."""
        if origin.answered():
            self._lines.next_of(origin, self._origins.pace.at_once)

    def _wake_later(self) -> None:
        """Come back when the first of those that wait is due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        # Where no lane is free the next answer comes back here: a timer would come at once, again and again.
        due_s = self._lines.due_s if self._transport.room else None
        if due_s is not None:
            wait_s = max(0.0, due_s - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._on_due)

    def _on_due(self) -> None:
        self._timer = None
        self.fill()
