"""What many answers of one host say together: where all fail alike, the rows are not the reason.

Runs on: any
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from webpush_admin.push.answer import Outcome

CONFIGURATION: Final = frozenset({400, 401, 403})
"""What a service answers where key, claims or headers are wrong, whoever the receiver is."""

ENOUGH: Final = 2
"""One failure alone is no pattern."""


@dataclass(frozen=True, slots=True)
class AnsweredAlike:
    """What one host answered in one send.

    Attributes:
        host: Or the name of the service.
        outcomes: How many deliveries had which outcome.
        statuses: How many answers had which status; without those that never came.
    """

    host: str
    outcomes: tuple[tuple[Outcome, int], ...]
    statuses: tuple[tuple[int, int], ...]


def told_alike(hosts: Iterable[AnsweredAlike]) -> tuple[str, ...]:
    """Return a sentence for each host where every push failed for a reason that is not the rows', in order."""
    return tuple(told for told in map(_told, hosts) if told)


def _told(host: AnsweredAlike) -> str:
    counts = dict(host.outcomes)
    tried = sum(counts.values()) - counts.get(Outcome.NOT_SENT, 0) - counts.get(Outcome.BLOCKED, 0)
    if tried < ENOUGH or counts.get(Outcome.ACCEPTED, 0):
        return ""
    if counts.get(Outcome.UNREACHABLE, 0) == tried:
        return (
            f"None of {tried:,} pushes to {host.host} got an answer: that is the network or the service, not the rows. "
            "Nothing was pruned."
        )
    statuses = {status: count for status, count in host.statuses if count}
    if sum(statuses.values()) != tried or not CONFIGURATION.issuperset(statuses):
        return ""
    return (
        f"Every push to {host.host} failed with {_listed(sorted(statuses))} and none of {tried:,} succeeded: that is "
        "configuration (keys, claims), not rows. Nothing was pruned."
    )


def _listed(statuses: Sequence[int]) -> str:
    *first, last = map(str, statuses)
    return f"{', '.join(first)} or {last}" if first else last
