"""The log of events.

Runs on: GUI thread
"""

from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.event_ring import EventRing
from webpush_admin.gui.views.live.naming import Naming


class EventsPage(QWidget):
    """The log of events."""

    def __init__(self, context: Context, naming: Naming, ring: EventRing, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("events_page")
        self.setAccessibleName(self.tr("Events"))
        self._context = context
        self._naming = naming
        self._ring = ring
