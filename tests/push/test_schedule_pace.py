"""Another pace, while pushes wait for their turns.

Runs on: any
"""

from dataclasses import replace
from typing import cast

from tests.push.material import row
from tests.push.model_clock import model_clock
from tests.push.model_feed import ModelFeed, ModelTransport
from webpush_admin.push.answer import Answer
from webpush_admin.push.pace import Origins, Pace
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.receiver import prepare
from webpush_admin.push.schedule import Schedule
from webpush_admin.push.transport import Transport


def test_who_has_a_turn_keeps_it_where_another_setting_is_changed_and_loses_it_with_the_rate() -> None:
    with model_clock() as clock:
        pace = Pace(per_second=1.0)
        transport = ModelTransport(100)
        schedule = Schedule(cast(Transport, transport), Origins(pace), lambda _origin, _until: None)
        rows = [row(number, endpoint=f"https://a.example/{number}") for number in range(1, 31)]
        feed = ModelFeed([prepare(one, EndpointPolicy()) for one in rows])
        schedule.add(feed)
        assert (len(transport.under_way), len(feed.parked)) == (1, 29)
        for number in range(2, 12):
            schedule.change_pace(replace(pace, at_once=90 + number))
            clock.advance(1.0)
            assert len(transport.under_way) == number
        schedule.change_pace(replace(pace, per_second=0.1))
        clock.advance(20.0)
        assert len(transport.under_way) == 11 + 3, "at once, and each ten seconds"
        schedule.change_pace(replace(pace, per_second=0.0, at_once=20))
        assert (len(transport.under_way), len(feed.parked)) == (20, 10)
        schedule.change_pace(replace(pace, per_second=0.0, at_once=2))
        while transport.under_way:
            transport.answer(0, Answer(201))
            clock.advance(0.0)
            assert len(transport.under_way) <= 20
        assert len(feed.settled) == 30
