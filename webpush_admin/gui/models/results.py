"""The answers of a send, one line for each endpoint, and the report that is copied into a ticket.

Runs on: GUI thread
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.records import SendSummary
from webpush_admin.gui.models.answers import Told, answer_text, in_full, meaning_text, of_delivery, said, tries_text
from webpush_admin.gui.models.columns import TIME_PIXELS, Column, translate
from webpush_admin.gui.models.outcomes import outcome_role, outcome_text, outcome_tip, told
from webpush_admin.gui.models.send_summary import headline, totals
from webpush_admin.gui.models.subscriptions import masked_tail, service_text
from webpush_admin.gui.models.words import clock_utc, counted, exact_utc, milliseconds, seconds_or_milliseconds
from webpush_admin.gui.text import display_text
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
        left = self.test or delivery.prune_failed or delivery.held
        gone = delivery.outcome is Outcome.GONE and not delivery.pruned
        return gone and left and delivery.subscription.id is not None

    @property
    def told(self) -> Told:
        """The answer as every list tells it."""
        return of_delivery(self.delivery, self.at, gone_left=self.prunable)


class Tally:
    """Counts answers as they come: a broadcast brings thousands a second, and walking all of them would stall.

    Attributes:
        prunable: Ids of the rows that were found gone and are still there.
    """

    def __init__(self) -> None:
        self._outcomes: Counter[Outcome] = Counter()
        self.prunable: set[int] = set()
        self._removed = 0
        self._again = 0

    def add(self, results: Sequence[Result]) -> None:
        """Count more."""
        self._outcomes.update(result.delivery.outcome for result in results)
        self.prunable.update(result.delivery.subscription.id or 0 for result in results if result.prunable)

    def exchange(self, before: Result, after: Result) -> None:
        """Count another answer in the place of one: it was tried again."""
        self._outcomes[before.delivery.outcome] -= 1
        self.prunable.discard(before.delivery.subscription.id or 0)
        self._again += 1
        self.add([after])

    def remove(self, subscription_ids: set[int], count: int) -> None:
        """So many of these have been deleted meanwhile."""
        self.prunable -= subscription_ids
        self._removed += count

    def line(self, summary: SendSummary | None, shown: int) -> str:
        """Return the counts in a line; `shown` is how many answers the list has."""
        if summary is None:
            return told(self._outcomes)
        removed = max(summary.pruned, self._removed)
        held = max(0, summary.held - self._removed)
        numbers = (
            (summary.gone, translate("Results", "{n} gone")),
            (removed, translate("Results", "{n} removed")),
            (held, translate("Results", "{n} held")),
            (summary.failed, translate("Results", "{n} failed")),
            (self._again, translate("Results", "{n} tried again")),
        )
        accepted = translate("Results", "{n} of {targets} accepted")
        parts = [
            accepted.format(n=f"{summary.accepted:,}", targets=f"{summary.targets:,}"),
            *(words.format(n=f"{count:,}") for count, words in numbers if count),
            translate("Results", "stopped") if summary.stopped else "",
            seconds_or_milliseconds(summary.elapsed_s),
        ]
        if shown < summary.targets:
            answers = counted(shown, translate("Results", "answer"), translate("Results", "answers"))
            parts.append(translate("Results", "the newest {shown} shown").format(shown=answers))
        return " · ".join(part for part in parts if part)


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
            str(QT_TRANSLATE_NOOP("Columns", "Answer")),
            164,
            text=lambda result: answer_text(result.told),
            tip=lambda result: outcome_tip(
                result.delivery.outcome, pruned=result.delivery.pruned, held=result.delivery.held
            ),
            role=lambda result: outcome_role(result.delivery.outcome),
        ),
        Column(
            "elapsed",
            str(QT_TRANSLATE_NOOP("Columns", "Took")),
            76,
            text=lambda result: milliseconds(result.delivery.elapsed_s),
            tip=lambda result: tries_text(result.told),
            right_aligned=True,
            muted=True,
        ),
        Column(
            "meaning",
            str(QT_TRANSLATE_NOOP("Columns", "Diagnosis")),
            0,
            text=lambda result: meaning_text(result.told),
            tip=lambda result: in_full(result.told),
            muted=True,
        ),
    )


def sentence(summary: SendSummary) -> str:
    """Return how a send ended: "80 of 100 accepted in 2.3 s; 6 gone, 14 failed."."""
    others = ", ".join(f"{number:,} {word}" for word, _, number in totals(summary)[1:])
    return "; ".join(part for part in (headline(summary), others) if part) + "."


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
            outcome_text(delivery.outcome, pruned=delivery.pruned, held=delivery.held),
            tries_text(result.told),
            " ".join(display_text(part) for part in _why(result.told)),
        )
        lines.append("  ".join(part for part in parts if part))
    return "\n".join(lines) + "\n"


def _why(answer: Told) -> list[str]:
    """Return meaning, reason and the service's words, as a ticket has them."""
    diagnosis = f"{answer.diagnosis.meaning}." if answer.diagnosis is not None else ""
    return [part for part in (diagnosis, answer.reason, *said(answer)) if part]
