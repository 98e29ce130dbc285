"""What became of the pushes of one send, counted as they come: bounded, however many there are.

Runs on: worker loop
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from webpush_admin.backend.records import SendSummary
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.diagnosis import AnsweredAlike, told_alike
from webpush_admin.push.services import service_name
from webpush_admin.store.checks import OTHER_HOSTS
from webpush_admin.store.history.codes import OUTCOMES
from webpush_admin.store.history_rows import SendTally

KEPT_DELIVERIES: Final = 1000

KEPT_NAMES: Final = 50
"""Hosts are hostile: each row may name another one."""


@dataclass(slots=True)
class _Tally:
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)


_Tallies = dict[str, _Tally]


class Totals:
    """Counts deliveries.

    Attributes:
        done: Pushes with an outcome.
        failed: Those for which an operator must act, see `Delivery.failed`.
        on_deliveries: Told what was counted, once it is known what became of the rows too; None for nobody.
    """

    def __init__(self) -> None:
        self.done = self.failed = 0
        self.on_deliveries: Callable[[Iterable[Delivery]], None] | None = None
        self._outcomes: Counter[Outcome] = Counter()
        self._pruned = self._held = 0
        self._by_service: _Tallies = {}
        self._by_diagnosis: _Tallies = {}
        self._kept: list[Delivery] = []

    def __getitem__(self, outcome: Outcome) -> int:
        return self._outcomes[outcome]

    def count(self, deliveries: Iterable[Delivery]) -> None:
        """Count deliveries, each of which comes once."""
        for delivery in deliveries:
            self.done += 1
            self.failed += delivery.failed
            self._outcomes[delivery.outcome] += 1
            self._pruned += delivery.pruned
            self._held += delivery.held
            _tally(self._by_service, service_name(delivery.subscription.host), delivery)
            if delivery.diagnosis is not None:
                _tally(self._by_diagnosis, delivery.diagnosis.rule, delivery)
            if len(self._kept) < KEPT_DELIVERIES:
                self._kept.append(delivery)
        if self.on_deliveries is not None:
            self.on_deliveries(deliveries)

    def summary(self, *, left_out: int, elapsed_s: float, stopped: bool, problem: str, send: int) -> SendSummary:
        """Return the end of a send.

        Args:
            left_out: Targets that nobody came to; they are told as not sent.
            elapsed_s: Monotonic seconds.
            stopped: It was stopped.
            problem: See `SendSummary`.
            send: Its number in the history.
        """
        return SendSummary(
            targets=self.done + left_out,
            accepted=self[Outcome.ACCEPTED],
            gone=self[Outcome.GONE],
            failed=self.failed + left_out,
            pruned=self._pruned,
            elapsed_s=elapsed_s,
            stopped=stopped,
            deliveries=tuple(self._kept),
            problem=problem,
            not_sent=self[Outcome.NOT_SENT] + left_out,
            retryable=self.done - self[Outcome.ACCEPTED] - self[Outcome.GONE] - self[Outcome.UNKNOWN],
            held=self._held,
            send=send,
            by_service=_sorted(self._by_service),
            by_diagnosis=_sorted(self._by_diagnosis),
            alike=told_alike(
                AnsweredAlike(name, tuple(tally.outcomes.items()), tuple(tally.statuses.items()))
                for name, tally in self._by_service.items()
                # Of many hosts together there is nothing that they would have in common.
                if name != OTHER_HOSTS
            ),
        )


def _tally(tallies: _Tallies, name: str, delivery: Delivery) -> None:
    tally = tallies.get(name)
    if tally is None:
        tally = tallies.setdefault(name if len(tallies) < KEPT_NAMES else OTHER_HOSTS, _Tally())
    tally.outcomes[delivery.outcome] += 1
    if delivery.status is not None:
        tally.statuses[delivery.status] += 1


def _sorted(tallies: _Tallies) -> tuple[SendTally, ...]:
    """Return them as the history tells them, the largest first."""
    ordered = sorted(tallies.items(), key=lambda item: (-item[1].outcomes.total(), item[0]))
    return tuple(
        SendTally(name, tuple((outcome, tally.outcomes[outcome]) for outcome in OUTCOMES if tally.outcomes[outcome]))
        for name, tally in ordered
    )
