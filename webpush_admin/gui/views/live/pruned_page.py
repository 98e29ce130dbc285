"""The endpoints that were pruned, which can be restored and exported.

Runs on: GUI thread
"""

from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.views.live.naming import Naming


class PrunedPage(QWidget):
    """The endpoints that were pruned, which can be restored and exported."""

    def __init__(self, context: Context, naming: Naming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pruned_page")
        self.setAccessibleName(self.tr("Pruned endpoints"))
        self._context = context
        self._naming = naming
