"""Whose the records are, and what each of them would change: looked up in the database as it is.

Runs on: any
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Final, TypeVar, cast

from sqlalchemy import Connection

from webpush_admin.push.errors import PushError
from webpush_admin.store.engine import Database
from webpush_admin.store.importing.fields import MAX_NAME_CHARACTERS
from webpush_admin.store.importing.records import Fate
from webpush_admin.store.importing.staging import ADDED, ALIAS, EXISTING, Owner, Staged, Staging, new_user_id
from webpush_admin.store.schema import name_key

AMBIGUOUS: Final = "Several users have this name: the record must give the user's id."
TOO_LONG: Final = f"The user is not in the database, and the name has more than {MAX_NAME_CHARACTERS} characters."
CHANGED: Final = "The users have changed since the file was read: nothing was imported. Read it again."

_USER: Final = "SELECT 1 FROM users WHERE id = ?"
_CALLED: Final = "SELECT id FROM users WHERE name_key = ? AND name = ? ORDER BY id LIMIT ?"
_SAME: Final = "SELECT id, p256dh, auth, user_agent FROM subscriptions WHERE user_id = ? AND endpoint = ?"

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def raw_of(connection: Connection) -> sqlite3.Connection:
    """Return SQLite's own connection: SQLAlchemy would take ten times as long for each of these small questions."""
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)


def ask(
    database: Database, items: Sequence[Item], question: Callable[[sqlite3.Connection, Item], Answer]
) -> list[Answer]:
    """Return the answer for each item, from one read."""
    return database.read(lambda connection: [question(raw_of(connection), item) for item in items])


def resolve(database: Database, staging: Staging) -> None:
    """Give every owner a user, or a problem; those by id first, so that names can mean users who are added by id."""
    for owners in staging.owners(by_id=True):
        found = ask(database, owners, lambda raw, owner: has_user(raw, owner.given_id))
        staging.settle(
            [
                (owner.number, owner.given_id, EXISTING, "") if there else _added(owner, owner.given_id)
                for owner, there in zip(owners, found, strict=True)
            ]
        )
    for owners in staging.owners(by_id=False):
        called = ask(database, owners, lambda raw, owner: users_called(raw, owner.name))
        staging.settle([_by_name(owner, ids, staging) for owner, ids in zip(owners, called, strict=True)])


def _by_name(owner: Owner, ids: Sequence[str], staging: Staging) -> tuple[int, str, int, str]:
    state = EXISTING
    if not ids:
        ids, state = staging.added_called(owner.name), ALIAS
    if len(ids) > 1:
        return owner.number, "", EXISTING, AMBIGUOUS
    return (owner.number, ids[0], state, "") if ids else _added(owner, new_user_id())


def _added(owner: Owner, user_id: str) -> tuple[int, str, int, str]:
    if len(owner.new_name) > MAX_NAME_CHARACTERS:
        return owner.number, "", EXISTING, TOO_LONG
    return owner.number, user_id, ADDED, ""


def confirm(raw: sqlite3.Connection, owners: Sequence[Owner]) -> None:
    """Make sure, inside the transaction, that the users are still those of the preview.

    Raises:
        PushError: They are not.
    """
    for owner in owners:
        if owner.state == EXISTING:
            same = has_user(raw, owner.user_id)
        elif owner.state == ADDED:
            same = not has_user(raw, owner.user_id) and (bool(owner.given_id) or not users_called(raw, owner.name))
        else:
            same = not users_called(raw, owner.name)
        if not same:
            raise PushError(CHANGED)


def has_user(raw: sqlite3.Connection, user_id: str) -> bool:
    """Whether there is this user."""
    return raw.execute(_USER, (user_id,)).fetchone() is not None


def users_called(raw: sqlite3.Connection, name: str, limit: int = 2) -> list[str]:
    """Return the ids of users with exactly this name; of two at most, where nobody wants more."""
    return [user_id for (user_id,) in raw.execute(_CALLED, (name_key(name), name, limit))]


def fate_of(raw: sqlite3.Connection, staged: Staged) -> tuple[Fate, int, bool]:
    """Return what a record changes, the id of the row that it meets (0 for none), and whether its keys are others."""
    row = None if staged.added_user else raw.execute(_SAME, (staged.user_id, staged.endpoint)).fetchone()
    if row is None:
        return Fate.ADDED, 0, True
    number, p256dh, auth, agent = row
    others = (p256dh, auth) != (staged.p256dh, staged.auth)
    same_agent = staged.user_agent is None or staged.user_agent == agent
    return (Fate.UNCHANGED if same_agent and not others else Fate.REPLACED), number, others
