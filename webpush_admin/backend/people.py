"""Verbs for users.

Runs on: worker loop
"""

from collections.abc import Sequence
from uuid import UUID

from webpush_admin.backend.lists import Lists
from webpush_admin.backend.records import Page
from webpush_admin.backend.session import Session
from webpush_admin.push.errors import PushError
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.lists import RowList
from webpush_admin.store.pages import user_list
from webpush_admin.store.rows import MAX_NAME_CHARACTERS as MAX_NAME_CHARACTERS
from webpush_admin.store.rows import User, UserQuery, UserRow
from webpush_admin.store.store import Store


class People:
    """Each verb raises PushError with a sentence."""

    def __init__(self, session: Session, lists: Lists) -> None:
        self._session = session
        self._lists = lists

    async def page(self, query: UserQuery, offset: int, limit: int, stamp: int = 0) -> Page[UserRow]:
        """Return a stretch of the users; `stamp` is explained in `backend.lists`."""
        rows, total = await self._lists.users(query, stamp, offset, limit)
        return Page(offset, tuple(rows), total)

    async def names(self, user_ids: Sequence[UUID]) -> dict[UUID, str]:
        """Return the names of those users that there are."""
        return await self._session.read(lambda store: store.names_of(user_ids))

    async def find(self, search: str, limit: int) -> tuple[UserRow, ...]:
        """Return the first users that a search finds, by name: for a form in which one is chosen."""

        def read(store: Store, cancel: Cancel) -> tuple[UserRow, ...]:
            rows = RowList(store.database, user_list(UserQuery(search)))
            try:
                page, _ = rows.page(0, limit, cancel)
            finally:
                rows.close()
            return tuple(row for row in page if row is not None)

        return await self._session.look(read)

    async def info(self, user_id: UUID) -> User | None:
        """Return a user as the database has them now, None where there is none."""
        return await self._session.read(lambda store: store.user(user_id))

    async def check(self, name: str) -> str:
        """Return why a name cannot be used, "" where it can."""
        try:
            _checked(name)
        except PushError as error:
            return str(error)
        return ""

    async def add(self, name: str) -> User:
        """Make a user."""
        checked = _checked(name)
        return await self._session.read(lambda store: store.add_user(checked))

    async def rename(self, user_id: UUID, name: str, seen: str | None = None) -> User:
        """Give a user another name; `seen` is the one that the operator saw, and refuses where it is another by now."""
        checked = _checked(name)
        return await self._session.read(lambda store: store.rename_user(user_id, checked, seen))


def _checked(name: str) -> str:
    stripped = name.strip()
    if not stripped:
        raise PushError("A user needs a name.")
    if len(stripped) > MAX_NAME_CHARACTERS:
        raise PushError(f"The name has {len(stripped)} characters; {MAX_NAME_CHARACTERS} are allowed.")
    return stripped
