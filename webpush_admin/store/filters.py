"""Turns what is wanted into what SQLite is asked, so that the first rows come at once.

Two ways lead to the first rows of a filter: few rows match, then those are found by an index and sorted; or many do,
then the list is walked in its order and what does not match is passed over. Which of them it is, is found by counting
up to a bound, since SQLite's planner knows nothing of how many rows will match.

Runs on: any
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal_column, or_, select, union_all
from sqlalchemy.sql import not_

from webpush_admin.push.answer import ACCEPTED_STATUSES
from webpush_admin.push.services import SERVICES
from webpush_admin.push.subscription import endpoint_host
from webpush_admin.store.browsers import BROWSERS, OTHER, UNKNOWN
from webpush_admin.store.findings import findings
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

_S: Final = subscriptions.c
_U: Final = users.c

FEW: Final = 20_000
"""So many rows are found by an index and sorted in some milliseconds."""

MAX_SEARCH_CHARACTERS: Final = 256
MAX_HOSTS: Final = 500
"""More hosts than any honest database has; what is beyond counts as nobody's."""

_LARGEST_INTEGER: Final = 2**63 - 1
_AFTER_ALL_TEXT: Final = "\U0010ffff"
_SCHEMES: Final = ("https://", "http://")

Clause = ColumnElement[bool]


def ids_in_order(connection: Connection, query: SubscriptionQuery, *, audited: bool) -> Select[Any]:
    """Return the statement that yields the ids of a query in its order.

    Args:
        connection: Asked for what helps to choose the way.
        query: What is wanted.
        audited: The findings are attached to the connection.
    """
    order = ORDERS[query.order_by]
    wide: list[Clause] = []
    few = query.user_id is not None
    if query.user_id is not None:
        wide.append(_S.user_id == query.user_id)
    for clause, hits in _clauses(connection, query.where, audited=audited):
        if not few and hits is not None and _are_few(connection, hits):
            few = True
            wide.append(_S.id.in_(hits))
        else:
            wide.append(clause)
    keys = sort_keys(order, audited=audited, sorts=few and bool(order.keys))
    statement = select(_S.id)
    if order.by_user:
        # Users first: their index gives the order, and each one's subscriptions follow by theirs. The plus keeps SQLite
        # from looking users up by id, after which it would sort everything.
        statement = statement.select_from(
            users.join(subscriptions, _U.id == _S.user_id) if few else users.join(subscriptions, _same_user_by_name())
        )
    elif not few:
        statement = statement.with_hint(subscriptions, f"INDEXED BY {order.index}" if order.index else "NOT INDEXED")
    return statement.where(*wide).order_by(*([key.desc() for key in keys] if query.descending else keys))


def is_whole(query: SubscriptionQuery) -> bool:
    """Return whether a query wants everything there is."""
    return query.user_id is None and query.where == SubscriptionFilter()


def hosts(connection: Connection) -> list[str]:
    """Return the hosts of all endpoints, at most `MAX_HOSTS`; one step in the index for each.

    Endpoints that are no https URL are passed over.
    """
    found: list[str] = []
    prefix = _SCHEMES[0]
    after = prefix
    while len(found) < MAX_HOSTS:
        next_one = connection.execute(
            select(func.substr(_S.endpoint, 1, 300)).where(_S.endpoint > after).order_by(_S.endpoint).limit(1)
        ).scalar()
        if next_one is None or not next_one.startswith(prefix):
            break
        authority = next_one[len(prefix) :].partition("/")[0]
        host = endpoint_host(next_one)
        if host and host not in found:
            found.append(host)
        after = prefix + authority + "/" + _AFTER_ALL_TEXT
    return found


def _clauses(
    connection: Connection, where: SubscriptionFilter, *, audited: bool
) -> Iterator[tuple[Clause, Select[Any] | None]]:
    """Yield each condition, with what finds its rows by an index where there is such a way."""
    if where.search.strip():
        yield _search(where)
    if where.service:
        yield _by_index(_of_service(connection, where.service))
    if where.browser:
        yield _of_browser(where.browser), None
    if where.condition is not None:
        yield _in_condition(where.condition, audited=audited)
    if where.findings:
        yield _found(where.findings, audited=audited)
    for column, earliest, latest in (
        (_S.created_at, where.created_from, where.created_to),
        (_S.last_success_at, where.success_from, where.success_to),
    ):
        if earliest is not None or latest is not None:
            bounds = [column >= earliest] if earliest is not None else []
            bounds += [column < latest] if latest is not None else []
            yield _by_index(and_(*bounds))


def _by_index(clause: Clause) -> tuple[Clause, Select[Any]]:
    return clause, select(_S.id).where(clause)


def _are_few(connection: Connection, hits: Select[Any]) -> bool:
    bounded = hits.limit(FEW + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(bounded)).scalar_one()) <= FEW


def _same_user_by_name() -> Clause:
    return _S.user_id == literal_column("+users.id")


def _search(where: SubscriptionFilter) -> tuple[Clause, Select[Any] | None]:
    text = where.search.strip()[:MAX_SEARCH_CHARACTERS]
    if text.lower().startswith(_SCHEMES):
        clause = _starts_with(text)
        return (or_(clause, func.instr(_S.endpoint, text) > 0), None) if where.anywhere else _by_index(clause)
    named = select(_U.id).where(func.instr(_U.name_key, name_key(text)) > 0)
    ways = [_S.user_id.in_(named), *(_starts_with(scheme + text.lower()) for scheme in _SCHEMES)]
    if text.isascii() and text.isdigit() and int(text) <= _LARGEST_INTEGER:
        ways.append(_S.id == int(text))
    if where.anywhere:
        return or_(*ways, func.instr(_S.endpoint, text) > 0), None
    # Each way by its own index; joined by OR they would be none at all.
    hits = union_all(*(select(_S.id).where(way) for way in ways)).subquery()
    return or_(*ways), select(hits.c.id)


def _of_service(connection: Connection, service: str) -> Clause:
    known = next((one for one in SERVICES if one.name == service), None)
    if known is None:
        return _at_host(service.lower())
    belonging = [host for host in known.hosts if not host.startswith(".")]
    # A leading dot stands for every name below it: those that there are.
    below = tuple(host for host in known.hosts if host.startswith("."))
    if below:
        belonging += [host for host in hosts(connection) if host.endswith(below)]
    return or_(*(_at_host(host) for host in belonging)) if belonging else _S.id < 0


def _at_host(host: str) -> Clause:
    base = f"https://{host}"
    return or_(_starts_with(f"{base}/"), _starts_with(f"{base}:"))


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


def _in_condition(condition: Condition, *, audited: bool) -> tuple[Clause, Select[Any] | None]:
    accepted, gone = sorted(ACCEPTED_STATUSES), (404, 410)
    if condition is Condition.INVALID:
        return _found(UNUSABLE, audited=audited)
    if condition is Condition.DUPLICATE:
        return _found(DUPLICATE, audited=audited)
    if condition is Condition.IDLE:
        return _idle(), None
    clauses: dict[Condition, Clause] = {
        Condition.OK: _S.last_status.in_(accepted),
        Condition.NEW: _S.last_status.is_(None),
        Condition.SUSPECT: _S.last_status.in_(gone),
        # Ranges between the numbers that mean something else, so that the index is of use.
        Condition.FAILING: and_(_S.last_status.is_not(None), _S.last_status.not_in((*accepted, *gone))),
    }
    return _by_index(clauses[condition])


def _idle() -> Clause:
    before = datetime.now(UTC) - timedelta(days=IDLE_DAYS)
    return func.coalesce(_S.last_success_at, _S.created_at) < before


def _found(wanted: Finding, *, audited: bool) -> tuple[Clause, Select[Any] | None]:
    if not audited:
        return _S.id < 0, None
    hits = select(findings.c.id).where(findings.c.found.op("&")(int(wanted)) != 0)
    return _S.id.in_(hits), hits


def _starts_with(prefix: str) -> Clause:
    # A range, which an index answers; LIKE would read every row.
    return _S.endpoint.between(prefix, prefix + _AFTER_ALL_TEXT)
