"""Asks what to export, as what, and where: endpoints and keys only where they are ticked.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from webpush_admin.backend.exchange_records import ExportFormat, ExportOptions, Wanted
from webpush_admin.backend.records import DatabaseInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.export_secrets import ExportSecrets
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.models.exportable import Exportable, ExportWish, suggested_path
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.text import display_text
from webpush_admin.gui.widgets.figures import grouped

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

FORMATS: Final = (ExportFormat.CSV, ExportFormat.JSON, ExportFormat.JSON_LINES)

NAME_CHARACTERS: Final = 40


class ExportDialog(FormDialog):
    """What, as what, where.

    Attributes:
        wished: An `ExportWish`; it can be written as far as is known now.
    """

    wished = Signal(object)

    def __init__(
        self, context: Context, parent: QWidget | None, exportable: Exportable, database: DatabaseInfo
    ) -> None:
        super().__init__(context, parent)
        self.setObjectName("export_dialog")
        self.setWindowTitle(self.tr("Export subscriptions"))
        self.setMinimumWidth(600)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.native_file_dialog = True
        self._exportable = exportable
        self._all: int | None = None
        self._shown: int | None = None
        self._agreed = ""
        """The path that the operator chose although there is a file."""
        self._suggested = ""
        self._make_what()
        self._make_format()
        self._make_secrets()
        self._make_where(database)
        self._show_counts()
        context.database_closed.connect(self.reject)
        # A count that fails is told by the export itself.
        self._counting: list[Job[int]] = [
            context.ask(lambda backend: backend.subscriptions.count(), self._on_counted, lambda _: None)
        ]
        if exportable.narrowed:
            query, stamp = exportable.query, exportable.stamp
            self._counting.append(
                context.ask(
                    lambda backend: backend.subscriptions.total(query, stamp), self._on_shown_counted, lambda _: None
                )
            )

    def _make_what(self) -> None:
        self.selection = QRadioButton(self)
        self.shown = QRadioButton(self)
        self.everything = QRadioButton(self)
        self.choices = QButtonGroup(self)
        box = QVBoxLayout()
        box.setSpacing(6)
        for name in ("selection", "shown", "everything"):
            button: QRadioButton = getattr(self, name)
            button.setObjectName(name)
            self.choices.addButton(button)
            self.keep_field(button)
            box.addWidget(button)
        exportable = self._exportable
        self.selection.setVisible(exportable.selected > 0)
        self.shown.setVisible(exportable.narrowed)
        first = self.selection if exportable.selected else self.shown if exportable.narrowed else self.everything
        first.setChecked(True)
        self.choices.buttonToggled.connect(self._show_counts)
        self.form.addRow(self.tr("What"), box)

    def _make_format(self) -> None:
        self.format = QComboBox(self)
        for text in (
            self.tr("CSV, for spreadsheets"),
            self.tr("JSON, one array of PushSubscriptions"),
            self.tr("JSON Lines, one PushSubscription a line"),
        ):
            self.format.addItem(text)
        self.add_field("format", self.tr("Format"), self.format)
        self.format.currentIndexChanged.connect(self._on_format_changed)

    def _make_secrets(self) -> None:
        self.secrets = ExportSecrets(self)
        self.endpoints, self.keys, self.worth = self.secrets.endpoints, self.secrets.keys, self.secrets.worth
        self.secrets.told.connect(self.fit)
        for ticked in (self.endpoints, self.keys):
            self.keep_field(ticked)
        self.form.addRow(self.tr("Include"), self.secrets)

    def _make_where(self, database: DatabaseInfo) -> None:
        suggested = suggested_path(database, self.context.recent.folder, self.chosen_format, datetime.now(UTC))
        self.path = QLineEdit(str(suggested), self)
        self.path.setObjectName("path")
        self.path.setAccessibleName(self.tr("File to write"))
        self.path.textChanged.connect(self._on_path_changed)
        self.choose_button = QPushButton(self.tr("Choose…"), self)
        self.choose_button.setObjectName("choose_button")
        self.choose_button.setAccessibleName(self.tr("Choose the file to write"))
        self.choose_button.setAutoDefault(False)
        self.choose_button.clicked.connect(self._on_choose)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.path, 1)
        row.addWidget(self.choose_button)
        self.form.addRow(self.tr("File"), row)
        self.replace = QCheckBox(self.tr("&Replace the existing file"), self)
        self.replace.setObjectName("replace")
        self.replace.setAccessibleName(self.tr("Replace the existing file"))
        self.replace.toggled.connect(self._on_replace_toggled)
        self.form.addRow("", self.replace)
        self.form.setRowVisible(self.replace, False)
        for field in (self.path, self.choose_button, self.replace):
            self.keep_field(field)
        self._suggest(suggested)

    def _suggest(self, path: Path) -> None:
        """Let a name stand that no file has yet, unless another was given meanwhile."""
        self._suggested = str(path)

        def found(free: Path) -> None:
            if self.path.text() == str(path) == self._suggested:
                self._suggested = str(free)
                self.path.setText(str(free))

        # What cannot be looked at is told when it is to be written.
        self._looking = self.context.ask(lambda backend: backend.files.free(path), found, lambda _: None)

    @property
    def chosen_format(self) -> ExportFormat:
        """What the file is written as."""
        return FORMATS[max(0, self.format.currentIndex())]

    @property
    def count(self) -> int | None:
        """How many would be written, None where that is not known yet."""
        if self.selection.isChecked():
            return self._exportable.selected
        return self._shown if self.shown.isChecked() else self._all

    def submit(self) -> None:
        """Look whether the file can be written, then close and let it be."""
        wish = self._wish()
        if wish is None:
            return
        self.ask(
            lambda backend: backend.exchange.check_target(wish.path, overwrite=True),
            lambda there: self._on_exists() if there and not wish.overwrite else self._on_writable(wish),
        )

    def done(self, result: int) -> None:
        """Close; what is being counted is not waited for."""
        for counting in self._counting:
            counting.cancel()
        self._looking.cancel()
        super().done(result)

    def _wish(self) -> ExportWish | None:
        text = self.path.text().strip()
        path = Path(text)
        if not path.is_absolute():
            self.show_problem(self.tr("Give the whole path of the file."))
            return None
        options = ExportOptions(self.chosen_format, endpoints=self.endpoints.isChecked(), keys=self.keys.isChecked())
        return ExportWish(self._wanted(), path, options, overwrite=text == self._agreed or self.replace.isChecked())

    def _wanted(self) -> Wanted:
        if self.selection.isChecked():
            return self._exportable.chosen
        return self._exportable.query if self.shown.isChecked() else None

    def _on_writable(self, wish: ExportWish) -> None:
        self.context.recent.remember_folder(str(wish.path.parent))
        self.accept()
        self.wished.emit(wish)

    def _on_exists(self) -> None:
        self.form.setRowVisible(self.replace, True)
        self.replace.setFocus()
        self.show_problem(self.tr("This file exists already: tick that it is replaced, or give another name."))

    def _on_replace_toggled(self) -> None:
        self.show_problem("")

    def _on_counted(self, count: int) -> None:
        self._all = count
        self._show_counts()

    def _on_shown_counted(self, count: int) -> None:
        self._shown = count
        self._show_counts()

    def _show_counts(self) -> None:
        exportable = self._exportable
        self.selection.setText(self.tr("The &selected: {count}").format(count=grouped(exportable.selected)))
        shown = self._told(self._shown)
        self.shown.setText(
            self.tr("What the &table shows of {name}: {count}").format(
                name=display_text(exportable.user_name, NAME_CHARACTERS).replace("&", "&&"), count=shown
            )
            if exportable.user_name
            else self.tr("What the filters of the &table show: {count}").format(count=shown)
        )
        self.everything.setText(self.tr("&All in the database: {count}").format(count=self._told(self._all)))
        for button in (self.selection, self.shown, self.everything):
            button.setAccessibleName(button.text().replace("&&", "\0").replace("&", "").replace("\0", "&"))
        self._show_action()

    def _show_action(self) -> None:
        count = self.count
        what = self.tr("subscriptions")
        if count is not None:
            what = counted(count, self.tr("subscription"), self.tr("subscriptions"))
        self.set_action(self.tr("Export {what}").format(what=what))
        self.action_button.setEnabled(count != 0 and (not hasattr(self, "path") or bool(self.path.text().strip())))

    def _told(self, count: int | None) -> str:
        return self.tr("being counted…") if count is None else grouped(count)

    def _on_format_changed(self) -> None:
        path = self.path.text()
        for known in FORMATS:
            if path.endswith(f".{known.value}"):
                other = f"{path.removesuffix(known.value)}{self.chosen_format.value}"
                self.path.setText(other)
                if path == self._suggested:
                    self._suggest(Path(other))
                return

    def _on_path_changed(self) -> None:
        # What was agreed to was for another file.
        self.replace.setChecked(False)
        self.form.setRowVisible(self.replace, False)
        self.show_problem("")
        self._show_action()

    def _on_choose(self) -> None:
        at = Path(self.path.text().strip())
        chooser = QFileDialog(self, self.tr("Export to"), str(at.parent))
        chooser.setObjectName("export_chooser")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native_file_dialog)
        chooser.setDefaultSuffix(self.chosen_format.value)
        chooser.selectFile(at.name)
        chooser.fileSelected.connect(self._on_chosen)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _on_chosen(self, path: str) -> None:
        # Where there was a file, the file dialog has asked.
        self._agreed = path
        self.path.setText(path)
        # It may be the one that was refused just now.
        self._on_path_changed()
