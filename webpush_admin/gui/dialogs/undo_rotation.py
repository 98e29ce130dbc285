"""Brings back the keys and the subscriptions of a backup that a rotation has written.

Runs on: GUI thread
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from webpush_admin.backend.key_records import RotationUndone
from webpush_admin.backend.records import Snapshot, WorkKind
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.dialogs.rotate_pages import RunningPage
from webpush_admin.gui.dialogs.running_work import RunningWork
from webpush_admin.gui.models.rotation_cost import undone_told
from webpush_admin.gui.models.words import exact_utc

_STAMP: Final = re.compile(r"-(\d{8}-\d{6})$")
"""How the names end that a rotation proposes."""


def written_at(backup: Path) -> datetime | None:
    """Return when a backup was written, as far as its name says it."""
    found = _STAMP.search(backup.stem)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


class UndoRotationDialog(FormDialog):
    """One step: which backup, and what will come of it.

    Attributes:
        undone: The `RotationUndone`.
        native_file_dialog: Ask with the system's dialog.
    """

    undone = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None, backup: Path | None) -> None:
        """Make the dialog.

        Args:
            context: For the backend.
            parent: The window.
            backup: Of the newest rotation, None where none is known.
        """
        super().__init__(context, parent)
        self.setObjectName("undo_rotation_dialog")
        self.setWindowTitle(self.tr("Undo a rotation"))
        self.setMinimumWidth(600)
        self.native_file_dialog = True
        self._running = False
        self._result: RotationUndone | None = None
        self._work = RunningWork(context, WorkKind.UNDO, self)
        self.explanation.show_text(
            self.tr(
                "The pair of the backup comes into force again, and its subscriptions that were deleted come back.\n\n"
                "Who has subscribed since keeps working: those subscriptions are bound to the pair that is in force "
                "now, which signs for them alone. Whoever has subscribed again at the same address is not brought "
                "back twice.\n\nThe web page must use the public key of the backup again."
            )
        )
        self.explanation.show()
        self._make_file(backup)
        self.running = RunningPage(self, beginning=self.tr("The backup is being read…"))
        self.content.insertWidget(self.content.indexOf(self.problem), self.running)
        # It changes who can be sent to: a stray Enter must not.
        self.action_button.setDefault(False)
        self.action_button.setAutoDefault(True)
        self.cancel_button.setDefault(True)
        context.snapshot.connect(self._on_snapshot)
        context.database_closed.connect(self._on_database_closed)
        self._show_state()

    def _make_file(self, backup: Path | None) -> None:
        self.backup = QLineEdit(str(backup) if backup is not None else "", self)
        self.backup.setObjectName("backup")
        self.backup.setAccessibleName(self.tr("Backup file"))
        self.backup.setPlaceholderText(self.tr("A backup that a rotation has written"))
        self.backup.textChanged.connect(self._on_edited)
        self.choose_button = QPushButton(self.tr("Choose…"), self)
        self.choose_button.setObjectName("choose_button")
        self.choose_button.setAccessibleName(self.tr("Choose the backup file"))
        self.choose_button.setAutoDefault(False)
        self.choose_button.clicked.connect(self._on_choose)
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

    @property
    def chosen(self) -> Path:
        """The file that is typed."""
        return Path(self.backup.text().strip())

    def submit(self) -> None:
        """Bring it back."""
        if self._running:
            return
        backup = self.chosen
        if not backup.is_absolute():
            self.show_problem(self.tr("Give the whole path of the backup file."))
            return
        self._running = True
        self.running.begin()
        self._work.begin()
        self._show_state()
        self.cancel_button.setFocus()
        self.ask(lambda backend: backend.keys.rotation.undo(backup), self._on_undone)

    def reject(self) -> None:
        """Close; what runs is asked to stop, and closes nothing before its answer is there."""
        if not self._running:
            super().reject()
        elif self._work.stop():
            self.running.stopping()
            self.cancel_button.setEnabled(False)

    def done(self, result: int) -> None:
        """Close, and tell what came of it."""
        super().done(result)
        if self._result is not None:
            self.context.notify(undone_told(self._result), "good")
            self._result = None

    def _show_state(self) -> None:
        running = self._running
        self.running.setVisible(running)
        self.explanation.setVisible(not running)
        self.form.setRowVisible(self.backup_row, not running)
        self.action_button.setVisible(not running)
        self.cancel_button.setEnabled(True)
        self.cancel_button.setText(self.tr("Stop") if running else self.tr("Cancel"))
        self.cancel_button.setAccessibleName(self.cancel_button.text())
        self._show_action()
        self.fit()

    def _show_action(self) -> None:
        at = written_at(self.chosen)
        words = self.tr("Bring back the keys and subscriptions of {date}")
        self.set_action(
            words.format(date=exact_utc(at)) if at is not None else self.tr("Bring back its keys and subscriptions")
        )
        self.action_button.setEnabled(bool(self.backup.text().strip()))

    def _on_edited(self) -> None:
        self.show_problem("")
        self._show_action()

    def _on_choose(self) -> None:
        chooser = QFileDialog(self, self.tr("Backup file"), str(self.chosen.parent))
        chooser.setObjectName("backup_chooser")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.setNameFilters([self.tr("Databases (*.db *.sqlite *.sqlite3)"), self.tr("All files (*)")])
        chooser.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native_file_dialog)
        chooser.fileSelected.connect(self.backup.setText)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _on_undone(self, undone: RotationUndone) -> None:
        self._running = False
        self._result = undone
        self.accept()
        self.undone.emit(undone)

    def _on_refused(self, reason: str) -> None:
        self._running = False
        self._show_state()
        super()._on_refused(reason)
        self._show_action()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        work = self._work.find(snapshot) if self._running else None
        if work is not None:
            self.running.show_work(work)

    def _on_database_closed(self) -> None:
        # Nobody answers any more: nothing is left to be waited for.
        self._running = False
        self.reject()
