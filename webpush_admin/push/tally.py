"""Counts what became of every push: in all, by push service, by diagnosis, and how long answers took.

Runs on: worker loop
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from typing import Final

from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.pace import Origin
from webpush_admin.push.services import service_name
from webpush_admin.push.stats import LATENCY_BOUNDS_S, Latency, PushStats, Rest, ServiceStats
from webpush_admin.push.subscription import endpoint_host

KEPT_SERVICES: Final = 50
"""Hosts are hostile: each row may name another one."""

LONGEST_HOST: Final = 253
"""A row may bring one of a megabyte. Source: RFC 1035, section 2.3.4."""

OTHER_HOSTS: Final = "other hosts"
NO_HOST: Final = "no host"
"""Of endpoints that are none."""


class _Latencies:
    """Answers by how long they took."""

    __slots__ = ("counts", "total_s")

    def __init__(self) -> None:
        self.counts = [0] * (len(LATENCY_BOUNDS_S) + 1)
        self.total_s = 0.0

    def reading(self) -> Latency:
        return Latency(tuple(self.counts), self.total_s)


class _Service:
    """One push service's numbers."""

    __slots__ = ("latencies", "name", "outcomes", "retries")

    def __init__(self, name: str) -> None:
        self.name = name
        self.outcomes: Counter[Outcome] = Counter()
        self.latencies = _Latencies()
        self.retries = 0


class Tally:
    """What became of the pushes since it was made."""

    def __init__(self) -> None:
        self._outcomes: Counter[Outcome] = Counter()
        self._diagnoses: Counter[str] = Counter()
        self._latencies = _Latencies()
        self._services: dict[str, _Service] = {}

    def count(self, delivery: Delivery) -> None:
        """Count what became of a push; each comes once."""
        self._outcomes[delivery.outcome] += 1
        service = self._service(delivery.subscription.host)
        service.outcomes[delivery.outcome] += 1
        if delivery.diagnosis is not None:
            self._diagnoses[delivery.diagnosis.rule] += 1
        if delivery.status is not None:
            bucket = bisect_left(LATENCY_BOUNDS_S, delivery.elapsed_s)
            for latencies in (self._latencies, service.latencies):
                latencies.counts[bucket] += 1
                latencies.total_s += delivery.elapsed_s

    def retried(self, origin: str) -> None:
        """Count an attempt that is not the first of its push."""
        self._service(endpoint_host(origin)).retries += 1

    def stats(
        self,
        *,
        in_flight: int,
        pruned: int,
        retrying: int,
        origins: Iterable[Origin],
        resting: tuple[Rest, ...],
    ) -> PushStats:
        """Return the numbers, with those that others count.

        Args:
            in_flight: Requests under way.
            pruned: Rows that were deleted.
            retrying: Pushes that wait to be tried again.
            origins: Know how much is under way to each.
            resting: Those that are left alone.
        """
        under_way: Counter[str] = Counter()
        for origin in origins:
            if origin.in_flight:
                under_way[self._service(endpoint_host(origin.name)).name] += origin.in_flight
        for rest in resting:
            # Of one that has only failed for now nothing has been counted yet.
            self._service(endpoint_host(rest.origin))
        count = self._outcomes
        return PushStats(
            in_flight=in_flight,
            accepted=count[Outcome.ACCEPTED],
            gone=count[Outcome.GONE],
            rejected=count[Outcome.REJECTED],
            unreachable=count[Outcome.UNREACHABLE],
            blocked=count[Outcome.BLOCKED],
            not_sent=count[Outcome.NOT_SENT],
            pruned=pruned,
            retries=sum(service.retries for service in self._services.values()),
            retrying=retrying,
            latency=self._latencies.reading(),
            services=tuple(_service_stats(service, under_way[service.name]) for service in self._services.values()),
            diagnoses=tuple(self._diagnoses.items()),
            resting=resting,
        )

    def _service(self, host: str) -> _Service:
        name = (service_name(host) or NO_HOST) if len(host) <= LONGEST_HOST else OTHER_HOSTS
        service = self._services.get(name)
        if service is None:
            name = name if len(self._services) < KEPT_SERVICES else OTHER_HOSTS
            service = self._services.setdefault(name, _Service(name))
        return service


def _service_stats(service: _Service, in_flight: int) -> ServiceStats:
    count = service.outcomes
    return ServiceStats(
        service.name,
        in_flight=in_flight,
        accepted=count[Outcome.ACCEPTED],
        gone=count[Outcome.GONE],
        rejected=count[Outcome.REJECTED],
        unreachable=count[Outcome.UNREACHABLE],
        blocked=count[Outcome.BLOCKED],
        not_sent=count[Outcome.NOT_SENT],
        retries=service.retries,
        latency=service.latencies.reading(),
    )
