"""What is told of an export: frozen records, free of SQLAlchemy, so that a window can name them early.

Runs on: any
"""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class ExportFormat(Enum):
    """What an export is written as; the value is the usual ending of such a file, without its dot."""

    CSV = "csv"
    JSON = "json"
    JSON_LINES = "jsonl"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How an export is written. Without endpoints and keys it cannot be imported again.

    Attributes:
        endpoints: Whole endpoints, with which anybody may push; otherwise they are masked.
        keys: p256dh and auth; otherwise they are left out.
    """

    format: ExportFormat = ExportFormat.CSV
    endpoints: bool = False
    keys: bool = False


@dataclass(frozen=True, slots=True)
class ExportResult:
    """A file that is complete and on the disk."""

    rows: int
    size_bytes: int
    path: Path
