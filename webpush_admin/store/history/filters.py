"""Turns what is wanted of the deliveries into what SQLite is asked, as `store.filters` does for subscriptions.

Runs on: any
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    false,
    func,
    or_,
    select,
    text,
    type_coerce,
    union_all,
)

from webpush_admin.push.answer import Outcome
from webpush_admin.push.services import SERVICES
from webpush_admin.store.filters import FEW, FEW_USERS, MAX_SEARCH_CHARACTERS
from webpush_admin.store.history.codes import CODE_OF, LAST_WELL, UNKNOWN
from webpush_admin.store.history_rows import ALL_DELIVERIES, DeliveryFilter, DeliveryQuery
from webpush_admin.store.hosts import AFTER_ALL_TEXT
from webpush_admin.store.schema import DIAGNOSED, NOT_ACCEPTED, deliveries, name_key, users
from webpush_admin.store.ways import Clause, Way, are_few, both, prefixed

_D: Final = deliveries.c
_U: Final = users.c

ORDERS: Final[dict[str, ColumnElement[Any] | None]] = {
    "number": None,
    "at": _D.at,
    "user": func.coalesce(_U.name_key, ""),
    "host": _D.host,
    "outcome": _D.outcome,
    "status": _D.status,
    "elapsed": _D.elapsed_s,
    "rule": _D.rule,
}
"""What deliveries may be sorted by; the number settles what is equal."""

WALKED: Final = frozenset({"number", "at"})
"""An index has the rows in this order."""

_LARGEST_INTEGER: Final = 2**63 - 1

Dead = frozenset[int]
"""Sends that a database which is not written to holds for running, and whose process has ended."""


def ids_in_order(connection: Connection, query: DeliveryQuery, dead: Dead) -> Select[Any]:
    """Return the statement that yields the numbers of a query in its order."""
    clauses = [*_exactly(query.where)]
    gathered = bool(clauses)
    if query.where.at_from is not None or query.where.at_to is not None:
        few, their = _between(connection, query, gathered)
        gathered = gathered or few
        clauses += their
    for way in _ways(connection, query.where, dead):
        if not gathered and way.hits is not None and are_few(connection, way.hits, FEW):
            gathered = True
            clauses.append(_D.id.in_(way.hits))
        else:
            clauses.append(way.clause)
    statement = select(_D.id)
    key = ORDERS[query.order_by]
    keys: list[ColumnElement[Any]] = [_D.id]
    if query.order_by == "user":
        # An outer join: of a user who is gone the deliveries stay.
        statement = statement.select_from(deliveries.outerjoin(users, _U.id == _D.user_id))
        keys.insert(0, type_coerce(_D.user_id, Text))
    if key is not None:
        keys.insert(0, prefixed(_D.at, "+") if gathered and key is _D.at else key)
    return statement.where(*clauses).order_by(*([one.desc() for one in keys] if query.descending else keys))


def is_whole(query: DeliveryQuery) -> bool:
    """Return whether a query wants everything there is."""
    return query.where == ALL_DELIVERIES


def exact_only(where: DeliveryFilter) -> list[Clause] | None:
    """Return what an index alone decides, None where there is more to it."""
    rest = DeliveryFilter(send=where.send, subscription_id=where.subscription_id, user_id=where.user_id)
    clauses = [*_exactly(where)]
    return clauses if where == rest and len(clauses) <= 1 else None


def _exactly(where: DeliveryFilter) -> Iterator[Clause]:
    """Yield what is found by an index always: by the first one, of which there are the fewest."""
    plus = ""
    for column, value in (
        (_D.subscription_id, where.subscription_id),
        (_D.send, where.send),
        (_D.user_id, where.user_id),
    ):
        if value is not None:
            yield prefixed(column, plus) == value
            plus = "+"


def _between(connection: Connection, query: DeliveryQuery, gathered: bool) -> tuple[bool, list[Clause]]:
    """Return whether there are few rows of this time, and what finds them."""
    where = query.where
    plain, plussed = (
        [
            *([column >= where.at_from] if where.at_from is not None else []),
            *([column < where.at_to] if where.at_to is not None else []),
        ]
        for column in (prefixed(_D.at, ""), prefixed(_D.at, "+"))
    )
    if gathered:
        return False, plussed
    # All in the index of times: a million takes some milliseconds, and those of one time have neighbouring numbers.
    found = select(func.min(_D.id), func.max(_D.id), func.count()).where(*plain)
    first, last, count = connection.execute(found).one()
    if not count:
        return True, [false()]
    if count <= FEW:
        return True, plain
    return False, plain if query.order_by == "at" else [*plussed, _D.id.between(first, last)]


def _ways(connection: Connection, where: DeliveryFilter, dead: Dead) -> Iterator[Way]:
    if where.outcome is not None:
        yield _of_outcome(CODE_OF[where.outcome], dead)
    if where.failed:
        yield _failed(dead)
    if where.rule:
        yield Way(prefixed(_D.rule, "+") == where.rule, select(_D.id).where(text(DIAGNOSED), _D.rule == where.rule))
    if where.service:
        yield Way(_of_service(where.service))
    if where.search.strip():
        yield Way(_search(connection, where.search.strip()[:MAX_SEARCH_CHARACTERS]))


def _of_outcome(code: int, dead: Dead) -> Way:
    clause = prefixed(_D.outcome, "+") == code
    if code == CODE_OF[Outcome.ACCEPTED]:
        return Way(clause)
    way = Way(clause, select(_D.id).where(text(NOT_ACCEPTED), _D.outcome == code))
    return _or_lost(way, dead) if code == UNKNOWN else way


def _failed(dead: Dead) -> Way:
    clause = prefixed(_D.outcome, "+") > LAST_WELL
    return _or_lost(Way(clause, select(_D.id).where(text(NOT_ACCEPTED), _D.outcome > LAST_WELL)), dead)


def _or_lost(way: Way, dead: Dead) -> Way:
    """Add the intents that nobody will conclude, where that could not be written down."""
    if not dead or way.hits is None:
        return way
    lost = both(_D.id, lambda plus: and_(_D.outcome.is_(None), prefixed(_D.send, plus).in_(sorted(dead))))
    assert lost.hits is not None
    hits = union_all(way.hits, lost.hits).subquery()
    return Way(or_(way.clause, lost.clause), select(hits.c.id))


def _of_service(service: str) -> Clause:
    known = next((one for one in SERVICES if one.name == service), None)
    host = prefixed(_D.host, "+")
    if known is None:
        return host == service.lower()
    # A leading dot stands for every name below it.
    return or_(*(func.substr(host, -len(one)) == one if one.startswith(".") else host == one for one in known.hosts))


def _search(connection: Connection, wanted: str) -> Clause:
    lower = wanted.lower()
    host = prefixed(_D.host, "+")
    parts: list[Clause] = [host.between(lower, lower + AFTER_ALL_TEXT), prefixed(_D.tail, "+") == wanted]
    if wanted.isascii() and wanted.isdigit() and int(wanted) <= _LARGEST_INTEGER:
        number = int(wanted)
        parts += [prefixed(_D.status, "+") == number, prefixed(_D.subscription_id, "+") == number]
    called = func.instr(_U.name_key, name_key(wanted)) > 0
    found = connection.execute(select(type_coerce(_U.id, Text)).where(called).limit(FEW_USERS + 1)).scalars().all()
    owner = type_coerce(prefixed(_D.user_id, "+"), Text)
    if len(found) > FEW_USERS:
        parts.append(owner.in_(select(type_coerce(_U.id, Text)).where(called)))
    elif found:
        named = func.json_each(json.dumps(found)).table_valued("value")
        parts.append(owner.in_(select(named.c.value)))
    return or_(*parts)
