"""Adds a user, or gives one another name.

Runs on: GUI thread
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.store.rows import User

MAX_NAME_CHARACTERS = 300


class UserDialog(FormDialog):
    """The name of a user. `saved` carries the `User` as the database has it now."""

    saved = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None, user: User | None = None) -> None:
        super().__init__(context, parent)
        self.setObjectName("user_dialog")
        self.setWindowTitle(self.tr("Rename user") if user else self.tr("Add user"))
        self.set_action(self.tr("Rename user") if user else self.tr("Add user"))
        self._user = user
        self.name = QLineEdit(user.name if user else "", self)
        self.name.setMaxLength(MAX_NAME_CHARACTERS)
        self.name.setPlaceholderText(self.tr("As your application calls them"))
        self.add_field("name", self.tr("Name"), self.name)
        self.name.textChanged.connect(self._on_name_changed)
        self._on_name_changed(self.name.text())
        self.name.selectAll()

    def submit(self) -> None:
        """Add or rename; the dialog stays open where the database refuses."""
        name = self.name.text().strip()
        user = self._user
        if user is None:
            self.ask(lambda backend: backend.people.add(name), self._on_saved)
        else:
            user_id = user.id
            self.ask(lambda backend: backend.people.rename(user_id, name), self._on_saved)

    def _on_name_changed(self, name: str) -> None:
        self.action_button.setEnabled(bool(name.strip()))

    def _on_saved(self, user: User) -> None:
        self.saved.emit(user)
        self.accept()
