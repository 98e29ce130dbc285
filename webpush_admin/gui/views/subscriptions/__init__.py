"""The view of users and their subscriptions: find somebody, send a test, read every answer.

Runs on: GUI thread
"""

from webpush_admin.gui.views.subscriptions.view import SubscriptionsView

__all__ = ["SubscriptionsView"]
