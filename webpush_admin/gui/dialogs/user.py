"""Adds a user, or gives one another name.

Runs on: GUI thread
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.edit import SHOWN_CHARACTERS, EditDialog
from webpush_admin.store.rows import MAX_NAME_CHARACTERS, User


class UserDialog(EditDialog):
    """The name of a user. `saved` carries the `User` as the database has it now."""

    saved = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None, user: User | None = None) -> None:
        super().__init__(context, parent)
        self.setObjectName("user_dialog")
        self.setWindowTitle(self.tr("Rename user") if user else self.tr("Add user"))
        self.set_action(self.tr("Rename user") if user else self.tr("Add user"))
        self._user = user
        self._problem = ""
        self.name = QLineEdit(self)
        self.name.setPlaceholderText(self.tr("As your application calls them"))
        self.name_note = self.add_judged("name", self.tr("Name"), self.name, most=MAX_NAME_CHARACTERS)
        if user is not None:
            user_id = user.id
            self.follow(lambda backend: backend.people.info(user_id))
        self.show_enabled()

    def submit(self) -> None:
        """Add or rename; the dialog stays open where the database refuses."""
        name, user = self.value(self.name).strip(), self._user
        if user is None:
            self.ask(lambda backend: backend.people.add(name), self._on_saved)
            return
        user_id, seen = user.id, self.seen.name
        self.ask(lambda backend: backend.people.rename(user_id, name, seen), self._on_saved)

    def check(self) -> None:
        """Let the backend judge the name."""
        name = self.value(self.name)
        if name.strip():
            self.judge(lambda backend: backend.people.check(name), self._on_judged)
        else:
            self._on_judged("")

    def may_save(self) -> bool:
        """Whether there is a name that nobody has refused yet."""
        return bool(self.value(self.name).strip()) and not self._problem

    def show_row(self, row: User) -> None:
        """Show the name as it is now."""
        self.fill(self.name, row.name)
        self.name.selectAll()

    def told_of(self, row: User) -> object:
        """Return the name."""
        return row.name

    def recheck(self) -> None:
        """What was wrong with another name says nothing of this one."""
        self._problem = ""
        super().recheck()

    def _on_judged(self, problem: str) -> None:
        self._problem = problem
        if problem:
            self.name_note.show_problem(problem)
        else:
            self.name_note.hint_at_hidden(self.value(self.name), SHOWN_CHARACTERS)
        self.show_enabled()
        self.fit()

    def _on_saved(self, user: User) -> None:
        self.saved.emit(user)
        self.accept()
