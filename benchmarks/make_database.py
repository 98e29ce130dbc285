"""Makes a database of ours as it looks after years: any number of users and subscriptions, with real keys.

`python -m benchmarks.make_database PATH --users 100000 --subscriptions 1000000` takes a minute or two. Progress goes
to standard error, one JSON object to standard output.

The same numbers, seed and day make the same rows. What is in them:

- Subscriptions are numbered as they were made, over three years. Number n (the row's id, from 1) has key pair n modulo
  4,096 and a secret of its own; every pair is a real one on the curve.
- FCM, Mozilla, Apple and WNS, with endpoints as long as theirs; a user's subscriptions are of different browsers, of
  which there are twenty in some fifty versions, while the user has at most twenty.
- In every thousand subscriptions about twenty have something that an audit finds, always at the same places: see
  `PLANTED` in `benchmarks/database_rows.py`.
- Answers: mostly 201, some 404, 410, 429 and 5xx, none yet for many that are younger than 90 days.
- A VAPID key pair and a subject. Nothing was ever sent, unless `--deliveries` asks for a history: see
  `benchmarks/sent_rows.py`.

Runs on: any
"""

import argparse
import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from benchmarks.database_rows import YEARS_MS, Plan, Rows
from benchmarks.fresh_process import tell
from benchmarks.population import KEY_PAIRS, key_pair
from benchmarks.sent_rows import Sent
from webpush_admin.store.identity import DATABASE, VERSION
from webpush_admin.store.schema import (
    OUTCOME_COLUMNS,
    deliveries,
    metadata,
    requests,
    sends,
    subscriptions,
    to_ms,
    users,
    versions,
)

SUBJECT: Final = "mailto:push@example.org"
TOLD_EVERY: Final = 100_000
_VAPID: Final = -1
"""The number of the server's own pair, which no browser has."""


def make(path: Path, plan: Plan) -> dict[str, Any]:
    """Make the database and return what is printed.

    Raises:
        FileExistsError: There is something at the path already; it is as it was.
    """
    begun_s = time.monotonic()
    # Readable for us alone from its first moment on, as the application makes it.
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            _build(connection, plan)
            findings = _shares(connection)
    except BaseException:
        # A half-made one would be taken for a whole one.
        for name in (path.name, f"{path.name}-journal", f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
        raise
    return {
        "database": str(path),
        "users": plan.users,
        "subscriptions": plan.subscriptions,
        "deliveries": plan.deliveries,
        "seed": plan.seed,
        "until": datetime.fromtimestamp(plan.until_ms / 1000, UTC).date().isoformat(),
        **findings,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "seconds": round(time.monotonic() - begun_s, 1),
    }


def _build(connection: sqlite3.Connection, plan: Plan) -> None:
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-600000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    dialect = sqlite.dialect()
    for table in metadata.sorted_tables:
        connection.execute(str(CreateTable(table).compile(dialect=dialect)))
    tell(f"making {KEY_PAIRS:,} key pairs")
    rows = Rows(plan)
    vapid = key_pair(plan.seed, _VAPID)
    made_ms = plan.until_ms - YEARS_MS
    connection.execute(f"INSERT INTO {versions.name} VALUES (1, {VERSION})")
    connection.execute("INSERT INTO settings VALUES ('vapid_subject', ?)", (SUBJECT,))
    connection.execute(
        "INSERT INTO vapid_keys VALUES (1, ?, ?, ?, NULL, 1)", (vapid.public_key, vapid.private_key, made_ms)
    )
    _insert(connection, users, "id, name, name_key, created_at", rows.users(), plan.users)
    _insert(
        connection,
        subscriptions,
        "user_id, endpoint, p256dh, auth, user_agent, created_at, last_status, last_success_at, first_404_at, "
        "vapid_key_id",
        rows.subscriptions(),
        plan.subscriptions,
    )
    if plan.deliveries:
        _insert_history(connection, plan, vapid.public_key)
    for table in metadata.sorted_tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            tell(f"making the index {index.name}")
            connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
    connection.execute(f"PRAGMA application_id={DATABASE.application_id}")
    connection.execute("COMMIT")
    # As the application leaves it.
    connection.execute("PRAGMA locking_mode=NORMAL")
    connection.execute("PRAGMA journal_mode=WAL")


def _insert_history(connection: sqlite3.Connection, plan: Plan, public_key: str) -> None:
    sent = Sent(connection, plan.deliveries, plan.seed, plan.until_ms)
    _insert(
        connection,
        deliveries,
        "send, at, subscription_id, user_id, host, tail, outcome, status, rule, reason, body, elapsed_s, attempts, "
        "pruned, request, headers",
        sent.deliveries(),
        plan.deliveries,
    )
    _insert(
        connection,
        sends,
        "id, at, ended_at, state, heard_at, target, test, title, ttl_s, urgency, topic, payload_bytes, targets, "
        f"intended, {', '.join(OUTCOME_COLUMNS)}, pruned",
        sent.sends(),
    )
    _insert(
        connection,
        requests,
        "id, send, origin, headers, body_bytes, payload_bytes, jwt_header, jwt_claims, public_key",
        sent.requests(public_key),
    )


def _insert(
    connection: sqlite3.Connection, table: Table, columns: str, rows: Iterable[tuple[object, ...]], total: int = 0
) -> None:
    places = ", ".join("?" * (columns.count(",") + 1))
    connection.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({places})", _told(rows, table.name, total))


def _told(rows: Iterable[tuple[object, ...]], what: str, total: int) -> Iterator[tuple[object, ...]]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % TOLD_EVERY == 0 or number == total:
            tell(f"{number:,} of {total:,} {what}")


def _shares(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return how many subscriptions each kind of host and status has."""
    host = "substr(endpoint, 9, instr(substr(endpoint, 9) || '/', '/') - 1)"
    hosts = connection.execute(f"SELECT {host} AS host, count(*) FROM subscriptions GROUP BY host ORDER BY 2 DESC")
    found = {"hosts": dict(hosts.fetchall())}
    statuses = connection.execute("SELECT last_status, count(*) FROM subscriptions GROUP BY 1 ORDER BY 2 DESC")
    found["statuses"] = {str(status): count for status, count in statuses}
    return found


def plan_of(*, users: int, subscriptions: int, seed: int = 1, until: str = "", deliveries: int = 0) -> Plan:
    """Return a plan; `until` is a day as in "2026-01-31", "" for today.

    Raises:
        ValueError: A number is negative, there are subscriptions without users or deliveries without subscriptions, or
            the day is none.
    """
    if min(users, subscriptions, deliveries) < 0 or (subscriptions and not users) or (deliveries and not subscriptions):
        raise ValueError("There must be users, and subscriptions to send to; none may be fewer than none.")
    day = datetime.fromisoformat(until) if until else datetime.now(UTC)
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    return Plan(users, subscriptions, seed, to_ms(midnight), deliveries)


def main(arguments: list[str] | None = None) -> int:
    """Run it as a command; return the exit status: 2 where nothing was made."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.make_database",
        description=__doc__.partition("\n\nRuns on")[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("path", type=Path, help="a file that does not exist yet")
    parser.add_argument("--users", type=int, default=100_000, help="how many (100000)")
    parser.add_argument("--subscriptions", type=int, default=1_000_000, help="how many, of all users (1000000)")
    parser.add_argument("--deliveries", type=int, default=0, help="of the history (0)")
    parser.add_argument("--seed", type=int, default=1, help="another one makes other rows of the same kind (1)")
    parser.add_argument("--until", default="", help="the last of the days, as in 2026-01-31 (today)")
    chosen = parser.parse_args(arguments)
    try:
        plan = plan_of(
            users=chosen.users,
            subscriptions=chosen.subscriptions,
            seed=chosen.seed,
            until=chosen.until,
            deliveries=chosen.deliveries,
        )
        print(json.dumps(make(chosen.path, plan)))
    except FileExistsError:
        print(f"{chosen.path} exists already; it was not touched.", file=sys.stderr)
        return 2
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
