"""Rows as CSV, word for word what their cells show.

Runs on: GUI thread
"""

import csv
import io
from collections.abc import Iterable, Sequence

from webpush_admin.gui.models.columns import Column, Row
from webpush_admin.gui.text import display_text
from webpush_admin.store.importing.escaping import escaped


def csv_text(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> str:
    """Return titles and cells; no spreadsheet takes one for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(escaped(column.shown_title) for column in columns)
    writer.writerows([escaped(display_text(column.text(row))) for column in columns] for row in rows)
    return text.getvalue()
