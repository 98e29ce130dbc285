"""The view of what was sent: every send, every delivery of it, and all that is known of one.

Runs on: GUI thread
"""

from webpush_admin.gui.views.history.view import HistoryView

__all__ = ["HistoryView"]
