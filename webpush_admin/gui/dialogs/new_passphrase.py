"""Asks twice for a passphrase that something is to be encrypted with.

Runs on: GUI thread
"""

from PySide6.QtCore import QObject, Signal

from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.widgets.passphrase import PassphraseField
from webpush_admin.push.secret import Secret


class NewPassphrase(QObject):
    """Two rows of a form.

    Attributes:
        changed: Something was typed.
    """

    changed = Signal()

    def __init__(self, dialog: FormDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self.first = PassphraseField(dialog, name="passphrase", label=self.tr("Passphrase"))
        self.again = PassphraseField(dialog, name="passphrase_again", label=self.tr("The same again"))
        # PKCS#8 as it is written everywhere slows guessing down by some 2,000 rounds of a hash only.
        self.first.line.setPlaceholderText(self.tr("12 characters or more, since a short one is soon guessed"))
        for field in (self.first, self.again):
            dialog.form.addRow(field.accessibleName(), field)
            dialog.keep_field(field.line)
            dialog.keep_field(field.eye)
            field.changed.connect(self.changed)
            field.line.caps_lock_told.connect(dialog.fit)

    @property
    def empty(self) -> bool:
        """Whether nothing is typed in either field."""
        return self.first.empty and self.again.empty

    @property
    def secret(self) -> Secret:
        """What is typed in the first field."""
        return self.first.secret

    def problem(self) -> str:
        """Say what is wrong with the two, "" for nothing; two empty ones are equal."""
        return "" if self.first.secret == self.again.secret else self.tr("The two passphrases are not the same.")

    def show_problem(self, sentence: str) -> None:
        """Tell it in the dialog, and let both be typed again."""
        self.wipe()
        self._dialog.show_problem(sentence)
        self.first.line.setFocus()

    def set_shown(self, shown: bool) -> None:
        """Show the rows or hide them; hidden they are empty."""
        for field in (self.first, self.again):
            self._dialog.form.setRowVisible(field, shown)

    def wipe(self) -> None:
        """Forget what is typed."""
        self.first.wipe()
        self.again.wipe()
