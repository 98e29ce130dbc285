"""The columns of the table of push services.

Runs on: GUI thread
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.gui.models.columns import Column, translate, translated
from webpush_admin.gui.models.services import ServiceLine, seconds_left
from webpush_admin.gui.models.words import clock_utc, counted
from webpush_admin.gui.widgets.figures import duration, grouped, percent, rate
from webpush_admin.push.stats import Rest

NOTHING: Final = "–"
_SHOWN_RESTS: Final = 8
_LEAST_SHARE: Final = 0.0005
_SECONDS: Final = 120


def share_text(share: float | None) -> str:
    """Return a share of failures: one among a million is not none."""
    if share is None:
        return NOTHING
    if not share:
        return "0 %"
    return f"< {percent(0.001)}" if share < _LEAST_SHARE else percent(share)


def latency_text(seconds: float | None) -> str:
    """Return how long an answer took: "0.4 ms", "38 ms", "2.3 s"."""
    if seconds is None:
        return NOTHING
    if seconds >= 1:
        return f"{seconds:,.1f} s"
    return f"{seconds * 1000:.1f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"


def rest_text(line: ServiceLine, now: datetime) -> str:
    """Return what the pill says, "" where the push service may be sent to."""
    left_s = max((seconds_left(rest, now) for rest in line.rests), default=0)
    if not left_s:
        return ""
    if line.is_whole:
        resting = len({rest.service for rest in line.rests if seconds_left(rest, now)})
        return translate("Services", "{n} resting").format(n=grouped(resting))
    # A pill counts seconds down where somebody may wait for it; the tooltip is exact.
    left = f"{left_s} s" if left_s <= _SECONDS else f"{-(-left_s // 60)} min"
    return translate("Services", "rests {left}").format(left=left)


def rest_role(line: ServiceLine, now: datetime) -> str:
    """Return the colour of the pill: what was asked for is no failure of anybody."""
    resting = [rest for rest in line.rests if seconds_left(rest, now)]
    if not resting:
        return ""
    return "warn" if all(rest.asked for rest in resting) else "bad"


def rest_tip(line: ServiceLine, now: datetime) -> str:
    """Return which origins rest, until when and why; hostile text."""
    resting = sorted(line.rests, key=lambda rest: rest.until)
    told = [_rest_line(rest, now) for rest in resting if seconds_left(rest, now)]
    if not told:
        return translate("Services", "It may be sent to.")
    more = len(told) - _SHOWN_RESTS
    if more > 0:
        those = counted(more, translate("Services", "origin"), translate("Services", "origins"))
        told[_SHOWN_RESTS:] = [translate("Services", "and {those} more").format(those=those)]
    return "\n".join(told)


def _rest_line(rest: Rest, now: datetime) -> str:
    why = (
        translate("Services", "the service asked for it by Retry-After")
        if rest.asked
        else translate("Services", "it keeps failing")
    )
    words = translate("Services", "{origin} is left alone for {left}, until {clock} UTC: {why}.")
    left = duration(seconds_left(rest, now))
    return words.format(origin=rest.origin, left=left, clock=clock_utc(rest.until)[:8], why=why)


def _name_tip(line: ServiceLine) -> str:
    if line.is_whole:
        return translate("Services", "The sum of all rows below.")
    return translate("Services", "{name}\nA double click shows its pushes in the history.").format(name=line.name)


def _failed_tip(line: ServiceLine) -> str:
    parts = (
        (line.rejected, translate("Services", "{n} rejected: answered with another status.")),
        (line.unreachable, translate("Services", "{n} unreachable: no complete answer came.")),
        (line.blocked, translate("Services", "{n} blocked: refused here, before anything went out.")),
        (line.not_sent, translate("Services", "{n} not sent: stopped, or the service rests.")),
    )
    told = [words.format(n=grouped(count)) for count, words in parts if count]
    return "\n".join(told) or translate("Services", "None failed.")


def _share_tip(line: ServiceLine) -> str:
    words = translate("Services", "{failed} of {finished} pushes failed.")
    return words.format(failed=grouped(line.failed), finished=grouped(line.finished))


def _latency_tip(line: ServiceLine) -> str:
    if not line.answered:
        return translate("Services", "No answer has come.")
    told = zip((50, 95, 99), line.latency_s, strict=True)
    words = translate("Services", "{percent} % of {count} answers came within {time}.")
    return "\n".join(
        words.format(percent=share, count=grouped(line.answered), time=latency_text(time)) for share, time in told
    )


def _number(
    key: str, title: str, width: int, meaning: str, tip: Callable[[ServiceLine], str] | None = None
) -> Column[ServiceLine]:
    """Return a column that is a count of the line, by the name of its attribute."""
    return Column(
        key,
        title,
        width,
        text=lambda line: grouped(getattr(line, key)),
        tip=tip or (lambda _line: translated(meaning)),
        right_aligned=True,
        order_by=key,
        meaning=meaning,
    )


def _latency(number: int, key: str, title: str, meaning: str) -> Column[ServiceLine]:
    return Column(
        key,
        title,
        68,
        text=lambda line: latency_text(line.latency_s[number]),
        tip=_latency_tip,
        right_aligned=True,
        order_by=key,
        meaning=meaning,
    )


SERVICE_COLUMNS: Final[tuple[Column[ServiceLine], ...]] = (
    Column(
        "service",
        str(QT_TRANSLATE_NOOP("Columns", "Push service")),
        0,
        text=lambda line: line.shown_name,
        tip=_name_tip,
        order_by="service",
        meaning=str(QT_TRANSLATE_NOOP("Columns", "Who takes the pushes: a known push service, or a host.")),
    ),
    Column(
        "rests",
        str(QT_TRANSLATE_NOOP("Columns", "Rest")),
        110,
        text=lambda line: rest_text(line, datetime.now(UTC)),
        tip=lambda line: rest_tip(line, datetime.now(UTC)),
        role=lambda line: rest_role(line, datetime.now(UTC)),
        order_by="rests",
        meaning=str(
            QT_TRANSLATE_NOOP(
                "Columns", "A push service that asks for patience, or keeps failing, is left alone for so long."
            )
        ),
    ),
    Column(
        "per_s",
        str(QT_TRANSLATE_NOOP("Columns", "Pushes/s")),
        78,
        text=lambda line: rate(line.per_s),
        tip=lambda _line: translate("Columns", "Pushes that got their outcome, a second, in the last two seconds."),
        right_aligned=True,
        order_by="per_s",
        meaning=str(QT_TRANSLATE_NOOP("Columns", "Pushes that got their outcome, a second, in the last two seconds.")),
    ),
    _number(
        "in_flight",
        str(QT_TRANSLATE_NOOP("Columns", "In flight")),
        74,
        str(QT_TRANSLATE_NOOP("Columns", "Requests that are under way now.")),
    ),
    _number(
        "accepted",
        str(QT_TRANSLATE_NOOP("Columns", "Delivered")),
        96,
        str(QT_TRANSLATE_NOOP("Columns", "Accepted by the push service: 200, 201 or 202.")),
    ),
    _number(
        "gone",
        str(QT_TRANSLATE_NOOP("Columns", "Gone")),
        64,
        str(QT_TRANSLATE_NOOP("Columns", "The subscription has ended: 410, or an answer that means the same.")),
    ),
    _number(
        "failed",
        str(QT_TRANSLATE_NOOP("Columns", "Failed")),
        66,
        str(QT_TRANSLATE_NOOP("Columns", "Neither delivered nor gone: rejected, unreachable, blocked or not sent.")),
        _failed_tip,
    ),
    Column(
        "error_share",
        str(QT_TRANSLATE_NOOP("Columns", "Error share")),
        112,
        text=lambda line: share_text(line.error_share),
        tip=_share_tip,
        right_aligned=True,
        order_by="error_share",
        role=lambda _line: "bad",
        meaning=str(QT_TRANSLATE_NOOP("Columns", "How many of the pushes that have an outcome failed.")),
    ),
    _latency(
        0,
        "p50",
        str(QT_TRANSLATE_NOOP("Columns", "p50")),
        str(QT_TRANSLATE_NOOP("Columns", "Half of the answers came within this time.")),
    ),
    _latency(
        1,
        "p95",
        str(QT_TRANSLATE_NOOP("Columns", "p95")),
        str(QT_TRANSLATE_NOOP("Columns", "95 % of the answers came within this time.")),
    ),
    _latency(
        2,
        "p99",
        str(QT_TRANSLATE_NOOP("Columns", "p99")),
        str(QT_TRANSLATE_NOOP("Columns", "99 % of the answers came within this time.")),
    ),
    _number(
        "retries",
        str(QT_TRANSLATE_NOOP("Columns", "Retries")),
        70,
        str(
            QT_TRANSLATE_NOOP(
                "Columns", "Attempts that were not the first of their push; in all, those still under way as well."
            )
        ),
    ),
)

LEAVES_FIRST: Final = ("retries", "p50", "p99", "in_flight", "gone", "per_s")
"""Where it is narrow. What tells that something is wrong stays."""
