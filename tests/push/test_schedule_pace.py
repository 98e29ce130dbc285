"""Another pace, while pushes wait for their turns.

Runs on: any
"""

from dataclasses import replace
from typing import cast
from unittest.mock import patch

from tests.push.material import row
from tests.push.model_clock import model_clock
from tests.push.model_feed import ModelFeed, ModelTransport
from webpush_admin.push import pace
from webpush_admin.push.answer import Answer
from webpush_admin.push.pace import Origins, Pace
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.receiver import prepare
from webpush_admin.push.schedule import Schedule
from webpush_admin.push.transport import Transport


def test_who_has_a_turn_keeps_it_where_another_setting_is_changed_and_loses_it_with_the_rate() -> None:
    with model_clock() as clock:
        slow = Pace(per_second=1.0)
        transport = ModelTransport(100)
        schedule = Schedule(
            cast(Transport, transport), Origins(slow), lambda _origin, _until: None, lambda _origin: None
        )
        rows = [row(number, endpoint=f"https://a.example/{number}") for number in range(1, 31)]
        feed = ModelFeed([prepare(one, EndpointPolicy()) for one in rows])
        schedule.add(feed)
        assert (len(transport.under_way), len(feed.parked)) == (1, 29)
        for number in range(2, 12):
            schedule.change_pace(replace(slow, at_once=90 + number))
            clock.advance(1.0)
            assert len(transport.under_way) == number
        schedule.change_pace(replace(slow, per_second=0.1))
        clock.advance(20.0)
        assert len(transport.under_way) == 11 + 3, "at once, and each ten seconds"
        schedule.change_pace(replace(slow, per_second=0.0, at_once=20))
        assert (len(transport.under_way), len(feed.parked)) == (20, 10)
        schedule.change_pace(replace(slow, per_second=0.0, at_once=2))
        while transport.under_way:
            transport.answer(0, Answer(201))
            clock.advance(0.0)
            assert len(transport.under_way) <= 20
        assert len(feed.settled) == 30


def test_who_waits_for_an_origin_that_was_forgotten_meanwhile_is_sent_at_the_pace_in_force() -> None:
    with model_clock() as clock, patch.object(pace, "MAX_ORIGINS", 2):
        transport = ModelTransport(100)
        origins = Origins(Pace(per_second=0.1))
        schedule = Schedule(cast(Transport, transport), origins, lambda _origin, _until: None, lambda _origin: None)

        def send(host: str, count: int) -> ModelFeed:
            rows = [row(number, endpoint=f"https://{host}/{number}") for number in range(1, count + 1)]
            feed = ModelFeed([prepare(one, EndpointPolicy()) for one in rows])
            schedule.add(feed)
            return feed

        waiting = send("a.example", 4)
        transport.answer(0, Answer(201))
        clock.advance(0.0)
        for host in ("b.example", "c.example", "d.example"):
            send(host, 1)
            transport.answer(0, Answer(201))
            clock.advance(0.0)
        assert "https://a.example" not in {origin.name for origin in origins}
        clock.advance(10.0)
        assert {origin.name: origin.in_flight for origin in origins if origin.in_flight} == {"https://a.example": 1}
        schedule.change_pace(Pace(at_once=2))
        assert len(transport.under_way) == 2
        while transport.under_way:
            transport.answer(0, Answer(201))
            clock.advance(0.0)
        assert len(waiting.settled) == 4
        assert sum(origin.in_flight for origin in origins) == 0
