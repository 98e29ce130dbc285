"""Who is selected among the cached users: users, not rows, so that nobody else is when the rows change places.

Runs on: GUI thread
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QObject, QPersistentModelIndex, Signal

from webpush_admin.backend.cache_records import CachedUser
from webpush_admin.gui.models.cache_places import CachePlaces

MOST_CHOSEN: Final = 1000
"""Who wants more wants all of them."""

Flags = QItemSelectionModel.SelectionFlag


class ChosenUsers(QItemSelectionModel):
    """What the hand selects in the rows that are here; whoever is elsewhere in the list stays chosen.

    Attributes:
        changed: Other users are chosen.
        more_wished: Rows from the first to the last of these numbers, not all of which are here, are to be chosen.
    """

    changed = Signal()
    more_wished = Signal(int, int)

    def __init__(self, places: CachePlaces, parent: QObject) -> None:
        super().__init__(places, parent)
        self._places = places
        self._users: dict[UUID, CachedUser] = {}
        self._current: UUID | None = None
        self._following = False
        self.currentRowChanged.connect(self._on_current_changed)

    @property
    def users(self) -> tuple[CachedUser, ...]:
        """Who is chosen, as they were when last seen."""
        return tuple(self._users.values())

    @property
    def focus(self) -> CachedUser | None:
        """The one to tell more of: who is chosen alone, of several the one that the cursor is on."""
        if len(self._users) == 1:
            return next(iter(self._users.values()))
        return self._users.get(self._current) if self._current is not None else None

    def select(
        self,
        selection: QItemSelection | QModelIndex | QPersistentModelIndex,
        command: QItemSelectionModel.SelectionFlag,
    ) -> None:
        """Take what Qt makes of a click or a key."""
        super().select(selection, command)
        if not self._following:
            self._take_hand(selection, command)

    def choose(self, users: Iterable[CachedUser]) -> None:
        """Choose users, wherever in the list they are, beside those who are; of too many the first ones."""
        before = set(self._users)
        for user in users:
            if len(self._users) >= MOST_CHOSEN:
                break
            self._users[user.user_id] = user
        self.follow()
        if set(self._users) != before:
            self.changed.emit()

    def forget(self) -> None:
        """Choose nobody."""
        self._current = None
        if self._users:
            self._users.clear()
            self.changed.emit()

    def follow(self) -> None:
        """Select the rows that the chosen users have by now, and put the cursor where its user is."""
        self._following = True
        here = list(self._places.rows_here())
        wanted = [number for number, line in here if line.user.user_id in self._users]
        for number, line in here:
            if line.user.user_id in self._users:
                self._users[line.user.user_id] = line.user
            if line.user.user_id == self._current and self.currentIndex().row() != number:
                self.setCurrentIndex(self._places.index(number, 0), Flags.NoUpdate)
        if wanted != [number for number, _ in here if self.isRowSelected(number)]:
            rows = QItemSelection()
            for number in wanted:
                index = self._places.index(number, 0)
                rows.select(index, index)
            self.select(rows, Flags.ClearAndSelect | Flags.Rows)
        self._following = False

    def _take_hand(
        self,
        selection: QItemSelection | QModelIndex | QPersistentModelIndex,
        command: QItemSelectionModel.SelectionFlag,
    ) -> None:
        here = list(self._places.rows_here())
        # A plain click and a range begin anew; with Ctrl somebody joins those who are elsewhere in the list.
        anew = bool(command & (Flags.Clear | Flags.Current))
        users = {} if anew else dict(self._users)
        for number, line in here:
            if self.isRowSelected(number):
                users[line.user.user_id] = line.user
            else:
                users.pop(line.user.user_id, None)
        changed = set(users) != set(self._users)
        self._users = users
        if changed:
            self.changed.emit()
        if command & Flags.Select and isinstance(selection, QItemSelection):
            self._wish_more(selection)

    def _wish_more(self, selection: QItemSelection) -> None:
        for number in range(selection.count()):
            first, last = selection.at(number).top(), selection.at(number).bottom()
            if not (self._places.is_here(first) and self._places.is_here(last)):
                self.more_wished.emit(first, last)

    def _on_current_changed(self, current: QModelIndex) -> None:
        if not self._following:
            line = self._places.row(current) if current.isValid() else None
            self._current = line.user.user_id if line is not None else None
