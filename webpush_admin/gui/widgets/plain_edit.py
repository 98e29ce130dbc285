"""A field of several lines that takes no more than what belongs into it could ever be: a pasted megabyte would stall.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QPlainTextEdit

MOST_CHARACTERS: Final = 16_000
"""Four times what a push carries, so that "too long" can be seen and mended; a token or its request is shorter too."""


class PlainEdit(QPlainTextEdit):
    """Plain text only.

    Attributes:
        shortened: Something was pasted that is too long; carries how many characters it had.
    """

    shortened = Signal(int)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop as much as there is room for."""
        text = source.text()
        room = max(0, MOST_CHARACTERS - (self.document().characterCount() - 1))
        if len(text) > room:
            self.shortened.emit(len(text))
        self.textCursor().insertText(text[:room])
        self.ensureCursorVisible()

    def show_text(self, text: str) -> None:
        """Replace what is in it."""
        self.setPlainText(text[:MOST_CHARACTERS])
