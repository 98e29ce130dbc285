"""What the tiles of the live view say, as data: one record each.

Runs on: GUI thread
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.generation import generation_help
from webpush_admin.gui.models.live_places import LivePlace
from webpush_admin.gui.models.stretches import Percentiles, Stretch
from webpush_admin.gui.widgets.figures import compact, grouped, percent, rate
from webpush_admin.gui.widgets.tile import NOTHING


@dataclass(frozen=True, slots=True)
class Moment:
    """What tiles are made of.

    Attributes:
        snapshot: The newest.
        lately: What happened in the window that was chosen.
        per_s: Pushes in about the last second, None where that is not known.
        failures: What failed in the window, by what the diagnosis means; the most frequent first.
    """

    snapshot: Snapshot
    lately: Stretch
    per_s: float | None = None
    failures: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Trend:
    """One tile.

    Attributes:
        name: objectName of the tile; its labels are `<name>_value` and `<name>_caption`.
        title: Marked for translation in the context "Trends", as the sentence `tip` is.
        colour: A colour of the theme, for the line.
        place: The page that explains it.
        value, caption: What its labels say.
        point: What is painted of a point of the line, None where there is nothing.
        exact: The same in words, with what it is of.
        ceiling: The top of the line, None for its highest point.
        alarming: A value that is not zero is painted as bad.
        low_title, low_value: What is left of them where there is no room.
        more: More lines for the hover help.
    """

    name: str
    title: str
    tip: str
    colour: str
    place: LivePlace
    value: Callable[[Moment], str]
    caption: Callable[[Moment], str]
    point: Callable[[Stretch], float | None]
    exact: Callable[[Stretch], str]
    ceiling: float | None = None
    alarming: bool = False
    low_title: str = ""
    low_value: Callable[[Moment], str] | None = None
    more: Callable[[Moment], str] = lambda _: ""


def timed(*seconds: float) -> str:
    """Return lengths of time: "1.2 · 3.4 · 12 ms", each with its own unit where they are of two: "60 ms · 2.1 s"."""
    told = [("s", one) if one >= 1 else ("ms", 1000 * one) for one in seconds]
    figures = [f"{figure:.1f}" if figure < 10 else f"{figure:,.0f}" for _, figure in told]
    units = [unit for unit, _ in told]
    if len(set(units)) == 1:
        return f"{' · '.join(figures)} {units[0]}"
    return " · ".join(f"{figure} {unit}" for figure, unit in zip(figures, units, strict=True))


def _three(latency: Percentiles | None) -> str:
    return NOTHING if latency is None else timed(latency.p50_s, latency.p95_s, latency.p99_s)


def _hit_rate(lately: Stretch) -> str:
    return NOTHING if lately.hit_rate is None else percent(lately.hit_rate)


def _callers(lately: Stretch) -> str:
    if not lately.callers:
        return translate("Trends", "nobody asked")
    return translate("Trends", "{0} of {1} callers").format(compact(lately.saved), compact(lately.callers))


def _answers(count: int) -> str:
    if not count:
        return translate("Trends", "no answers")
    return translate("Trends", "1 answer") if count == 1 else translate("Trends", "{0} answers").format(compact(count))


def _of_answers(count: int) -> str:
    return translate("Trends", "of {0}").format(compact(count)) if count else _answers(0)


def _pushes(moment: Moment) -> str:
    average, peak = rate(moment.lately.pushes_per_s), rate(moment.lately.per_s)
    return translate("Trends", "average {0}, peak {1}").format(average, peak)


def _failures(moment: Moment) -> str:
    if not moment.lately.finished:
        return translate("Trends", "nothing sent")
    if not moment.failures:
        return translate("Trends", "none of {0}").format(compact(moment.lately.finished))
    meaning, count = moment.failures[0]
    return meaning if len(moment.failures) == 1 else f"{meaning} {compact(count)}"


def _by_diagnosis(moment: Moment) -> str:
    return "\n".join(f"{grouped(count)}  {meaning}" for meaning, count in moment.failures)


def _within(point: Stretch, count: int) -> str:
    return translate("Trends", "{0} in {1} s").format(grouped(count), f"{point.seconds:.1f}")


def _in_all(count: int) -> str:
    return translate("Trends", "{0} in all").format(compact(count))


TRENDS: Final[tuple[Trend, ...]] = (
    Trend(
        "hit_rate",
        str(QT_TRANSLATE_NOOP("Trends", "Hit rate")),
        str(
            QT_TRANSLATE_NOOP(
                "Trends", "Share of those who asked the cache that cost no read of the database of their own."
            )
        ),
        "accent",
        LivePlace.CACHE,
        value=lambda moment: _hit_rate(moment.lately),
        caption=lambda moment: _callers(moment.lately),
        point=lambda point: point.hit_rate,
        exact=lambda point: f"{_hit_rate(point)}, {_callers(point)}" if point.callers else _callers(point),
        ceiling=1.0,
    ),
    Trend(
        "reads_saved",
        str(QT_TRANSLATE_NOOP("Trends", "Reads saved")),
        str(
            QT_TRANSLATE_NOOP(
                "Trends", "Reads of the database that were not needed: served from memory, or shared with others."
            )
        ),
        "accent",
        LivePlace.CACHE,
        value=lambda moment: grouped(moment.lately.saved),
        caption=lambda moment: _in_all(moment.snapshot.cache.hits + moment.snapshot.cache.joins),
        point=lambda point: float(point.saved),
        exact=lambda point: _within(point, point.saved),
    ),
    Trend(
        "pushes",
        str(QT_TRANSLATE_NOOP("Trends", "Pushes/s")),
        str(
            QT_TRANSLATE_NOOP(
                "Trends", "Pushes that got their outcome in the last second; the peak is the best second of the window."
            )
        ),
        "ok",
        LivePlace.SERVICES,
        value=lambda moment: NOTHING if moment.per_s is None else rate(moment.per_s),
        caption=_pushes,
        point=lambda point: point.pushes_per_s,
        exact=lambda point: translate("Trends", "{0} a second").format(rate(point.pushes_per_s)),
    ),
    Trend(
        "latency",
        str(QT_TRANSLATE_NOOP("Trends", "Latency p50 · p95 · p99")),
        str(
            QT_TRANSLATE_NOOP(
                "Trends", "Within these times half, 95 % and 99 % of the answers came; the line is that of the 95 %."
            )
        ),
        "accent",
        LivePlace.SERVICES,
        value=lambda moment: _three(moment.lately.latency),
        caption=lambda moment: _of_answers(moment.lately.answers),
        point=lambda point: point.latency.p95_s if point.latency else None,
        exact=lambda point: f"{_three(point.latency)}, {_answers(point.answers)}" if point.latency else _answers(0),
        low_title=str(QT_TRANSLATE_NOOP("Trends", "Latency p95")),
        low_value=lambda moment: timed(moment.lately.latency.p95_s) if moment.lately.latency else NOTHING,
    ),
    Trend(
        "in_flight",
        str(QT_TRANSLATE_NOOP("Trends", "In flight")),
        str(
            QT_TRANSLATE_NOOP("Trends", "Requests that are under way now; the peak is the most at once in the window.")
        ),
        "ok",
        LivePlace.SERVICES,
        value=lambda moment: grouped(moment.snapshot.pushes.in_flight),
        caption=lambda moment: translate("Trends", "peak {0}").format(grouped(moment.lately.in_flight)),
        point=lambda point: float(point.in_flight),
        exact=lambda point: translate("Trends", "{0} at most").format(grouped(point.in_flight)),
    ),
    Trend(
        "failures",
        str(QT_TRANSLATE_NOOP("Trends", "Failures")),
        str(QT_TRANSLATE_NOOP("Trends", "Pushes that were neither accepted nor gone: somebody must look.")),
        "bad",
        LivePlace.SERVICES,
        value=lambda moment: grouped(moment.lately.failed),
        caption=_failures,
        point=lambda point: float(point.failed),
        exact=lambda point: translate("Trends", "{0} of {1}").format(grouped(point.failed), grouped(point.finished)),
        alarming=True,
        more=_by_diagnosis,
    ),
    Trend(
        "pruned",
        str(QT_TRANSLATE_NOOP("Trends", "Pruned")),
        str(QT_TRANSLATE_NOOP("Trends", "Subscriptions deleted because their push service said that they have ended.")),
        "warn",
        LivePlace.PRUNED,
        value=lambda moment: grouped(moment.lately.pruned),
        caption=lambda moment: _in_all(moment.snapshot.pushes.pruned),
        point=lambda point: float(point.pruned),
        exact=lambda point: _within(point, point.pruned),
    ),
    Trend(
        "generations",
        str(QT_TRANSLATE_NOOP("Trends", "Generations moved")),
        "",
        "warn",
        LivePlace.CACHE,
        value=lambda moment: grouped(moment.lately.moved),
        caption=lambda moment: _stale(moment.lately.stale),
        point=lambda point: float(point.moved),
        exact=lambda point: _within(point, point.moved),
        more=lambda _: generation_help(),
    ),
)
"""From left to right, four in a row."""


def _stale(count: int) -> str:
    if count == 1:
        return translate("Trends", "1 stale read discarded")
    return translate("Trends", "{0} stale reads discarded").format(compact(count))


def tip_of(trend: Trend, moment: Moment | None) -> str:
    """Return the hover help of a tile: what it is, what there is of it, and what a click does."""
    lines: Sequence[str] = (
        translate("Trends", trend.tip) if trend.tip else "",
        trend.more(moment) if moment is not None else "",
        translate("Trends", "A click shows more."),
    )
    return "\n".join(line for line in lines if line)
