"""The settings of the cache and of the pace, changed while the dispatcher works.

Runs on: GUI thread
"""

from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.views.live.naming import Naming


class TuningPage(QWidget):
    """The settings of the cache and of the pace, changed while the dispatcher works."""

    def __init__(self, context: Context, naming: Naming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tuning_page")
        self.setAccessibleName(self.tr("Settings"))
        self._context = context
        self._naming = naming
