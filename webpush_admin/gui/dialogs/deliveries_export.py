"""Asks where deliveries are exported to, writes them there, and tells of it.

Runs on: GUI thread
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.text import display_text

if TYPE_CHECKING:
    from webpush_admin.backend.history import ExportFormat
    from webpush_admin.store.history_rows import DeliveryQuery

_PATH_CHARACTERS: Final = 80


class DeliveriesExport(QObject):
    """Exports deliveries; the strip shows how far it is, and stops it.

    Attributes:
        native_file_dialog: Ask with the system's dialog.
    """

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self.native_file_dialog = True

    def ask(self, wanted: "DeliveryQuery | int", stem: str) -> None:
        """Ask where to, then write.

        Args:
            wanted: Those of a query, in its order, or of one send.
            stem: A name for the file, without its ending.
        """
        dialog = QFileDialog(self._window, self.tr("Export deliveries"))
        dialog.setObjectName("export_file_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("CSV, for spreadsheets (*.csv)"), self.tr("JSON (*.json)")])
        dialog.setDefaultSuffix("csv")
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native_file_dialog)
        if self._context.recent.folder:
            dialog.setDirectory(self._context.recent.folder)
        dialog.selectFile(f"{stem}.csv")
        dialog.filterSelected.connect(lambda chosen: _follow_filter(dialog, chosen))
        dialog.fileSelected.connect(lambda path: self._on_chosen(wanted, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, wanted: "DeliveryQuery | int", path: Path) -> None:
        """Write them, as JSON where the name ends so, else as CSV; where there was a file, somebody has asked."""
        how: ExportFormat = "json" if path.suffix.lower() == ".json" else "csv"
        self._context.ask(
            lambda backend: backend.history.export(wanted, path, how, overwrite=True), partial(self._on_exported, path)
        )

    def _on_chosen(self, wanted: "DeliveryQuery | int", path: Path) -> None:
        self._context.recent.remember_folder(str(path.parent))
        self.write(wanted, path)

    def _on_exported(self, path: Path, rows: int) -> None:
        told = self.tr("{those} exported to {path}.").format(
            those=counted(rows, self.tr("delivery"), self.tr("deliveries")),
            path=display_text(str(path), _PATH_CHARACTERS),
        )
        self._context.notify(told, "good")


def _follow_filter(dialog: QFileDialog, chosen: str) -> None:
    """Give the file the ending of the format that was chosen: by its ending it is written."""
    suffix = "json" if "json" in chosen else "csv"
    dialog.setDefaultSuffix(suffix)
    for path in dialog.selectedFiles()[:1]:
        dialog.selectFile(Path(path).with_suffix(f".{suffix}").name)
