"""The names behind the words that are looked for: nobody has asked for those of users who were not in sight.

Runs on: GUI thread
"""

from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from webpush_admin.gui.context import Context
from webpush_admin.gui.views.live.naming import Naming

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend
    from webpush_admin.gui.bridge import Job

FOUND_USERS: Final = 200
"""For each word; whoever looks for a single letter does not mean a name."""
LOOKED_UP_WORDS: Final = 3
LEAST_CHARACTERS: Final = 2


class EventNames(QObject):
    """Reads the names that have the words of a search.

    Attributes:
        learnt: Some were not known: what was looked through without them is looked through again.
    """

    learnt = Signal()

    def __init__(self, context: Context, naming: Naming, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._naming = naming
        self._job: Job[Any] | None = None

    def look_up(self, words: tuple[str, ...]) -> None:
        """Read the names that have one of these words; the words before are given up."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        wanted = tuple(word for word in words if len(word) >= LEAST_CHARACTERS)[:LOOKED_UP_WORDS]
        if wanted and self._context.database is not None:
            self._job = self._context.ask(partial(_names_with, wanted), self._on_names, self._on_failed)

    def _on_names(self, names: tuple[tuple[UUID, str], ...]) -> None:
        self._job = None
        new = [(user_id, name) for user_id, name in names if self._naming.known(user_id) != name]
        if new:
            self._naming.learn(new)
            self.learnt.emit()

    def _on_failed(self, _sentence: str) -> None:
        # What is on the screen can still be found.
        self._job = None


async def _names_with(words: tuple[str, ...], backend: "Backend") -> tuple[tuple[UUID, str], ...]:
    """Runs on: worker loop."""
    found = [await backend.people.find(word, FOUND_USERS) for word in words]
    return tuple((row.user.id, row.user.name) for rows in found for row in rows)
