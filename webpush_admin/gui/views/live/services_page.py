"""The pushes by push service, and by diagnosis.

Runs on: GUI thread
"""

from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.views.live.naming import Naming


class ServicesPage(QWidget):
    """The pushes by push service, and by diagnosis."""

    def __init__(self, context: Context, naming: Naming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("services_page")
        self.setAccessibleName(self.tr("Push services"))
        self._context = context
        self._naming = naming
