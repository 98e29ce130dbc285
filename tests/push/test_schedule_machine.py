"""Whatever happens in whatever order: each push is settled once, limits hold, and nothing goes out that must not.

Runs on: any
"""

from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from typing import Final, cast
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.push.material import row
from tests.push.model_clock import ModelClock, model_clock
from tests.push.model_feed import ModelFeed, ModelTransport
from webpush_admin.push import pace
from webpush_admin.push.answer import Answer, Failure
from webpush_admin.push.lane import Done, Request
from webpush_admin.push.pace import Origins, Pace
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.receiver import Receiver, prepare
from webpush_admin.push.schedule import Schedule
from webpush_admin.push.transport import Transport

PACE: Final = Pace(at_once=2, tries=3, rest_after=3, first_rest_s=5.0, longest_rest_s=60.0)
LANES: Final = 3
HOSTS: Final = ("a.example", "b.example", "c.example")
ANSWERS: Final = (
    Answer(201),
    Answer(410),
    Answer(500),
    Answer(429, headers=(("retry-after", "3"),)),
    Answer(503, headers=(("retry-after", "120"),)),
    Answer(None, "Refused.", failure=Failure.REFUSED, unprocessed=True),
    Answer(None, "Broken.", failure=Failure.BROKEN),
)
INTERRUPTED: Final = (
    Answer(None, "Interrupted.", failure=Failure.INTERRUPTED, unprocessed=True),
    Answer(None, "Interrupted.", failure=Failure.INTERRUPTED),
)


class WatchedTransport(ModelTransport):
    """Looks at each request that goes out."""

    def __init__(self, origins: Origins, clock: ModelClock) -> None:
        super().__init__(LANES)
        self.origins = origins
        self.clock = clock
        self.now: Counter[str] = Counter()

    def start(self, request: Request, owner: object, done: Done) -> None:
        feed, name = cast(ModelFeed, owner), request.endpoint.origin
        origin = self.origins.of(name)
        assert not feed.paused
        assert not feed.abandoned
        assert origin.resting_until_s <= self.clock.now_s
        self.now[name] += 1
        assert self.now[name] <= self.origins.pace.at_once

        def told(answer: Answer) -> None:
            self.now[name] -= 1
            done(answer)

        super().start(request, owner, told)


def _receiver(number: int) -> Receiver:
    host = HOSTS[number] if number < len(HOSTS) else "10.0.0.1"
    return prepare(row(number + 1, endpoint=f"https://{host}/1"), EndpointPolicy())


RECEIVERS: Final = tuple(_receiver(number) for number in range(len(HOSTS) + 1))


class ScheduleMachine(RuleBasedStateMachine):
    """Feeds come, are paused, resumed, abandoned; services answer as they like; time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.patched = ExitStack()
        # So few that one of the hosts is forgotten again and again.
        self.patched.enter_context(patch.object(pace, "MAX_ORIGINS", 2))
        self.clock = self.patched.enter_context(model_clock())
        self.origins = Origins(PACE)
        self.transport = WatchedTransport(self.origins, self.clock)
        self.schedule = Schedule(
            cast(Transport, self.transport), self.origins, lambda _origin, _until: None, lambda _origin: None
        )
        self.feeds: list[ModelFeed] = []

    @rule(chosen=st.lists(st.sampled_from(RECEIVERS), max_size=6), tries=st.sampled_from((None, None, 1)))
    def a_feed_comes(self, chosen: list[Receiver], tries: int | None) -> None:
        feed = ModelFeed(chosen, tries=tries)
        self.feeds.append(feed)
        self.schedule.add(feed)

    @precondition(lambda self: self.feeds)
    @rule(data=st.data(), chosen=st.lists(st.sampled_from(RECEIVERS), max_size=6))
    def it_has_more(self, data: st.DataObject, chosen: list[Receiver]) -> None:
        feed = data.draw(st.sampled_from(self.feeds))
        if not feed.abandoned:
            feed.coming.extend(chosen)
            if not feed.paused:
                self.schedule.add(feed)

    @precondition(lambda self: self.transport.under_way)
    @rule(data=st.data(), answer=st.sampled_from(ANSWERS))
    def a_service_answers(self, data: st.DataObject, answer: Answer) -> None:
        self.transport.answer(data.draw(st.integers(0, len(self.transport.under_way) - 1)), answer)

    @rule(by_s=st.sampled_from((0.1, 2.0, 10.0, 100.0)))
    def time_passes(self, by_s: float) -> None:
        self.clock.advance(by_s)

    @precondition(lambda self: self.feeds)
    @rule(data=st.data(), paused=st.booleans())
    def a_feed_is_paused_or_resumed(self, data: st.DataObject, paused: bool) -> None:
        feed = data.draw(st.sampled_from(self.feeds))
        if not feed.abandoned:
            feed.paused = paused
            if not paused:
                self.schedule.add(feed)

    @rule(
        lanes=st.sampled_from((1, LANES, 8)),
        at_once=st.sampled_from((1, 2, 5)),
        per_second=st.sampled_from((0.0, 0.0, 0.1, 4.0)),
    )
    def the_settings_are_changed(self, lanes: int, at_once: int, per_second: float) -> None:
        self.transport.lanes = lanes
        self.schedule.change_pace(replace(self.origins.pace, at_once=at_once, per_second=per_second))

    @precondition(lambda self: self.feeds)
    @rule(data=st.data())
    def what_waits_goes_stale_or_not(self, data: st.DataObject) -> None:
        feed = data.draw(st.sampled_from(self.feeds))
        feed.stale = not feed.stale

    @precondition(lambda self: self.feeds)
    @rule(data=st.data())
    def a_feed_is_abandoned(self, data: st.DataObject) -> None:
        feed = data.draw(st.sampled_from(self.feeds))
        feed.paused = False
        self.schedule.abandon(feed)

    @rule()
    def everything_is_abandoned(self) -> None:
        for feed in self.feeds:
            feed.paused = False
        self.schedule.abandon_all()

    @rule(answer=st.sampled_from((*INTERRUPTED, *ANSWERS)))
    def libcurl_tells_what_was_interrupted(self, answer: Answer) -> None:
        self.transport.tell_aborted(answer)

    @invariant()
    def nothing_is_settled_twice(self) -> None:
        for feed in self.feeds:
            assert all(count == 1 for count in feed.settled.values())
            assert not set(feed.parked) & set(feed.settled)
            assert not set(feed.parked) & feed.taken_back

    @invariant()
    def all_that_is_under_way_is_known_with_its_origin(self) -> None:
        known = {origin.name: origin.in_flight for origin in self.origins if origin.in_flight}
        assert known == {name: count for name, count in self.transport.now.items() if count}

    @invariant()
    def nobody_wakes_for_nothing(self) -> None:
        assert len(self.clock.timers) <= 2
        assert self.transport.room or not [timer for timer in self.clock.timers if timer[0] < self.clock.now_s]

    def teardown(self) -> None:
        try:
            self.in_the_end_everything_was_settled()
        finally:
            self.patched.close()

    def in_the_end_everything_was_settled(self) -> None:
        """Let every service be well, and everybody go on."""
        for feed in self.feeds:
            feed.paused = feed.stale = False
            if not feed.abandoned:
                self.schedule.add(feed)
        for _ in range(1000):
            self.transport.tell_aborted(INTERRUPTED[0])
            while self.transport.under_way:
                self.transport.answer(0, ANSWERS[0])
            if not self.clock.timers:
                break
            self.clock.advance(max(0.0, min(timer[0] for timer in self.clock.timers) - self.clock.now_s))
        for feed in self.feeds:
            assert not feed.parked
            assert not feed.coming
            assert set(feed.taken) - feed.taken_back == set(feed.settled)
        assert all(origin.in_flight == 0 for origin in self.origins._origins.values())


ScheduleMachine.TestCase.settings = settings(max_examples=80, stateful_step_count=50, deadline=None)
TestSchedule = ScheduleMachine.TestCase
