"""The sentence that says whether the dispatcher is healthy, of the last five minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.models.live_places import LivePlace
from webpush_admin.gui.models.trends import Trends, Window
from webpush_admin.gui.views.live.health import failures_by_diagnosis, health
from webpush_admin.push.stats import CacheStats, PushStats, Rest

NOW = datetime(2026, 11, 22, 14, 22, 7, tzinfo=UTC)
KEY = ("any-403-key", 30)
GONE = ("any-410-gone", 9)
RESTS = Rest("https://push.example", "Mozilla autopush", NOW + timedelta(seconds=42), asked=True)


def _told(*snapshots: Snapshot, lost: int = 0) -> tuple[str, str, str, LivePlace | None]:
    trends = Trends()
    trends.add(Snapshot(taken_s=0.0), NOW.timestamp())
    for snapshot in snapshots:
        trends.add(snapshot, NOW.timestamp() + snapshot.taken_s, lost)
    told = health(trends, snapshots[-1] if snapshots else Snapshot(), NOW)
    return told.role, told.sentence, told.cause, told.place


def _after(pushes: PushStats, cache: CacheStats | None = None, at_s: float = 10.0) -> Snapshot:
    return Snapshot(taken_s=at_s, pushes=pushes, cache=cache or CacheStats())


@pytest.mark.parametrize(
    ("snapshot", "told"),
    [
        (
            _after(PushStats()),
            ("muted", "Ready. Nothing has been sent since the database was opened.", "", None),
        ),
        (
            _after(PushStats(accepted=1230, gone=9, diagnoses=(GONE,))),
            ("ok", "Healthy. 1,230 of 1,239 delivered in 5 min, none failed.", "", None),
        ),
        (
            _after(PushStats(accepted=990, rejected=10, diagnoses=(GONE, ("any-403-key", 10)))),
            (
                "ok",
                "Healthy. 990 of 1,000 delivered in 5 min, 10 failed.",
                "Because of: subscribed with another key",
                LivePlace.SERVICES,
            ),
        ),
        (
            _after(PushStats(accepted=60, rejected=30, not_sent=10, diagnoses=(GONE, KEY))),
            (
                "warn",
                "Worth a look. 40 of 100 failed in 5 min.",
                "Mostly: subscribed with another key",
                LivePlace.SERVICES,
            ),
        ),
        (
            _after(PushStats(accepted=20, rejected=30, not_sent=30, blocked=20, diagnoses=(GONE, KEY))),
            (
                "bad",
                "Failing. 80 of 100 failed in 5 min.",
                "Most often: subscribed with another key",
                LivePlace.SERVICES,
            ),
        ),
        (
            _after(PushStats(accepted=10, blocked=90)),
            (
                "bad",
                "Failing. 90 of 100 failed in 5 min.",
                "Because of: refused by our own checks",
                LivePlace.SERVICES,
            ),
        ),
        (
            _after(PushStats(accepted=10), CacheStats(reads_failed=3)),
            ("bad", "Failing. The database refused 3 reads in the last 5 min.", "", LivePlace.EVENTS),
        ),
        (
            _after(PushStats(accepted=10, resting=(RESTS,))),
            (
                "warn",
                "Healthy. 10 of 10 delivered in 5 min, none failed.",
                "Mozilla autopush has asked for patience: nothing goes there for 42 s.",
                LivePlace.SERVICES,
            ),
        ),
    ],
)
def test_what_is_wrong_is_named_with_where_to_look(
    snapshot: Snapshot, told: tuple[str, str, str, LivePlace | None]
) -> None:
    assert _told(snapshot) == told


def test_it_becomes_healthy_again_and_then_quiet() -> None:
    bad = PushStats(accepted=10, rejected=90, diagnoses=(("any-403-key", 90),))
    minutes = [_after(bad, at_s=60.0 * minute) for minute in range(1, 8)]
    assert _told(*minutes[:4])[0] == "bad"
    assert _told(*minutes) == ("muted", "Quiet for 6 min. Last: 10 of 100 delivered.", "", None)
    good = PushStats(accepted=110, rejected=90, diagnoses=(("any-403-key", 90),))
    again = _after(good, at_s=440.0)
    assert _told(*minutes, again)[:2] == ("ok", "Healthy. 100 of 100 delivered in 5 min, none failed.")


def test_events_that_were_lost_are_told() -> None:
    assert _told(_after(PushStats(accepted=10)), lost=1200)[2:] == (
        "1,200 events were lost: lists lack them, totals do not.",
        LivePlace.EVENTS,
    )


def test_failures_are_told_by_what_they_mean_and_add_up() -> None:
    trends = Trends()
    before = PushStats(rejected=5, diagnoses=(("any-403-key", 5),))
    trends.add(_after(before), 0.0)
    after = PushStats(
        rejected=18,
        unreachable=2,
        blocked=4,
        not_sent=6,
        gone=9,
        diagnoses=(("any-403-key", 15), ("any-413-too-large", 1), ("mozilla-401-key", 2), ("no-answer-dns", 2), GONE),
    )
    trends.add(_after(after, at_s=12.0), 2.0)
    ends = trends.ends(Window.MINUTE)
    assert ends is not None
    told = failures_by_diagnosis(*ends)
    assert told == (
        ("subscribed with another key", 12),
        ("not sent", 6),
        ("refused by our own checks", 4),
        ("host name not resolved", 2),
        ("payload too large", 1),
    )
    assert sum(count for _, count in told) == after.failed - before.failed
