"""Turns what is wanted into what SQLite is asked, so that the first rows come at once.

Two ways lead to the first rows of a filter: few rows match, then those are found by an index and sorted; or many do,
then the list is walked in its order and what does not match is passed over. Which of them it is, is found by counting
up to a bound, since SQLite's planner knows nothing of how many rows will match.

Runs on: any
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Select,
    Text,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.sql import not_

from webpush_admin.push.answer import ACCEPTED_STATUSES
from webpush_admin.push.services import SERVICES
from webpush_admin.store.browsers import BROWSERS, OTHER, UNKNOWN
from webpush_admin.store.findings import findings
from webpush_admin.store.hosts import AFTER_ALL_TEXT, hosts
from webpush_admin.store.orders import ORDERS, sort_keys
from webpush_admin.store.rows import (
    DUPLICATE,
    IDLE_DAYS,
    UNUSABLE,
    Condition,
    Finding,
    SubscriptionFilter,
    SubscriptionQuery,
)
from webpush_admin.store.schema import name_key, subscriptions, users
from webpush_admin.store.suspects import MARKED, any_marked
from webpush_admin.store.ways import Clause, Way, are_few, both, prefixed

_S: Final = subscriptions.c
_U: Final = users.c
_N: Final = users.alias("named").c
"""Of users who are looked for by their names, beside those whose names a list is sorted by."""

_N_ID: Final = type_coerce(_N.id, Text)
_OWNER: Final = type_coerce(_S.user_id, Text)

FEW: Final = 20_000
"""So many rows are found by an index and sorted in some milliseconds."""

FEW_USERS: Final = 2_000
"""With more than these the walk finds its first rows sooner than their subscriptions are gathered."""

MAX_SEARCH_CHARACTERS: Final = 256

_LARGEST_INTEGER: Final = 2**63 - 1
_SCHEMES: Final = ("https://", "http://")
_GONE: Final = (404, 410)


def ids_in_order(connection: Connection, query: SubscriptionQuery, *, audited: bool, all_of_it: bool) -> Select[Any]:
    """Return the statement that yields the ids of a query in its order.

    Args:
        connection: Asked for what helps to choose the way.
        query: What is wanted; its order is one of `ORDERS`.
        audited: The findings are attached to the connection.
        all_of_it: Every id will be read, and not the first ones only.
    """
    order = ORDERS[query.order_by]
    clauses: list[Clause] = []
    few = query.user_id is not None
    if query.user_id is not None:
        clauses.append(_S.user_id == query.user_id)
    for way in _ways(connection, query.where, audited=audited, all_of_it=all_of_it):
        if not few and way.hits is not None and are_few(connection, way.hits, FEW):
            few = True
            clauses.append(_S.id.in_(way.hits))
        else:
            clauses.append(way.clause)
    keys = sort_keys(order, audited=audited, marked=order.keys == ("state",) and any_marked(connection), sorts=few)
    statement = select(_S.id)
    if order.by_user:
        # Users first: their index gives the order, and each one's subscriptions follow by theirs. The plus keeps SQLite
        # from looking users up by id, after which it would sort everything.
        on = _U.id == _S.user_id if few else _S.user_id == literal_column("+users.id")
        statement = statement.select_from(users.join(subscriptions, on))
    return statement.where(*clauses).order_by(*([key.desc() for key in keys] if query.descending else keys))


def is_whole(query: SubscriptionQuery) -> bool:
    """Return whether a query wants everything there is."""
    return query.user_id is None and query.where == SubscriptionFilter()


def _ways(connection: Connection, where: SubscriptionFilter, *, audited: bool, all_of_it: bool) -> Iterator[Way]:
    if where.search.strip():
        yield _search(connection, where, all_of_it=all_of_it)
    if where.service:
        at = _of_service(connection, where.service)
        yield both(_S.id, lambda plus: or_(*(_at_host(origin, plus) for origin in at)) if at else _S.id < 0)
    if where.browser:
        yield Way(_of_browser(where.browser))
    if where.condition is not None:
        yield _in_condition(where.condition, audited=audited, marked=any_marked(connection))
    if where.findings:
        yield _found(where.findings, audited=audited)
    for name, earliest, latest in (
        ("created_at", where.created_from, where.created_to),
        ("last_success_at", where.success_from, where.success_to),
    ):
        if earliest is not None or latest is not None:
            yield both(_S.id, partial(_between, name, earliest, latest))
    if where.never_succeeded:
        yield both(_S.id, lambda plus: prefixed(_S.last_success_at, plus).is_(None))


def _search(connection: Connection, where: SubscriptionFilter, *, all_of_it: bool) -> Way:
    text = where.search.strip()[:MAX_SEARCH_CHARACTERS]
    anywhere = [func.instr(_S.endpoint, text) > 0] if where.anywhere else []
    if text.lower().startswith(_SCHEMES):
        way = both(_S.id, partial(_begins, _spellings(text)))
        return Way(or_(way.clause, *anywhere)) if anywhere else way
    prefixes = [spelling for scheme in _SCHEMES for spelling in _spellings(scheme + text)]
    number = int(text) if text.isascii() and text.isdigit() and int(text) <= _LARGEST_INTEGER else None
    called = func.instr(_N.name_key, name_key(text)) > 0
    found = connection.execute(select(_N_ID).where(called).limit(FEW_USERS + 1)).scalars().all()
    few = len(found) <= FEW_USERS
    owned: Clause
    if few:
        # Their ids, as one parameter: the names are looked through once, and not in every step that follows.
        named = func.json_each(json.dumps(found)).table_valued("value")
        owned = _OWNER.in_(select(named.c.value))
    elif all_of_it:
        owned = _S.user_id.in_(select(_N.id).where(called))
    else:
        # That set may be nearly all users: a walk that ends early asks row by row.
        owned = exists().where(_N.id == _S.user_id, called)
    numbered = [_S.id == number] if number is not None else []
    clause = or_(owned, _begins(prefixes, "+"), *numbered, *anywhere)
    if anywhere or not few:
        return Way(clause)
    # Each way by its own index; joined by OR they would be none at all.
    each = (owned, _begins(prefixes, ""), *numbered)
    hits = union_all(*(select(_S.id).where(one) for one in each)).subquery()
    return Way(clause, select(hits.c.id))


def _of_service(connection: Connection, service: str) -> list[str]:
    """Return the origins of a service by its name; what is no name is a host, and the sandbox's speaks plain HTTP."""
    known = next((one for one in SERVICES if one.name == service), None)
    if known is None:
        return [scheme + service.lower() for scheme in _SCHEMES]
    belonging = [host for host in known.hosts if not host.startswith(".")]
    # A leading dot stands for every name below it: those that there are.
    below = tuple(host for host in known.hosts if host.startswith("."))
    if below:
        belonging += [host for host in hosts(connection) if host.endswith(below)]
    return [_SCHEMES[0] + host for host in belonging]


def _at_host(origin: str, plus: str) -> Clause:
    # What may follow a host. Source: RFC 3986, section 3
    return or_(prefixed(_S.endpoint, plus) == origin, *(_starts_with(origin + after, plus) for after in "/:?"))


def _of_browser(name: str) -> Clause:
    if name == UNKNOWN:
        return or_(_S.user_agent.is_(None), _S.user_agent == "")
    if name == OTHER:
        held = [_holds(mark) for browser in BROWSERS for mark in browser.marks]
        return and_(_S.user_agent != "", not_(or_(*held)))
    browser = next((one for one in BROWSERS if one.name == name), None)
    if browser is None:
        return _S.id < 0
    return and_(or_(*map(_holds, browser.marks)), *(not_(_holds(mark)) for mark in browser.others))


def _holds(mark: str) -> Clause:
    return func.instr(_S.user_agent, mark) > 0


def _in_condition(condition: Condition, *, audited: bool, marked: bool) -> Way:
    if condition is Condition.INVALID:
        return _found(UNUSABLE, audited=audited)
    if condition is Condition.DUPLICATE:
        return _found(DUPLICATE, audited=audited)
    if condition is Condition.IDLE:
        before = datetime.now(UTC) - timedelta(days=IDLE_DAYS)
        return Way(func.coalesce(_S.last_success_at, _S.created_at) < before)
    way = both(_S.id, partial(_answered, condition))
    return _with_marks(condition, way) if marked else way


def _with_marks(condition: Condition, way: Way) -> Way:
    """Take the few that an operator has marked suspect out of a condition, or into it."""
    # A plus: the walk goes on in its order, and looks each row up among the few.
    is_marked = prefixed(_S.id, "+").in_(MARKED)
    assert way.hits is not None
    if condition is not Condition.SUSPECT:
        return Way(and_(way.clause, not_(is_marked)), way.hits.where(not_(is_marked)))
    # Each by its own index; a row that is both comes once.
    others = func.coalesce(prefixed(_S.last_status, "+"), 0).not_in(_GONE)
    hits = union_all(way.hits, select(_S.id).where(_S.id.in_(MARKED), others)).subquery()
    return Way(or_(way.clause, is_marked), select(hits.c.id))


def _answered(condition: Condition, plus: str) -> Clause:
    status = prefixed(_S.last_status, plus)
    if condition is Condition.NEW:
        return status.is_(None)
    if condition is Condition.OK:
        return status.in_(sorted(ACCEPTED_STATUSES))
    if condition is Condition.SUSPECT:
        return status.in_(_GONE)
    # The gaps between the statuses that mean something else: an index finds each of them.
    others = sorted((*ACCEPTED_STATUSES, *_GONE))
    gaps = [and_(status > low, status < high) for low, high in pairwise(others) if high - low > 1]
    return or_(status < others[0], *gaps, status > others[-1])


def _between(name: str, earliest: datetime | None, latest: datetime | None, plus: str) -> Clause:
    column = prefixed(_S[name], plus)
    bounds = [column >= earliest] if earliest is not None else []
    return and_(*bounds, *([column < latest] if latest is not None else []))


def _found(wanted: Finding, *, audited: bool) -> Way:
    if not audited:
        return Way(_S.id < 0)
    hits = select(findings.c.id).where(findings.c.found.op("&")(int(wanted)) != 0)
    return Way(_S.id.in_(hits), hits)


def _spellings(text: str) -> list[str]:
    """Return the beginning of a URL as it was typed, and with scheme and host in lower case."""
    scheme, slashes, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    return [*dict.fromkeys((text, f"{scheme.lower()}{slashes}{host.lower()}{slash}{path}"))]


def _begins(prefixes: Sequence[str], plus: str) -> Clause:
    return or_(*(_starts_with(prefix, plus) for prefix in prefixes))


def _starts_with(prefix: str, plus: str) -> Clause:
    # A range, which an index answers; LIKE would read every row.
    return prefixed(_S.endpoint, plus).between(prefix, prefix + AFTER_ALL_TEXT)
