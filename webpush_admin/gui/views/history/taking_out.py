"""Takes deliveries out: into the clipboard as text, as cURL and as CSV rows, and into files.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.deliveries_export import DeliveriesExport
from webpush_admin.gui.models.curl import request_command
from webpush_admin.gui.models.deliveries import diagnosis_text, user_of
from webpush_admin.gui.models.inspector import headline, report
from webpush_admin.gui.models.sends import send_in_full
from webpush_admin.gui.models.words import counted, exact_utc, milliseconds
from webpush_admin.gui.text import display_text
from webpush_admin.gui.views.history.inspector import Inspector
from webpush_admin.gui.views.history.sends_pane import SendsPane
from webpush_admin.gui.views.history.table import TablePane
from webpush_admin.store.history_rows import DeliveryRow

NAME_CHARACTERS = 60


class TakingOut(QObject):
    """Copies and exports; endpoints stay masked, tokens struck.

    Attributes:
        exporting: Writes the files.
    """

    def __init__(
        self, context: Context, sends: SendsPane, table: TablePane, inspector: Inspector, view: QWidget
    ) -> None:
        super().__init__(view)
        self._context = context
        self._sends = sends
        self._table = table
        self._inspector = inspector
        self.exporting = DeliveriesExport(context, view)

    def copy_report(self) -> None:
        """Copy the inspected delivery in full, else a line for each selected one, else the chosen send."""
        detail, rows, send = self._inspector.detail, self._table.selected(), self._sends.current
        if detail is not None and self._inspector.isVisible():
            text = report(detail)
        elif rows:
            text = "\n".join(map(_line, rows)) + "\n"
        elif send is not None:
            text = "\n".join(display_text(line) for line in send_in_full(send).split("\n")) + "\n"
        else:
            return
        QGuiApplication.clipboard().setText(text)
        self._context.notify(self.tr("The report is on the clipboard."), "good")

    def copy_curl(self) -> None:
        """Copy the request of the inspected delivery."""
        detail = self._inspector.detail
        if detail is not None and detail.request is not None:
            QGuiApplication.clipboard().setText(request_command(detail.request, detail.row.tail))
            self._context.notify(
                self.tr("Copied as cURL (masked): without the endpoint's token and the Authorization."), "good"
            )

    def copy_rows(self) -> None:
        """Copy the shown columns of the selected rows as CSV that no spreadsheet runs."""
        # Imported here: few copy rows.
        from webpush_admin.gui.models.csv_rows import csv_text

        rows = self._table.selected()
        if rows:
            QGuiApplication.clipboard().setText(csv_text(self._table.table.columns.shown_in_order, rows))
            told = counted(len(rows), self.tr("row"), self.tr("rows"))
            self._context.notify(self.tr("Copied {0} as CSV; endpoints are masked.").format(told), "good")

    def export_report(self) -> None:
        """Ask where to, then write the deliveries that the table shows."""
        database = self._context.database
        if database is None:
            return
        send = self._table.bar.filters.send
        what = f"send-{send}" if send is not None else "history"
        stem = Path(database.location).stem if not database.demo else "demo"
        self.exporting.ask(self._table.list.query, f"{stem}-{what}-{datetime.now(UTC):%Y-%m-%d}")


def _line(row: DeliveryRow) -> str:
    parts = (
        exact_utc(row.at),
        display_text(user_of(row), NAME_CHARACTERS),
        f"{display_text(row.host)}/…{display_text(row.tail)}",
        headline(row),
        milliseconds(row.elapsed_s),
        display_text(diagnosis_text(row)),
    )
    return "  ".join(part for part in parts if part)
