"""Readings for rates and for looking back."""

from webpush_admin.gui.models.push_readings import KEPT_S, NOTHING, PushReadings, Stretch
from webpush_admin.push.stats import PushStats


def _filled(seconds: int, each_s: float = 0.1) -> PushReadings:
    readings = PushReadings()
    for number in range(int(seconds / each_s) + 1):
        readings.add(100 + number * each_s, PushStats(accepted=number))
    return readings


def test_a_rate_is_of_the_last_two_seconds() -> None:
    readings = _filled(10)
    assert readings.newest.pushes.accepted == 100
    assert round(readings.newest.taken_s - readings.for_rates.taken_s, 1) == 2.0
    assert readings.newest.pushes.accepted - readings.for_rates.pushes.accepted == 20


def test_readings_that_come_seldom_still_have_one_before() -> None:
    readings = PushReadings()
    assert readings.newest is readings.for_rates is NOTHING
    for number in range(3):
        readings.add(number * 60.0, PushStats(accepted=number))
    assert (readings.for_rates.pushes.accepted, readings.newest.pushes.accepted) == (1, 2)


def test_a_stretch_begins_before_it_or_with_the_oldest() -> None:
    readings = _filled(30)
    assert readings.since(Stretch.OPENED) is NOTHING
    assert readings.since(Stretch.MINUTE).taken_s == 100
    readings = _filled(400)
    for stretch in (Stretch.MINUTE, Stretch.MINUTES):
        length_s = readings.newest.taken_s - readings.since(stretch).taken_s
        assert stretch.value <= length_s <= stretch.value + 5.1


def test_what_is_kept_is_bounded() -> None:
    readings = _filled(2 * int(KEPT_S), 0.5)
    assert len(readings._kept) <= 63
    assert len(readings._latest) <= 6


def test_counters_that_begin_anew_are_another_dispatcher_s() -> None:
    readings = _filled(10)
    readings.add(200, PushStats(accepted=3))
    assert readings.since(Stretch.MINUTES) == readings.for_rates == readings.newest
