"""Copies the selected subscription: as JSON without its secrets, with them once that was confirmed, as cURL.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from webpush_admin.backend.records import SubscriptionInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.models.curl import request_command
from webpush_admin.gui.models.detail import last_request, nothing_sent
from webpush_admin.gui.models.push_subscription_json import write_push_subscription
from webpush_admin.gui.text import display_text
from webpush_admin.gui.views.subscriptions.detail import DetailPane
from webpush_admin.store.history_rows import DeliveryDetail

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

NAME_CHARACTERS = 60


class Copying(QObject):
    """Puts into the clipboard what the detail shows. The row is read again: a list cuts long texts."""

    def __init__(self, context: Context, detail: DetailPane, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._detail = detail
        self._window = window
        self._job: Job[Any] | None = None
        self._secrets = False

    def tell_availability(self) -> None:
        """Enable the actions, or disable them with the reason in their tooltips."""
        one = self.tr("Select one subscription.") if self._detail.info is None else ""
        closed = "" if self._context.database else self.tr("No database is open.")
        answers = self._detail.answers
        sent = nothing_sent(answers) if answers is not None else self.tr("It is being read.")
        for name, reason in (
            ("copy_json", closed or one),
            ("copy_json_secrets", closed or one),
            ("copy_curl", closed or one or sent),
        ):
            self._context.actions.set_available(name, not reason, reason)

    def copy_json(self) -> None:
        """Copy the shape of a PushSubscription without what one could send with."""
        self._read(secrets=False)

    def copy_json_secrets(self) -> None:
        """Ask, then copy all of it."""
        info = self._detail.info
        if info is None:
            return
        ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Copy with secrets"),
            explanation=self.tr(
                "The clipboard will hold the whole endpoint and the authentication secret of one subscription of "
                "{name}. Programs of this computer can read it; with the VAPID key anybody could send to that browser."
            ).format(name=display_text(info.user_name, NAME_CHARACTERS)),
            action=self.tr("Copy 1 subscription with its secrets"),
            confirmed=lambda: self._read(secrets=True),
        ).open()

    def copy_curl(self) -> None:
        """Copy the last request; nothing happens where none was made."""
        answer = last_request(self._detail.answers or ())
        if answer is not None:
            self._context.ask(lambda backend: backend.history.detail(answer.number), self._on_request)

    def _on_request(self, delivery: DeliveryDetail | None) -> None:
        if delivery is None or delivery.request is None:
            self._context.notify(self.tr("Nothing was copied: the history has forgotten the request."), "bad")
            return
        QGuiApplication.clipboard().setText(request_command(delivery.request, delivery.row.tail))
        told = self.tr("Copied as cURL (masked): without the endpoint's token and the Authorization.")
        self._context.notify(told, "good")

    def _read(self, *, secrets: bool) -> None:
        number = self._detail.info.subscription.id if self._detail.info is not None else None
        if number is None:
            return
        if self._job is not None:
            self._job.cancel()
        self._secrets = secrets
        self._job = self._context.ask(lambda backend: backend.subscriptions.info(number), self._on_read)

    def _on_read(self, info: SubscriptionInfo | None) -> None:
        self._job = None
        if info is None:
            self._context.notify(self.tr("Nothing was copied: the subscription has been deleted meanwhile."), "bad")
            return
        QGuiApplication.clipboard().setText(write_push_subscription(info.subscription, secrets=self._secrets))
        told = (
            self.tr("Copied as JSON with its secrets.")
            if self._secrets
            else self.tr("Copied as JSON (masked): without the endpoint's token and auth.")
        )
        self._context.notify(told, "good")
