"""The live view: whether the dispatcher is healthy, at one glance.

Runs on: GUI thread
"""

from webpush_admin.gui.views.live.view import LiveView

__all__ = ["LiveView"]
