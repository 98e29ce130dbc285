"""The names of users that the live view's parts show: asked for together, learnt once.

Runs on: GUI thread
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from webpush_admin.gui.bridge import Job
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.names import ASKED_AT_ONCE, Names, names_of

if TYPE_CHECKING:
    from webpush_admin.backend.records import DatabaseInfo


class Naming(QObject):
    """Knows user names, and asks for those that somebody wishes to show.

    Attributes:
        learnt: More names are known: what shows them is painted again.
    """

    learnt = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._names = Names()
        self._job: Job[Any] | None = None
        self._wished: dict[UUID, None] = {}
        self._location = ""
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self.clear)

    def known(self, user_id: UUID) -> str:
        """Return the name, "" where it is not known."""
        return self._names.known(user_id)

    def learn(self, names: Iterable[tuple[UUID, str]]) -> None:
        """Remember names that came with something else."""
        self._names.learn(names)

    def wish(self, user_ids: Iterable[UUID | None]) -> None:
        """Ask for the names that are not known; of too many the newest are asked for."""
        for user_id in self._names.unknown(user_ids):
            self._wished.pop(user_id, None)
            self._wished[user_id] = None
        while len(self._wished) > ASKED_AT_ONCE:
            del self._wished[next(iter(self._wished))]
        self._ask()

    def clear(self) -> None:
        """Forget everything: another database. What is on its way is of the one before, a copy of it perhaps."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._location = ""
        self._names.clear()
        self._wished.clear()

    def _on_database_opened(self, info: "DatabaseInfo") -> None:
        # It is told again when its subject or keys changed: that is no other database.
        if info.location != self._location:
            self.clear()
            self._location = info.location

    def _ask(self) -> None:
        if self._job is None and self._wished and self._context.database is not None:
            wished = tuple(self._wished)
            self._wished.clear()
            self._job = self._context.ask(
                lambda backend: names_of(backend, wished), self._on_names, self._on_names_failed
            )

    def _on_names(self, names: tuple[tuple[UUID, str], ...]) -> None:
        self._job = None
        self._names.learn(names)
        self.learnt.emit()
        self._ask()

    def _on_names_failed(self, _sentence: str) -> None:
        # Ids are shown instead; the names are asked for again with the next row.
        self._job = None
