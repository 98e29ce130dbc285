"""Looks at every subscription of a database, in stretches, and keeps what is wrong with it.

Each row is judged by itself (`checks`); that one browser has several is found by sorting digests in the file of the
findings, that an endpoint has several users by the index of endpoints. The database itself is only read.

Runs on: any
"""

import sqlite3
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, cast

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.dialects import sqlite

from webpush_admin.push.errors import StoreError
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.checks import GROUPS, Checks
from webpush_admin.store.collection import Collection, Found
from webpush_admin.store.engine import Database
from webpush_admin.store.findings import JUDGED, Findings, findings
from webpush_admin.store.people import CHUNK
from webpush_admin.store.rows import UNUSABLE, Finding
from webpush_admin.store.schema import subscriptions

STOPPED: Final = "The check was stopped: what it had found is not kept."
BATCH_ROWS: Final = 2_000
SORTING_S: Final = 600.0
"""A statement over the whole database may take so long; it can be stopped all the while."""

_AGENT_CHARACTERS: Final = 1_024
_GONE: Final = (404, 410)
_NEVER_MS: Final = -(2**62)
_DEAD: Final = int(UNUSABLE | Finding.RESERVED_HOST)

Row = tuple[int, str, str, str, str, str | None, int, int | None, int | None]
Rows = Iterator[list[Row]]

_C: Final = subscriptions.c


_NARROW: Final = select(
    _C.id,
    _C.user_id,
    *JUDGED,
    func.substr(_C.user_agent, 1, _AGENT_CHARACTERS),
    _C.created_at,
    _C.last_status,
    _C.last_success_at,
)


def _compiled(statement: Any) -> str:
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="qmark"), compile_kwargs={"literal_binds": True}))


# Past SQLAlchemy, which would make dates and UUIDs of a million rows that nobody looks at.
_AFTER: Final = _compiled(_NARROW.where(text("id > ?")).order_by(_C.id).limit(BATCH_ROWS))
_AMONG: Final = _compiled(_NARROW.where(text(f"id IN ({', '.join('?' * CHUNK)})")))

_SHARED: Final = """
WITH shared AS MATERIALIZED (SELECT endpoint FROM main.subscriptions GROUP BY endpoint HAVING count(*) > 1)
SELECT id, begun FROM (
    SELECT s.id AS id, substr(s.endpoint, 1, 300) AS begun, row_number() OVER (
        PARTITION BY s.endpoint
        ORDER BY coalesce(f.found, 0) & ? != 0, s.created_at DESC, s.id DESC
    ) AS place
    FROM shared CROSS JOIN main.subscriptions s ON s.endpoint = shared.endpoint LEFT JOIN side.fresh f ON f.id = s.id
) WHERE place > 1
"""


@dataclass(frozen=True, slots=True)
class Sources:
    """What an audit works with.

    Attributes:
        database: Is only read.
        findings: Of this database.
        checks: Judge each row.
        cancel: Ends it.
        advance: Told how many rows have been looked at, and how many there are.
    """

    database: Database
    findings: Findings
    checks: Checks
    cancel: Cancel
    advance: Callable[[int, int], None]


def size(connection: Connection) -> int:
    """Return how many subscriptions an audit would look at."""
    return int(connection.execute(select(func.count()).select_from(subscriptions)).scalar_one())


def audit(sources: Sources) -> tuple[int, ...]:
    """Look at every subscription; return how many there were in each of `checks.GROUPS`.

    Raises:
        StoreError: Closed, cancelled, or the database refuses; what an earlier audit found is as it was.
    """
    with sources.findings.collecting(sources.cancel) as collection:
        total = sources.database.read(size, cancel=sources.cancel)
        checked = _look(sources, collection, _all_rows(sources), total)
        _go_on(sources)
        collection.publish()
    return checked


def audit_again(sources: Sources, finding: Finding) -> int:
    """Look again at what has one finding, take it from what it is no longer true of, and return how many are left.

    Raises:
        StoreError: As `audit` does.
    """
    with sources.findings.collecting(sources.cancel) as collection:
        concerned = _concerned(sources, finding)
        _look(sources, collection, _rows_among(sources, concerned), len(concerned))
        _go_on(sources)
        collection.amend(finding, concerned)
    return len(_ids(sources, select(findings.c.id).where(_has(finding)).where(findings.c.id.in_(select(_C.id)))))


def _look(sources: Sources, collection: Collection, rows: Rows, total: int) -> tuple[int, ...]:
    checked = [0] * len(GROUPS)
    check, done = sources.checks.check, 0
    for batch in rows:
        _go_on(sources)
        found: list[Found] = []
        seen: list[tuple[bytes, int, int, int, int]] = []
        for number, user, endpoint, p256dh, auth, agent, made, status, accepted in batch:
            verdict, group, service = check(endpoint, p256dh, auth, made if accepted is None else accepted)
            checked[group] += 1
            if verdict:
                found.append((number, int(verdict), group, hash((endpoint, p256dh, auth))))
            # What cannot be reached makes nobody else's subscription the older one.
            if agent and not verdict & _DEAD and status not in _GONE:
                whose = f"{user}\0{service}\0{agent}".encode("utf-8", "replace")
                digest = blake2b(whose, digest_size=16).digest()
                seen.append((digest, made, number, _NEVER_MS if accepted is None else accepted, group))
        collection.add(found, seen)
        done += len(batch)
        # Rows that were added meanwhile are looked at too.
        sources.advance(done, max(done, total))
    collection.mark_older()
    _mark_shared(sources, collection)
    return tuple(checked)


def _go_on(sources: Sources) -> None:
    if sources.cancel.raised:
        raise StoreError(STOPPED)


def _mark_shared(sources: Sources, collection: Collection) -> None:
    group_of = sources.checks.group_of

    def read(connection: Connection) -> None:
        sources.findings.attach(connection)
        cursor = _raw(connection).execute(_SHARED, (_DEAD,))
        while batch := cursor.fetchmany(BATCH_ROWS):
            collection.add([(number, int(Finding.SHARED_ENDPOINT), group_of(begun), 0) for number, begun in batch])

    sources.database.read(read, cancel=sources.cancel, deadline_s=SORTING_S)


def _all_rows(sources: Sources) -> Rows:
    after = -(2**63)
    while batch := _read(sources, _AFTER, (after,)):
        yield batch
        after = batch[-1][0]


def _rows_among(sources: Sources, ids: "array[int]") -> Rows:
    for start in range(0, len(ids), CHUNK):
        stretch = ids[start : start + CHUNK].tolist()
        # The statement has a place for each; the last stretch is filled with what no row has.
        yield _read(sources, _AMONG, tuple(stretch) + (-1,) * (CHUNK - len(stretch)))


def _read(sources: Sources, statement: str, parameters: tuple[int, ...]) -> list[Row]:
    return sources.database.read(
        lambda connection: _raw(connection).execute(statement, parameters).fetchall(), cancel=sources.cancel
    )


def _concerned(sources: Sources, finding: Finding) -> "array[int]":
    """Return the rows that have a finding, with those that they were compared with."""
    flagged = select(findings.c.id).where(_has(finding))
    if finding is Finding.SAME_BROWSER:
        owners = select(_C.user_id).where(_C.id.in_(flagged))
        return _ids(sources, select(_C.id).where(_C.user_id.in_(owners)))
    if finding is Finding.SHARED_ENDPOINT:
        endpoints = select(_C.endpoint).where(_C.id.in_(flagged))
        return _ids(sources, select(_C.id).where(_C.endpoint.in_(endpoints)))
    return _ids(sources, select(_C.id).where(_C.id.in_(flagged)))


def _has(finding: Finding) -> Any:
    return findings.c.found.op("&")(bindparam(None, int(finding), literal_execute=True)) != 0


def _ids(sources: Sources, statement: Any) -> "array[int]":
    def read(connection: Connection) -> "array[int]":
        sources.findings.attach(connection)
        return array("q", connection.execute(statement).scalars())

    return sources.database.read(read, cancel=sources.cancel, deadline_s=SORTING_S)


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)
