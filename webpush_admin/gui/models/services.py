"""What became of the pushes in a stretch of time, by push service and in all: lines of a table, and what sorts them.

Runs on: GUI thread
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.push_readings import Reading
from webpush_admin.push.stats import Latency, PushStats, Rest, ServiceStats, per_second
from webpush_admin.push.tally import NO_HOST, OTHER_HOSTS
from webpush_admin.store.history_rows import DeliveryFilter

SHARES: Final = (0.5, 0.95, 0.99)
"""Of the answers, whose latency is shown."""

NO_SERVICE: Final = ServiceStats("")

Percentiles = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One push service, or all of them together, in a stretch of time.

    Attributes:
        name: As in `ServiceStats`; hostile text. Of all together it is "".
        per_s: Pushes that got their outcome, a second, now.
        in_flight: Requests under way now.
        accepted, gone, rejected, unreachable, blocked, not_sent, retries: In the stretch; as in `PushStats`.
        latency_s: Within how many seconds half, 95 % and 99 % of the answers came; None where none came.
        answered: Of how many answers that is.
        rests: Origins that are left alone now.
    """

    name: str
    per_s: float = 0.0
    in_flight: int = 0
    accepted: int = 0
    gone: int = 0
    rejected: int = 0
    unreachable: int = 0
    blocked: int = 0
    not_sent: int = 0
    retries: int = 0
    latency_s: Percentiles = (None, None, None)
    answered: int = 0
    rests: tuple[Rest, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether this is the line of all push services together."""
        return not self.name

    @property
    def shown_name(self) -> str:
        """What the table calls it; hostile text."""
        return self.name or translate("Services", "All push services")

    @property
    def failed(self) -> int:
        """Neither accepted nor gone."""
        return self.rejected + self.unreachable + self.blocked + self.not_sent

    @property
    def finished(self) -> int:
        """Every push that got its outcome."""
        return self.accepted + self.gone + self.failed

    @property
    def error_share(self) -> float | None:
        """Share of the pushes that failed, 0.0 to 1.0; None where there were none."""
        return self.failed / self.finished if self.finished else None

    @property
    def deliveries(self) -> DeliveryFilter | None:
        """What shows its pushes in the history; None where that cannot be asked for: several hosts together."""
        return None if self.name in (OTHER_HOSTS, NO_HOST) else DeliveryFilter(service=self.name)


class ServiceLines:
    """Makes the lines of each reading; percentiles of a latency that has not moved are not worked out again."""

    def __init__(self) -> None:
        self._percentiles: dict[str, tuple[Latency, Percentiles]] = {}

    def lines(self, now: Reading, since: Reading, lately: Reading) -> list[ServiceLine]:
        """Return the line of all, then one of each push service in the order in which they were first sent to.

        Args:
            now: The newest reading.
            since: Where the stretch begins.
            lately: A reading of a moment ago, for the rates.
        """
        elapsed_s = now.taken_s - lately.taken_s
        services = now.pushes.services
        before = {service.name: service for service in since.pushes.services}
        just = {service.name: service for service in lately.pushes.services}
        known = {service.name for service in services}
        rests: defaultdict[str, list[Rest]] = defaultdict(list)
        for rest in now.pushes.resting:
            rests[rest.service if rest.service in known else OTHER_HOSTS].append(rest)
        return [
            self._line("", now.pushes, since.pushes, lately.pushes, elapsed_s, now.pushes.resting),
            *(
                self._line(
                    service.name,
                    service,
                    before.get(service.name, NO_SERVICE),
                    just.get(service.name, NO_SERVICE),
                    elapsed_s,
                    rests[service.name],
                )
                for service in services
            ),
        ]

    def clear(self) -> None:
        """Forget everything: another database."""
        self._percentiles.clear()

    def _line(
        self,
        name: str,
        now: PushStats | ServiceStats,
        since: PushStats | ServiceStats,
        lately: PushStats | ServiceStats,
        elapsed_s: float,
        rests: Iterable[Rest],
    ) -> ServiceLine:
        latency = now.latency.since(since.latency)
        known = self._percentiles.get(name)
        if known is None or known[0] != latency:
            known = self._percentiles[name] = latency, latency.percentiles_s(SHARES)
        return ServiceLine(
            name,
            per_second(lately.finished, now.finished, elapsed_s),
            now.in_flight,
            now.accepted - since.accepted,
            now.gone - since.gone,
            now.rejected - since.rejected,
            now.unreachable - since.unreachable,
            now.blocked - since.blocked,
            now.not_sent - since.not_sent,
            now.retries - since.retries,
            known[1],
            latency.count,
            tuple(rests),
        )


def seconds_left(rest: Rest, now: datetime) -> int:
    """Return for how many seconds a push service will yet rest, whole and rounded up; 0 where it may be sent to."""
    return max(0, math.ceil((rest.until - now).total_seconds()))


def _percentile(number: int) -> "Callable[[ServiceLine], Value]":
    return lambda line: (-1.0 if (seconds := line.latency_s[number]) is None else seconds, "")


Value = tuple[float, str]

SORTED_BY: Final[dict[str, Callable[[ServiceLine], Value]]] = {
    "service": lambda line: (0.0, line.name.casefold()),
    "per_s": lambda line: (line.per_s, ""),
    "in_flight": lambda line: (line.in_flight, ""),
    "accepted": lambda line: (line.accepted, ""),
    "gone": lambda line: (line.gone, ""),
    "failed": lambda line: (line.failed, ""),
    "error_share": lambda line: (-1.0 if line.error_share is None else line.error_share, ""),
    "p50": _percentile(0),
    "p95": _percentile(1),
    "p99": _percentile(2),
    "retries": lambda line: (line.retries, ""),
    "rests": lambda line: (max((rest.until.timestamp() for rest in line.rests), default=0.0), ""),
}
"""By the key of a column: what its rows are sorted by; what was never timed comes before the fastest."""


def in_order(lines: Iterable[ServiceLine], key: str, *, descending: bool) -> list[ServiceLine]:
    """Return lines sorted by a column's value; equal ones by name, whichever way round."""
    return sorted(sorted(lines, key=lambda line: line.name), key=SORTED_BY[key], reverse=descending)
