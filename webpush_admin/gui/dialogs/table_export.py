"""Asks where rows are exported to, as CSV or as JSON.

Runs on: GUI thread
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.text import display_text

if TYPE_CHECKING:
    from webpush_admin.backend.history import ExportFormat

_PATH_CHARACTERS: Final = 80


class TableExport(QObject):
    """Asks, and tells of the end; the strip shows how far it is, and stops it.

    Args:
        context: Remembers the folder.
        window: Whose dialog it is.
        title: Of the dialog.

    Attributes:
        native_file_dialog: Ask with the system's dialog.
    """

    def __init__(self, context: Context, window: QWidget, title: str) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._title = title
        self.native_file_dialog = True

    def ask_where(self, stem: str, write: Callable[[Path], None]) -> None:
        """Ask where to; where there is a file, the dialog asks about that too.

        Args:
            stem: A name for the file, without its ending.
            write: Called with the path.
        """
        dialog = QFileDialog(self._window, self._title)
        dialog.setObjectName("export_file_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("CSV, for spreadsheets (*.csv)"), self.tr("JSON (*.json)")])
        dialog.setDefaultSuffix("csv")
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native_file_dialog)
        if self._context.recent.folder:
            dialog.setDirectory(self._context.recent.folder)
        dialog.selectFile(f"{stem}.csv")
        dialog.filterSelected.connect(lambda chosen: _follow_filter(dialog, chosen))
        dialog.fileSelected.connect(lambda path: self._on_chosen(Path(path), write))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def tell(self, those: str, path: Path) -> None:
        """Tell that they are written."""
        told = self.tr("{those} exported to {path}.").format(
            those=those, path=display_text(str(path), _PATH_CHARACTERS)
        )
        self._context.notify(told, "good")

    def _on_chosen(self, path: Path, write: Callable[[Path], None]) -> None:
        self._context.recent.remember_folder(str(path.parent))
        write(path)


def format_of(path: Path) -> "ExportFormat":
    """Return the format that a file's name asks for."""
    return "json" if path.suffix.lower() == ".json" else "csv"


def _follow_filter(dialog: QFileDialog, chosen: str) -> None:
    """Give the file the ending of the format that was chosen: by its ending it is written."""
    suffix = "json" if "json" in chosen else "csv"
    dialog.setDefaultSuffix(suffix)
    for path in dialog.selectedFiles()[:1]:
        dialog.selectFile(Path(path).with_suffix(f".{suffix}").name)
