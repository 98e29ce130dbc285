"""Writes deliveries to a file for other programs: never more of an endpoint than its host and four characters.

Runs on: any
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from webpush_admin.push.services import service_name
from webpush_admin.store.exporting.lines import as_format
from webpush_admin.store.exporting.records import ExportFormat, ExportResult
from webpush_admin.store.exporting.writing import write_file
from webpush_admin.store.history_rows import DeliveryRow
from webpush_admin.store.watched import Watched

COLUMNS: Final = (
    "number",
    "send",
    "at",
    "user_id",
    "user_name",
    "subscription_id",
    "service",
    "host",
    "endpoint_tail",
    "outcome",
    "status",
    "diagnosis",
    "reason",
    "body",
    "elapsed_s",
    "attempts",
    "pruned",
    "held",
)

UNDER_WAY: Final = "under way"


def to_file(
    batches: Iterator[Sequence[DeliveryRow]], path: Path, kind: ExportFormat, *, overwrite: bool, work: Watched
) -> ExportResult:
    """Write a file that only its owner can read: whole, or not there.

    Raises:
        PushError: It was stopped, the disk refuses, or there is a file by now; nothing of ours is left.
    """
    how = as_format(kind, COLUMNS, _values, lambda row: dict(zip(COLUMNS, _values(row), strict=True)))
    return write_file(batches, path, how, overwrite=overwrite, work=work)


def _values(row: DeliveryRow) -> tuple[object, ...]:
    return (
        row.number,
        row.send,
        row.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        None if row.user_id is None else str(row.user_id),
        row.user_name,
        row.subscription_id,
        service_name(row.host),
        row.host,
        row.tail,
        UNDER_WAY if row.outcome is None else row.outcome.value,
        row.status,
        row.rule,
        row.reason,
        row.body,
        round(row.elapsed_s, 3),
        row.attempts,
        row.pruned,
        row.held,
    )
