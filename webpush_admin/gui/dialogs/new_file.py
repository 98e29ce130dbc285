"""Asks for the path of a file that is to be made, and never for one that is there.

Runs on: GUI thread
"""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from webpush_admin.gui.context import Context

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job


class NewFileField(QWidget):
    """A path that can be typed or chosen.

    Attributes:
        changed: It is another one.
        native_file_dialog: Ask with the system's dialog.
    """

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget, *, name: str, label: str) -> None:
        """Make the field.

        Args:
            context: For the backend, which looks whether a name is free.
            parent: The dialog.
            name: objectName.
            label: What is asked for.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.native_file_dialog = True
        self._context = context
        self._label = label
        self._suggested = ""
        self._looking: Job[Path] | None = None
        self.path = QLineEdit(self)
        self.path.setObjectName("path")
        self.path.setAccessibleName(label)
        self.path.textChanged.connect(lambda _: self.changed.emit())
        self.choose_button = QPushButton(self.tr("Choose…"), self)
        self.choose_button.setObjectName("choose_button")
        self.choose_button.setAccessibleName(self.tr("Choose where to write it"))
        self.choose_button.setAutoDefault(False)
        self.choose_button.clicked.connect(self._on_choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.path, 1)
        row.addWidget(self.choose_button)
        self.setFocusProxy(self.path)

    @property
    def chosen(self) -> Path:
        """What the field says."""
        return Path(self.path.text().strip())

    @property
    def empty(self) -> bool:
        """Whether nothing is typed."""
        return not self.path.text().strip()

    @property
    def untouched(self) -> bool:
        """Whether it still says what was suggested."""
        return self.path.text() == self._suggested

    def problem(self) -> str:
        """Say what is wrong with the path as far as that can be seen without looking at the disk, "" for nothing."""
        return "" if self.chosen.is_absolute() else self.tr("Give the whole path of the file.")

    def suggest(self, path: Path) -> None:
        """Put in a name, or the next one that is free, unless another is typed meanwhile."""
        self.stop()
        self._suggested = str(path)
        self.path.setText(str(path))

        def found(free: Path) -> None:
            self._looking = None
            if self.path.text() == str(path) == self._suggested:
                self._suggested = str(free)
                self.path.setText(str(free))

        # What cannot be looked at is told when it is to be written.
        self._looking = self._context.ask(lambda backend: backend.files.free(path), found, lambda _: None)

    def stop(self) -> None:
        """Look no further: the dialog closes."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _on_choose(self) -> None:
        at = self.chosen
        chooser = QFileDialog(self, self._label, str(at.parent))
        chooser.setObjectName("file_chooser")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native_file_dialog)
        # What is there is never replaced: to ask about it would promise something else.
        chooser.setOption(QFileDialog.Option.DontConfirmOverwrite, True)
        chooser.setDefaultSuffix(at.suffix.removeprefix("."))
        chooser.selectFile(at.name)
        chooser.fileSelected.connect(self.path.setText)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()
