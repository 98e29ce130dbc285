"""A form over one row: judged while it is typed, nothing lost by Esc, nothing of somebody else's overwritten.

Runs on: GUI thread
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from webpush_admin.backend.records import ChangedByOthers, DatabaseChanged
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.field_note import FieldNote
from webpush_admin.gui.dialogs.form import FormDialog

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend
    from webpush_admin.gui.bridge import Job

CHECK_WAIT_MS: Final = 150
FIELD_CHARACTERS: Final = 20_000
"""More than a field may have, so that pasted JSON arrives whole and a long text is refused in words."""

SHOWN_CHARACTERS: Final = 4_000
"""Of what the database has: a line of a megabyte would take seconds to be laid out."""


class EditDialog(FormDialog):
    """Subclasses add fields with `add_judged`, and override `check` and `may_save`; for a row that exists, `show_row`.

    Attributes:
        seen: The row as the operator sees it, None before it was read and for a new one.
    """

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(context, parent)
        self._notes: dict[QLineEdit, FieldNote] = {}
        self._given: dict[QLineEdit, tuple[str, str]] = {}
        self._check_job: Job[Any] | None = None
        self._read_job: Job[Any] | None = None
        self._read: Callable[[Backend], Coroutine[Any, Any, Any]] | None = None
        self._blocked = ""
        self._filling = False
        self.seen: Any = None
        self._newer: Any = None
        self._check_timer = QTimer(self, singleShot=True, interval=CHECK_WAIT_MS)
        self._check_timer.timeout.connect(self.check)
        self.reload_button = QPushButton(self.tr("Load what is there now"), self)
        self.reload_button.setObjectName("reload_button")
        self.reload_button.setAutoDefault(False)
        self.reload_button.clicked.connect(self._on_reload)
        self.reload_button.hide()
        self.buttons.insertWidget(0, self.reload_button)
        context.changes.connect(self._on_changes)
        context.database_closed.connect(self._on_database_closed)

    # For subclasses

    def check(self) -> None:
        """Judge what is in the fields: 150 ms after the last key."""

    def may_save(self) -> bool:
        """Whether the button may be pressed, as far as is known now."""
        return True

    def show_row(self, row: Any) -> None:
        """Fill the fields with what the database has."""

    def told_of(self, row: Any) -> object:
        """Return what somebody else may have changed."""
        return row

    def gone_text(self) -> str:
        """Say that the row is no longer there."""
        return self.tr("It has been deleted meanwhile: nothing can be saved.")

    # What subclasses use

    def add_judged(self, name: str, label: str, field: QLineEdit, *, most: int | None = None) -> FieldNote:
        """Put a field into the form, and under it what is wrong with it."""
        field.setMaxLength(FIELD_CHARACTERS)
        note = FieldNote(field, self, name=name, label=label, most=most)
        self._notes[field] = note
        self._given[field] = "", ""
        field.setObjectName(name)
        field.setAccessibleName(label)
        both = QVBoxLayout()
        both.setSpacing(3)
        both.addWidget(field)
        both.addWidget(note)
        self.form.addRow(label, both)
        self.keep_field(field)
        field.textChanged.connect(self._on_typed)
        return note

    def fill(self, field: QLineEdit, text: str) -> None:
        """Show what the database has; the field is taken for untouched until it says something else."""
        self._filling = True
        field.setText(text[:SHOWN_CHARACTERS])
        field.setCursorPosition(0)
        self._filling = False
        self._given[field] = text, field.text()
        self._notes[field].count(len(text))

    def value(self, field: QLineEdit) -> str:
        """Return what is to be saved: as it was, to the last character, where nobody touched the field."""
        given, shown = self._given[field]
        return given if field.text() == shown else field.text().strip()

    def untouched(self, field: QLineEdit) -> bool:
        """Whether the field says what it was given."""
        return field.text() == self._given[field][1]

    @property
    def dirty(self) -> bool:
        """Whether something that was typed would be lost."""
        return not all(self.untouched(field) for field in self._given)

    def judge(self, make: "Callable[[Backend], Coroutine[Any, Any, Any]]", done: Callable[[Any], None]) -> None:
        """Ask for a verdict; an older one that is still on its way never shows."""
        self._forget_verdict()
        self._check_job = self.context.ask(make, done)

    def follow(self, make: "Callable[[Backend], Coroutine[Any, Any, Any]]") -> None:
        """Read the row now, and again whenever somebody may have changed it."""
        self._read = make
        self._reread()

    def show_enabled(self) -> None:
        """Enable the button where saving is possible."""
        reading = self._read is not None and self.seen is None
        self.action_button.setEnabled(not (self._blocked or reading or self._job is not None) and self.may_save())

    def block(self, text: str) -> None:
        """Let nothing be saved, and say why; "" lets it again."""
        self._blocked = text
        self.show_problem(text)
        self.show_enabled()

    def reject(self) -> None:
        """Close; ask first where something that was typed would be lost."""
        if not self.dirty:
            super().reject()
            return
        question = ConfirmDialog(
            self.context,
            self,
            title=self.tr("Discard changes"),
            explanation=self.tr("What was typed here has not been saved."),
            action=self.tr("Discard changes"),
            confirmed=self._discard,
        )
        question.cancel_button.setText(self.tr("Go on editing"))
        question.open()

    def done(self, result: int) -> None:
        """Close; what is still on its way is not waited for."""
        self._check_timer.stop()
        self._forget_verdict()
        if self._read_job is not None:
            self._read_job.cancel()
            self._read_job = None
        super().done(result)

    def _discard(self) -> None:
        super().reject()

    def _forget_verdict(self) -> None:
        if self._check_job is not None:
            self._check_job.cancel()
            self._check_job = None

    def _on_typed(self, text: str) -> None:
        field = self.sender()
        if isinstance(field, QLineEdit) and field in self._notes:
            self._notes[field].count(len(text))
        if not self._filling:
            self.recheck()

    def recheck(self) -> None:
        """Judge again, soon: what was judged is no longer what is there."""
        self._forget_verdict()
        self._check_timer.start()
        if not self._blocked:
            self.show_problem("")
        # Who is quick may save before the verdict is here: the backend judges again, and the dialog shows its refusal.
        self.show_enabled()

    def _reread(self) -> None:
        if self._read is None:
            return
        if self._read_job is not None:
            self._read_job.cancel()
        self._read_job = self.context.ask(self._read, self._on_read)
        self.show_enabled()

    def _on_read(self, row: Any) -> None:
        self._read_job = None
        if row is None:
            self.reload_button.hide()
            self.block(self.gone_text())
        elif self.seen is None:
            self._take(row)
        elif self.told_of(row) != self.told_of(self.seen):
            if self.dirty:
                self._newer = row
                self.reload_button.show()
                self.block(self.tr("Somebody else changed it meanwhile: saving would overwrite that."))
            else:
                self._take(row)
                self.block("")
                self.show_problem(self.tr("Somebody else changed it meanwhile: this is what is there now."))
        elif self._newer is not None:
            # It is again what the operator saw.
            self._newer = None
            self.reload_button.hide()
            self.block("")

    def _take(self, row: Any) -> None:
        self.seen, self._newer = row, None
        self.show_row(row)
        self.check()
        self.show_enabled()

    def _on_reload(self) -> None:
        if self._newer is not None:
            self.reload_button.hide()
            self._take(self._newer)
            self.block("")
            if self._fields:
                self._fields[0].setFocus()

    def _on_changes(self, batch: Sequence[Any]) -> None:
        # While it saves, the change is its own.
        if self._job is None and any(isinstance(event, DatabaseChanged | ChangedByOthers) for event in batch):
            self._reread()

    def _on_database_closed(self) -> None:
        self._read = None
        self.block(self.tr("The database was closed: nothing can be saved."))

    def _on_refused(self, reason: str) -> None:
        super()._on_refused(reason)
        self.show_enabled()
        self._reread()
