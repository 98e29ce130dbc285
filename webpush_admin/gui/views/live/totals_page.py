"""Every counter of the cache and of the pushes, since the database was opened.

Runs on: GUI thread
"""

from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.views.live.naming import Naming


class TotalsPage(QWidget):
    """Every counter of the cache and of the pushes, since the database was opened."""

    def __init__(self, context: Context, naming: Naming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("totals_page")
        self.setAccessibleName(self.tr("Totals"))
        self._context = context
        self._naming = naming
