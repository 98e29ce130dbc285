"""What happened to one user, in order: reads, hits, joins, invalidations, stale reads, prunes, sends.

Runs on: GUI thread
"""

from uuid import UUID

from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.event_ring import EventRing
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.widgets.plain import Card


class Timeline(Card):
    """Follows one user."""

    def __init__(self, context: Context, naming: Naming, ring: EventRing, parent: QWidget) -> None:
        super().__init__(parent, name="timeline")
        self._context = context
        self._naming = naming
        self._ring = ring

    def show_user(self, user_id: UUID | None) -> None:
        """Follow a user from now on, and show what is still known of before; None for nobody."""
