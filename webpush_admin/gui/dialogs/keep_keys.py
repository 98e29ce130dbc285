"""Asks where a private key is to be kept: in the database, in the system's keyring, or in an encrypted file.

Runs on: GUI thread
"""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeyPairInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.dialogs.new_file import NewFileField
from webpush_admin.gui.dialogs.new_passphrase import NewPassphrase
from webpush_admin.gui.models.key_pairs import pair_name
from webpush_admin.gui.text import display_text
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.push.secret import NO_SECRET
from webpush_admin.store.key_rows import Home, KeepIn

_BELOW_PIXELS = 22
"""What a choice means stands below its words, not below its mark."""

_NAME_CHARACTERS = 40


class KeepKeysDialog(FormDialog):
    """Three choices with what each means; the present one is marked.

    Attributes:
        kept: The `KeyPairInfo` as it is now.
    """

    kept = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None, pair: KeyPairInfo, keyring_name: str) -> None:
        """Make the dialog.

        Args:
            context: For the backend.
            parent: The view.
            pair: Whose private key.
            keyring_name: What the system's keyring calls itself, "" where there is none.
        """
        super().__init__(context, parent)
        self.setObjectName("keep_keys_dialog")
        self.setWindowTitle(
            self.tr("Where the private key of {pair} is kept").format(
                pair=display_text(pair_name(pair), _NAME_CHARACTERS)
            )
        )
        self.setMinimumWidth(600)
        self._pair = pair
        self._keyring_name = display_text(keyring_name, _NAME_CHARACTERS)
        self.homes = QButtonGroup(self)
        self._buttons: dict[Home, QRadioButton] = {}
        self._make_choices()
        self.file = NewFileField(context, self, name="file", label=self.tr("File"))
        self.form.addRow(self.tr("File"), self.file)
        self.keep_field(self.file.path)
        self.keep_field(self.file.choose_button)
        self.passphrase = NewPassphrase(self)
        self.note = PlainLabel("", self, name="note", tone="muted")
        self.note.setWordWrap(True)
        self.content.insertWidget(self.content.indexOf(self.problem), self.note)
        self._buttons[pair.home].setChecked(True)
        self.homes.buttonToggled.connect(self._on_chosen)
        self.file.changed.connect(self._on_edited)
        self.passphrase.changed.connect(self._on_edited)
        context.database_closed.connect(self.reject)
        self._show_choice()

    @property
    def chosen(self) -> Home:
        """Where it is to be kept."""
        return next(home for home, button in self._buttons.items() if button.isChecked())

    def showEvent(self, event: QShowEvent) -> None:
        """Start at the present place: the arrow keys go on from there."""
        super().showEvent(event)
        self._buttons[self._pair.home].setFocus()

    def submit(self) -> None:
        """Move the private key; a refusal leaves it where it is."""
        home = self.chosen
        path, passphrase = None, NO_SECRET
        if home is Home.FILE:
            wrong = self.file.problem()
            if wrong:
                self.show_problem(wrong)
                return
            wrong = self.passphrase.problem()
            if wrong:
                self.passphrase.show_problem(wrong)
                return
            path, passphrase = self.file.chosen, self.passphrase.secret
        number, where = self._pair.id, KeepIn(home, path, passphrase)
        self.ask(lambda backend: backend.keys.keeping.keep(number, where), self._on_kept)

    def done(self, result: int) -> None:
        """Close; nothing that was typed stays."""
        self.file.stop()
        self.passphrase.wipe()
        super().done(result)

    def _make_choices(self) -> None:
        choices = QVBoxLayout()
        choices.setSpacing(4)
        keyring = self._keyring_name
        for home, name, words, meaning in (
            (
                Home.DATABASE,
                "in_database",
                self.tr("In the &database"),
                self.tr(
                    "As other Web Push servers do. Whoever reads the file, or a copy or backup of it, can send to "
                    "your subscribers."
                ),
            ),
            (
                Home.KEYRING,
                "in_keyring",
                self.tr("In the system's &keyring"),
                self.tr(
                    "{keyring}. It is unlocked when you log in to this computer; on another one, the database alone "
                    "cannot send."
                ).format(keyring=keyring)
                if keyring
                else self.tr("This computer has no keyring that can be used."),
            ),
            (
                Home.FILE,
                "in_file",
                self.tr("In an encrypted &file"),
                self.tr(
                    "Locked after each start until you type the passphrase. If you lose the passphrase or the file, "
                    "the key is lost: export it first."
                ),
            ),
        ):
            button = QRadioButton(self)
            button.setObjectName(name)
            present = home is self._pair.home
            button.setText(self.tr("{place} – now").format(place=words) if present else words)
            button.setAccessibleName(button.text().replace("&", ""))
            button.setAccessibleDescription(meaning)
            label = PlainLabel(meaning, self, name=f"{name}_meaning", tone="muted")
            label.setWordWrap(True)
            label.setIndent(_BELOW_PIXELS)
            if home is Home.KEYRING and not keyring and not present:
                button.setEnabled(False)
            self.homes.addButton(button)
            self.keep_field(button)
            self._buttons[home] = button
            choices.addWidget(button)
            choices.addWidget(label)
            choices.addSpacing(6)
        self.in_database, self.in_keyring, self.in_file = (self._buttons[home] for home in Home)
        self.content.insertLayout(self.content.indexOf(self.explanation) + 1, choices)

    def _on_chosen(self, button: QRadioButton, checked: bool) -> None:
        if checked:
            self._show_choice()

    def _show_choice(self) -> None:
        stays, into_file = self.chosen is self._pair.home, self.chosen is Home.FILE
        self.form.setRowVisible(self.file, into_file)
        self.passphrase.set_shown(into_file)
        if into_file and self.file.empty:
            self.file.suggest(self._suggested())
        effects = {
            Home.DATABASE: self.tr("Move to the database"),
            Home.KEYRING: self.tr("Move to the keyring"),
            Home.FILE: self.tr("Move to another encrypted file") if stays else self.tr("Move to the encrypted file"),
        }
        self.set_action(effects[self.chosen] if into_file or not stays else self.tr("Choose another place"))
        self.note.show_text(self._left_behind())
        self.note.setVisible(bool(self._left_behind()) and (into_file or not stays))
        self._on_edited()
        self.fit()

    def _on_edited(self) -> None:
        self.show_problem("")
        ready = self.chosen is not self._pair.home
        if self.chosen is Home.FILE:
            ready = not (self.file.empty or self.passphrase.first.empty or self.passphrase.again.empty)
        self.action_button.setEnabled(ready and not self.asking)

    def _left_behind(self) -> str:
        if self._pair.home is Home.DATABASE:
            return self.tr("Backups and copies of the database that were made before still hold the key.")
        if self._pair.home is Home.FILE:
            name = display_text(Path(self._pair.place).name, _NAME_CHARACTERS)
            return self.tr("The file {name} stays, with the key in it: delete it yourself.").format(name=name)
        return ""

    def _suggested(self) -> Path:
        database = self.context.database
        location = Path(database.location) if database is not None and not database.demo else None
        beside = location is not None and location.is_absolute()
        folder = location.parent if location is not None and beside else Path.home()
        return folder / f"vapid-{self._pair.fingerprint.replace(' ', '')[:8]}-encrypted.pem"

    def _on_kept(self, pair: KeyPairInfo) -> None:
        self.accept()
        self.kept.emit(pair)
