"""Counters of pushes as a snapshot has them, for tests of what is made of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from webpush_admin.push.stats import LATENCY_BOUNDS_S, Latency, PushStats, Rest, ServiceStats

HOSTILE = "<b>evil</b>.example\u202e"
NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
SUMMED = ("in_flight", "accepted", "gone", "rejected", "unreachable", "blocked", "not_sent", "retries")


def latency(*buckets: int) -> Latency:
    """Return one answer in each of these buckets."""
    counts = [0] * (len(LATENCY_BOUNDS_S) + 1)
    for bucket in buckets:
        counts[bucket] += 1
    return Latency(tuple(counts))


def rest(service: str, seconds: float, *, asked: bool = True, origin: str = "https://push.example") -> Rest:
    return Rest(origin, service, NOW + timedelta(seconds=seconds), asked)


def pushes(*services: ServiceStats, **more: object) -> PushStats:
    """Return the counters of all services together, each the sum of theirs."""
    sums = {name: sum(getattr(service, name) for service in services) for name in SUMMED}
    return replace(PushStats(services=services), **sums, **more)  # type: ignore[arg-type]  # names are of the record
