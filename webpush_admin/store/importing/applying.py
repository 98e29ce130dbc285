"""Brings the records of a preview into the database, in one transaction.

Runs on: any
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.errors import PushError
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import keys
from webpush_admin.store.importing.records import Fate, ImportPreview, ImportResult
from webpush_admin.store.importing.resolving import confirm, fate_of, raw_of
from webpush_admin.store.importing.staging import ADDED, Owner, Staged, Staging, open_staging
from webpush_admin.store.schema import name_key, to_ms
from webpush_admin.store.store import Store
from webpush_admin.store.watched import Watched

MOST_TOLD: Final = 1000
"""Users who are told of one by one; of more, all are told."""

_ADD_USER: Final = "INSERT INTO users(id, name, name_key, created_at) VALUES (?, ?, ?, ?)"
_ADD: Final = (
    "INSERT INTO subscriptions(user_id, endpoint, p256dh, auth, user_agent, created_at, last_status, last_success_at, "
    "first_404_at, vapid_key_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
# What was known of answers is not true of other keys: what the file says takes its place.
_REPLACE_KEYS: Final = (
    "UPDATE subscriptions SET p256dh = ?, auth = ?, user_agent = coalesce(?, user_agent), last_status = ?, "
    "last_success_at = ?, first_404_at = ?, vapid_key_id = ? WHERE id = ?"
)
_REPLACE_AGENT: Final = "UPDATE subscriptions SET user_agent = ? WHERE id = ?"


@dataclass(slots=True)
class _Done:
    counts: "Counter[Fate]"
    users: set[UUID]
    users_added: int = 0
    key_made: bool = False


def apply(store: Store, path: Path, preview: ImportPreview, *, skip_refused: bool, work: Watched) -> ImportResult:
    """Import what `prepare` left at `path`.

    Args:
        store: Changed, and its listeners told.
        path: Of the file that `prepare` made.
        preview: What it told.
        skip_refused: Import the others where records were refused; otherwise nothing is imported then.
        work: Told of the records; nothing is changed where it is stopped.

    Raises:
        PushError: Records were refused, the users have changed since, it was stopped, or the database refuses;
            nothing was changed.
    """
    if preview.refused and not skip_refused:
        what = "1 record is" if preview.refused == 1 else f"{preview.refused:,} records are"
        raise PushError(f"{what} refused: nothing was imported.")
    # Made outside: a transaction holds up everybody else who writes.
    made = VapidKeys.generate()
    total = preview.added + preview.replaced + preview.unchanged
    with open_staging(path, work, new=False) as staging:
        done = store.database.write(
            lambda connection: _apply(connection, staging, made, total, work), cancel=work.cancel
        )
    if done.key_made:
        store.tell(ChangeKind.KEYS)
    users = frozenset(done.users if len(done.users) <= MOST_TOLD else ())
    if done.users_added:
        store.tell(ChangeKind.USERS, users)
    if done.counts[Fate.ADDED] or done.counts[Fate.REPLACED]:
        store.tell(ChangeKind.SUBSCRIPTIONS, users)
    return ImportResult(
        added=done.counts[Fate.ADDED],
        replaced=done.counts[Fate.REPLACED],
        unchanged=done.counts[Fate.UNCHANGED],
        users_added=done.users_added,
        refused=preview.refused,
    )


def _apply(connection: Connection, staging: Staging, made: VapidKeys, total: int, work: Watched) -> _Done:
    done = _Done(Counter(), set())
    raw = raw_of(connection)
    for owners in staging.owners():
        confirm(raw, owners)
    now = to_ms(datetime.now(UTC))
    key = _active_key(connection, made, done)
    for owners in staging.owners():
        _add_users(raw, [owner for owner in owners if owner.state == ADDED], now, done)
    written = 0
    for batch in staging.counting():
        _write(raw, batch, now, key, done)
        written += len(batch)
        work.advance(written, total)
        work.check()
    return done


def _active_key(connection: Connection, made: VapidKeys, done: _Done) -> int | None:
    """Return the number of the active key pair: the one that these subscriptions will be used with.

    A database without subscriptions gets its pair here, as it would when it is opened: later it would be refused one.
    """
    statement = "SELECT id FROM vapid_keys WHERE active = 1"
    row = raw_of(connection).execute(statement).fetchone()
    if row is None and raw_of(connection).execute("SELECT 1 FROM subscriptions LIMIT 1").fetchone() is None:
        keys.make_first(connection, made)
        done.key_made = True
        row = raw_of(connection).execute(statement).fetchone()
    return None if row is None else int(row[0])


def _add_users(raw: sqlite3.Connection, owners: Sequence[Owner], now: int, done: _Done) -> None:
    raw.executemany(_ADD_USER, ((owner.user_id, owner.new_name, name_key(owner.new_name), now) for owner in owners))
    done.users_added += len(owners)


def _write(raw: sqlite3.Connection, batch: Sequence[Staged], now: int, key: int | None, done: _Done) -> None:
    added: list[tuple[object, ...]] = []
    for one in batch:
        fate, row, others = fate_of(raw, one)
        done.counts[fate] += 1
        if fate is Fate.UNCHANGED:
            continue
        if len(done.users) <= MOST_TOLD:
            done.users.add(UUID(one.user_id))
        answers = (one.last_status, one.last_success_at, one.first_404_at)
        if fate is Fate.ADDED:
            created = now if one.created_at is None else one.created_at
            added.append((one.user_id, one.endpoint, one.p256dh, one.auth, one.user_agent, created, *answers, key))
        elif others:
            raw.execute(_REPLACE_KEYS, (one.p256dh, one.auth, one.user_agent, *answers, key, row))
            raw.execute("DELETE FROM suspects WHERE subscription_id = ?", (row,))
        else:
            raw.execute(_REPLACE_AGENT, (one.user_agent, row))
    raw.executemany(_ADD, added)
