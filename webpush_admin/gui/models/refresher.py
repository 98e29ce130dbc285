"""Many wishes to read again become few reads.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

FIRST_WAIT_MS: Final = 40
BETWEEN_MS: Final = 2000


class Refresher(QObject):
    """Calls `read` soon after the first `wish()`, and then at most every two seconds while wishes keep coming.

    While held (the view is hidden) a wish is remembered, and read when released.
    """

    def __init__(self, read: Callable[[], None], parent: QObject, *, between_ms: int = BETWEEN_MS) -> None:
        super().__init__(parent)
        self._read = read
        self._between_ms = between_ms
        self._wished = False
        self._held = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def wished(self) -> bool:
        """Whether a read is owed."""
        return self._wished

    def wish(self) -> None:
        """Ask for a read; it comes within `between_ms`."""
        self._wished = True
        if not self._held and not self._timer.isActive():
            self._timer.start(FIRST_WAIT_MS)

    def hold(self) -> None:
        """Remember wishes without reading."""
        self._held = True
        self._timer.stop()

    def release(self) -> None:
        """Read what was wished meanwhile, and follow wishes again."""
        self._held = False
        if self._wished:
            self.wish()

    def forget(self) -> None:
        """Drop what was wished: somebody has just read everything, or there is nothing to read."""
        self._wished = False

    def _on_timeout(self) -> None:
        if self._wished:
            self._wished = False
            self._read()
            # The pause after a read is what bounds the rate: a wish that comes in it is served at its end.
            self._timer.start(self._between_ms)
