"""Latency in buckets, and rates between two readings.

Runs on: any
"""

import math
from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webpush_admin.push.stats import LATENCY_BOUNDS_S, Latency, per_second

seconds = st.lists(st.floats(0.0002, 90.0), min_size=1, max_size=200)


def _counted(taken_s: list[float]) -> Latency:
    counts = [0] * (len(LATENCY_BOUNDS_S) + 1)
    for one_s in taken_s:
        counts[bisect_left(LATENCY_BOUNDS_S, one_s)] += 1
    return Latency(tuple(counts), sum(taken_s))


@given(seconds, st.floats(0.01, 1.0))
def test_a_percentile_is_within_a_twentieth_of_the_true_one(taken_s: list[float], share: float) -> None:
    (found,) = _counted(taken_s).percentiles_s([share])
    rank = max(1, math.ceil(round(share * len(taken_s), 9)))
    assert found == pytest.approx(sorted(taken_s)[rank - 1], rel=0.05)


@given(seconds, seconds)
def test_the_difference_of_two_readings_is_what_came_in_between(before: list[float], since: list[float]) -> None:
    earlier, later = _counted(before), _counted(before + since)
    between = later.since(earlier)
    assert between.counts == _counted(since).counts
    assert between.count == len(since)
    assert between.total_s == pytest.approx(sum(since), abs=1e-6)


def test_where_nothing_was_answered_there_is_no_percentile() -> None:
    assert Latency().percentiles_s([0.5, 0.99]) == (None, None)
    some = _counted([0.1])
    assert some.since(some).percentiles_s([0.5]) == (None,)
    assert some.since(Latency()) == some
    assert Latency().since(some) == Latency()


def test_a_counter_that_began_anew_is_told_whole() -> None:
    anew = _counted([0.2, 3.0])
    assert anew.since(_counted([0.2, 0.2, 7.0])) == anew
    assert Latency().since(anew).percentiles_s([0.5]) == (None,)


def test_what_took_longer_than_every_bound_is_told_as_the_last_bound() -> None:
    assert _counted([1e6]).percentiles_s([0.5]) == (LATENCY_BOUNDS_S[-1],)


def test_a_rate_never_runs_backwards() -> None:
    assert per_second(10, 30, 2.0) == 10.0
    assert per_second(30, 10, 2.0) == 0.0
    assert per_second(0, 10, 0.0) == 0.0
