"""The ring of events that the parts of the live view share.

Runs on: GUI thread
"""

from PySide6.QtCore import QObject

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.event_ring import EventRing


def kept_events(context: Context, parent: QObject) -> EventRing:
    """Return a ring that follows the open database. Made first, it has each batch before anybody else hears of it."""
    ring = EventRing(parent)
    context.events.connect(ring.add)
    context.database_opened.connect(ring.begin)
    context.database_closed.connect(ring.clear)
    return ring
