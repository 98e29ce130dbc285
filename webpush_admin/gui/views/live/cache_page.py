"""The users in the cache, and what happens to one of them.

Runs on: GUI thread
"""

from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.views.live.naming import Naming


class CachePage(QWidget):
    """The users in the cache, and what happens to one of them."""

    def __init__(self, context: Context, naming: Naming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cache_page")
        self.setAccessibleName(self.tr("Cache"))
        self._context = context
        self._naming = naming
