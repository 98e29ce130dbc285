"""What the live view must show after a day, worked out from the books of the core and of the sandbox alone.

Runs on: any
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.e2e.live_day import Books
from tests.e2e.live_shown import Cells
from webpush_admin.backend.pruned_records import PrunedRow, PrunedState
from webpush_admin.push.answer import DiagnosisAction
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.push.events import Event, PushFinished
from webpush_admin.push.places import Place, PlaceState
from webpush_admin.push.stats import CacheStats, Latency, PushStats, ServiceStats

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
        "hit_rate.hit_rate_value": _percent(saved / callers),
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
        "cache_card.total_hit_rate_value": _percent(saved / callers),
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


def cached_differences(rows: Sequence[Cells], books: Books) -> list[str]:
    """Return where the table of cached users says something else than the cache."""
    shown = {row["name"]: row for row in rows}
    wanted = {books.names[place.user_id] for place in books.places}
    if set(shown) != wanted or len(rows) != len(books.places):
        return [f"users: {sorted(shown)}, not {sorted(wanted)}"]
    return [found for place in books.places for found in _place_differences(shown[books.names[place.user_id]], place)]


def services_differences(rows: Sequence[Cells], books: Books) -> list[str]:
    """Return where the table of push services says something else than the sender."""
    pushes = books.pushes
    whole: list[tuple[str, ServiceStats | PushStats]] = [("All push services", pushes)]
    expected = dict(whole + [(service.name, service) for service in pushes.services])
    if {row["service"] for row in rows} != set(expected):
        return [f"push services: {rows}, not {sorted(expected)}"]
    resting = {rest.service for rest in pushes.resting}
    found = []
    for row in rows:
        name, stats = row["service"], expected[row["service"]]
        p50, p95, p99 = (_latency(one) for one in stats.latency.percentiles_s((0.5, 0.95, 0.99)))
        share = stats.failed / stats.finished
        wanted = {
            "per_s": "0",
            "in_flight": f"{stats.in_flight}",
            "accepted": f"{stats.accepted}",
            "gone": f"{stats.gone}",
            "failed": f"{stats.failed}",
            "error_share": _percent(share) if share else "0 %",
            "p50": p50,
            "p95": p95,
            "p99": p99,
            "retries": f"{stats.retries}",
        }
        rests = row.pop("rests")
        if name == "All push services":
            told = rests == f"{len(resting)} resting"
        elif name in resting:
            # Two minutes were asked for.
            told = 120 - UP_TO_S <= _seconds(rests) <= 120
        else:
            told = not rests
        found += [] if told else [f"{name} rests: {rests!r}"]
        found += _differences(name, row, {"service": name, **wanted})
    return found


def answered_differences(rows: Sequence[Cells], books: Books) -> list[str]:
    """Return where the table of diagnoses says something else than the sender."""
    pushes = books.pushes
    # Two push services may have a rule each that means the same.
    counts = [(_meaning(rule), count) for rule, count in pushes.diagnoses]
    counts += [("blocked", pushes.blocked), ("not sent", pushes.not_sent)]
    whole = sum(count for _, count in counts)
    keys = {"meaning", "service", "count", "share", "remedy"}
    found = [f"columns: {sorted(row)}" for row in rows if set(row) != keys]
    wanted = Counter((meaning, f"{count}", _percent(count / whole)) for meaning, count in counts)
    shown = Counter((row["meaning"], row["count"], row["share"]) for row in rows)
    return found if shown == wanted else [*found, f"diagnoses: {shown}, not {wanted}"]


def pruned_differences(rows: Sequence[Cells], books: Books) -> list[str]:
    """Return where the list of what was pruned says something else than the backend."""
    if not len(rows) == len(books.pruned) == books.pushes.pruned:
        return [f"{len(rows)} rows, not {len(books.pruned)} of {books.pushes.pruned}"]
    return [found for row, pruned in zip(rows, books.pruned, strict=True) for found in _pruned_differences(row, pruned)]


def events_differences(rows: Sequence[Cells], books: Books, taken: Taken) -> list[str]:
    """Return where the log of events, with what it has lost, tells of another day than the counters."""
    cache, pushes = books.cache, books.pushes
    kinds = Counter(row["kind"] for row in rows)
    deliveries = [event.delivery for event in taken.heard if isinstance(event, PushFinished)]
    told = Counter(f"push {one.status}" if one.status else one.outcome.value for one in deliveries)
    pairs = {
        "rows": (len(rows), len(taken.heard)),
        # Nothing but hits was lost.
        "hit": (kinds["hit"] + taken.lost, cache.hits),
        "miss": (kinds["miss"], cache.misses),
        "shared": (kinds["shared"], cache.joins),
        "read failed": (kinds["read failed"], cache.reads_failed),
        "stale read": (kinds["stale read"], cache.stale_discarded),
        "invalidated": (kinds["invalidated"], cache.invalidations),
        "evicted": (kinds["evicted"], cache.evictions),
        "cleared": (kinds["cleared"], cache.clears),
        **{kind: (kinds[kind], count) for kind, count in told.items()},
        "pushes": (sum(kinds[kind] for kind in told), pushes.finished),
        "accepted": (kinds["push 201"], pushes.accepted),
    }
    return [f"{what}: {shown}, not {counted}" for what, (shown, counted) in pairs.items() if shown != counted]


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


def _place_differences(row: Cells, place: Place) -> list[str]:
    wanted = {
        "state": place.state.value,
        "generation": f"{place.generation}",
        "rows": f"{place.rows}",
        "hits": f"{place.hits}",
        "misses": f"{place.misses}",
        "stale": f"{place.stale_discarded}",
    }
    # From when the books were made they go on.
    age, left = (_clock(row.pop(key)) for key in ("age", "left"))
    found = _differences(row["name"], row, {"name": row["name"], **wanted})
    if place.age_s is None:
        told = age is None and left is None
    else:
        assert place.left_s is not None
        told = age is not None and place.age_s - 1 <= age <= place.age_s + UP_TO_S
        told &= (left or 0) >= place.left_s - UP_TO_S and (left or 0) <= place.left_s + 1
    return found if told else [*found, f"{row['name']}: age {age}, left {left} of {place}"]


def _pruned_differences(row: Cells, pruned: PrunedRow) -> list[str]:
    state = {PrunedState.KNOWN: "restorable", PrunedState.RESTORED: "restored"}[pruned.state]
    meaning = _meaning(pruned.rule)
    wanted = {
        "time": f"{pruned.at:%m-%d %H:%M:%S}",
        "user": pruned.user_name,
        "service": pruned.host,
        "endpoint": f"…{pruned.tail}",
        "answer": meaning if pruned.status is None else f"{pruned.status}  {meaning}",
        "send": f"#{pruned.send}",
        "subscription": f"{pruned.subscription_id}",
        "state": state,
    }
    return _differences(f"pruned {pruned.number}", row, wanted)


def _differences(what: str, shown: Cells, wanted: Cells) -> list[str]:
    """Compare cells; a column that nobody compares is a difference too."""
    return [
        f"{what}, {key}: {shown.get(key)!r}, not {wanted.get(key)!r}"
        for key in {**shown, **wanted}
        if shown.get(key) != wanted.get(key)
    ]


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
    return f"Hit rate {_percent(share)} since, {_percent(before.hit_rate)} before"


def _meaning(rule: str) -> str:
    diagnosis = diagnosis_called(rule)
    assert diagnosis is not None
    return diagnosis.meaning


def _percent(share: float) -> str:
    return "100 %" if share == 1 else f"{100 * share:.1f} %"


def _milliseconds(latency: Latency) -> str:
    told = [1000 * one for one in latency.percentiles_s((0.5, 0.95, 0.99)) if one is not None]
    return " · ".join(f"{one:.1f}" if one < 10 else f"{one:.0f}" for one in told) + " ms"


def _latency(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{1000 * seconds:.1f} ms" if seconds < 0.01 else f"{1000 * seconds:.0f} ms"


def _is_average(text: str, finished: int) -> bool:
    average, peak = (float(found) for found in re.findall(r"[\d.]+", text.replace(",", "")))
    return finished / UP_TO_S <= average <= peak * 1.2 and peak <= finished * 10


def _numbers(text: str) -> set[int]:
    return {int(found) for found in re.findall(r"\d+", text)}


def _number(text: str) -> int:
    return int("".join(character for character in text if character.isdigit()))


def _seconds(text: str) -> int:
    """Return the seconds of "rests 1 min 58 s"."""
    return sum(int(count) * {"min": 60, "s": 1}[unit] for count, unit in re.findall(r"(\d+) (min|s)", text))


def _clock(text: str) -> int | None:
    """Return the seconds of "1:02:03"; None where it is no time."""
    total = 0
    for part in text.split(":"):
        if not part.isdigit():
            return None
        total = 60 * total + int(part)
    return total
