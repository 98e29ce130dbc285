"""Takes a key from a file that is chosen or dropped, or from a text that is pasted, and never shows the text.

Runs on: GUI thread
"""

from pathlib import Path

from PySide6.QtCore import QDir, QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeyInput
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.push.key_formats.reading import LIMIT_BYTES
from webpush_admin.push.secret import Secret

_NOTHING = KeyInput()


class KeySource(Card):
    """A place to drop on, with two buttons.

    Attributes:
        changed: Another file or text was given.
        source: It; nothing at first.
        native_file_dialog: Ask with the system's dialog.
    """

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent, name="source")
        self.setAccessibleName(self.tr("Where the key pair is read from"))
        self.setAcceptDrops(True)
        self.native_file_dialog = True
        self.source = _NOTHING
        self._context = context
        self.what = PlainLabel("", self, name="what", tone="strong", elide=Qt.TextElideMode.ElideMiddle)
        self.told = PlainLabel("", self, name="told", tone="muted", elide=Qt.TextElideMode.ElideMiddle)
        self.choose_button = QPushButton(self.tr("Choose a file…"), self)
        self.choose_button.clicked.connect(self._on_choose)
        self.paste_button = QPushButton(self.tr("Paste"), self)
        self.paste_button.setToolTip(self.tr("Take what is on the clipboard (Ctrl+V)"))
        self.paste_button.clicked.connect(self.paste)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for name in ("choose_button", "paste_button"):
            button: QPushButton = getattr(self, name)
            button.setObjectName(name)
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        column.addWidget(self.what)
        column.addWidget(self.told)
        column.addSpacing(6)
        column.addLayout(buttons)
        self._show()

    @property
    def empty(self) -> bool:
        """Whether nothing was given yet."""
        return self.source.path is None and not self.source.text

    @property
    def pasted(self) -> bool:
        """Whether it is a text."""
        return bool(self.source.text)

    def forget(self) -> None:
        """Keep nothing of what was given."""
        self.source = _NOTHING
        self._show()

    def paste(self) -> None:
        """Take what is on the clipboard: a file, or a text."""
        if not self._take(QGuiApplication.clipboard().mimeData()):
            self.told.show_text(self.tr("There is neither a text nor a file on the clipboard."))

    def take_file(self, path: Path) -> None:
        """Take a file."""
        self._set(KeyInput(path=path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file, or a text."""
        if _file(event.mimeData()) or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped; a move would let the other program delete it."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._take(event.mimeData())

    def _take(self, data: QMimeData | None) -> bool:
        # Of an empty clipboard there is none.
        if data is None:
            return False
        file = _file(data)
        if file:
            self.take_file(Path(file))
            return True
        # One more than is read, so that it is refused for its length: a copied log of many megabytes would stall.
        text = Secret(data.text()[: LIMIT_BYTES + 1] if data.hasText() else "")
        if not text.text.strip():
            return False
        self._set(KeyInput(text=text))
        return True

    def _set(self, source: KeyInput) -> None:
        self.source = source
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        if self.source.path is not None:
            self.what.show_text(self.source.path.name)
            self.told.show_text(str(self.source.path.parent))
        elif self.source.text:
            lines = len(self.source.text.text.strip().splitlines())
            self.what.show_text(
                self.tr("Pasted text, {lines}").format(lines=counted(lines, self.tr("line"), self.tr("lines")))
            )
            self.told.show_text(self.tr("It is not shown here: it may hold a private key."))
        else:
            self.what.show_text(self.tr("Drop a file here, or paste"))
            self.told.show_text(
                self.tr("PEM, DER, JWK, base64url, the settings of a server (.env), or the JSON of web-push.")
            )

    def _on_choose(self) -> None:
        chooser = QFileDialog(self, self.tr("Import a key pair"))
        chooser.setObjectName("key_chooser")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        # Keys have any ending, and files of settings are hidden ones.
        chooser.setNameFilter(self.tr("All files (*)"))
        chooser.setFilter(chooser.filter() | QDir.Filter.Hidden)
        chooser.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native_file_dialog)
        if self._context.recent.folder:
            chooser.setDirectory(self._context.recent.folder)
        chooser.fileSelected.connect(self._on_chosen)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _on_chosen(self, path: str) -> None:
        self._context.recent.remember_folder(str(Path(path).parent))
        self.take_file(Path(path))


def _file(data: QMimeData) -> str:
    """Return the one local file of a drop or a copy, "" where there is none or several."""
    urls = data.urls()
    return urls[0].toLocalFile() if len(urls) == 1 and urls[0].isLocalFile() else ""
