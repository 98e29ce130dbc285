"""The columns of the table of deliveries, and what their cells say.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.gui.models.columns import Column, translate
from webpush_admin.gui.models.outcomes import outcome_role, outcome_text, outcome_tip
from webpush_admin.gui.models.subscriptions import service_text
from webpush_admin.gui.models.words import local_and_utc, local_time, milliseconds
from webpush_admin.gui.text import SHOWN_CHARACTERS
from webpush_admin.push.answer import Outcome
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.push.services import service_name
from webpush_admin.store.history_rows import DeliveryRow


def diagnosis_text(row: DeliveryRow) -> str:
    """Return what the answer means in a few words, else why there was none; "" where it was plainly accepted."""
    diagnosis = diagnosis_called(row.rule)
    if diagnosis is None and row.outcome is Outcome.UNKNOWN:
        return row.reason or translate("Columns", "may have arrived")
    return diagnosis.meaning if diagnosis is not None else row.rule or row.reason


def diagnosis_in_full(row: DeliveryRow) -> str:
    """Return meaning, cause and remedy, and what the service said, in lines."""
    diagnosis = diagnosis_called(row.rule)
    told = [] if diagnosis is None else [diagnosis.meaning, diagnosis.cause, diagnosis.remedy]
    pieces = [row.body[at : at + SHOWN_CHARACTERS] for at in range(0, len(row.body), SHOWN_CHARACTERS)]
    return "\n".join(part for part in (*told, row.reason, *pieces) if part)


def service_of(row: DeliveryRow) -> str:
    """Return the push service's name with its host."""
    return service_text(service_name(row.host), row.host) or translate("Columns", "no host")


def user_of(row: DeliveryRow) -> str:
    """Return whose it was; hostile text."""
    if row.user_name:
        return row.user_name
    if row.user_id is None:
        return translate("Columns", "nobody")
    return translate("Columns", "deleted user {id}").format(id=str(row.user_id)[:8])


def row_text(row: DeliveryRow) -> str:
    """Return what became of the row of the subscription, "" where it is as it was."""
    if row.pruned:
        return translate("Columns", "removed")
    return translate("Columns", "held") if row.held else ""


DELIVERY_COLUMNS: Final[tuple[Column[DeliveryRow], ...]] = (
    Column(
        "number",
        str(QT_TRANSLATE_NOOP("Columns", "No.")),
        84,
        text=lambda row: str(row.number),
        tip=lambda _row: "",
        mono=True,
        muted=True,
        order_by="number",
        hidden=True,
    ),
    Column(
        "time",
        str(QT_TRANSLATE_NOOP("Columns", "Time")),
        124,
        text=lambda row: local_time(row.at),
        tip=lambda row: local_and_utc(row.at),
        mono=True,
        muted=True,
        order_by="at",
    ),
    Column(
        "user",
        str(QT_TRANSLATE_NOOP("Columns", "User")),
        0,
        text=user_of,
        tip=user_of,
        order_by="user",
        least=84,
    ),
    Column(
        "service",
        str(QT_TRANSLATE_NOOP("Columns", "Push service")),
        144,
        text=service_of,
        tip=lambda row: f"{service_name(row.host)}\n{row.host}",
        order_by="host",
        least=120,
    ),
    Column(
        "endpoint",
        str(QT_TRANSLATE_NOOP("Columns", "Endpoint")),
        78,
        text=lambda row: f"…{row.tail}",
        tip=lambda row: f"{row.host}/…{row.tail}",
        mono=True,
        muted=True,
    ),
    Column(
        "outcome",
        str(QT_TRANSLATE_NOOP("Columns", "Outcome")),
        132,
        text=lambda row: outcome_text(row.outcome, pruned=row.pruned, held=row.held),
        tip=lambda row: outcome_tip(row.outcome, pruned=row.pruned, held=row.held),
        role=lambda row: outcome_role(row.outcome),
        order_by="outcome",
        least=124,
    ),
    Column(
        "status",
        str(QT_TRANSLATE_NOOP("Columns", "Status")),
        66,
        text=lambda row: "" if row.status is None else str(row.status),
        tip=lambda row: "" if row.status is None else translate("Columns", "What the push service answered."),
        right_aligned=True,
        order_by="status",
    ),
    Column(
        "diagnosis",
        str(QT_TRANSLATE_NOOP("Columns", "Diagnosis")),
        0,
        text=diagnosis_text,
        tip=diagnosis_in_full,
        order_by="rule",
    ),
    Column(
        "elapsed",
        str(QT_TRANSLATE_NOOP("Columns", "Took")),
        76,
        text=lambda row: milliseconds(row.elapsed_s),
        tip=lambda _row: translate("Columns", "The last request, until its answer was whole."),
        right_aligned=True,
        muted=True,
        order_by="elapsed",
    ),
    Column(
        "attempts",
        str(QT_TRANSLATE_NOOP("Columns", "Tries")),
        60,
        text=lambda row: str(row.attempts) if row.attempts else "",
        tip=lambda _row: translate("Columns", "Requests that were made."),
        right_aligned=True,
        muted=True,
    ),
    Column(
        "row",
        str(QT_TRANSLATE_NOOP("Columns", "Row")),
        84,
        text=row_text,
        tip=lambda row: outcome_tip(row.outcome, pruned=row.pruned, held=row.held) if row_text(row) else "",
        muted=True,
        hidden=True,
    ),
    Column(
        "send",
        str(QT_TRANSLATE_NOOP("Columns", "Send")),
        72,
        text=lambda row: f"#{row.send}",
        tip=lambda _row: translate("Columns", "Number of the send."),
        mono=True,
        muted=True,
        hidden=True,
    ),
    Column(
        "subscription",
        str(QT_TRANSLATE_NOOP("Columns", "Subscription")),
        104,
        text=lambda row: "" if row.subscription_id is None else str(row.subscription_id),
        tip=lambda _row: translate("Columns", "Number of the row that it was sent to."),
        mono=True,
        muted=True,
        hidden=True,
    ),
)
"""In the order of the table."""

LEAVES_FIRST: Final = ("attempts", "endpoint", "elapsed", "status")
"""Which columns leave first where the table is too narrow for all: the inspector shows them too."""

LEAVES_LAST: Final = ("service", "time")
"""Which leave where others have shrunk and it is still too narrow."""

COMPACT: Final = ("user", "outcome", "diagnosis")
"""What a small window needs at least."""
