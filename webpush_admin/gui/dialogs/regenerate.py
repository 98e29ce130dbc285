"""Makes a new VAPID key pair: first a backup file, then a typed confirmation of what it costs.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from webpush_admin.backend.key_records import KeysInfo, KeysRegenerated
from webpush_admin.backend.records import DatabaseInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.models.words import counted

CONFIRMING_WORD: Final = "REGENERATE"


def default_backup(name: str, location: str, now: datetime) -> Path:
    """Return a dated name beside the database; in the home folder where it is no file."""
    database = Path(location.removeprefix("sqlite:///"))
    beside = database.is_absolute() and database.parent.is_dir()
    folder, stem = (database.parent, database.stem) if beside else (Path.home(), Path(name).stem.lower())
    return folder / f"{stem or 'database'}-before-new-keys-{now.astimezone(UTC):%Y%m%d-%H%M%S}.db"


class RegenerateDialog(FormDialog):
    """Two steps in one dialog. `regenerated` carries the `KeysRegenerated`."""

    regenerated = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None, keys: KeysInfo, database: DatabaseInfo) -> None:
        super().__init__(context, parent)
        self.setObjectName("regenerate_dialog")
        self.setWindowTitle(self.tr("Regenerate VAPID keys"))
        self.setMinimumWidth(600)
        self._keys = keys
        self._confirming = False
        self.native_file_dialog = True
        self.lost = counted(keys.subscriptions, self.tr("subscription"), self.tr("subscriptions"))
        self.word = str(keys.subscriptions) if keys.subscriptions else CONFIRMING_WORD

        self.backup = QLineEdit(str(default_backup(database.name, database.location, datetime.now(UTC))), self)
        self.choose_button = QPushButton(self.tr("Choose…"), self)
        self.choose_button.setObjectName("choose_button")
        self.choose_button.setAccessibleName(self.tr("Choose the backup file"))
        self.choose_button.setAutoDefault(False)
        self.choose_button.clicked.connect(self._on_choose)
        self.backup.setObjectName("backup")
        self.backup.setAccessibleName(self.tr("Backup file"))
        self.backup.textChanged.connect(self._on_edited)
        self.backup_row = QWidget(self)
        self.backup_row.setObjectName("backup_row")
        row = QHBoxLayout(self.backup_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.backup, 1)
        row.addWidget(self.choose_button)
        self.form.addRow(self.tr("Backup file"), self.backup_row)
        self.keep_field(self.backup)
        self.keep_field(self.choose_button)
        self.typed = QLineEdit(self)
        self.add_field("typed", self.tr("Type {word} to confirm").format(word=self.word), self.typed)
        self.typed.textChanged.connect(self._on_edited)
        self._show_step()

    def submit(self) -> None:
        """Go on to the confirmation, or regenerate."""
        if not self._confirming:
            if self._backup_is_usable():
                self._confirming = True
                self._show_step()
            return
        backup, expected = Path(self.backup.text().strip()), self._keys.subscriptions
        self.ask(lambda backend: backend.keys.regenerate(expected, backup), self._on_regenerated)

    def _show_step(self) -> None:
        self.form.setRowVisible(self.backup_row, not self._confirming)
        self.form.setRowVisible(self.typed, self._confirming)
        if self._confirming:
            self.set_action(
                self.tr("Delete {lost} and make new keys").format(lost=self.lost)
                if self._keys.subscriptions
                else self.tr("Make new keys"),
                destructive=True,
            )
            self.explanation.show_text(
                self.tr(
                    "Subscriptions belong to the key they were made with. New keys make all of them useless, so {lost} "
                    "will be deleted, and everybody must subscribe again. The backup is written first, to\n{backup}"
                ).format(lost=self.lost, backup=self.backup.text().strip())
            )
            self.typed.setFocus()
        else:
            self.set_action(self.tr("Continue"))
            self.explanation.show_text(
                self.tr(
                    "A copy of the whole database, with the private key in it, is written before anything changes. "
                    "Keep it where only you can read it."
                )
            )
            self.backup.setFocus()
        self.explanation.show()
        self.fit()
        self._on_edited()

    def _on_edited(self) -> None:
        self.show_problem("")
        ready = self.typed.text().strip() == self.word if self._confirming else bool(self.backup.text().strip())
        self.action_button.setEnabled(ready)

    def _backup_is_usable(self) -> bool:
        backup = Path(self.backup.text().strip())
        if not backup.is_absolute():
            self.show_problem(self.tr("Give the whole path of the backup file."))
        elif not backup.parent.is_dir():
            self.show_problem(self.tr("The folder {folder} does not exist.").format(folder=str(backup.parent)))
        elif backup.exists():
            self.show_problem(self.tr("{file} exists already; choose another name.").format(file=backup.name))
        else:
            return True
        return False

    def _on_choose(self) -> None:
        chooser = QFileDialog(self, self.tr("Backup file"), str(Path(self.backup.text()).parent))
        chooser.setObjectName("backup_chooser")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native_file_dialog)
        chooser.setOption(QFileDialog.Option.DontConfirmOverwrite, True)
        chooser.setDefaultSuffix("db")
        chooser.selectFile(Path(self.backup.text()).name)
        chooser.fileSelected.connect(self.backup.setText)
        chooser.open()

    def _on_regenerated(self, regenerated: KeysRegenerated) -> None:
        self.accept()
        self.regenerated.emit(regenerated)
