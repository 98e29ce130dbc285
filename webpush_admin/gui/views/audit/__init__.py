"""The view of the audit: what is wrong with the subscriptions, and the way to clear it up.

Runs on: GUI thread
"""

from webpush_admin.gui.views.audit.view import AuditView

__all__ = ["AuditView"]
