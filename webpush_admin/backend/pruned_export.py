"""Writes what was pruned to a file for other programs: never more of an endpoint than its host and four characters.

Runs on: any
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from webpush_admin.backend.pruned_records import PrunedRow
from webpush_admin.push.services import service_name
from webpush_admin.store.exporting.lines import as_format
from webpush_admin.store.exporting.records import ExportFormat, ExportResult
from webpush_admin.store.exporting.writing import write_file
from webpush_admin.store.watched import Watched

COLUMNS: Final = (
    "number",
    "at",
    "user_id",
    "user_name",
    "subscription_id",
    "service",
    "host",
    "endpoint_tail",
    "status",
    "diagnosis",
    "reason",
    "send",
    "state",
)


def to_file(
    batches: Iterator[Sequence[PrunedRow]], path: Path, kind: ExportFormat, *, overwrite: bool, work: Watched
) -> ExportResult:
    """Write a file that only its owner can read: whole, or not there.

    Raises:
        PushError: It was stopped, the disk refuses, or there is a file by now; nothing of ours is left.
    """
    how = as_format(kind, COLUMNS, _values, lambda row: dict(zip(COLUMNS, _values(row), strict=True)))
    return write_file(batches, path, how, overwrite=overwrite, work=work)


def _values(row: PrunedRow) -> tuple[object, ...]:
    return (
        row.number,
        row.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        str(row.user_id),
        row.user_name,
        row.subscription_id,
        service_name(row.host),
        row.host,
        row.tail,
        row.status,
        row.rule,
        row.reason,
        row.send or None,
        row.state.value,
    )
