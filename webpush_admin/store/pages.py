"""Stretches of lists, and their lengths, as the views ask for them.

A page is read in two steps of one statement: first the ids alone, from an index, so that a far offset skips narrow
entries and not whole rows; then the rows of those ids with what belongs to them.

Runs on: any
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, or_, select

from webpush_admin.store.rows import SubscriptionQuery, SubscriptionRow, User, UserQuery, UserRow
from webpush_admin.store.schema import name_key, subscriptions, users
from webpush_admin.store.subscriptions import COLUMNS, record

_S: Final = subscriptions.c
_U: Final = users.c

ORDERS: Final[dict[str, tuple[ColumnElement[Any], ...]]] = {
    "id": (),
    "user": (_U.name_key, _U.id),
    "endpoint": (_S.endpoint,),
    "user_agent": (_S.user_agent,),
    "created_at": (_S.created_at,),
    "last_status": (_S.last_status,),
    "last_success_at": (_S.last_success_at,),
    "first_404_at": (_S.first_404_at,),
}
"""What a view may sort subscriptions by; the id settles what is equal."""

MAX_SEARCH_CHARACTERS: Final = 256
MIN_ID_DIGITS: Final = 4
"""Fewer hexadecimal digits are taken for a part of a name only: half of all names would be found by their id."""

_LARGEST_INTEGER: Final = 2**63 - 1
_AFTER_ALL_TEXT: Final = "\U0010ffff"


def subscriptions_page(
    connection: Connection, query: SubscriptionQuery, offset: int, limit: int
) -> list[SubscriptionRow]:
    """Return at most `limit` subscriptions from a position on.

    Raises:
        ValueError: The order is none of `ORDERS`.
    """
    if query.order_by not in ORDERS:
        raise ValueError(f"order_by must be one of {', '.join(ORDERS)}")
    order = [*ORDERS[query.order_by], _S.id]
    turned = [column.desc() for column in order] if query.descending else order
    narrow = select(_S.id)
    if query.order_by == "user":
        # Users first: their index gives the order, and each one's subscriptions follow by theirs. The plus keeps SQLite
        # from looking users up by id, after which it sorts everything. Source: https://www.sqlite.org/optoverview.html
        narrow = narrow.select_from(users.join(subscriptions, _S.user_id == literal_column("+users.id")))
    inner = _matching(narrow, query).order_by(*turned).limit(limit).offset(offset).subquery()
    statement = (
        select(*COLUMNS, _U.name)
        .select_from(inner.join(subscriptions, _S.id == inner.c.id).join(users, _U.id == _S.user_id))
        .order_by(*turned)
    )
    return [SubscriptionRow(record(row), row.name) for row in connection.execute(statement)]


def subscriptions_count(connection: Connection, query: SubscriptionQuery) -> int:
    """Return how many subscriptions match."""
    counted: int = connection.execute(_matching(select(func.count()).select_from(subscriptions), query)).scalar_one()
    return counted


def users_page(connection: Connection, query: UserQuery, offset: int, limit: int) -> list[UserRow]:
    """Return at most `limit` users from a position on, by name without case, then by id."""
    narrow = select(_U.id).where(*_users_matching(query.search))
    inner = narrow.order_by(_U.name_key, _U.id).limit(limit).offset(offset).subquery()
    owned = select(func.count()).where(_S.user_id == _U.id).scalar_subquery()
    statement = (
        select(_U.id, _U.name, _U.created_at, owned)
        .select_from(inner.join(users, _U.id == inner.c.id))
        .order_by(_U.name_key, _U.id)
    )
    return [UserRow(User(row[0], row[1], row[2]), row[3]) for row in connection.execute(statement)]


def users_count(connection: Connection, query: UserQuery) -> int:
    """Return how many users match."""
    return connection.execute(
        select(func.count()).select_from(users).where(*_users_matching(query.search))
    ).scalar_one()


def _matching(statement: Select[Any], query: SubscriptionQuery) -> Select[Any]:
    if query.user_id is not None:
        statement = statement.where(_S.user_id == query.user_id)
    text = query.where.search.strip()[:MAX_SEARCH_CHARACTERS]
    if not text:
        return statement
    if text.lower().startswith(("https://", "http://")):
        return statement.where(_starts_with(_S.endpoint, text))
    named = select(_U.id).where(func.instr(_U.name_key, name_key(text)) > 0)
    hits = [
        _S.user_id.in_(named),
        *(_starts_with(_S.endpoint, scheme + text.lower()) for scheme in ("https://", "http://")),
    ]
    if text.isascii() and text.isdigit() and int(text) <= _LARGEST_INTEGER:
        hits.append(_S.id == int(text))
    return statement.where(or_(*hits))


def _users_matching(search: str) -> list[ColumnElement[bool]]:
    text = search.strip()[:MAX_SEARCH_CHARACTERS]
    if not text:
        return []
    # instr, not LIKE: there are no wildcards to be escaped, and no limit to the pattern.
    named = func.instr(_U.name_key, name_key(text)) > 0
    digits = text.lower().replace("-", "")
    if MIN_ID_DIGITS <= len(digits) <= 32 and set(digits) <= set("0123456789abcdef"):
        return [or_(named, func.substr(_U.id, 1, len(digits)) == digits)]
    return [named]


def _starts_with(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    # A range, which an index answers; LIKE would read every row.
    return column.between(prefix, prefix + _AFTER_ALL_TEXT)
