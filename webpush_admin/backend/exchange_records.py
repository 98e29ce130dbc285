"""What is told of an import and of an export: frozen records without SQLAlchemy, cryptography or Qt.

Runs on: any
"""

from pathlib import Path

from webpush_admin.store.exporting.records import ExportFormat, ExportOptions, ExportResult
from webpush_admin.store.importing.records import Fate, ImportFormat, ImportPreview, ImportResult, ImportRow
from webpush_admin.store.rows import Chosen, SubscriptionQuery

Source = Path | str
"""What is imported: a file, or the text that was pasted."""

Wanted = Chosen | SubscriptionQuery | None
"""What is exported: what was chosen, a list as it is filtered, or None for everything."""

__all__ = [
    "ExportFormat",
    "ExportOptions",
    "ExportResult",
    "Fate",
    "ImportFormat",
    "ImportPreview",
    "ImportResult",
    "ImportRow",
    "Source",
    "Wanted",
]
