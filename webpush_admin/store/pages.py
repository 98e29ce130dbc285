"""The lists that the views show: subscriptions and users, in every order, and the rows of some ids.

Runs on: any
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    Select,
    Text,
    case,
    cast,
    func,
    or_,
    select,
    type_coerce,
)

from webpush_admin.push.subscription import Subscription
from webpush_admin.store.filters import MAX_SEARCH_CHARACTERS, ids_in_order, is_whole
from webpush_admin.store.findings import Findings, findings
from webpush_admin.store.lists import Listing
from webpush_admin.store.orders import ORDERS
from webpush_admin.store.people import chunks
from webpush_admin.store.rows import (
    NOTHING_FOUND,
    Finding,
    SubscriptionQuery,
    SubscriptionRow,
    User,
    UserQuery,
    UserRow,
)
from webpush_admin.store.schema import name_key, subscriptions, users
from webpush_admin.store.subscriptions import count_all
from webpush_admin.store.suspects import marked_among

_S: Final = subscriptions.c
_U: Final = users.c
_USER_ID: Final = type_coerce(_U.id, Text)

USER_ORDERS: Final[dict[str, tuple[ColumnElement[Any], ...]]] = {
    "name": (_U.name_key,),
    "created_at": (_U.created_at,),
    "subscriptions": (),
}
"""What users may be sorted by; how many subscriptions they have is counted."""

MIN_ID_DIGITS: Final = 4
"""Fewer hexadecimal digits are taken for a part of a name only: half of all names would be found by their id."""

CELL_CHARACTERS: Final = 600
"""A list reads no more of a name: strangers write megabytes."""

ENDPOINT_CHARACTERS: Final = 2100
"""Above what an endpoint may have, so that one that is too long is told as such."""

KEY_CHARACTERS: Final = 128


def cut(column: ColumnElement[str], characters: int) -> ColumnElement[str]:
    """Return the beginning of a long text; `substr` ends at a NUL, so that only what is really long may meet it."""
    is_long = func.length(cast(column, LargeBinary)) > characters
    return case((is_long, func.substr(column, 1, characters)), else_=column)


_NAME: Final = cut(_U.name, CELL_CHARACTERS)

_CUT: Final = (
    cut(_S.endpoint, ENDPOINT_CHARACTERS),
    cut(_S.p256dh, KEY_CHARACTERS),
    cut(_S.auth, KEY_CHARACTERS),
    _S.id,
    _S.user_id,
    cut(_S.user_agent, CELL_CHARACTERS),
    _S.created_at,
    _S.last_status,
    _S.last_success_at,
    _S.first_404_at,
    _S.vapid_key_id,
)
"""In the order of the fields of `Subscription`."""


def subscription_list(audit: Findings, query: SubscriptionQuery) -> Listing[int, SubscriptionRow]:
    """Return what a list of subscriptions is made of.

    Raises:
        ValueError: The order is none of `ORDERS`.
    """
    if query.order_by not in ORDERS:
        raise ValueError(f"order_by must be one of {', '.join(ORDERS)}")

    def order(connection: Connection, all_of_it: bool) -> Select[Any]:
        if audit.ready:
            audit.attach(connection)
        return ids_in_order(connection, query, audited=audit.ready, all_of_it=all_of_it)

    def rows(connection: Connection, ids: Sequence[int]) -> dict[int, SubscriptionRow]:
        found = _found(connection, ids) if audit.ready else {}
        return {row.subscription.id or 0: row for row in _rows(connection, ids, found)}

    def _found(connection: Connection, ids: Sequence[int]) -> dict[int, Finding]:
        audit.attach(connection)
        return findings_of(connection, ids)

    whole = is_whole(query)
    walks = whole and bool(ORDERS[query.order_by].index) and not ORDERS[query.order_by].by_user
    return Listing(order, rows, count_all if whole else None, walks, Integer)


def user_list(query: UserQuery) -> Listing[str, UserRow]:
    """Return what a list of users is made of; their ids are 32 hexadecimal digits.

    Raises:
        ValueError: The order is none of `USER_ORDERS`.
    """
    if query.order_by not in USER_ORDERS:
        raise ValueError(f"order_by must be one of {', '.join(USER_ORDERS)}")

    def rows(connection: Connection, ids: Sequence[str]) -> dict[str, UserRow]:
        return {row.user.id.hex: row for row in _user_rows(connection, ids)}

    def count(connection: Connection) -> int:
        counted = select(func.count()).select_from(users).where(*_users_matching(query.search))
        return int(connection.execute(counted).scalar_one())

    return Listing(lambda _, __: _users_in_order(query), rows, count, query.order_by == "name", Text)


def findings_of(connection: Connection, ids: Sequence[int]) -> dict[int, Finding]:
    """Return what the audit found about some subscriptions; those without a finding are left out."""
    found: dict[int, Finding] = {}
    for stretch in chunks(ids):
        statement = select(findings.c.id, findings.c.found).where(findings.c.id.in_(stretch))
        found.update({number: Finding(mask) for number, mask in connection.execute(statement)})
    return found


def _rows(connection: Connection, ids: Sequence[int], found: dict[int, Finding]) -> list[SubscriptionRow]:
    rows: list[SubscriptionRow] = []
    marked = marked_among(connection, ids)
    for stretch in chunks(ids):
        statement = select(*_CUT, _NAME).join(users, _U.id == _S.user_id).where(_S.id.in_(stretch))
        for row in connection.execute(statement):
            subscription = Subscription(*row[: len(_CUT)])
            number = subscription.id or 0
            rows.append(SubscriptionRow(subscription, row[-1], found.get(number, NOTHING_FOUND), number in marked))
    return rows


def _user_rows(connection: Connection, ids: Sequence[str]) -> list[UserRow]:
    owned = select(func.count()).where(_S.user_id == _U.id).scalar_subquery()
    rows: list[UserRow] = []
    for stretch in chunks([UUID(digits) for digits in ids]):
        statement = select(_U.id, _NAME, _U.created_at, owned)
        found = connection.execute(statement.where(_U.id.in_(stretch)))
        rows += [UserRow(User(row[0], row[1], row[2]), row[3]) for row in found]
    return rows


def _users_in_order(query: UserQuery) -> Select[Any]:
    statement = select(_USER_ID).where(*_users_matching(query.search))
    if not USER_ORDERS[query.order_by]:
        # One walk over the index of owners, instead of a search in it for each user.
        owned = select(_S.user_id, func.count().label("owned")).group_by(_S.user_id).subquery()
        statement = statement.select_from(users.outerjoin(owned, owned.c.user_id == _U.id))
        keys = [func.coalesce(owned.c.owned, 0), _U.name_key, _U.id]
    else:
        keys = [*USER_ORDERS[query.order_by], _U.id]
    return statement.order_by(*([key.desc() for key in keys] if query.descending else keys))


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
