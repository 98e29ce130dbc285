"""What was pruned while a database is open: which row, when, by which answer and by which send.

The rows themselves, with their keys, stay in the store, see `store.pruned`; here is what may be shown.

Runs on: worker loop
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from webpush_admin.backend.pruned_records import PrunedCounts, PrunedRow, PrunedState
from webpush_admin.push.answer import Delivery
from webpush_admin.push.events import SubscriptionsPruned
from webpush_admin.push.subscription import Subscription, endpoint_tail
from webpush_admin.push.tally import LONGEST_HOST

KEPT_PRUNED: Final = 20_000

_Identity = tuple[int | None, str, str]


class PrunedLog:
    """The newest rows that were pruned, by their numbers.

    The core tells which rows it has deleted, whoever waits for the report: by that they are as many as it counts. What
    they had answered comes right after, with the deliveries.

    Attributes:
        on_change: Called whenever anything is another; None for nobody.
        most: How many are kept.
    """

    def __init__(self) -> None:
        self.on_change: Callable[[], None] | None = None
        self.most = KEPT_PRUNED
        self._newest = 0
        self._rows: dict[int, PrunedRow] = {}
        self._unanswered: dict[_Identity, int] = {}

    @property
    def counts(self) -> PrunedCounts:
        """How many there are."""
        return PrunedCounts(self._newest, len(self._rows))

    def get(self, number: int) -> PrunedRow | None:
        """Return a row, None where it is not kept."""
        return self._rows.get(number)

    def rows(self) -> tuple[PrunedRow, ...]:
        """Return all that are kept, the oldest first."""
        return tuple(self._rows.values())

    def add(self, event: SubscriptionsPruned) -> None:
        """Take what the core has deleted."""
        for row in event.subscriptions:
            self._newest += 1
            self._rows[self._newest] = PrunedRow(
                number=self._newest,
                at=event.at,
                subscription_id=row.id or 0,
                user_id=event.user_id,
                user_name="",
                host=row.host[:LONGEST_HOST],
                tail=endpoint_tail(row.endpoint),
                status=None,
                rule="",
                reason="",
                send=0,
            )
            self._unanswered[row.identity] = self._newest
        while len(self._rows) > self.most:
            del self._rows[next(iter(self._rows))]
        while len(self._unanswered) > self.most:
            del self._unanswered[next(iter(self._unanswered))]
        self._tell()

    def answered(self, deliveries: Iterable[Delivery], send: int) -> None:
        """Take what was answered for rows that were pruned; what concerns others is passed over.

        Args:
            deliveries: What became of pushes.
            send: Its number in the history, 0 where it has none.
        """
        for delivery in deliveries:
            if delivery.pruned:
                rule = delivery.diagnosis.rule if delivery.diagnosis is not None else ""
                self.known(delivery.subscription, delivery.status, rule, delivery.reason, send)

    def known(self, row: Subscription, status: int | None, rule: str, reason: str, send: int) -> None:
        """Take why a row was pruned."""
        number = self._unanswered.pop(row.identity, 0)
        pruned = self._rows.get(number)
        if pruned is not None:
            self._rows[number] = replace(pruned, status=status, rule=rule, reason=reason, send=send)
            self._tell()

    def restored(self, numbers: Iterable[int]) -> None:
        """Remember which of them are in the database again."""
        for number in numbers:
            pruned = self._rows.get(number)
            if pruned is not None:
                self._rows[number] = replace(pruned, state=PrunedState.RESTORED)
        self._tell()

    def _tell(self) -> None:
        if self.on_change is not None:
            self.on_change()
