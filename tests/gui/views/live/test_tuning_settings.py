"""What settings say: effects, notes of consequences, and sentences of a change."""

from dataclasses import replace

import pytest

from tests.gui.models.push_counters import HOSTILE, pushes
from webpush_admin.gui.models.tuning import Held, Tuned
from webpush_admin.gui.views.live.tuning_effects import Effect, State
from webpush_admin.gui.views.live.tuning_settings import AT_ONCE, BOUND, LANES, PER_SECOND, SETTINGS, TTL, changes
from webpush_admin.push.stats import CacheStats, PushStats, ServiceStats
from webpush_admin.push.tuning import BOUNDS, DEFAULT_TUNING, Tuning

IDLE = State(DEFAULT_TUNING, CacheStats(), PushStats(), Held(), None, 0.0, ("", 0.0))
BUSY = State(
    Tuning(per_second=500),
    CacheStats(hits=90, misses=10, entries=2500, evictions=7),
    pushes(ServiceStats(HOSTILE, in_flight=60), ServiceStats("Apple", in_flight=4)),
    Held(2000, 500),
    None,
    430.0,
    (HOSTILE, 400.0),
)


def test_every_setting_of_the_dispatcher_is_there() -> None:
    assert {setting.name for setting in SETTINGS} == set(BOUNDS)
    for setting in SETTINGS:
        assert setting.meaning.endswith(".")
        assert setting.counts.endswith(".")


def test_effects_tell_what_is_used_of_what_is_allowed() -> None:
    assert [setting.effect(BUSY) for setting in SETTINGS] == [
        Effect("2,000 fresh, 500 expired", "Hit rate 90.0 %", 0.9),
        Effect("2,500 of 10,000 held", "7 dropped because it was full", 0.25),
        Effect("64 of 128 busy", "430 pushes/s", 0.5),
        Effect("60 of 100", f"{HOSTILE} has most", 0.6),
        Effect("400 pushes/s", f"{HOSTILE} takes most", 0.8),
    ]
    crowd = replace(BUSY, held=Held(50_000, told_apart=False))
    assert TTL.effect(crowd).number == "50,000 held", "which are fresh is not counted of so many"
    assert PER_SECOND.effect(replace(BUSY, running=DEFAULT_TUNING)).share is None
    assert [setting.effect(IDLE).number for setting in SETTINGS] == [
        "0 fresh, 0 expired",
        "0 of 10,000 held",
        "0 of 128 busy",
        "0 of 100",
        "0 pushes/s",
    ]


def test_a_hit_rate_is_told_before_and_since_the_change() -> None:
    state = replace(BUSY, changed=CacheStats(hits=80, misses=0))
    assert TTL.effect(state) == Effect("2,000 fresh, 500 expired", "Hit rate 50.0 % since, 100 % before", 0.5)
    assert TTL.effect(replace(state, changed=BUSY.cache)).detail == "Nobody has asked since the change."


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_is_usual_needs_no_note(setting: object) -> None:
    assert setting.note(DEFAULT_TUNING, BUSY) == ""  # type: ignore[attr-defined]  # pytest's parameters have no types


def test_notes_say_what_follows() -> None:
    assert "reads the database" in TTL.note(Tuning(ttl_s=4), IDLE)
    assert TTL.note(Tuning(ttl_s=5), IDLE) == ""
    assert BOUND.note(Tuning(max_entries=2000), BUSY).startswith("500 users will be dropped at once")
    assert "so few" in BOUND.note(Tuning(max_entries=99), IDLE)
    assert "one slow push service" in LANES.note(Tuning(lanes=7), IDLE)
    assert AT_ONCE.note(Tuning(lanes=20, at_once=100), IDLE) == "The lanes allow 20 at once in all."
    assert PER_SECOND.note(Tuning(per_second=50), IDLE).endswith("take 3 min 20 s at least.")


def test_a_change_is_told_before_and_after_with_what_it_did() -> None:
    before, after = Held(2000, 500), Held(1900, 600)
    shorter = Tuned(DEFAULT_TUNING, Tuning(ttl_s=30), before, after)
    assert changes(shorter) == "The TTL is 30 s now (was 180 s): 100 users expired at once."
    longer = Tuned(Tuning(ttl_s=30), DEFAULT_TUNING, after, before)
    assert changes(longer) == "The TTL is 180 s now (was 30 s)."
    many = Tuned(DEFAULT_TUNING, Tuning(max_entries=1000, lanes=64, at_once=10, per_second=5), before, Held(1000, 0))
    assert changes(many) == (
        "Users held: at most 1,000 now (was 10,000): 1,500 users dropped at once. Lanes: 64 now (was 128). "
        "At once to one origin: 10 now (was 100). The rate to one origin is 5 per second now (was no limit)."
    )
    assert changes(Tuned(DEFAULT_TUNING, DEFAULT_TUNING, before, before)) == ""
