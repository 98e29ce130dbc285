"""Takes deliveries out: into the clipboard as text, as cURL and as CSV rows, and into files.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from webpush_admin.gui.context import Context
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

if TYPE_CHECKING:
    from webpush_admin.backend.history import ExportFormat

NAME_CHARACTERS = 60


class TakingOut(QObject):
    """Copies and exports; endpoints stay masked, tokens struck.

    Attributes:
        native_file_dialog: Ask with the system's dialog.
    """

    def __init__(
        self, context: Context, sends: SendsPane, table: TablePane, inspector: Inspector, view: QWidget
    ) -> None:
        super().__init__(view)
        self._context = context
        self._sends = sends
        self._table = table
        self._inspector = inspector
        self._view = view
        self.native_file_dialog = True

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
        dialog = QFileDialog(self._view, self.tr("Export deliveries"))
        dialog.setObjectName("export_file_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("CSV, for spreadsheets (*.csv)"), self.tr("JSON (*.json)")])
        dialog.setDefaultSuffix("csv")
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native_file_dialog)
        if self._context.recent.folder:
            dialog.setDirectory(self._context.recent.folder)
        dialog.selectFile(f"{stem}-{what}-{datetime.now(UTC):%Y-%m-%d}.csv")
        dialog.filterSelected.connect(lambda chosen: _follow_filter(dialog, chosen))
        dialog.fileSelected.connect(self._on_file_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_file_chosen(self, path: str) -> None:
        self._context.recent.remember_folder(str(Path(path).parent))
        self.export(Path(path))

    def export(self, path: Path) -> None:
        """Write what the table shows, in its order; the strip shows how far it is, and stops it."""
        how: ExportFormat = "json" if path.suffix.lower() == ".json" else "csv"
        query = self._table.list.query
        # Where there was a file, the file dialog has asked.
        self._context.ask(
            lambda backend: backend.history.export(query, path, how, overwrite=True),
            lambda rows: self._on_exported(rows, path),
        )

    def _on_exported(self, rows: int, path: Path) -> None:
        told = self.tr("{those} exported to {path}.").format(
            those=counted(rows, self.tr("delivery"), self.tr("deliveries")),
            path=display_text(str(path), NAME_CHARACTERS),
        )
        self._context.notify(told, "good")


def _follow_filter(dialog: QFileDialog, chosen: str) -> None:
    """Give the file the ending of the format that was chosen: by its ending it is written."""
    suffix = "json" if "json" in chosen else "csv"
    dialog.setDefaultSuffix(suffix)
    for path in dialog.selectedFiles()[:1]:
        dialog.selectFile(Path(path).with_suffix(f".{suffix}").name)


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
