"""How long something is, as one says it.

Runs on: any
"""

from datetime import UTC, datetime
from typing import Final

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400
_YEAR_S: Final = 365 * _DAY_S


def in_words(seconds: float) -> str:
    """Return "40 s", "5 min", "3 h 5 min", "12 days", "6 years"; of what is negative, how much it is."""
    whole = int(abs(seconds))
    if whole < 2 * _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min"
    if whole < 2 * _DAY_S:
        hours, minutes = whole // _HOUR_S, whole % _HOUR_S // _MINUTE_S
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if whole < 2 * _YEAR_S:
        return f"{whole // _DAY_S} days"
    return f"{whole // _YEAR_S:,} years"


def moment(epoch_s: float) -> str:
    """Return "2026-11-23 04:17 UTC", "" for what no calendar has."""
    try:
        return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return ""
