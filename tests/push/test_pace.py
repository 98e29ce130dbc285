"""When a push service rests, when a push is tried again, and what a Retry-After says.

Runs on: any
"""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webpush_admin.push.answer import Answer
from webpush_admin.push.pace import LONGEST_RETRY_AFTER_S, MAX_ORIGINS, Origin, Origins, Pace, jitter_s, retry_after_s


def _asks(value: str) -> float | None:
    return retry_after_s(Answer(429, headers=(("date", "today"), ("retry-after", value))))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 30 ", 30.0),
        ("3600", 3600.0),
        ("86400", LONGEST_RETRY_AFTER_S),
        ("9" * 5000, LONGEST_RETRY_AFTER_S),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("soon", None),
        ("１２", None),
        ("Wed, 99 Foo 2026 99:99:99 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER_S),
        ("Sun, 06 Nov 1994 08:49:37", 0.0),
        ("Mon, " * 100, None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date_within_an_hour(value: str, seconds: float | None) -> None:
    assert _asks(value) == seconds


def test_a_date_ahead_is_waited_for() -> None:
    asked = _asks(format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True))
    assert asked is not None
    assert 50 < asked <= 60


def test_no_header_asks_for_nothing() -> None:
    assert retry_after_s(Answer(503)) is None


@given(st.text(max_size=80))
def test_whatever_is_asked_for_is_within_an_hour(value: str) -> None:
    asked = _asks(value)
    assert asked is None or 0 <= asked <= LONGEST_RETRY_AFTER_S


def test_an_origin_rests_for_as_long_as_it_asks() -> None:
    origin = Origin("https://push.example.net", Pace())
    assert not origin.failed(100.0, None, began_s=100.0), "one failure is nothing"
    assert origin.failed(100.0, 60.0, began_s=100.0)
    assert origin.resting_until_s == 160.0
    assert not origin.failed(101.0, 30.0, began_s=101.0), "it rests already, and longer"
    assert origin.resting_until_s == 160.0
    origin.failed(100.0, 1e9, began_s=100.0)
    assert origin.resting_until_s == 100.0 + LONGEST_RETRY_AFTER_S


def test_an_origin_that_keeps_failing_rests_longer_each_time_and_one_answer_ends_that() -> None:
    origin = Origin("https://push.example.net", Pace(rest_after=3, first_rest_s=10, longest_rest_s=25))
    assert [origin.failed(0.0, None, began_s=0.0) for _ in range(3)] == [False, False, True]
    assert origin.resting_until_s == 10.0
    assert origin.failed(10.0, None, began_s=10.0), "the first one after the rest decides"
    assert origin.resting_until_s == 30.0
    origin.failed(30.0, None, began_s=30.0)
    assert origin.resting_until_s == 55.0
    origin.answered()
    assert [origin.failed(60.0, None, began_s=60.0) for _ in range(3)] == [False, False, True]
    assert origin.resting_until_s == 70.0


def test_turns_are_as_far_apart_as_the_rate_says() -> None:
    origin = Origin("https://push.example.net", Pace(per_second=10))
    turns = [origin.turn_s(5.0) for _ in range(3)]
    assert turns == pytest.approx([5.0, 5.1, 5.2])
    assert origin.turn_s(9.0) == 9.0, "what was not used is not saved up"
    assert Origin("https://push.example.net", Pace()).turn_s(7.0) == 7.0


@given(st.integers(1, 5))
def test_a_retry_comes_within_its_time(attempts: int) -> None:
    pace = Pace(first_wait_s=0.5)
    assert 0 <= jitter_s(pace, attempts) <= 0.5 * 3 ** (attempts - 1)


def test_origins_that_tell_nothing_are_forgotten() -> None:
    origins = Origins(Pace())
    busy, resting = origins.of("https://busy.example"), origins.of("https://resting.example")
    busy.in_flight = 1
    resting.resting_until_s = time.monotonic() + 1000
    for number in range(3 * MAX_ORIGINS):
        origins.of(f"https://{number}.example")
    assert origins.of("https://busy.example") is busy
    assert origins.of("https://resting.example") is resting
    assert [rest.origin for rest in origins.resting()] == ["https://resting.example"]
    assert len(origins._origins) <= MAX_ORIGINS


def test_what_was_under_way_when_an_origin_was_sent_to_rest_does_not_make_that_longer() -> None:
    origin = Origin("https://push.example.net", Pace(rest_after=50, first_rest_s=10, longest_rest_s=300))
    for number in range(100):
        origin.failed(20.0 + number / 1000, None, began_s=19.0)
    assert origin.resting_until_s == pytest.approx(30.049)


def test_after_a_rest_one_request_tries_whether_the_service_is_well() -> None:
    origin = Origin("https://push.example.net", Pace(at_once=100, rest_after=1, first_rest_s=5.0))
    origin.failed(0.0, None, began_s=0.0)
    full = [origin.full]
    origin.in_flight = 1
    full.append(origin.full)
    assert origin.failed(6.0, None, began_s=5.0), "it is not: it rests again"
    assert origin.resting_until_s == 16.0, "twice as long"
    full.append(origin.full)
    news = [origin.answered(), origin.answered()]
    full.append(origin.full)
    assert (full, news) == ([False, True, True, False], [True, False])


def test_a_service_that_asked_for_patience_is_well_and_what_fails_after_it_is_no_rest() -> None:
    origin = Origin("https://push.example.net", Pace(at_once=2))
    assert origin.failed(0.0, 5.0, began_s=0.0)
    origin.in_flight = 1
    assert not origin.full
    assert not origin.failed(6.0, None, began_s=5.0)
    assert origin.failed(6.0, 1.0, began_s=5.0)
    assert origin.resting_until_s == 7.0


def test_origins_that_all_fail_are_forgotten_too_but_not_what_is_under_way() -> None:
    origins = Origins(Pace())
    busy = origins.of("https://busy.example")
    busy.in_flight = 1
    resting = origins.of("https://resting.example")
    resting.failed(time.monotonic(), 3600.0, began_s=0.0)
    for number in range(5 * MAX_ORIGINS):
        origins.of(f"https://{number}.example").failed(time.monotonic(), number % 2 * 60.0, began_s=0.0)
        assert len(origins._origins) <= MAX_ORIGINS
    assert origins.of("https://busy.example") is busy
    assert origins.of("https://resting.example") is resting, (
        "of those that rest the ones that are soon back are forgotten"
    )
