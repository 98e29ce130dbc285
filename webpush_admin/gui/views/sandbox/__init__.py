"""The view of the sandbox push service: how its endpoints answer, and what has arrived.

Runs on: GUI thread
"""

from webpush_admin.gui.views.sandbox.view import SandboxView

__all__ = ["SandboxView"]
