"""Subscriptions: add, edit, delete, what came back from them, and a user's rows at once.

Each function works inside the transaction or read of its caller.

Runs on: any
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    case,
    distinct,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from webpush_admin.push.answer import ACCEPTED_STATUSES
from webpush_admin.push.dispatch_store import AnswerMark
from webpush_admin.push.errors import StoreError
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import suspects
from webpush_admin.store.people import chunks
from webpush_admin.store.rows import SubscriptionRow
from webpush_admin.store.schema import from_ms, subscriptions, to_ms, users, vapid_keys

_C: Final = subscriptions.c

COLUMNS: Final = (
    _C.endpoint,
    _C.p256dh,
    _C.auth,
    _C.id,
    _C.user_id,
    _C.user_agent,
    _C.created_at,
    _C.last_status,
    _C.last_success_at,
    _C.first_404_at,
    _C.vapid_key_id,
)
"""In the order of the fields of `Subscription`."""

# Compiled once: on the hot path SQLAlchemy would spend as long on finding the compiled statement as SQLite on the rows.
_OF_USER: Final = str(
    select(*COLUMNS)
    .where(_C.user_id == bindparam("user_id"))
    .order_by(_C.id)
    .compile(dialect=sqlite.dialect(paramstyle="qmark"))
)

_ACTIVE_KEY: Final = select(vapid_keys.c.id).where(vapid_keys.c.active == 1).scalar_subquery()

_FORGOTTEN: Final = {"last_status": None, "last_success_at": None, "first_404_at": None}
"""What the answers to other keys or another endpoint told is not true of these."""

# Literals: a statement for many rows has no room for a list of parameters.
_SUCCESS: Final[list[ColumnElement[int]]] = [literal_column(str(status)) for status in sorted(ACCEPTED_STATUSES)]

_MARK: Final = str(
    update(subscriptions)
    .where(_C.id == bindparam("row_id"), _C.endpoint == bindparam("row_endpoint"), _C.p256dh == bindparam("row_p256dh"))
    .values(
        last_status=bindparam("status"),
        last_success_at=case((bindparam("status").in_(_SUCCESS), bindparam("at")), else_=_C.last_success_at),
        first_404_at=case(
            (bindparam("status") == literal_column("404"), func.coalesce(_C.first_404_at, bindparam("at"))), else_=None
        ),
    )
    .compile(dialect=sqlite.dialect(paramstyle="named"))
)

# Texts come as bytes, so that a row can be brought back exactly as it was, whatever somebody has written there.
_AS_IT_WAS: Final = ", ".join(
    f"CAST({column.name} AS BLOB)" if column.type.compile(sqlite.dialect()) == "TEXT" else column.name
    for column in subscriptions.columns
)
_PRUNE: Final = f"""
DELETE FROM subscriptions WHERE id = ? AND endpoint = ? AND p256dh = ? RETURNING {_AS_IT_WAS}
"""  # noqa: S608 -- the names are the schema's


def of_user(connection: Connection, user_id: UUID) -> list[Subscription]:
    """Return a user's subscriptions in the order they were made, with one query."""
    # Past SQLAlchemy, which would take twice as long as the query itself to begin and end it.
    raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    rows = raw.execute(_OF_USER, (user_id.hex,)).fetchall()
    return [
        Subscription(
            endpoint,
            p256dh,
            auth,
            number,
            user_id,
            agent,
            from_ms(created),
            status,
            None if success is None else from_ms(success),
            None if missing is None else from_ms(missing),
            key,
        )
        for endpoint, p256dh, auth, number, _, agent, created, status, success, missing, key in rows
    ]


def record(row: Sequence[Any]) -> Subscription:
    """Return the record of a row of `COLUMNS`; what follows them in the row is left alone."""
    return Subscription(*row[: len(COLUMNS)])


def with_names(connection: Connection, subscription_ids: Sequence[int]) -> list[SubscriptionRow]:
    """Return rows with their users' names, in the order of the ids; ids without a row are left out."""
    found: dict[int, SubscriptionRow] = {}
    marked = suspects.marked_among(connection, subscription_ids)
    for stretch in chunks(subscription_ids):
        statement = select(*COLUMNS, users.c.name).join(users, users.c.id == _C.user_id).where(_C.id.in_(stretch))
        for row in connection.execute(statement):
            found[row.id] = SubscriptionRow(record(row), row.name, suspect=row.id in marked)
    return [found[number] for number in subscription_ids if number in found]


def find(connection: Connection, user_id: UUID, endpoint: str) -> int | None:
    """Return the id of a user's subscription with this endpoint, None where there is none."""
    here = (_C.user_id == user_id, _C.endpoint == endpoint)
    return connection.execute(select(_C.id).where(*here)).scalar_one_or_none()


def add(
    connection: Connection,
    user_id: UUID,
    *,
    endpoint: str,
    p256dh: str,
    auth: str,
    user_agent: str | None,
    may_replace: bool = True,
) -> Subscription:
    """Add a row, or replace the keys of the one with this user and endpoint.

    Raises:
        StoreError: There is no such user; or there is such a row, and it may not be replaced.
    """
    if connection.execute(select(users.c.id).where(users.c.id == user_id)).one_or_none() is None:
        raise StoreError("There is no such user any more.")
    if not may_replace and find(connection, user_id, endpoint) is not None:
        raise StoreError("This user has a subscription with this endpoint by now: nothing was replaced.")
    fresh = sqlite.insert(subscriptions).values(
        user_id=user_id,
        endpoint=endpoint,
        p256dh=p256dh,
        auth=auth,
        user_agent=user_agent,
        created_at=datetime.now(UTC),
        vapid_key_id=_ACTIVE_KEY,
    )
    statement = fresh.on_conflict_do_update(
        index_elements=[_C.user_id, _C.endpoint],
        set_={
            "p256dh": fresh.excluded.p256dh,
            "auth": fresh.excluded.auth,
            "user_agent": func.coalesce(fresh.excluded.user_agent, _C.user_agent),
            # A page may send what it has had for long: a subscription stays that of the pair it was made with.
            "vapid_key_id": case(
                (
                    (_C.p256dh == fresh.excluded.p256dh) & (_C.auth == fresh.excluded.auth),
                    func.coalesce(_C.vapid_key_id, fresh.excluded.vapid_key_id),
                ),
                else_=fresh.excluded.vapid_key_id,
            ),
            **_FORGOTTEN,
        },
    )
    added = record(connection.execute(statement.returning(*COLUMNS)).one())
    suspects.unmark(connection, [added.id or 0])
    return added


def edit(
    connection: Connection,
    subscription_id: int,
    *,
    endpoint: str,
    p256dh: str,
    auth: str,
    user_agent: str | None,
    seen: Subscription | None = None,
) -> Subscription:
    """Change a row; another endpoint or other keys make its answers forgotten.

    Args:
        connection: Of a transaction.
        subscription_id: Which row.
        endpoint: As it is from now on.
        p256dh: Likewise.
        auth: Likewise.
        user_agent: Likewise.
        seen: The row as somebody saw it who wants to change it; None changes it whatever it says.

    Raises:
        StoreError: There is no such row, it is not as it was seen, or its user has another one with this endpoint.
    """
    here = _C.id == subscription_id
    before = connection.execute(select(_C.endpoint, _C.p256dh, _C.auth, _C.user_agent).where(here)).one_or_none()
    if before is None:
        raise StoreError("There is no such subscription any more.")
    if seen is not None and tuple(before) != (seen.endpoint, seen.p256dh, seen.auth, seen.user_agent):
        raise StoreError("Somebody changed this subscription meanwhile: nothing was saved.")
    values: dict[str, object] = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth, "user_agent": user_agent}
    if (before.endpoint, before.p256dh, before.auth) != (endpoint, p256dh, auth):
        values.update(_FORGOTTEN)
        suspects.unmark(connection, [subscription_id])
    try:
        return record(connection.execute(update(subscriptions).where(here).values(values).returning(*COLUMNS)).one())
    except IntegrityError:
        taken = True
    # Raised out here, so that the database's own error, with its parameters, is not even the context.
    assert taken
    raise StoreError("This user has another subscription with this endpoint.")


def delete_matching(
    connection: Connection, rows: Sequence[Subscription]
) -> tuple[list[Subscription], list[tuple[Any, ...]]]:
    """Delete the rows whose id, endpoint and p256dh are these.

    Returns:
        Those that there were, and the same as the table had them, texts as bytes.
    """
    raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    gone, as_they_were = [], []
    # One by one: a count of all would not tell which of them somebody else had deleted or given other keys.
    for row in rows:
        if row.id is not None:
            found = raw.execute(_PRUNE, row.identity).fetchall()
            gone += [row] * len(found)
            as_they_were += found
    return gone, as_they_were


def mark(connection: Connection, marks: Sequence[AnswerMark]) -> None:
    """Remember answers with their rows; one that accepted is suspect no more.

    Where no answer came nothing was learned: that row stays as it is.
    """
    named = [
        {**_named(told.subscription), "status": told.status, "at": to_ms(told.at)}
        for told in marks
        if told.status is not None and told.subscription.id is not None
    ]
    if named:
        # Past SQLAlchemy, which would take as long again: a send to many writes hundreds at once.
        cast(sqlite3.Connection, connection.connection.dbapi_connection).executemany(_MARK, named)
        suspects.unmark(connection, accepted(marks))


def accepted(marks: Sequence[AnswerMark]) -> list[int]:
    """Return the ids of the rows that accepted a push."""
    numbers = (told.subscription.id for told in marks if told.status in ACCEPTED_STATUSES)
    return [number for number in numbers if number is not None]


def count_all(connection: Connection) -> int:
    """Return how many subscriptions there are, from a narrow index."""
    return int(connection.execute(select(func.count()).select_from(subscriptions)).scalar_one())


def count(connection: Connection, user_id: UUID | None) -> tuple[int, int]:
    """Return (users with subscriptions, subscriptions), of everybody or of one user."""
    statement = select(func.count(distinct(_C.user_id)), func.count())
    if user_id is not None:
        statement = statement.where(_C.user_id == user_id)
    row = connection.execute(statement.select_from(subscriptions)).one()
    return row[0], row[1]


def _named(row: Subscription) -> dict[str, object]:
    return {"row_id": row.id, "row_endpoint": row.endpoint, "row_p256dh": row.p256dh}
