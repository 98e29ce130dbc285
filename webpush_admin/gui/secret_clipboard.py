"""Puts a secret on the clipboard, marked for those who keep what is copied, and takes it away after a while.

Runs on: GUI thread
"""

import hashlib
import secrets
from typing import Final

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from webpush_admin.push.secret import Secret

KEPT_S: Final = 30

_WINDOWS: Final = 'application/x-qt-windows-mime;value="{}"'
_YES: Final = (1).to_bytes(4, "little")
_NO: Final = (0).to_bytes(4, "little")

MARKS: Final[tuple[tuple[str, bytes], ...]] = (
    ("x-kde-passwordManagerHint", b"secret"),
    (_WINDOWS.format("ExcludeClipboardContentFromMonitorProcessing"), _YES),
    (_WINDOWS.format("CanIncludeInClipboardHistory"), _NO),
    (_WINDOWS.format("CanUploadToCloudClipboard"), _NO),
    (_WINDOWS.format("Clipboard Viewer Ignore"), _YES),
)
"""What says to clipboard histories: keep this out. Who does not know a mark passes it over, so all are set everywhere.

macOS has one too, org.nspasteboard.ConcealedType, which Qt for Python gives no way to set: Qt puts a prefix of its own
before the names that it does not know.

Source: https://learn.microsoft.com/windows/win32/dataxchg/clipboard-formats#cloud-clipboard-and-clipboard-history-formats
"""


class SecretClipboard(QObject):
    """Remembers of the secret only its digest; what somebody copied since stays where it is.

    Attributes:
        cleared: The secret was on the clipboard still, and was taken away.
        timer: Ends the time that it stays.
    """

    cleared = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._salt = secrets.token_bytes(32)
        self._digest = b""
        self.timer = QTimer(self, singleShot=True, interval=KEPT_S * 1000)
        self.timer.setObjectName("timer")
        self.timer.timeout.connect(self.clear)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.clear)

    def put(self, secret: Secret) -> None:
        """Put a secret on the clipboard for half a minute; never where the middle button pastes from."""
        data = QMimeData()
        data.setText(secret.text)
        for name, value in MARKS:
            data.setData(name, value)
        self._digest = self._digested(secret.text)
        QGuiApplication.clipboard().setMimeData(data)
        self.timer.start()

    def clear(self) -> None:
        """Take away what was put there, where it is still there. Idempotent."""
        self.timer.stop()
        digest, self._digest = self._digest, b""
        if digest and self._take_away(digest):
            self.cleared.emit()

    def take_away(self, secret: Secret) -> bool:
        """Empty the clipboard where it holds a secret that somebody else put there; return whether it did."""
        return bool(secret) and self._take_away(self._digested(secret.text))

    def _take_away(self, digest: bytes) -> bool:
        clipboard = QGuiApplication.clipboard()
        if self._digested(clipboard.text()) != digest:
            return False
        clipboard.clear()
        return True

    def _digested(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._salt).digest()
