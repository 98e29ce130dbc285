"""The view of the VAPID keys: what the web page needs, the subject, and the way to a new pair.

Runs on: GUI thread
"""

from webpush_admin.gui.views.keys.view import KeysView

__all__ = ["KeysView"]
