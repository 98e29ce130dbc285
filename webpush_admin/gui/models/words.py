"""Numbers and times as an operator reads them.

Runs on: any
"""

from datetime import UTC, datetime

_STEPS = ((60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h"), (86_400 * 60, 86_400, "d"))


def counted(count: int, one: str, many: str) -> str:
    """Return the number with its noun: "1 user", "1,204 users". The nouns are already translated."""
    return f"{count:,} {one if count == 1 else many}"


def ago(at: datetime | None, now: datetime | None = None, *, never: str = "never") -> str:
    """Return how long ago that was, short enough for a cell ("14 min"); from two months on, the date.

    Args:
        at: Aware; None gives `never`.
        now: Aware; the current time where left out.
        never: What to say where it has not happened.
    """
    if at is None:
        return never
    seconds = ((now or datetime.now(UTC)) - at).total_seconds()
    # A clock that is a little ahead must not show "-1 s"; one that is far ahead shows its date.
    if -60 < seconds < 1:
        return "now"
    if seconds > 0:
        for limit, unit, name in _STEPS:
            if seconds < limit:
                return f"{int(seconds // unit)} {name}"
    return at.astimezone(UTC).strftime("%Y-%m-%d")


def exact_utc(at: datetime | None, *, never: str = "never") -> str:
    """Return the whole time in UTC, to the second, for tooltips and details."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if at else never


def ago_exactly(at: datetime | None, *, never: str = "never") -> str:
    """Return both: how long ago, and the time in UTC ("14 min ago, 2026-11-22 16:50:25 UTC")."""
    if at is None:
        return never
    short = ago(at)
    exact = exact_utc(at)
    if exact.startswith(short):
        return exact
    return f"{short}, {exact}" if short == "now" else f"{short} ago, {exact}"


def clock_utc(at: datetime) -> str:
    """Return the time of day in UTC with milliseconds, for lists of what just happened."""
    # strftime() imports a module each time: five times as slow, for whoever searches twenty thousand lines.
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[11:23]


def milliseconds(elapsed_s: float) -> str:
    """Return a duration as whole milliseconds ("38 ms"), "" where nothing was timed."""
    return f"{elapsed_s * 1000:,.0f} ms" if elapsed_s > 0 else ""


def seconds_or_milliseconds(elapsed_s: float) -> str:
    """Return how long a whole send took ("380 ms", "2.2 s")."""
    return f"{elapsed_s:,.1f} s" if elapsed_s >= 1 else milliseconds(elapsed_s)


def local_time(at: datetime, now: datetime | None = None) -> str:
    """Return date and time of day as this computer's clock has them ("11-22 17:11:29"), with the year of other years.

    Args:
        at: Aware.
        now: Aware; the current time where left out.
    """
    here, today = at.astimezone(), (now or datetime.now(UTC)).astimezone()
    return f"{here:%m-%d %H:%M:%S}" if here.year == today.year else f"{here:%Y-%m-%d %H:%M}"


def local_short(at: datetime, now: datetime | None = None) -> str:
    """Return the time of day where that was today ("17:11"), else the day ("11-21", "2025-11-21"), both local.

    Args:
        at: Aware.
        now: Aware; the current time where left out.
    """
    here, today = at.astimezone(), (now or datetime.now(UTC)).astimezone()
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here:%m-%d}" if here.year == today.year else f"{here:%Y-%m-%d}"


def local_and_utc(at: datetime) -> str:
    """Return the whole time twice: as this computer's clock has it, and in UTC."""
    here = at.astimezone()
    utc = exact_utc(at)
    return utc if not here.utcoffset() else f"{here:%Y-%m-%d %H:%M:%S} {here:%Z}\n{utc}"
