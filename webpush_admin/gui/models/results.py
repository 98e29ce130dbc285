"""The answers of a send, one line for each endpoint, and the report that is copied into a ticket.

Runs on: GUI thread
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.gui.models.columns import TIME_PIXELS, Column, translate
from webpush_admin.gui.models.outcomes import outcome_role, outcome_text
from webpush_admin.gui.models.subscriptions import masked_tail, service_text
from webpush_admin.gui.models.words import clock_utc, exact_utc, milliseconds
from webpush_admin.gui.text import SHOWN_CHARACTERS, display_text
from webpush_admin.push.answer import Delivery, Outcome

NameOf = Callable[[UUID | None], str]


@dataclass(frozen=True, slots=True)
class Result:
    """One answer.

    Attributes:
        delivery: What became of the push.
        test: It was a test of one subscription: a 410 was not pruned.
        at: Aware UTC.
    """

    delivery: Delivery
    test: bool
    at: datetime

    @property
    def prunable(self) -> bool:
        """Whether the service said gone and nobody is about to delete the row: a dispatch does that itself."""
        delivery = self.delivery
        left = self.test or delivery.prune_failed
        gone = delivery.outcome is Outcome.GONE and not delivery.pruned
        return gone and left and delivery.subscription.id is not None


def outcome_word(delivery: Delivery) -> str:
    """Return the outcome as its pill says it."""
    return outcome_text(delivery.outcome, pruned=delivery.pruned, held=delivery.held)


def what_happened(delivery: Delivery) -> str:
    """Return the reason with the service's own words, "" where the push was accepted."""
    return " ".join(part for part in (delivery.reason, delivery.body) if part)


def in_full(delivery: Delivery) -> str:
    """Return the reason, and in lines of their own the service's words: nothing is cut off."""
    body = delivery.body
    pieces = [body[at : at + SHOWN_CHARACTERS] for at in range(0, len(body), SHOWN_CHARACTERS)]
    return "\n".join(part for part in (delivery.reason, *pieces) if part)


def _service(host: str, service_of: Callable[[str], str]) -> str:
    return service_text(service_of(host), host) or translate("Columns", "no host")


def result_columns(name_of: NameOf, service_of: Callable[[str], str]) -> tuple[Column[Result], ...]:
    """Return the columns; `name_of` and `service_of` (of a host) tell what is known."""
    return (
        Column(
            "at",
            str(QT_TRANSLATE_NOOP("Columns", "Time")),
            TIME_PIXELS,
            text=lambda result: clock_utc(result.at),
            tip=lambda result: exact_utc(result.at),
            mono=True,
            muted=True,
        ),
        Column(
            "user",
            str(QT_TRANSLATE_NOOP("Columns", "User")),
            112,
            text=lambda result: name_of(result.delivery.subscription.user_id),
            tip=lambda result: name_of(result.delivery.subscription.user_id),
        ),
        Column(
            "service",
            str(QT_TRANSLATE_NOOP("Columns", "Push service")),
            150,
            text=lambda result: _service(result.delivery.subscription.host, service_of),
            tip=lambda result: result.delivery.subscription.host,
        ),
        Column(
            "endpoint",
            str(QT_TRANSLATE_NOOP("Columns", "Endpoint")),
            78,
            text=lambda result: masked_tail(result.delivery.subscription.endpoint),
            tip=lambda result: result.delivery.subscription.masked,
            mono=True,
            muted=True,
        ),
        Column(
            "outcome",
            str(QT_TRANSLATE_NOOP("Columns", "Outcome")),
            140,
            text=lambda result: outcome_word(result.delivery),
            tip=lambda result: (
                translate("Columns", "A test removes nothing: prune it by hand.") if result.prunable else ""
            ),
            role=lambda result: outcome_role(result.delivery.outcome),
        ),
        Column(
            "status",
            str(QT_TRANSLATE_NOOP("Columns", "Status")),
            62,
            text=lambda result: str(result.delivery.status or ""),
            tip=lambda _result: "",
            right_aligned=True,
        ),
        Column(
            "elapsed",
            str(QT_TRANSLATE_NOOP("Columns", "Took")),
            76,
            text=lambda result: milliseconds(result.delivery.elapsed_s),
            tip=lambda _result: "",
            right_aligned=True,
            muted=True,
        ),
        Column(
            "reason",
            str(QT_TRANSLATE_NOOP("Columns", "Reason")),
            0,
            text=lambda result: what_happened(result.delivery),
            tip=lambda result: in_full(result.delivery),
            muted=True,
        ),
    )


def report(title: str, results: Sequence[Result], name_of: NameOf) -> str:
    """Return the send as text for a ticket: endpoints masked, names with hidden characters escaped."""
    lines = [display_text(title), ""]
    for result in results:
        delivery = result.delivery
        parts = (
            exact_utc(result.at),
            display_text(name_of(delivery.subscription.user_id), 60),
            delivery.subscription.masked,
            str(delivery.status or "-"),
            outcome_word(delivery),
            milliseconds(delivery.elapsed_s),
            " ".join(display_text(line) for line in in_full(delivery).split("\n")),
        )
        lines.append("  ".join(part for part in parts if part))
    return "\n".join(lines) + "\n"
