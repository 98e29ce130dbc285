"""Shows the VAPID keys: what the web page needs, whom push services may write to, and the way to a new pair.

Runs on: GUI thread
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeysInfo, KeysRegenerated
from webpush_admin.backend.records import ChangedByOthers, DatabaseChanged, DatabaseInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.regenerate import RegenerateDialog
from webpush_admin.gui.dialogs.subject import SubjectDialog
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.models.words import ago_exactly, counted
from webpush_admin.gui.views.keys.cards import KeyCards
from webpush_admin.gui.widgets.disconnected import DisconnectedState


class KeysView(QWidget):
    """The active key pair's public half, the subject, and the regeneration."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("keys_view")
        self._context = context
        self._keys: KeysInfo | None = None
        self.native_file_dialog = True
        what = self.tr("The keys that sign every push live in the database.")
        self.disconnected = DisconnectedState(context, "key-round", what, self)
        self.scroller = QScrollArea(self)
        self.scroller.setObjectName("scroller")
        self.scroller.setAccessibleName(self.tr("Keys"))
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QScrollArea.Shape.NoFrame)
        self.cards = KeyCards(context, self)
        self.scroller.setWidget(self.cards)
        self.stack = QStackedWidget(self)
        self.stack.setObjectName("stack")
        self.stack.addWidget(self.disconnected)
        self.stack.addWidget(self.scroller)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        self._refresher = Refresher(self._read, self)
        self._refresher.hold()
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self._on_database_closed)
        context.changes.connect(self._on_changes)

    def activate(self) -> None:
        """The view is shown: read the keys."""
        self._refresher.wish()
        self._refresher.release()
        self._tell_availability()

    def deactivate(self) -> None:
        """The view is hidden: what changes is read when it is shown again."""
        self._refresher.hold()

    def refresh(self) -> None:
        """Read the keys again."""
        self._refresher.wish()

    def set_subject(self) -> None:
        """Ask for another subject."""
        database = self._context.database
        if database is not None:
            dialog = SubjectDialog(self._context, self, database.subject)
            dialog.saved.connect(self._on_subject_saved)
            dialog.open()

    def copy_public_key(self) -> None:
        """Put the public key on the clipboard, as `applicationServerKey` wants it."""
        database = self._context.database
        if database is not None and database.public_key:
            QGuiApplication.clipboard().setText(database.public_key)
            self._context.notify(self.tr("The public key is on the clipboard."), "good")

    def regenerate_keys(self) -> None:
        """Ask what a new pair costs now, then for a backup file and a confirmation."""
        if self._context.database is not None:
            self._context.ask(lambda backend: backend.keys.info(), self._on_regenerate_priced)

    def _read(self) -> None:
        if self._context.database is not None:
            self._context.ask(lambda backend: backend.keys.info(), self._on_read)

    def _on_read(self, keys: KeysInfo) -> None:
        self._keys = keys
        self.cards.public_key.show_text(keys.public_key)
        self.cards.fingerprint.show_text(keys.fingerprint)
        self.cards.created.show_text(ago_exactly(keys.created_at, never=self.tr("unknown")))
        self._show_subject(keys.subject)
        lost = counted(keys.subscriptions, self.tr("subscription"), self.tr("subscriptions"))
        self.cards.cost.show_text(
            self.tr(
                "Where the private key has leaked or is lost. A subscription works only with the key it was made with: "
                "a new pair deletes {lost}, and everybody must subscribe again. A backup is written first."
            ).format(lost=self.tr("all {lost}").format(lost=lost))
            if keys.subscriptions
            else self.tr(
                "Where the private key has leaked or is lost. There is no subscription that a new pair would cost."
            )
        )

    def _show_subject(self, subject: str) -> None:
        self.cards.subject.show_text(subject or self.tr("Not set yet: the first send asks for it."))
        self.cards.subject.set_tone("" if subject else "warn")

    def _on_regenerate_priced(self, keys: KeysInfo) -> None:
        database = self._context.database
        if database is None:
            return
        dialog = RegenerateDialog(self._context, self, keys, database)
        dialog.native_file_dialog = self.native_file_dialog
        dialog.regenerated.connect(self._on_regenerated)
        dialog.open()

    def _on_regenerated(self, regenerated: KeysRegenerated) -> None:
        self._on_read(regenerated.keys)
        database = self._context.database
        if database is not None:
            keys = regenerated.keys
            self._context.set_database(
                replace(database, public_key=keys.public_key, fingerprint=keys.fingerprint, keys_problem="")
            )
        lost = counted(regenerated.deleted_subscriptions, self.tr("subscription"), self.tr("subscriptions"))
        self._context.notify(
            self.tr("New keys are in force; {lost} deleted. Backup: {backup}").format(
                lost=lost, backup=str(regenerated.backup)
            ),
            "good",
        )

    def _on_subject_saved(self, subject: str) -> None:
        if self._context.database is not None:
            self._context.set_database(replace(self._context.database, subject=subject))
        self._context.notify(self.tr("The subject is saved."), "good")

    def _on_database_opened(self, info: DatabaseInfo) -> None:
        self.stack.setCurrentWidget(self.scroller)
        self.cards.problem.show_text(info.keys_problem)
        self.cards.problem.setVisible(bool(info.keys_problem))
        self.cards.public_key.show_text(info.public_key)
        self.cards.fingerprint.show_text(info.fingerprint)
        self._show_subject(info.subject)
        self._refresher.wish()
        self._tell_availability()

    def _on_database_closed(self) -> None:
        self._keys = None
        self._refresher.forget()
        self.stack.setCurrentWidget(self.disconnected)
        self._tell_availability()

    def _on_changes(self, batch: Sequence[Any]) -> None:
        if any(isinstance(event, DatabaseChanged | ChangedByOthers) for event in batch):
            self._refresher.wish()

    def _tell_availability(self) -> None:
        database = self._context.database
        closed = "" if database else self.tr("No database is open.")
        keyless = "" if database and database.public_key else closed or self.tr("The keys cannot be used.")
        for name, reason in (("set_subject", closed), ("copy_public_key", keyless), ("regenerate_keys", closed)):
            self._context.actions.set_available(name, not reason, reason)
