"""The users in the cache, and what happens to one of them.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.event_ring import EventRing
from webpush_admin.gui.views.live.naming import Naming

BEAT_MS: Final = 1000
"""The worker is asked again, and times go on, as often while somebody looks."""


class CachePage(QWidget):
    """The users in the cache, and what happens to one of them."""

    def __init__(self, context: Context, naming: Naming, ring: EventRing, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cache_page")
        self.setAccessibleName(self.tr("Cache"))
        self._context = context
        self._naming = naming
        self._ring = ring
