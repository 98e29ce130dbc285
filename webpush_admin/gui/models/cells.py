"""A row made ready for painting, once.

Runs on: GUI thread
"""

from typing import Any, Final

from webpush_admin.gui.models.columns import Cells, Column, Row
from webpush_admin.gui.text import display_text

DELETED: Final = "—"
"""In the place of a row that was deleted since the list was made."""


def ready_cells(columns: tuple[Column[Row], ...], row: Row) -> Cells:
    """Return the texts and roles of a row."""
    texts = tuple(display_text(column.text(row)) for column in columns)
    return Cells(texts, tuple(column.role(row) if column.role else None for column in columns))


def deleted_cells(columns: tuple[Column[Any], ...]) -> Cells:
    """Return what stands in the place of a row that is no longer there."""
    return Cells((DELETED, *("",) * (len(columns) - 1)), (None,) * len(columns))
