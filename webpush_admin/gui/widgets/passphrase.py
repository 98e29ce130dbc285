"""A field for a passphrase: nothing of it can be copied, dragged or undone, and it forgets itself.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QKeyEvent, QKeySequence, QMouseEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.push.secret import Secret

MOST_CHARACTERS: Final = 1024
_KEYS: Final = QKeySequence.StandardKey
_REFUSED: Final = (_KEYS.Copy, _KEYS.Cut, _KEYS.Undo, _KEYS.Redo)


class SecretLine(QLineEdit):
    """One line that is typed or pasted into, and never gives anything back.

    Attributes:
        caps_lock_told: Whether the last letter came out as if Caps Lock were on.
    """

    caps_lock_told = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMaxLength(MOST_CHARACTERS)
        self.setAcceptDrops(False)
        self.show_plainly(False)

    @property
    def shown(self) -> bool:
        """Whether the text can be read."""
        return self.echoMode() is QLineEdit.EchoMode.Normal

    def show_plainly(self, plainly: bool) -> None:
        """Show what is typed, or dots."""
        self.deselect()
        self.setEchoMode(QLineEdit.EchoMode.Normal if plainly else QLineEdit.EchoMode.Password)
        # Qt gives these up with the dots: a keyboard on the screen would learn the words.
        hints = Qt.InputMethodHint
        self.setInputMethodHints(
            hints.ImhSensitiveData | hints.ImhNoPredictiveText | hints.ImhNoAutoUppercase | hints.ImhHiddenText
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take keys that write; pass over those that copy, undo or select."""
        if any(event.matches(key) for key in _REFUSED) or (self.shown and event.matches(_KEYS.SelectAll)):
            event.accept()
            return
        letter, shift = event.text(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if len(letter) == 1 and letter.isalpha() and letter.lower() != letter.upper():
            self.caps_lock_told.emit(letter.isupper() != shift)
        super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select by dragging only dots: a text that is selected can be pasted with the middle button."""
        if not self.shown:
            super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select by a second click only dots."""
        if not self.shown:
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what does not give anything back."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("secret_menu")
        menu.addAction(self.tr("Paste")).triggered.connect(self.paste)
        menu.addAction(self.tr("Clear")).triggered.connect(self.wipe)
        menu.popup(event.globalPos())

    def wipe(self) -> None:
        """Forget the text and all that was typed before; `clear()` could be undone."""
        self.setText("")


class PassphraseField(QWidget):
    """A secret line, an eye that shows it, and a hint where Caps Lock seems to be on; hidden or closed, it is empty.

    Attributes:
        changed: Another passphrase is in it.
    """

    changed = Signal()

    def __init__(self, parent: QWidget, *, name: str, label: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.line = SecretLine(self)
        self.line.setObjectName("line")
        self.line.setAccessibleName(label)
        self.line.textChanged.connect(lambda _: self.changed.emit())
        self.eye = QToolButton(self)
        self.eye.setCheckable(True)
        self.eye.setObjectName("eye")
        self.eye.setProperty("framed", True)
        self.eye.toggled.connect(self._show_eye)
        self.hint = PlainLabel(self.tr("Caps Lock seems to be on."), self, name="hint", tone="warn")
        self.hint.hide()
        self.line.caps_lock_told.connect(self.hint.setVisible)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.eye)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.hint)
        self.setFocusProxy(self.line)
        self._show_eye(False)

    @property
    def secret(self) -> Secret:
        """What is typed."""
        return Secret(self.line.text())

    @property
    def empty(self) -> bool:
        """Whether nothing is typed."""
        return not self.line.text()

    def wipe(self) -> None:
        """Forget what is typed, and show dots again."""
        self.line.wipe()
        self.eye.setChecked(False)
        self.hint.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget what is typed once nobody can see the field; a window that is only minimised comes back."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.wipe()

    def changeEvent(self, event: QEvent) -> None:
        """Tint the eye anew when the colours change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "eye"):
            self._paint_eye()

    def _show_eye(self, open_: bool) -> None:
        self.line.show_plainly(open_)
        told = self.tr("Hide what is typed") if open_ else self.tr("Show what is typed")
        self.eye.setAccessibleName(told)
        self.eye.setToolTip(told)
        self._paint_eye()

    def _paint_eye(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        self.eye.setIcon(tinted_icon("eye-off" if self.eye.isChecked() else "eye", colour))
