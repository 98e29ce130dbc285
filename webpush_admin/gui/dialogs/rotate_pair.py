"""The second step of a rotation: which pair comes into force, where its private key is kept, and the backup.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QSizePolicy

from webpush_admin.backend.key_records import RotationCost
from webpush_admin.backend.records import DatabaseInfo
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.dialogs.new_file import NewFileField
from webpush_admin.gui.dialogs.new_passphrase import NewPassphrase
from webpush_admin.gui.models.rotation_cost import dated_beside, named_exactly
from webpush_admin.gui.text import display_text
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.store.key_rows import IN_DATABASE, Home, KeepIn

_KEYRING_CHARACTERS = 40


class PairRows(QObject):
    """Rows of the dialog's form.

    Attributes:
        changed: Something else was chosen or typed.
    """

    changed = Signal()

    def __init__(self, dialog: FormDialog, cost: RotationCost, database: DatabaseInfo, keyring_name: str) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._form = dialog.form
        self._numbers: list[int | None] = []
        now = datetime.now(UTC)
        self.pair = QComboBox(dialog)
        dialog.add_field("pair", self.tr("Pair"), self.pair)
        self.home = QComboBox(dialog)
        dialog.add_field("home", self.tr("Private key in"), self.home)
        self._fill_homes(cost, keyring_name)
        self.file = self._file_row("file", self.tr("Encrypted file"))
        self.file.suggest(dated_beside(database, "vapid-key", ".pem", now))
        self.passphrase = NewPassphrase(dialog)
        self.backup = self._file_row("backup", self.tr("Backup file"))
        self.backup.suggest(dated_beside(database, "before-rotation", ".db", now))
        self.about_backup = PlainLabel("", dialog, name="about_backup", tone="muted")
        self.about_backup.setWordWrap(True)
        for wide in (self.pair, self.home, self.about_backup):
            # The form gives it the whole width, with which its height was reckoned: else lines are cut.
            policy = wide.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
            wide.setSizePolicy(policy)
        self._form.addRow("", self.about_backup)
        self.show_cost(cost)
        self.pair.currentIndexChanged.connect(self._on_chosen)
        self.home.currentIndexChanged.connect(self._on_chosen)
        for field in (self.file, self.backup, self.passphrase):
            field.changed.connect(self.changed)
        self._shown = False
        self.set_shown(False)

    @property
    def pair_id(self) -> int | None:
        """The inactive pair that was chosen, None for a new one."""
        return self._numbers[max(0, self.pair.currentIndex())]

    @property
    def chosen_home(self) -> Home:
        """Where the private key of a new pair is kept."""
        return tuple(Home)[max(0, self.home.currentIndex())]

    @property
    def keep_in(self) -> KeepIn:
        """Where the private key of a new pair is kept, with the passphrase that was typed."""
        if self.pair_id is not None or self.chosen_home is Home.DATABASE:
            return IN_DATABASE
        if self.chosen_home is Home.KEYRING:
            return KeepIn(Home.KEYRING)
        return KeepIn(Home.FILE, self.file.chosen, self.passphrase.secret)

    @property
    def new_files(self) -> tuple[Path, ...]:
        """Files that will be made."""
        return (self.file.chosen, self.backup.chosen) if self._wants_file else (self.backup.chosen,)

    @property
    def ready(self) -> bool:
        """Whether everything that is needed is typed."""
        typed = not (self.file.empty or self.passphrase.first.empty or self.passphrase.again.empty)
        return not self.backup.empty and (typed or not self._wants_file)

    def told(self) -> str:
        """Return which pair that is and where its private key will be, as a sentence."""
        if self.pair_id is not None:
            return self.tr("The pair {pair} comes into force.").format(pair=self.pair.currentText())
        where = {
            Home.DATABASE: self.tr("A new pair comes into force; its private key is kept in the database."),
            Home.KEYRING: self.tr("A new pair comes into force; its private key is kept in the system's keyring."),
            Home.FILE: self.tr("A new pair comes into force; its private key is kept in the encrypted file\n{path}"),
        }
        return where[self.chosen_home].format(path=self.file.path.text().strip())

    def problem(self) -> str:
        """Say what is wrong as far as that can be seen without looking at the disk, "" for nothing."""
        wrong = self.backup.problem()
        if not wrong and self._wants_file:
            wrong = self.file.problem() or self.passphrase.problem()
        if not wrong and len(set(self.new_files)) < len(self.new_files):
            wrong = self.tr("Two files cannot have the same name.")
        return wrong

    def show_cost(self, cost: RotationCost) -> None:
        """Offer the pairs that there are now; what was chosen stays chosen."""
        before = self.pair_id if self._numbers else None
        self.pair.blockSignals(True)
        self.pair.clear()
        self.pair.addItem(self.tr("Make a new pair"))
        self._numbers = [None]
        for pair in cost.pairs:
            name = named_exactly(pair)
            self.pair.addItem(self.tr("{pair}, locked").format(pair=name) if pair.locked else name)
            self._numbers.append(pair.id)
            if pair.locked:
                _disable(self.pair, self.pair.count() - 1)
        self.pair.setCurrentIndex(self._numbers.index(before) if before in self._numbers else 0)
        self.pair.blockSignals(False)
        if cost.backup_has_key:
            about = self.tr(
                "A copy of the whole database, with the private key that is in force now. It is written and read again "
                "before anything changes, and only your account can read it: keep it so."
            )
        elif cost.active is not None:
            about = self.tr(
                "A copy of the whole database, but without the private key that is in force now, which is locked: what "
                "it is kept in is left alone. Keep that as well, or the backup can never send."
            )
        else:
            about = self.tr("A copy of the whole database, written and read again before anything changes.")
        self.about_backup.show_text(about)

    def set_shown(self, shown: bool) -> None:
        """Show the rows or hide them; passphrases are forgotten when they are hidden."""
        self._shown = shown
        for row in (self.pair, self.backup, self.about_backup):
            self._form.setRowVisible(row, shown)
        self._show_rows()

    def stop(self) -> None:
        """Look for no free names any more, and forget what was typed."""
        self.file.stop()
        self.backup.stop()
        self.passphrase.wipe()

    @property
    def _wants_file(self) -> bool:
        return self.pair_id is None and self.chosen_home is Home.FILE

    def _fill_homes(self, cost: RotationCost, keyring_name: str) -> None:
        name = display_text(keyring_name, _KEYRING_CHARACTERS)
        words = {
            Home.DATABASE: self.tr("The database"),
            Home.KEYRING: self.tr("The system's keyring ({name})").format(name=name)
            if name
            else self.tr("The system's keyring: there is none that can be used"),
            Home.FILE: self.tr("An encrypted file"),
        }
        for home in Home:
            self.home.addItem(words[home])
        if not name:
            _disable(self.home, tuple(Home).index(Home.KEYRING))
        present = cost.active.home if cost.active is not None else Home.DATABASE
        if present is Home.KEYRING and not name:
            present = Home.DATABASE
        self.home.setCurrentIndex(tuple(Home).index(present))

    def _file_row(self, name: str, label: str) -> NewFileField:
        field = NewFileField(self._dialog.context, self._dialog, name=name, label=label)
        self._form.addRow(label, field)
        self._dialog.keep_field(field.path)
        self._dialog.keep_field(field.choose_button)
        return field

    def _show_rows(self) -> None:
        self._form.setRowVisible(self.home, self._shown and self.pair_id is None)
        self._form.setRowVisible(self.file, self._shown and self._wants_file)
        self.passphrase.set_shown(self._shown and self._wants_file)

    def _on_chosen(self, _index: int) -> None:
        self._show_rows()
        self._dialog.fit()
        self.changed.emit()


def _disable(choices: QComboBox, number: int) -> None:
    """Show a choice that cannot be made now."""
    model = choices.model()
    assert isinstance(model, QStandardItemModel)
    model.item(number).setEnabled(False)
