"""Makes a database of ours as it looks after years: any number of users and subscriptions, with real keys.

`python -m benchmarks.make_database PATH --users 100000 --subscriptions 1000000` takes a minute or two. Progress goes
to standard error, one JSON object to standard output.

The same numbers, seed and day make the same rows. What is in them:

- Subscriptions are numbered as they were made, over three years. Number n (the row's id, from 1) has key pair n modulo
  4,096 and a secret of its own; every pair is a real one on the curve.
- FCM, Mozilla, Apple and WNS, with endpoints as long as theirs; a user's subscriptions are of different browsers, of
  which there are twenty in some fifty versions, while the user has at most twenty.
- In every thousand subscriptions about twenty have something that an audit finds, always at the same places (see
  `PLANTED` in the module).
- Answers: mostly 201, some 404, 410, 429 and 5xx, none yet for many that are younger than 90 days.
- A VAPID key pair and a subject; nothing was ever sent.

Runs on: any
"""

import argparse
import json
import os
import sqlite3
import sys
import time
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from benchmarks.fresh_process import tell
from benchmarks.population import BROWSERS, KEY_PAIRS, Endpoints, Names, key_pair, off_curve, orders
from webpush_admin.store.identity import APPLICATION_ID, VERSION
from webpush_admin.store.rows import IDLE_DAYS
from webpush_admin.store.schema import metadata, name_key, subscriptions, to_ms, users, versions

SUBJECT: Final = "mailto:push@example.org"
YEARS_MS: Final = 3 * 365 * 86_400_000
PLANTED_EVERY: Final = 1000
TOLD_EVERY: Final = 100_000
ORDERS: Final = 1009

PLANTED: Final = {
    17: "cut endpoint",
    71: "cut endpoint",
    123: "cut p256dh",
    167: "cut auth",
    211: "off-curve p256dh",
    263: "off-curve p256dh",
    307: "removed",
    353: "removed",
    401: "unknown host",
    449: "unknown host",
    503: "unknown host",
    547: "shared endpoint",
    601: "shared endpoint",
    653: "same browser",
    701: "same browser",
    751: "same browser",
    809: "idle",
    853: "idle",
    907: "idle",
    953: "idle",
}
"""What is wrong with a subscription, by its number modulo `PLANTED_EVERY`.

A shared endpoint is that of an earlier subscription, of which the audit then tells too; "same browser" repeats the
user's browser before, where there is one; only what is old enough can be idle.
"""

_VAPID: Final = -1
"""The number of the server's own pair, which no browser has."""

_DAY_MS: Final = 86_400_000
_CUTS: Final = (80, 100, 128)
"""Lengths of columns that applications have kept endpoints in."""

_STATUSES: Final = ((0.955, 201), (0.970, 404), (0.981, 410), (0.988, 429), (0.993, 503), (0.996, 403), (1.0, 400))
"""Shares added up, and the status of the newest answer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make.

    Attributes:
        users: How many.
        subscriptions: How many, of all of them together.
        seed: Another one makes other rows of the same kind.
        until_ms: The end of the three years.
    """

    users: int
    subscriptions: int
    seed: int
    until_ms: int


class Rows:
    """The rows of a plan, in the order of their ids."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._random = Random(plan.seed)
        self._since_ms = plan.until_ms - YEARS_MS
        self._user_ids: list[str] = []
        self._joined_ms = array("q", sorted(int(self._random.random() * YEARS_MS) for _ in range(plan.users)))
        self._keys = [
            key_pair(plan.seed, number).public_key for number in range(min(KEY_PAIRS, plan.subscriptions + 1))
        ]

    def users(self) -> Iterator[tuple[object, ...]]:
        """Yield every user, once: they are remembered for `subscriptions`."""
        names = Names(self._random)
        for number, joined_ms in enumerate(self._joined_ms):
            # As uuid4() sets them: version 4, variant 1.
            drawn = self._random.getrandbits(128) & ~(0xF << 76) & ~(3 << 62) | 4 << 76 | 2 << 62
            user_id, name = f"{drawn:032x}", names.one(number)
            self._user_ids.append(user_id)
            yield user_id, name, name_key(name), self._since_ms + joined_ms

    def subscriptions(self) -> Iterator[tuple[object, ...]]:
        """Yield every subscription, without its id."""
        made = Endpoints(self._random)
        ways = orders(self._random, ORDERS)
        agents = [browser.agents for browser in BROWSERS]
        owned = array("q", bytes(8 * self._plan.users))
        earlier: list[tuple[int, str]] = []
        for number, (created_ms, owner) in enumerate(self._created(), start=1):
            planted = PLANTED.get(number % PLANTED_EVERY, "")
            nth = owned[owner]
            owned[owner] += 1
            if planted == "same browser" and nth:
                nth -= 1
            browser = ways[owner % ORDERS][nth % len(BROWSERS)]
            versions_of = agents[browser]
            # Of an owner and a browser, so that a repetition is the same to the letter.
            agent: str | None = versions_of[(owner * 7 + browser) % len(versions_of)]
            if number % 61 == 0 and not planted:
                agent = None
            endpoint = made.at("unknown" if planted == "unknown host" else BROWSERS[browser].service)
            if planted == "removed":
                endpoint = made.removed()
            elif planted == "cut endpoint":
                endpoint = endpoint[: _CUTS[number // PLANTED_EVERY % len(_CUTS)]]
            elif planted == "shared endpoint":
                endpoint = next((url for whose, url in earlier if whose != owner), endpoint)
            elif number % 499 == 0 and not planted:
                earlier = [*earlier[-1:], (owner, endpoint)]
            p256dh, auth = self._keys_of(number, planted, made)
            yield (
                self._user_ids[owner],
                endpoint,
                p256dh,
                auth,
                agent,
                created_ms,
                *self._answers(created_ms, idle=planted == "idle"),
                1,
            )

    def _keys_of(self, number: int, planted: str, made: Endpoints) -> tuple[str, str]:
        p256dh, auth = self._keys[number % len(self._keys)], made.auth()
        if planted == "cut p256dh":
            return p256dh[:64], auth
        if planted == "cut auth":
            return p256dh, auth[:16]
        if planted == "off-curve p256dh":
            return off_curve(p256dh), auth
        return p256dh, auth

    def _created(self) -> Iterator[tuple[int, int]]:
        """Yield (milliseconds since 1970, place of the user), the earliest first."""
        random, joined_ms = self._random, self._joined_ms
        drawn: list[int] = []
        for owner, count in enumerate(self._counts()):
            since_ms = joined_ms[owner]
            # One number each, since a million tuples would take ten times the memory.
            drawn.extend((since_ms + int(random.random() * (YEARS_MS - since_ms)) << 32) + owner for _ in range(count))
        drawn.sort()
        for both in drawn:
            yield self._since_ms + (both >> 32), both & 0xFFFFFFFF

    def _counts(self) -> "array[int]":
        """Return how many subscriptions each user has: none to twice the average."""
        random, plan = self._random, self._plan
        average = plan.subscriptions / max(plan.users, 1)
        counts = array("q", (int(random.random() * (2 * average + 1)) for _ in range(plan.users)))
        missing = plan.subscriptions - sum(counts)
        while missing:
            owner = random.randrange(plan.users)
            if missing > 0:
                counts[owner] += 1
                missing -= 1
            elif counts[owner]:
                counts[owner] -= 1
                missing += 1
        return counts

    def _answers(self, created_ms: int, *, idle: bool) -> tuple[int | None, int | None, int | None]:
        """Return the newest status, and when the last success and the first 404 were."""
        random, until_ms = self._random, self._plan.until_ms
        age_ms = until_ms - created_ms
        if idle and age_ms > (IDLE_DAYS + 1) * _DAY_MS:
            return 503, created_ms + int(random.random() * (age_ms - (IDLE_DAYS + 1) * _DAY_MS)), None
        if age_ms < 90 * _DAY_MS and random.random() < 0.4:
            return None, None, None
        share = random.random()
        status = next(status for limit, status in _STATUSES if share < limit)
        success_ms = max(created_ms, until_ms - int(min(random.expovariate(1 / 20), 200) * _DAY_MS))
        missing_ms = success_ms + int(random.random() * (until_ms - success_ms)) if status == 404 else None
        return status, success_ms, missing_ms


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
    for table in metadata.sorted_tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            tell(f"making the index {index.name}")
            connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute("COMMIT")
    # As the application leaves it.
    connection.execute("PRAGMA locking_mode=NORMAL")
    connection.execute("PRAGMA journal_mode=WAL")


def _insert(
    connection: sqlite3.Connection, table: Table, columns: str, rows: Iterable[tuple[object, ...]], total: int
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


def plan_of(*, users: int, subscriptions: int, seed: int = 1, until: str = "") -> Plan:
    """Return a plan; `until` is a day as in "2026-01-31", "" for today.

    Raises:
        ValueError: A number is negative, there are subscriptions without users, or the day is none.
    """
    if min(users, subscriptions) < 0 or (subscriptions and not users):
        raise ValueError("There must be users, and none may be fewer than none.")
    day = datetime.fromisoformat(until) if until else datetime.now(UTC)
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    return Plan(users, subscriptions, seed, to_ms(midnight))


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
    parser.add_argument("--seed", type=int, default=1, help="another one makes other rows of the same kind (1)")
    parser.add_argument("--until", default="", help="the last of the days, as in 2026-01-31 (today)")
    chosen = parser.parse_args(arguments)
    try:
        plan = plan_of(users=chosen.users, subscriptions=chosen.subscriptions, seed=chosen.seed, until=chosen.until)
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
