"""Stretches of time: presets move with the clock, days are those of UTC."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from webpush_admin.gui.models.time_range import WHENEVER, Recent, TimeRange, recent_words

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=timezone(timedelta(hours=2)))
"""Still the day before in UTC."""


def test_days_count_whole_and_are_those_of_utc() -> None:
    when = TimeRange.of_days(date(2026, 11, 1), date(2026, 11, 20))
    assert when.bounds(NOW) == (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC))
    assert (when.first_day, when.last_day) == (date(2026, 11, 1), date(2026, 11, 20))
    assert when.words() == "2026-11-01 to 2026-11-20"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 1), None, "since 2026-11-01"),
        (None, date(2026, 11, 1), "until 2026-11-01"),
        (date(2026, 11, 1), date(2026, 11, 1), "2026-11-01"),
        (None, None, ""),
    ],
)
def test_a_range_is_told_in_few_words(first: date | None, last: date | None, words: str) -> None:
    assert TimeRange.of_days(first, last).words() == words


def test_a_bound_within_a_day_is_told_exactly() -> None:
    assert TimeRange(earliest=datetime(2026, 11, 1, 8, 5, tzinfo=UTC)).words() == "since 2026-11-01 08:05:00 UTC"


def test_presets_move_with_the_clock() -> None:
    assert TimeRange(Recent.HOUR).bounds(NOW) == (NOW - timedelta(hours=1), None)
    assert TimeRange(Recent.DAY).bounds(NOW) == (NOW - timedelta(hours=24), None)
    assert TimeRange(Recent.TODAY).bounds(NOW) == (datetime(2026, 11, 21, tzinfo=UTC), None)
    assert TimeRange(Recent.WEEK).bounds(NOW) == (NOW - timedelta(days=7), None)
    assert TimeRange(Recent.MONTH).bounds(NOW) == (NOW - timedelta(days=30), None)
    assert TimeRange(Recent.YEAR).bounds(NOW) == (datetime(2026, 1, 1, tzinfo=UTC), None)
    new_year = datetime(2027, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    assert TimeRange(Recent.YEAR).bounds(new_year)[0] == datetime(2026, 1, 1, tzinfo=UTC), "it is 2026 in UTC still"
    assert TimeRange(Recent.LONG_AGO).bounds(NOW) == (None, NOW - timedelta(days=270))
    assert WHENEVER.bounds(NOW) == (None, None)
    assert len({recent_words(recent) for recent in Recent}) == len(Recent)
