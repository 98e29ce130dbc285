"""Reads a key pair from a file or a text, says what it is and what would become of it, and imports it.

Runs on: GUI thread
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSizePolicy, QWidget

from webpush_admin.backend.key_records import KeyAdded, KeyInput, KeysSeen
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.dialogs.key_source import KeySource
from webpush_admin.gui.widgets.passphrase import PassphraseField
from webpush_admin.gui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

MOST_LABEL: Final = 80


class ImportKeysDialog(FormDialog):
    """What is given is looked into at once, away from the window; nothing changes before the button.

    Attributes:
        imported: A `KeyAdded`.
        seen: What was recognised, None before and where it cannot be used.
    """

    imported = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None, path: Path | None = None) -> None:
        """Make the dialog.

        Args:
            context: For the backend.
            parent: The view.
            path: A file that was dropped on the window.
        """
        super().__init__(context, parent)
        self.setObjectName("import_keys_dialog")
        self.setWindowTitle(self.tr("Import a key pair"))
        self.setMinimumWidth(600)
        self._looking: Job[KeysSeen] | None = None
        self._source = KeyInput()
        self.seen: KeysSeen | None = None
        self.source = KeySource(context, self)
        self.source.changed.connect(self._on_source_changed)
        self.content.insertWidget(self.content.indexOf(self.explanation) + 1, self.source)
        self._make_rows()
        self.setTabOrder(self.source.choose_button, self.source.paste_button)
        context.database_closed.connect(self.reject)
        self._show()
        if path is not None:
            self.source.take_file(path)

    def submit(self) -> None:
        """Look into what is encrypted; or import what was recognised."""
        if self.seen is None:
            return
        if self.seen.needs_passphrase:
            self._look(replace(self.source.source, passphrase=self.passphrase.secret))
            return
        source, label = self._source, self.label.text().strip()
        # What is imported is what was shown.
        self.source.setEnabled(False)
        self.ask(lambda backend: backend.keys.exchange.add(source, label), self._on_added)

    def done(self, result: int) -> None:
        """Close, and keep nothing of what was given."""
        self._stop_looking()
        self.source.forget()
        self.passphrase.wipe()
        self._source = KeyInput()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste where no field takes it."""
        if event.matches(QKeySequence.StandardKey.Paste):
            if self.source.isEnabled():
                self.source.paste()
        else:
            super().keyPressEvent(event)

    def _make_rows(self) -> None:
        self.keep_field(self.source.choose_button)
        self.keep_field(self.source.paste_button)
        self.recognised = self._fact("recognised", self.tr("Recognised as"))
        self.passphrase = PassphraseField(self, name="passphrase", label=self.tr("Passphrase"))
        self.form.addRow(self.passphrase.accessibleName(), self.passphrase)
        self.keep_field(self.passphrase.line)
        self.keep_field(self.passphrase.eye)
        self.passphrase.changed.connect(self._on_passphrase_typed)
        self.passphrase.line.caps_lock_told.connect(self.fit)
        self.fingerprint = self._fact("fingerprint", self.tr("Fingerprint"), "mono")
        self.subject = self._fact("subject", self.tr("Subject in it"))
        self.label = QLineEdit(self)
        self.label.setMaxLength(MOST_LABEL)
        self.label.setPlaceholderText(self.tr("What you call it; may stay empty"))
        self.add_field("label", self.tr("Label"), self.label)
        self.outcome = PlainLabel("", self, name="outcome")
        self.outcome.setWordWrap(True)
        self.clear_clipboard = QCheckBox(self.tr("&Empty the clipboard after the import"), self)
        self.clear_clipboard.setObjectName("clear_clipboard")
        self.clear_clipboard.setAccessibleName(self.tr("Empty the clipboard after the import"))
        self.clear_clipboard.setChecked(True)
        self.keep_field(self.clear_clipboard)
        at = self.content.indexOf(self.problem)
        self.content.insertWidget(at, self.outcome)
        self.content.insertWidget(at + 1, self.clear_clipboard)

    def _fact(self, name: str, caption: str, tone: str = "") -> PlainLabel:
        value = PlainLabel("", self, name=name, tone=tone, selectable=True)
        value.setAccessibleName(caption)
        value.setWordWrap(True)
        # The form gives it the whole width, with which its height was reckoned: else lines are cut.
        value.setSizePolicy(QSizePolicy.Policy.Expanding, value.sizePolicy().verticalPolicy())
        self.form.addRow(caption, value)
        return value

    def _on_source_changed(self) -> None:
        self.passphrase.wipe()
        self.label.clear()
        if not self.source.empty:
            self._look(self.source.source)

    def _look(self, source: KeyInput) -> None:
        self._stop_looking()
        self._source = source
        self.show_problem("")
        if not source.passphrase:
            self.seen = None
            self._show()
        self.action_button.setEnabled(False)
        self._looking = self.context.ask(
            lambda backend: backend.keys.exchange.look(source), self._on_seen, self._on_unusable
        )

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _on_seen(self, seen: KeysSeen) -> None:
        self._looking = None
        self.seen = seen
        self._show()
        if seen.needs_passphrase:
            self.passphrase.line.setFocus()
        elif seen.unlocks:
            self.action_button.setFocus()
        elif not seen.known:
            self.label.setFocus()

    def _on_unusable(self, reason: str) -> None:
        self._looking = None
        if self.seen is not None and self.seen.needs_passphrase:
            # Most likely a wrong passphrase: it is typed anew, the file stays.
            self._source = self.source.source
            self.passphrase.wipe()
            self.passphrase.line.setFocus()
        self._show()
        self.show_problem(reason)

    def _on_passphrase_typed(self) -> None:
        if not self.passphrase.empty:
            self.show_problem("")
        self._show_action()

    def _show(self) -> None:
        seen = self.seen
        readable = seen is not None and not seen.needs_passphrase
        if seen is not None:
            self.recognised.show_text(seen.form)
            self.fingerprint.show_text(seen.fingerprint)
            self.subject.show_text(seen.subject)
            self.outcome.show_text(self._outcome(seen))
            self.outcome.set_tone("warn" if seen.known else "")
        self.form.setRowVisible(self.recognised, seen is not None)
        self.form.setRowVisible(self.passphrase, seen is not None and seen.needs_passphrase)
        self.form.setRowVisible(self.fingerprint, readable)
        self.form.setRowVisible(self.subject, readable and bool(seen and seen.subject))
        self.form.setRowVisible(self.label, readable and not (seen and (seen.known or seen.unlocks)))
        self.outcome.setVisible(seen is not None)
        self.clear_clipboard.setVisible(readable and self.source.pasted and not (seen and seen.known))
        self._show_action()
        self.fit()

    def _outcome(self, seen: KeysSeen) -> str:
        if seen.needs_passphrase:
            return self.tr("It is encrypted: type its passphrase to look into it.")
        if seen.known:
            if seen.active:
                return self.tr("This is the active pair of the database: there is nothing to import.")
            return self.tr("This pair is in the database already, but inactive: there is nothing to import.")
        if seen.unlocks:
            return self.tr(
                "This pair is here, but locked. Importing it keeps its private key in the database from now on."
            )
        if seen.becomes_active:
            return self.tr("It becomes the active pair: every push is signed with it from now on.")
        return self.tr("It stays inactive, since another pair is active. Rotate to it to have it sign.")

    def _show_action(self) -> None:
        seen = self.seen
        locked = seen is not None and seen.needs_passphrase
        self.set_action(self.tr("Decrypt") if locked else self.tr("Import key pair"))
        ready = seen is not None and not seen.known and not (locked and self.passphrase.empty)
        self.action_button.setEnabled(ready and self._looking is None)

    def _on_refused(self, reason: str) -> None:
        self.source.setEnabled(True)
        super()._on_refused(reason)

    def _on_added(self, added: KeyAdded) -> None:
        if self.source.pasted and self.clear_clipboard.isChecked():
            self.context.secret_clipboard.take_away(self.source.source.text)
        self.accept()
        self.imported.emit(added)
