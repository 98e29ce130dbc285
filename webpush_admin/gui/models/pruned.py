"""The columns of the endpoints that were pruned, what their cells say, and what became of a restore in words.

Runs on: GUI thread
"""

import json
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.pruned_records import PrunedBack, PrunedCounts, PrunedRow, PrunedState
from webpush_admin.gui.models.columns import Column, translate, translated
from webpush_admin.gui.models.subscriptions import service_text
from webpush_admin.gui.models.words import counted, local_and_utc, local_time
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.push.services import service_name

STATE_ROLES: Final = {PrunedState.KNOWN: "muted", PrunedState.RESTORED: "ok", PrunedState.LOST: "warn"}

_STATE_TEXTS: Final = {
    PrunedState.KNOWN: str(QT_TRANSLATE_NOOP("Columns", "restorable")),
    PrunedState.RESTORED: str(QT_TRANSLATE_NOOP("Columns", "restored")),
    PrunedState.LOST: str(QT_TRANSLATE_NOOP("Columns", "lost")),
}
_STATE_TIPS: Final = {
    PrunedState.KNOWN: str(
        QT_TRANSLATE_NOOP("Columns", "The row is still known: it can be brought back as it was, with the same id.")
    ),
    PrunedState.RESTORED: str(QT_TRANSLATE_NOOP("Columns", "The row is in the database again, as it was.")),
    PrunedState.LOST: str(
        QT_TRANSLATE_NOOP(
            "Columns", "It cannot be brought back: its user was deleted, or the VAPID keys were replaced since."
        )
    ),
}


def user_of(row: PrunedRow) -> str:
    """Return whose it was; hostile text."""
    return row.user_name or translate("Columns", "deleted user {id}").format(id=str(row.user_id)[:8])


def service_of(row: PrunedRow) -> str:
    """Return the push service's name with its host."""
    return service_text(service_name(row.host), row.host) or translate("Columns", "no host")


def meaning_of(row: PrunedRow) -> str:
    """Return what the answer means in a few words, else why the row was deleted."""
    diagnosis = diagnosis_called(row.rule)
    return diagnosis.meaning if diagnosis is not None else row.rule or row.reason


def answer_of(row: PrunedRow) -> str:
    """Return the status and what it means ("410  The subscription has ended")."""
    return "  ".join(part for part in ("" if row.status is None else str(row.status), meaning_of(row)) if part)


def answer_in_full(row: PrunedRow) -> str:
    """Return meaning, cause and remedy, and how it came to be deleted, in lines."""
    diagnosis = diagnosis_called(row.rule)
    told = [] if diagnosis is None else [diagnosis.meaning, diagnosis.cause, diagnosis.remedy]
    return "\n".join(part for part in (*told, row.reason) if part)


PRUNED_COLUMNS: Final[tuple[Column[PrunedRow], ...]] = (
    Column(
        "time",
        str(QT_TRANSLATE_NOOP("Columns", "Time")),
        124,
        text=lambda row: local_time(row.at),
        tip=lambda row: local_and_utc(row.at),
        mono=True,
        muted=True,
        order_by="number",
    ),
    Column(
        "user",
        str(QT_TRANSLATE_NOOP("Columns", "User")),
        0,
        text=user_of,
        tip=lambda row: f"{user_of(row)}\n{row.user_id}",
        order_by="user",
        least=84,
    ),
    Column(
        "service",
        str(QT_TRANSLATE_NOOP("Columns", "Push service")),
        150,
        text=service_of,
        tip=lambda row: f"{service_name(row.host)}\n{row.host}",
        order_by="host",
        least=110,
    ),
    Column(
        "endpoint",
        str(QT_TRANSLATE_NOOP("Columns", "Endpoint")),
        78,
        text=lambda row: f"…{row.tail}",
        tip=lambda row: translate("Columns", "{host}/…{tail}\nSubscription {id}").format(
            host=row.host, tail=row.tail, id=row.subscription_id
        ),
        mono=True,
    ),
    Column(
        "answer",
        str(QT_TRANSLATE_NOOP("Columns", "Answer")),
        0,
        text=answer_of,
        tip=answer_in_full,
        order_by="status",
    ),
    Column(
        "send",
        str(QT_TRANSLATE_NOOP("Columns", "Send")),
        66,
        text=lambda row: f"#{row.send}" if row.send else "",
        tip=lambda row: (
            translate("Columns", "Number of the send that found it gone; a double click shows it in the history.")
            if row.send
            else translate("Columns", "It was found gone by a dispatch that is not in the history.")
        ),
        mono=True,
        order_by="send",
    ),
    Column(
        "subscription",
        str(QT_TRANSLATE_NOOP("Columns", "Subscription")),
        104,
        text=lambda row: str(row.subscription_id),
        tip=lambda _row: translate("Columns", "Number of the row that was deleted; it gets the same one back."),
        mono=True,
        muted=True,
        hidden=True,
    ),
    Column(
        "state",
        str(QT_TRANSLATE_NOOP("Columns", "State")),
        104,
        text=lambda row: translated(_STATE_TEXTS[row.state]),
        tip=lambda row: translated(_STATE_TIPS[row.state]),
        role=lambda row: STATE_ROLES[row.state],
    ),
)
"""In the order of the table."""

LEAVES_FIRST: Final = ("endpoint", "service")
COMPACT: Final = ("user", "answer", "state")


def endpoints(count: int) -> str:
    """Return the number with its noun."""
    return counted(count, translate("Pruned", "endpoint"), translate("Pruned", "endpoints"))


def counts_sentence(counts: PrunedCounts, found: int | None = None) -> str:
    """Return how many were pruned, and how many of them are not listed any more; "" for none.

    Args:
        counts: All there are.
        found: How many of them match a search, None where nothing is searched for.
    """
    if not counts.pruned:
        return ""
    told = "" if found is None else translate("Pruned", "{count:,} found among ").format(count=found)
    told += translate("Pruned", "{count:,} pruned since the database was opened").format(count=counts.pruned)
    forgotten = counts.pruned - counts.kept
    if forgotten:
        told += translate("Pruned", "; the oldest {count:,} are not kept any more").format(count=forgotten)
    return told


def newer_sentence(count: int) -> str:
    """Return how many were pruned since the list was read, "" for none."""
    if count <= 0:
        return ""
    return translate("Pruned", "{those} pruned since this was read.").format(those=endpoints(count))


def back_sentence(back: PrunedBack) -> str:
    """Return what became of a restore; that the next push will most likely undo it is said plainly."""
    if back.restored == 1:
        sentences = [
            translate("Pruned", "Restored 1 endpoint as it was."),
            translate("Pruned", "Its push service called it gone: the next push will most likely prune it again."),
        ]
    elif back.restored:
        sentences = [
            translate("Pruned", "Restored {those} as they were.").format(those=endpoints(back.restored)),
            translate(
                "Pruned", "Their push services called them gone: the next push will most likely prune them again."
            ),
        ]
    else:
        sentences = [translate("Pruned", "Nothing was restored.")]
    left = (
        (back.there_again, translate("Pruned", "{count:,} left alone: the user has this endpoint again.")),
        (back.without_user, translate("Pruned", "{count:,} left out: the user is gone.")),
        (back.other_keys, translate("Pruned", "{count:,} left out: the VAPID keys were replaced since.")),
        (back.not_kept, translate("Pruned", "{count:,} left out: restored before, or not kept any more.")),
    )
    return " ".join([*sentences, *(sentence.format(count=count) for count, sentence in left if count)])


def pruned_json(rows: Iterable[PrunedRow]) -> str:
    """Return rows as a JSON array, endpoints masked."""
    told = [
        {
            "number": row.number,
            "at": row.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "user_id": str(row.user_id),
            "user_name": row.user_name,
            "subscription_id": row.subscription_id,
            "host": row.host,
            "endpoint_tail": row.tail,
            "status": row.status,
            "diagnosis": row.rule,
            "reason": row.reason,
            "send": row.send or None,
            "state": row.state.value,
        }
        for row in rows
    ]
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
