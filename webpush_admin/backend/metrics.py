"""The totals of a snapshot as metrics of Prometheus: names, labels, units and what each of them means.

Nothing is counted here: each scrape reads the newest snapshot, which is what the window shows. So a counter begins anew
where the core's begins anew: with another database, and once the open one is closed. Carrying the sums of former ones
on would mix what has nothing to do with each other, would contradict the window, and would keep the hosts of every
database for as long as the process lives. Prometheus allows for it in rates and increases, as for a restart.

Runs on: any
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from webpush_admin import __version__
from webpush_admin.backend.records import Snapshot
from webpush_admin.push.stats import LATENCY_BOUNDS_S, STEPS_PER_DECADE, CacheStats, Latency, PushStats, ServiceStats
from webpush_admin.push.tally import OTHER_HOSTS

PREFIX: Final = "webpush_admin_"

EVERY_BOUND: Final = STEPS_PER_DECADE // 3
"""Three buckets to a decade: each is the sum of so many of the core's, so that none of its numbers is a guess."""

LONGEST_LABEL: Final = 255

_BOUNDS: Final = tuple(
    (str(bound), number) for number, bound in enumerate(LATENCY_BOUNDS_S) if number % EVERY_BOUND == 0
)

_OUTCOMES: Final[tuple[tuple[str, Callable[[ServiceStats], int]], ...]] = (
    ("accepted", lambda service: service.accepted),
    ("gone", lambda service: service.gone),
    ("rejected", lambda service: service.rejected),
    ("unreachable", lambda service: service.unreachable),
    ("blocked", lambda service: service.blocked),
    ("not_sent", lambda service: service.not_sent),
)


def metrics_registry(snapshot: Callable[[], Snapshot]) -> CollectorRegistry:
    """Return a registry of these metrics alone.

    Args:
        snapshot: Returns the newest one; called from any thread.
    """
    # Described by what it collects: a scrape that asks for some names alone is then answered.
    registry = CollectorRegistry(auto_describe=True)
    registry.register(_Totals(snapshot))
    return registry


class _Totals(Collector):
    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        """Return every metric, all of the same moment."""
        snapshot = self._snapshot()
        yield InfoMetricFamily(
            f"{PREFIX}build", "The version of webpush-admin that tells these metrics.", {"version": __version__}
        )
        yield from _cache(snapshot.cache)
        yield from _pushes(snapshot.pushes)
        yield from _services(snapshot.pushes)


def _cache(stats: CacheStats) -> Iterator[Metric]:
    lookups = CounterMetricFamily(
        f"{PREFIX}cache_lookups",
        "Times that somebody asked the cache for a user's subscriptions: hit, served from memory; shared, waited for a "
        "read that was under way; miss, had a read of the database started.",
        labels=("result",),
    )
    for result, count in (("hit", stats.hits), ("shared", stats.joins), ("miss", stats.misses)):
        lookups.add_metric((result,), count)
    yield lookups
    yield _counter("cache_read_failures", "Reads of the database for the cache that failed.", stats.reads_failed)
    yield _counter(
        "cache_stale_reads_discarded",
        "Reads that were not kept, because their user's generation had moved on since they began: what they read may "
        "have changed meanwhile.",
        stats.stale_discarded,
    )
    yield _counter("cache_invalidations", "Users whose entry was declared out of date by name.", stats.invalidations)
    yield _counter(
        "cache_evictions",
        "Users who were dropped because the cache was full, the least recently used first.",
        stats.evictions,
    )
    yield _counter("cache_clears", "Times that the cache forgot every user at once.", stats.clears)
    yield _counter(
        "cache_pruned_subscriptions",
        "Subscriptions that were taken out of entries after they were deleted, without a new read.",
        stats.pruned,
    )
    yield _gauge("cache_entries", "Users whose subscriptions are held now.", stats.entries)
    yield _gauge(
        "cache_generation",
        "The newest generation, a number that only rises: it moves on whenever what was read before must not be "
        "believed any more.",
        stats.generation,
    )


def _pushes(stats: PushStats) -> Iterator[Metric]:
    yield _gauge("pushes_retrying", "Pushes that failed for now and wait to be tried again.", stats.retrying)
    yield _counter(
        "pruned_subscriptions",
        "Subscriptions that were deleted because their push service calls them gone.",
        stats.pruned,
    )
    diagnoses = CounterMetricFamily(
        f"{PREFIX}push_diagnoses",
        "Pushes with an outcome by the diagnosis of their answer, named by its rule.",
        labels=("rule",),
    )
    for rule, count in stats.diagnoses:
        diagnoses.add_metric((rule,), count)
    yield diagnoses


def _services(stats: PushStats) -> Iterator[Metric]:
    """Return the metrics by push service: by its name, or its host where it is not known."""
    pushes = CounterMetricFamily(
        f"{PREFIX}pushes",
        "Pushes with an outcome: accepted; gone, the subscription has ended; rejected with another status; "
        "unreachable, without a complete answer; blocked by our own checks; not sent.",
        labels=("service", "outcome"),
    )
    retries = CounterMetricFamily(
        f"{PREFIX}push_retries",
        "Requests that were not the first of their push, counted once it has its outcome.",
        labels=("service",),
    )
    in_flight = GaugeMetricFamily(f"{PREFIX}pushes_in_flight", "Requests under way now.", labels=("service",))
    latency = HistogramMetricFamily(
        f"{PREFIX}push_latency",
        "Seconds from a request to its answer, of the last request of each push that was answered.",
        labels=("service",),
        unit="seconds",
    )
    rests = GaugeMetricFamily(
        f"{PREFIX}service_rest",
        "Seconds for which a push service is still left alone, because it asked for that or keeps failing; 0 where it "
        "is not. Of several origins the longest.",
        labels=("service",),
        unit="seconds",
    )
    named = _labels(service.name for service in stats.services)
    resting = _resting(stats, datetime.now(UTC))
    for service, label in zip(stats.services, named, strict=True):
        for outcome, count in _OUTCOMES:
            pushes.add_metric((label, outcome), count(service))
        retries.add_metric((label,), service.retries)
        in_flight.add_metric((label,), service.in_flight)
        latency.add_metric((label,), _buckets(service.latency), service.latency.total_s)
        rests.add_metric((label,), resting.pop(service.name, 0.0))
    yield from (pushes, retries, in_flight, latency, rests)


def _resting(stats: PushStats, now: datetime) -> dict[str, float]:
    """Return the seconds left by the name of the service, of no more names than there are services."""
    known = {service.name for service in stats.services}
    left: dict[str, float] = {}
    for rest in stats.resting:
        name = rest.service if rest.service in known else OTHER_HOSTS
        left[name] = max(left.get(name, 0.0), (rest.until - now).total_seconds())
    return left


def _buckets(latency: Latency) -> list[tuple[str, float]]:
    """Return how many answers took no longer than each bound; the last is of all."""
    reached = list(accumulate(latency.counts)) or [0] * (len(LATENCY_BOUNDS_S) + 1)
    return [*((bound, reached[number]) for bound, number in _BOUNDS), ("+Inf", reached[-1])]


def _labels(names: Iterable[str]) -> list[str]:
    """Return a label for each name, all of them different, since Prometheus refuses what is told twice.

    A host may be anything that stands in a row: what is shown of it is not endless, and nothing that a terminal would
    act upon or that UTF-8 cannot tell. Quotes and backslashes are escaped by whoever writes the text.
    """
    labels: dict[str, None] = {}
    for name in names:
        shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name[:LONGEST_LABEL])
        label, number = shown, 1
        while label in labels:
            number += 1
            label = f"{shown} ({number})"
        labels[label] = None
    return list(labels)


def _counter(name: str, told: str, value: int) -> Metric:
    return CounterMetricFamily(PREFIX + name, told, value)


def _gauge(name: str, told: str, value: int) -> Metric:
    return GaugeMetricFamily(PREFIX + name, told, value)
