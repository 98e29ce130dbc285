"""A stretch of time as a filter has it: a preset that moves with the clock, or two days. Always UTC.

Runs on: GUI thread
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.words import exact_utc
from webpush_admin.store.rows import IDLE_DAYS

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


class Recent(Enum):
    """Stretches that move with the clock."""

    HOUR = "hour"
    DAY = "day"
    """24 hours."""
    TODAY = "today"
    """Since midnight, UTC."""
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    """Since the first of January, UTC."""
    LONG_AGO = "long ago"
    """More than 270 days ago."""
    NEVER = "never"
    """It has not happened: no bounds, a question of its own."""


_LENGTHS = {Recent.HOUR: _HOUR, Recent.DAY: _DAY, Recent.WEEK: 7 * _DAY, Recent.MONTH: 30 * _DAY}


@dataclass(frozen=True, slots=True)
class TimeRange:
    """When something happened; the default is whenever.

    Attributes:
        recent: A stretch that moves; None where the bounds stand still.
        earliest: Aware, inclusive.
        latest: Aware, exclusive.
    """

    recent: Recent | None = None
    earliest: datetime | None = None
    latest: datetime | None = None

    @classmethod
    def of_days(cls, first: date | None, last: date | None) -> "TimeRange":
        """Return the range from one day to another, both with all of their hours."""
        return cls(
            earliest=_midnight(first) if first is not None else None,
            latest=_midnight(last) + _DAY if last is not None else None,
        )

    @property
    def first_day(self) -> date | None:
        """The day of the lower bound, None where there is none."""
        return self.earliest.astimezone(UTC).date() if self.earliest is not None else None

    @property
    def last_day(self) -> date | None:
        """The last day that is in the range, None where it has no end."""
        if self.latest is None:
            return None
        return (self.latest.astimezone(UTC) - timedelta(microseconds=1)).date()

    def bounds(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """Return the lower bound, inclusive, and the upper one, exclusive."""
        if self.recent is None or self.recent is Recent.NEVER:
            return self.earliest, self.latest
        if self.recent is Recent.TODAY:
            return _midnight(now.astimezone(UTC).date()), None
        if self.recent is Recent.YEAR:
            return _midnight(date(now.astimezone(UTC).year, 1, 1)), None
        if self.recent is Recent.LONG_AGO:
            return None, now - IDLE_DAYS * _DAY
        return now - _LENGTHS[self.recent], None

    def words(self) -> str:
        """Return it as a filter shows it ("last 7 days", "2026-11-01 to 2026-11-20"); "" for whenever."""
        if self.recent is not None:
            return recent_words(self.recent)
        first, last = _bound_words(self.earliest, self.first_day), _bound_words(self.latest, self.last_day)
        if first and last:
            return first if first == last else translate("Filters", "{first} to {last}").format(first=first, last=last)
        if first:
            return translate("Filters", "since {first}").format(first=first)
        return translate("Filters", "until {last}").format(last=last) if last else ""


WHENEVER = TimeRange()


def recent_words(recent: Recent) -> str:
    """Return what a moving stretch is called."""
    return {
        Recent.HOUR: translate("Filters", "last hour"),
        Recent.DAY: translate("Filters", "last 24 hours"),
        Recent.TODAY: translate("Filters", "today"),
        Recent.WEEK: translate("Filters", "last 7 days"),
        Recent.MONTH: translate("Filters", "last 30 days"),
        Recent.YEAR: translate("Filters", "this year"),
        Recent.NEVER: translate("Filters", "never"),
        Recent.LONG_AGO: translate("Filters", "over {days} days ago").format(days=IDLE_DAYS),
    }[recent]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _bound_words(bound: datetime | None, day: date | None) -> str:
    if bound is None or day is None:
        return ""
    whole = bound.astimezone(UTC)
    return day.isoformat() if whole == _midnight(whole.date()) else exact_utc(bound)
