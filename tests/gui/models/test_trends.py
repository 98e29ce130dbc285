"""The last hour of counters: samples, points, gaps, and what is counted over a window."""

import itertools
from bisect import bisect_left
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.models.stretches import Stretch
from webpush_admin.gui.models.trends import LEAST_GAP_S, POINTS, Trends, Window
from webpush_admin.push.stats import LATENCY_BOUNDS_S, CacheStats, Latency, PushStats, ServiceStats

WALL_S = 1_800_000_000.0
WAITS_S = (0.1, 0.2, 1.0, 1.1, 2.0, 9.0, 70.0)


def _snapshot(
    at_s: float,
    *,
    hits: int = 0,
    misses: int = 0,
    accepted: int = 0,
    rejected: int = 0,
    pruned: int = 0,
    in_flight: int = 0,
) -> Snapshot:
    return Snapshot(
        taken_s=at_s,
        cache=CacheStats(hits=hits, misses=misses),
        pushes=PushStats(accepted=accepted, in_flight=in_flight),
    )


def _add(trends: Trends, snapshot: Snapshot, *, asleep_s: float = 0.0) -> None:
    trends.add(snapshot, WALL_S + snapshot.taken_s + asleep_s)


def _over(trends: Trends, window: Window) -> Stretch:
    found = trends.over(window)
    assert found is not None
    return found


def _timed(seconds: list[float]) -> Latency:
    counts = [0] * (len(LATENCY_BOUNDS_S) + 1)
    for one in seconds:
        counts[bisect_left(LATENCY_BOUNDS_S, one)] += 1
    return Latency(tuple(counts), sum(seconds))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(WAITS_S),
            st.integers(0, 50),
            st.integers(0, 5),
            st.integers(0, 9),
        ),
        max_size=150,
    )
)
def test_what_points_and_windows_tell_is_what_was_counted(steps: list[tuple[float, int, int, int]]) -> None:
    trends = Trends()
    taken = [_snapshot(100.0)]
    for wait_s, hits, misses, accepted in steps:
        before = taken[-1]
        taken.append(
            _snapshot(
                before.taken_s + wait_s,
                hits=before.cache.hits + hits,
                misses=before.cache.misses + misses,
                accepted=before.pushes.accepted + accepted,
            )
        )
    for snapshot in taken:
        _add(trends, snapshot)
    newest = taken[-1]
    for window in Window:
        over = _over(trends, window)
        assert over.seconds <= window.value + window.step_s + 0.1
        base = next(one for one in taken if abs(one.taken_s - (newest.taken_s - over.seconds)) < 1e-6)
        assert over.saved == newest.cache.hits - base.cache.hits
        assert over.callers == over.saved + newest.cache.misses - base.cache.misses
        assert over.finished == newest.pushes.finished - base.pushes.finished
        within = [one for one in taken if one.taken_s >= newest.taken_s - window.value]
        late_s = max((b.taken_s - a.taken_s for a, b in itertools.pairwise(taken)), default=0.0)
        if late_s <= window.step_s:
            assert base.taken_s <= within[0].taken_s, "the whole window is told where nothing is missing"
        points = trends.points(window)
        assert len(points) <= POINTS + 1
        if points:
            ends_s = [point.at_s for point in points]
            assert ends_s == sorted(set(ends_s))
            at = {one.taken_s: one for one in taken}
            first, last = at[points[0].at_s], at[points[-1].at_s]
            assert sum(point.saved for point in points[1:]) == last.cache.hits - first.cache.hits
            assert all(point.hit_rate is None for point in points if not point.callers)
            limit_s = max(2 * window.step_s, LEAST_GAP_S)
            for point in points:
                inside = [
                    one.taken_s for one in taken if point.at_s - point.seconds - 1e-9 <= one.taken_s <= point.at_s
                ]
                holes = [b - a for a, b in itertools.pairwise(inside)]
                assert point.known == all(hole <= limit_s for hole in holes)


@given(st.lists(st.floats(0.0002, 50), max_size=300), st.lists(st.floats(0.0002, 50), min_size=1, max_size=300))
def test_percentiles_are_those_of_the_window(before: list[float], lately: list[float]) -> None:
    trends = Trends()
    _add(trends, Snapshot(taken_s=1.0, pushes=PushStats(latency=_timed(before), accepted=len(before))))
    both = PushStats(latency=_timed(before + lately), accepted=len(before + lately))
    _add(trends, Snapshot(taken_s=61.0, pushes=both))
    over = _over(trends, Window.MINUTE)
    assert over.latency is not None
    assert over.answers == len(lately)
    told = (over.latency.p50_s, over.latency.p95_s, over.latency.p99_s)
    assert told == pytest.approx(_timed(lately).percentiles_s((0.5, 0.95, 0.99)))
    _add(trends, Snapshot(taken_s=130.0, pushes=both))
    assert _over(trends, Window.MINUTE).latency is None, "no answers, no latency"


def test_a_gap_is_no_zero_and_no_bridge() -> None:
    trends = Trends()
    for second in range(10):
        _add(trends, _snapshot(float(second), hits=second, accepted=second))
    _add(trends, _snapshot(20.0, hits=500, accepted=500))
    _add(trends, _snapshot(21.0, hits=501, accepted=500))
    line = trends.line(Window.MINUTE, lambda point: point.pushes_per_s)
    assert [value for _, value in line] == [1.0] * 9 + [None, 0.0]
    assert line[-1][0] == 1.0
    assert line[8][0] == pytest.approx(1 - 12 / 60)
    assert _over(trends, Window.MINUTE).saved == 501, "that they were is known, when is not"
    assert trends.line(Window.MINUTE, lambda point: point.hit_rate)[-1][1] == 1.0


def test_a_machine_that_slept_leaves_a_gap_although_the_workers_clock_stood_still() -> None:
    trends = Trends()
    _add(trends, _snapshot(1.0))
    _add(trends, _snapshot(2.0))
    _add(trends, _snapshot(3.0), asleep_s=40.0)
    _add(trends, _snapshot(4.0), asleep_s=40.0)
    line = trends.line(Window.MINUTE, lambda point: float(point.finished))
    assert [value for _, value in line] == [0.0, None, 0.0]
    assert line[0][0] == pytest.approx(1 - 42 / 60)
    assert [point.wall_s - WALL_S for point in trends.points(Window.MINUTE)] == [2.0, 43.0, 44.0]


def test_counters_that_begin_anew_begin_a_new_line() -> None:
    trends = Trends()
    for second in range(5):
        _add(trends, _snapshot(float(second), accepted=100 * second))
    _add(trends, _snapshot(5.0, accepted=3))
    assert trends.points(Window.MINUTE) == ()
    assert trends.spell is None
    assert _over(trends, Window.HOUR).finished == 0
    _add(trends, _snapshot(6.0, accepted=5))
    assert _over(trends, Window.HOUR).finished == 2


def test_what_came_before_the_first_snapshot_of_a_new_dispatcher_is_in_the_window() -> None:
    trends = Trends()
    trends.begin()
    _add(trends, _snapshot(1000.0, hits=3, accepted=7))
    assert (_over(trends, Window.MINUTE).finished, _over(trends, Window.MINUTE).saved) == (7, 3)
    assert trends.spell is not None
    _add(trends, _snapshot(1001.0, hits=4, accepted=9))
    assert (_over(trends, Window.MINUTE).finished, _over(trends, Window.MINUTE).saved) == (9, 4)


def test_now_is_the_last_second_and_the_peak_the_best_one() -> None:
    trends = Trends()
    assert trends.per_second() is None
    sent = 0
    for tenth in range(100):
        sent += 50 if 40 <= tenth < 60 else 0
        _add(trends, _snapshot(tenth / 10, accepted=sent, in_flight=9 if tenth == 44 else 1))
    assert trends.per_second() == 0.0
    for window in Window:
        over = _over(trends, window)
        assert over.per_s == pytest.approx(500, rel=0.02)
        assert over.in_flight == 9
    _add(trends, _snapshot(60.0, accepted=sent + 7))
    assert trends.per_second() is None, "of the last second nothing is known"


def test_a_spell_of_sending_ends_with_a_minute_of_quiet() -> None:
    trends = Trends()
    for at_s, accepted in ((0, 0), (1, 10), (30, 20), (31, 20), (100, 20), (101, 25), (102, 25)):
        _add(trends, _snapshot(float(at_s), accepted=accepted))
    assert trends.spell is not None
    first, last = trends.spell
    assert (first.pushes.finished, last.pushes.finished, last.at_s) == (20, 25, 101)


def test_memory_is_flat_and_nothing_by_push_service_is_kept() -> None:
    trends = Trends()
    rest = replace(_snapshot(0.0).pushes, services=(ServiceStats("x"),))
    for second in range(8000):
        trends.add(Snapshot(taken_s=float(second), pushes=replace(rest, accepted=second)), WALL_S + second)
    assert [len(trends.points(window)) for window in Window] == [POINTS + 1] * len(Window)
    assert trends.newest is not None
    assert trends.newest.pushes.services == ()
