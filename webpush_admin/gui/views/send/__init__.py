"""The view that writes a message, shows what it will look like, sends it, and tells what came of it.

Runs on: GUI thread
"""

from webpush_admin.gui.views.send.view import SendView

__all__ = ["SendView"]
