"""The filters of the table of deliveries, in words.

Runs on: GUI thread
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from webpush_admin.gui.models.columns import translate, translated
from webpush_admin.gui.models.time_range import WHENEVER, TimeRange
from webpush_admin.push.answer import Outcome
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.store.history_rows import DeliveryFilter


@dataclass(frozen=True, slots=True)
class DeliveryFilters:
    """What narrows the table. As `DeliveryFilter`, but its time may move with the clock.

    Attributes:
        user_name: Whom `user_id` means, for its chip; hostile text.
    """

    search: str = ""
    send: int | None = None
    subscription_id: int | None = None
    user_id: UUID | None = None
    user_name: str = ""
    failed: bool = False
    outcome: Outcome | None = None
    service: str = ""
    rule: str = ""
    at: TimeRange = WHENEVER

    @classmethod
    def of(cls, where: DeliveryFilter) -> "DeliveryFilters":
        """Return what somebody else wants to be shown."""
        return cls(
            search=where.search,
            send=where.send,
            subscription_id=where.subscription_id,
            user_id=where.user_id,
            failed=where.failed,
            outcome=where.outcome,
            service=where.service,
            rule=where.rule,
            at=TimeRange(earliest=where.at_from, latest=where.at_to),
        )

    def where(self, now: datetime) -> DeliveryFilter:
        """Return what to ask the history at this time."""
        at_from, at_to = self.at.bounds(now)
        return DeliveryFilter(
            search=self.search,
            send=self.send,
            subscription_id=self.subscription_id,
            user_id=self.user_id,
            failed=self.failed,
            outcome=self.outcome,
            service=self.service,
            rule=self.rule,
            at_from=at_from,
            at_to=at_to,
        )

    def words(self) -> dict[str, str]:
        """Return each filter that narrows, in words: its name to text, the search left out."""
        told = {
            "send": "" if self.send is None else f"#{self.send}",
            "user": self.user_name or ("" if self.user_id is None else str(self.user_id)[:8]),
            "subscription": "" if self.subscription_id is None else str(self.subscription_id),
            "outcome": outcome_choice(self.outcome, failed=self.failed),
            "service": self.service,
            "rule": rule_words(self.rule),
            "at": self.at.words(),
        }
        return {name: text for name, text in told.items() if text}

    def without(self, name: str) -> "DeliveryFilters":
        """Return them without one, by its name in `words()`."""
        return replace(self, **{attribute: getattr(ALL, attribute) for attribute in _ATTRIBUTES[name]})

    def sentence(self) -> str:
        """Return all of them in one line, for the place that nothing matches."""
        parts = [f"“{self.search}”"] if self.search else []
        parts += [f"{title_of(name)}: {text}" for name, text in self.words().items()]
        return " · ".join(parts)

    @property
    def counted_by_sends(self) -> bool:
        """Whether the counts of the sends tell how many there are."""
        others = replace(self, send=None, failed=False, outcome=None)
        return others == ALL


ALL: Final = DeliveryFilters()

_ATTRIBUTES: Final = {
    "send": ("send",),
    "user": ("user_id", "user_name"),
    "subscription": ("subscription_id",),
    "outcome": ("failed", "outcome"),
    "service": ("service",),
    "rule": ("rule",),
    "at": ("at",),
}

NAMES: Final = tuple(_ATTRIBUTES)
"""Of the filters, in the order of their chips."""


def title_of(name: str) -> str:
    """Return what a filter is called."""
    return {
        "send": translate("Filters", "Send"),
        "user": translate("Filters", "User"),
        "subscription": translate("Filters", "Subscription"),
        "outcome": translate("Filters", "Outcome"),
        "service": translate("Filters", "Service"),
        "rule": translate("Filters", "Diagnosis"),
        "at": translate("Filters", "Time"),
    }[name]


def outcome_choice(outcome: Outcome | None, *, failed: bool) -> str:
    """Return what a choice of outcomes is called, "" for all."""
    if failed:
        return translate("Filters", "failed")
    return "" if outcome is None else translated(outcome.value)


def rule_words(rule: str) -> str:
    """Return what the filter shows for a diagnosis; its name tells apart those that mean the same."""
    diagnosis = diagnosis_called(rule) if rule else None
    return rule if diagnosis is None else f"{diagnosis.meaning} ({rule})"
