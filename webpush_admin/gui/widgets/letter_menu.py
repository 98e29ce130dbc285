"""A menu in which typed letters lead to the entry that begins with them.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu

PAUSE_MS: Final = 1000
"""Letters that come later begin another word."""

_COMMAND: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class LetterMenu(QMenu):
    """Goes to an entry by its first letters; the same letter again goes on to the next."""

    _typed = ""
    _since: QElapsedTimer | None = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to what is typed; everything else is the menu's."""
        letters = event.text()
        if letters.isprintable() and letters.strip() and not event.modifiers() & _COMMAND:
            self._type(letters.casefold())
            return
        self._typed = ""
        super().keyPressEvent(event)

    def _type(self, letters: str) -> None:
        soon = self._since is not None and self._since.elapsed() < PAUSE_MS
        self._since = self._since or QElapsedTimer()
        self._since.restart() if self._since.isValid() else self._since.start()
        again = not soon or letters == self._typed
        self._typed = letters if again else self._typed + letters
        entries = [action for action in self.actions() if action.isEnabled() and not action.isSeparator()]
        at = self.activeAction()
        start = entries.index(at) if at in entries else -1
        # A letter alone looks behind the current entry; a longer word may still mean that one.
        first = start + 1 if again else max(0, start)
        for entry in (*entries[first:], *entries[:first]):
            if _name(entry).startswith(self._typed):
                self.setActiveAction(entry)
                return


def _name(action: QAction) -> str:
    return action.text().replace("&&", "&").casefold()
