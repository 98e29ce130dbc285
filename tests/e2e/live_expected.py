"""What the live view must show after a day, worked out from the books of the core and of the sandbox alone.

Runs on: any
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.e2e.live_day import Books
from webpush_admin.push.answer import DiagnosisAction
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.push.events import Event
from webpush_admin.push.places import PlaceState
from webpush_admin.push.stats import CacheStats, Latency, PushStats

Moving = Callable[[str], bool]
"""What goes on while somebody looks is judged instead of compared."""

UP_TO_S: Final = 30.0
"""The test takes no longer from the day's end to its last look."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the test itself has counted.

    Attributes:
        before_tuning: Of the cache, when it was tuned.
        heard: Events that came to the window.
        lost: And those that were lost on the way.
    """

    before_tuning: CacheStats
    heard: Sequence[Event]
    lost: int


def expected_labels(books: Books, taken: Taken) -> dict[str, str | Moving]:
    """Return every number of a label, by the key of `live_shown.labels`."""
    cache, pushes, tuning = books.cache, books.pushes, books.tuning
    saved, callers = cache.hits + cache.joins, cache.hits + cache.joins + cache.misses
    raced = next(place for place in books.places if place.user_id == books.race.user_id)
    states = Counter(place.state for place in books.places)
    return {
        "tab.2": f"Pruned endpoints {pushes.pruned}",
        "health_line.health_text": f"Failing. The database refused {cache.reads_failed} reads in the last 5 min.",
        "hit_rate.hit_rate_value": percent_of(saved / callers),
        "hit_rate.hit_rate_caption": f"{saved} of {callers} callers",
        "reads_saved.reads_saved_value": f"{saved}",
        "reads_saved.reads_saved_caption": f"{saved} in all",
        "pushes.pushes_value": "0",
        "pushes.pushes_caption": lambda text: _is_average(text, pushes.finished),
        "latency.latency_value": _milliseconds(pushes.latency),
        "latency.latency_caption": lambda text: _number(text) == pushes.latency.count,
        "in_flight.in_flight_value": f"{pushes.in_flight}",
        "in_flight.in_flight_caption": lambda text: 0 <= _number(text) <= tuning.lanes * 3,
        "failures.failures_value": f"{pushes.failed}",
        "failures.failures_caption": _most_frequent(pushes),
        "pruned.pruned_value": f"{pushes.pruned}",
        "pruned.pruned_caption": f"{pushes.pruned} in all",
        "generations.generations_value": f"{cache.generation}",
        "generations.generations_caption": f"{cache.stale_discarded} stale read discarded",
        "timeline.generation": f"Generation now: {raced.generation}",
        "cache_list.count": lambda text: _numbers(text) == {1, len(books.places)},
        "answered_card.count": f"{_not_simply_delivered(pushes)} pushes not simply delivered",
        "pruned_page.count": f"{pushes.pruned} pruned since the database was opened",
        "events_bar.told": f"{len(taken.heard)} events",
        "events_bar.lost": f"{taken.lost} events lost",
        **{f"pushes_card.total_{name}_value": f"{count}" for name, count in _of_pushes(pushes).items()},
        **{f"cache_card.total_{name}_value": f"{count}" for name, count in _of_cache(cache).items()},
        "cache_card.total_hit_rate_value": percent_of(saved / callers),
        "ttl_s_row.box": f"{tuning.ttl_s:.0f} s",
        "max_entries_row.box": f"{tuning.max_entries}",
        "lanes_row.box": f"{tuning.lanes}",
        "at_once_row.box": f"{tuning.at_once}",
        "per_second_row.box": f"{tuning.per_second:.0f} per second",
        "per_second_row.note": f"10,000 pushes to one push service take {10_000 / tuning.per_second:.0f} s at least.",
        "ttl_s_row.number": f"{states[PlaceState.FRESH]} fresh, {states[PlaceState.EXPIRED]} expired",
        "ttl_s_row.detail": _hit_rates(taken.before_tuning, cache),
        "max_entries_row.number": f"{cache.entries} of {tuning.max_entries} held",
        "max_entries_row.detail": f"{cache.evictions} dropped because it was full",
        "lanes_row.number": f"{pushes.in_flight} of {tuning.lanes} busy",
        "lanes_row.detail": "0 pushes/s",
        "at_once_row.number": f"{pushes.in_flight} of {tuning.at_once}",
        "per_second_row.number": "0 pushes/s",
    }


def sandbox_differences(books: Books, *, elsewhere: int) -> list[str]:
    """Return where the core has counted something else than the sandbox.

    Args:
        books: Of both.
        elsewhere: Subscriptions that were gone although nobody was asked.
    """
    sandbox, pushes = books.sandbox, books.pushes
    unwell = pushes.rejected + pushes.unreachable + pushes.retries
    pairs = {
        "accepted": (pushes.accepted, sandbox.accepted),
        "gone": (pushes.gone - elsewhere, sandbox.gone),
        "unwell": (unwell, sandbox.refused + sandbox.dropped),
        "answered or dropped": (pushes.accepted + pushes.gone - elsewhere + unwell, sandbox.received),
        "decrypted": (sandbox.decrypted, sandbox.received),
    }
    return [f"{what}: {core}, not {counted}" for what, (core, counted) in pairs.items() if core != counted]


def _of_pushes(pushes: PushStats) -> dict[str, int]:
    return {
        "delivered": pushes.accepted,
        "failed": pushes.failed,
        "gone": pushes.gone,
        "pruned": pushes.pruned,
        "rejected": pushes.rejected,
        "unreachable": pushes.unreachable,
        "blocked": pushes.blocked,
        "not_sent": pushes.not_sent,
        "in_flight": pushes.in_flight,
        "retrying": pushes.retrying,
        "retries": pushes.retries,
        "finished": pushes.finished,
    }


def _of_cache(cache: CacheStats) -> dict[str, int]:
    return {
        "hits": cache.hits,
        "joins": cache.joins,
        "misses": cache.misses,
        "generation": cache.generation,
        "stale": cache.stale_discarded,
        "invalidations": cache.invalidations,
        "clears": cache.clears,
        "entries": cache.entries,
        "evictions": cache.evictions,
        "rows_pruned": cache.pruned,
        "reads_failed": cache.reads_failed,
    }


def _not_simply_delivered(pushes: PushStats) -> int:
    return sum(count for _, count in pushes.diagnoses) + pushes.blocked + pushes.not_sent


def _most_frequent(pushes: PushStats) -> str:
    """Return what failed most often; what was blocked here has no answer to diagnose."""
    failed = Counter({"refused by our own checks": pushes.blocked, "not sent": pushes.not_sent})
    for rule, count in pushes.diagnoses:
        diagnosis = diagnosis_called(rule)
        assert diagnosis is not None
        if diagnosis.action not in (DiagnosisAction.PRUNE, DiagnosisAction.SHOW):
            failed[diagnosis.meaning] += count
    assert failed.total() == pushes.failed
    ((meaning, count),) = failed.most_common(1)
    return f"{meaning} {count}"


def _hit_rates(before: CacheStats, now: CacheStats) -> str:
    assert before.hit_rate is not None
    saved = now.hits + now.joins - before.hits - before.joins
    share = saved / (saved + now.misses - before.misses)
    return f"Hit rate {percent_of(share)} since, {percent_of(before.hit_rate)} before"


def meaning_of(rule: str) -> str:
    diagnosis = diagnosis_called(rule)
    assert diagnosis is not None
    return diagnosis.meaning


def percent_of(share: float) -> str:
    return "100 %" if share == 1 else f"{100 * share:.1f} %"


def _milliseconds(latency: Latency) -> str:
    told = [one for one in latency.percentiles_s((0.5, 0.95, 0.99)) if one is not None]
    # A machine that is busy with other things takes seconds.
    figures = [(one, "s") if one >= 1 else (1000 * one, "ms") for one in told]
    words = [(f"{figure:.1f}" if figure < 10 else f"{figure:.0f}", unit) for figure, unit in figures]
    units = {unit for _, unit in words}
    if len(units) == 1:
        return " · ".join(figure for figure, _ in words) + f" {units.pop()}"
    return " · ".join(f"{figure} {unit}" for figure, unit in words)


def _is_average(text: str, finished: int) -> bool:
    average, peak = (float(found) for found in re.findall(r"[\d.]+", text.replace(",", "")))
    return finished / UP_TO_S <= average <= peak * 1.2 and peak <= finished * 10


def _numbers(text: str) -> set[int]:
    return {int(found) for found in re.findall(r"\d+", text)}


def _number(text: str) -> int:
    return int("".join(character for character in text if character.isdigit()))
