"""How a send ended, in words, and its tables by push service and by diagnosis.

Runs on: GUI thread
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.records import SendSummary
from webpush_admin.gui.models.columns import Column, translate
from webpush_admin.gui.models.words import seconds_or_milliseconds
from webpush_admin.push.answer import Outcome
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.push.policy import is_loopback_name
from webpush_admin.store.history_rows import SendTally

_MOST_REASONS: Final = 5


@dataclass(frozen=True, slots=True)
class TallyLine:
    """One line of a table.

    Attributes:
        name: The service, or what the diagnosis means; may be hostile.
        tip: More about it.
        remedy: What to do, "" where there is nothing to do.
        total, accepted, gone, failed: How many.
    """

    name: str
    tip: str
    remedy: str
    total: int
    accepted: int
    gone: int
    failed: int


def service_line(tally: SendTally) -> TallyLine:
    """Return what came of it at one push service."""
    # On this machine there is no other push service that anything is sent to.
    name = translate("SendSummary", "Sandbox") if is_loopback_name(tally.name) else tally.name
    return _line(tally, name, "", "")


def diagnosis_line(tally: SendTally) -> TallyLine:
    """Return what came of those with one diagnosis."""
    diagnosis = diagnosis_called(tally.name)
    if diagnosis is None:
        return _line(tally, tally.name, "", "")
    tip = "\n".join(part for part in (diagnosis.meaning, diagnosis.cause, diagnosis.remedy, diagnosis.source) if part)
    return _line(tally, diagnosis.meaning, tip, diagnosis.remedy)


def reason_lines(summary: SendSummary) -> list[TallyLine]:
    """Return why those failed whom no diagnosis explains, the most frequent first: refused here, or never answered."""
    reasons = Counter(
        delivery.reason
        for delivery in summary.deliveries
        if delivery.failed and delivery.diagnosis is None and delivery.reason
    )
    whole = len(summary.deliveries) == summary.targets
    counted = translate("SendSummary", "Counted in the first {0} answers.").format(f"{len(summary.deliveries):,}")
    return [
        TallyLine(reason, reason if whole else f"{reason}\n{counted}", "", total, 0, 0, total)
        for reason, total in reasons.most_common(_MOST_REASONS)
    ]


def held_sentence(summary: SendSummary) -> str:
    """Return why rows that are gone were kept, "" where none was."""
    if not summary.held:
        return ""
    return translate(
        "SendSummary",
        "{0} that are gone were kept (held): so many at once may be a mistake of a push service, or of the key. "
        "Prune them once you are sure.",
    ).format(f"{summary.held:,}")


def _line(tally: SendTally, name: str, tip: str, remedy: str) -> TallyLine:
    counts = dict(tally.counts)
    total = sum(counts.values())
    accepted, gone = counts.get(Outcome.ACCEPTED, 0), counts.get(Outcome.GONE, 0)
    return TallyLine(name, tip or name, remedy, total, accepted, gone, total - accepted - gone)


def _number(value: int) -> str:
    return f"{value:,}" if value else "–"


def service_columns() -> tuple[Column[TallyLine], ...]:
    """Return the columns of the table by push service."""
    return (
        Column(
            "service",
            str(QT_TRANSLATE_NOOP("Columns", "Push service")),
            0,
            lambda line: line.name,
            lambda line: line.tip,
        ),
        _numbers("accepted", str(QT_TRANSLATE_NOOP("Columns", "Accepted")), "accepted", 84),
        _numbers("gone", str(QT_TRANSLATE_NOOP("Columns", "Gone")), "gone", 64),
        _numbers("failed", str(QT_TRANSLATE_NOOP("Columns", "Failed")), "failed", 68),
    )


def diagnosis_columns() -> tuple[Column[TallyLine], ...]:
    """Return the columns of the table by diagnosis."""
    return (
        _numbers("total", str(QT_TRANSLATE_NOOP("Columns", "Number")), "total", 76),
        Column(
            "diagnosis",
            str(QT_TRANSLATE_NOOP("Columns", "Diagnosis")),
            150,
            lambda line: line.name,
            lambda line: line.tip,
        ),
        Column(
            "remedy",
            str(QT_TRANSLATE_NOOP("Columns", "What to do")),
            0,
            lambda line: line.remedy,
            lambda line: line.remedy,
            muted=True,
        ),
    )


def _numbers(key: str, title: str, attribute: str, width: int) -> Column[TallyLine]:
    return Column(
        key,
        title,
        width,
        lambda line: _number(getattr(line, attribute)),
        lambda _line: "",
        right_aligned=True,
    )


def headline(summary: SendSummary) -> str:
    """Return the whole in one sentence: "98 of 100 accepted in 1.2 s"."""
    words = (
        translate("SendSummary", "Stopped: {accepted} of {targets} accepted in {time}")
        if summary.stopped
        else translate("SendSummary", "{accepted} of {targets} accepted in {time}")
    )
    time = seconds_or_milliseconds(summary.elapsed_s) or "0 ms"
    return words.format(accepted=f"{summary.accepted:,}", targets=f"{summary.targets:,}", time=time)


def totals(summary: SendSummary) -> tuple[tuple[str, str, int], ...]:
    """Return the totals by outcome: word, role and number; what there is none of is left out, but for the accepted."""
    refused = max(0, summary.failed - summary.not_sent)
    found = (
        (translate("SendSummary", "accepted"), "ok", summary.accepted),
        (translate("SendSummary", "gone"), "warn", summary.gone),
        (translate("SendSummary", "pruned"), "warn", summary.pruned),
        (translate("SendSummary", "held"), "warn", summary.held),
        (translate("SendSummary", "failed"), "bad", refused),
        (translate("SendSummary", "not sent"), "muted", summary.not_sent),
    )
    return tuple(one for number, one in enumerate(found) if one[2] or not number)
