"""Where the tables of the live view say something else than the books of the core, after a day.

Runs on: any
"""

import re
from collections import Counter
from collections.abc import Sequence

from tests.e2e.live_day import Books
from tests.e2e.live_expected import UP_TO_S, Taken, meaning_of, percent_of
from tests.e2e.live_shown import Cells
from webpush_admin.backend.pruned_records import PrunedRow, PrunedState
from webpush_admin.push.events import PushFinished
from webpush_admin.push.places import Place
from webpush_admin.push.stats import PushStats, ServiceStats


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
            "error_share": percent_of(share) if share else "0 %",
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
    counts = [(meaning_of(rule), count) for rule, count in pushes.diagnoses]
    counts += [("blocked", pushes.blocked), ("not sent", pushes.not_sent)]
    whole = sum(count for _, count in counts)
    keys = {"meaning", "service", "count", "share", "remedy"}
    found = [f"columns: {sorted(row)}" for row in rows if set(row) != keys]
    wanted = Counter((meaning, f"{count}", percent_of(count / whole)) for meaning, count in counts)
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
    meaning = meaning_of(pruned.rule)
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


def _latency(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{1000 * seconds:.1f} ms" if seconds < 0.01 else f"{1000 * seconds:.0f} ms"


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
