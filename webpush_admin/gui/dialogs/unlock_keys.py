"""Asks for what a private key outside of the database is locked with.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from webpush_admin.backend.key_records import KeyPairInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.models.key_pairs import pair_name
from webpush_admin.gui.text import display_text
from webpush_admin.gui.widgets.passphrase import PassphraseField
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.push.secret import NO_SECRET
from webpush_admin.store.key_rows import Home

_NAME_CHARACTERS: Final = 40


class UnlockKeysDialog(FormDialog):
    """The passphrase of a file; or, for the keyring, only the wish to ask it again.

    Attributes:
        unlocked: The `KeyPairInfo` as it is now.
    """

    unlocked = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None, pair: KeyPairInfo) -> None:
        super().__init__(context, parent)
        self.setObjectName("unlock_keys_dialog")
        self.setWindowTitle(self.tr("Unlock the private key"))
        self._pair = pair
        self._in_file = pair.home is Home.FILE
        # A label that is cut asks for no room of its own.
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.file = PlainLabel(pair.place, self, name="file", elide=Qt.TextElideMode.ElideMiddle)
        self.file.setAccessibleName(self.tr("File"))
        self.form.addRow(self.tr("File"), self.file)
        self.form.setRowVisible(self.file, self._in_file)
        self.passphrase = PassphraseField(self, name="passphrase", label=self.tr("Passphrase"))
        self.form.addRow(self.passphrase.accessibleName(), self.passphrase)
        self.form.setRowVisible(self.passphrase, self._in_file)
        self.keep_field(self.passphrase.line)
        self.keep_field(self.passphrase.eye)
        self.passphrase.changed.connect(self._on_edited)
        self.passphrase.line.caps_lock_told.connect(self.fit)
        self.explanation.show_text(self._explained())
        self.explanation.show()
        self.set_action(self.tr("Unlock") if self._in_file else self.tr("Ask the keyring again"))
        context.database_closed.connect(self.reject)
        self._on_edited()

    def submit(self) -> None:
        """Unlock; what is refused is told, and the passphrase is typed anew."""
        number, passphrase = self._pair.id, self.passphrase.secret if self._in_file else NO_SECRET
        self.ask(lambda backend: backend.keys.keeping.unlock(number, passphrase), self._on_unlocked)
        self.passphrase.wipe()
        self.action_button.setEnabled(False)

    def done(self, result: int) -> None:
        """Close; nothing that was typed stays."""
        self.passphrase.wipe()
        super().done(result)

    def _explained(self) -> str:
        until = self.tr("Once it is unlocked, it signs until the database is closed or the keys are locked again.")
        if self._in_file:
            where = self.tr("The private key of {pair} is in an encrypted file.")
        else:
            where = self.tr(
                "The private key of {pair} is in the system's keyring, which has not given it out. Unlock the keyring, "
                "then ask again."
            )
        name = display_text(pair_name(self._pair), _NAME_CHARACTERS)
        return f"{where.format(pair=name)} {until}"

    def _on_edited(self) -> None:
        if not self.passphrase.empty:
            self.show_problem("")
        self.action_button.setEnabled(not (self.asking or (self._in_file and self.passphrase.empty)))

    def _on_unlocked(self, pair: KeyPairInfo) -> None:
        self.accept()
        self.unlocked.emit(pair)

    def _on_refused(self, reason: str) -> None:
        super()._on_refused(reason)
        self._on_edited()
        if self._in_file:
            self.passphrase.line.setFocus()
