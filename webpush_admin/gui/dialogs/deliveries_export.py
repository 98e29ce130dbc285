"""Asks where deliveries are exported to, writes them there, and tells of it.

Runs on: GUI thread
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.table_export import TableExport, format_of
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.words import counted

if TYPE_CHECKING:
    from webpush_admin.store.history_rows import DeliveryQuery


class DeliveriesExport(TableExport):
    """Exports deliveries."""

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(context, window, translate("DeliveriesExport", "Export deliveries"))

    def ask(self, wanted: "DeliveryQuery | int", stem: str) -> None:
        """Ask where to, then write.

        Args:
            wanted: Those of a query, in its order, or of one send.
            stem: A name for the file, without its ending.
        """
        self.ask_where(stem, partial(self.write, wanted))

    def write(self, wanted: "DeliveryQuery | int", path: Path) -> None:
        """Write them, as JSON where the name ends so, else as CSV; where there was a file, somebody has asked."""
        self._context.ask(
            lambda backend: backend.history.export(wanted, path, format_of(path), overwrite=True),
            partial(self._on_exported, path),
        )

    def _on_exported(self, path: Path, rows: int) -> None:
        self.tell(counted(rows, self.tr("delivery"), self.tr("deliveries")), path)
