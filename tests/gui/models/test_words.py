"""How long ago, exactly when, how many.

Runs on: any
"""

from datetime import UTC, datetime, timedelta

import pytest

from webpush_admin.gui.models.words import ago, ago_exactly, counted, exact_utc, milliseconds

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "now"),
        (-59, "now"),
        (1, "1 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (86_399, "23 h"),
        (86_400, "1 d"),
        (86_400 * 59, "59 d"),
        (86_400 * 60, "2026-09-23"),
        (-3600, "2026-11-22"),
    ],
)
def test_ago_is_short_and_a_date_where_it_is_long_ago_or_to_come(seconds: int, said: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == said


def test_what_never_happened_says_so() -> None:
    assert ago(None) == "never"
    assert exact_utc(None, never="unknown") == "unknown"
    assert ago_exactly(None) == "never"


def test_exact_time_is_utc_whatever_the_zone() -> None:
    from datetime import timezone

    there = datetime(2026, 11, 22, 14, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    assert exact_utc(there) == "2026-11-22 12:00:05 UTC"


def test_one_and_many() -> None:
    assert counted(1, "user", "users") == "1 user"
    assert counted(0, "user", "users") == "0 users"
    assert counted(12_345, "user", "users") == "12,345 users"


def test_what_was_not_timed_has_no_duration() -> None:
    assert milliseconds(0.0) == ""
    assert milliseconds(0.0384) == "38 ms"
