"""How much of the history is kept, and how the rest is forgotten: a little at a time, so that nobody who writes waits.

Runs on: any
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, cast

from sqlalchemy import Connection

from webpush_admin.store import keys
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.engine import Database
from webpush_admin.store.history.codes import RUNNING
from webpush_admin.store.history_rows import Keeping
from webpush_admin.store.schema import to_ms

DAYS_SETTING: Final = "history_days"
DELIVERIES_SETTING: Final = "history_deliveries"

CHUNK: Final = 2000
"""Deliveries to a transaction: some ten milliseconds."""

_LARGEST: Final = 10**12

_OLD: Final = "SELECT id FROM deliveries WHERE at < ? AND outcome IS NOT NULL ORDER BY at LIMIT ?"
_OLDEST: Final = "SELECT id FROM deliveries WHERE outcome IS NOT NULL ORDER BY id LIMIT ?"
_COUNT: Final = "SELECT count(*) FROM deliveries"
_DELETE: Final = "DELETE FROM deliveries WHERE id IN (SELECT value FROM json_each(?))"
_DELETE_REQUESTS: Final = f"""
DELETE FROM requests WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.send = requests.send)
    AND NOT EXISTS (SELECT 1 FROM sends WHERE sends.id = requests.send AND sends.state = {RUNNING})
"""
_SAID_LONG_AGO: Final = f"""
FROM sends WHERE payload IS NOT NULL AND (at < ? OR (state <> {RUNNING}
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.send = sends.id)))
"""
_ANY_PAYLOAD: Final = f"SELECT 1 {_SAID_LONG_AGO} LIMIT 1"
_FORGET_PAYLOADS: Final = f"UPDATE sends SET payload = NULL, title = '' WHERE id IN (SELECT id {_SAID_LONG_AGO})"
_EVER: Final = -(2**63)


def kept(connection: Connection) -> Keeping:
    """Return what was asked for, or what is usual."""
    usual = Keeping()
    return Keeping(
        _number(keys.setting(connection, DAYS_SETTING), usual.days),
        _number(keys.setting(connection, DELIVERIES_SETTING), usual.deliveries),
    )


def keep(connection: Connection, keeping: Keeping) -> None:
    """Remember what was asked for."""
    keys.set_setting(connection, DAYS_SETTING, str(keeping.days))
    keys.set_setting(connection, DELIVERIES_SETTING, str(keeping.deliveries))


def forget(database: Database, keeping: Keeping, cancel: Cancel) -> int:
    """Delete the deliveries that are too old or too many; return how many. Sends stay, with their totals.

    What is under way stays. Where it is cancelled, what has gone is gone.
    """
    gone = 0
    before_ms = _EVER
    if keeping.days:
        before_ms = to_ms(datetime.now(UTC) - timedelta(days=min(keeping.days, 100_000)))
        gone += _delete(database, lambda raw, limit: raw.execute(_OLD, (before_ms, limit)), cancel)
    if keeping.deliveries and not cancel.raised:
        ((count,),) = _ask(database, lambda raw: raw.execute(_COUNT), cancel)
        too_many = count - keeping.deliveries
        gone += _delete(database, lambda raw, limit: raw.execute(_OLDEST, (limit,)), cancel, too_many)
    # What was said in a notification is kept no longer than who got it.
    if not cancel.raised and _ask(database, lambda raw: raw.execute(_ANY_PAYLOAD, (before_ms,)), cancel):
        database.write(lambda connection: _raw(connection).execute(_FORGET_PAYLOADS, (before_ms,)))
    if gone:
        database.write(lambda connection: _raw(connection).execute(_DELETE_REQUESTS))
    return gone


def _delete(
    database: Database,
    which: Callable[[sqlite3.Connection, int], sqlite3.Cursor],
    cancel: Cancel,
    most: int = _LARGEST,
) -> int:
    gone = 0
    while gone < most and not cancel.raised:
        limit = min(CHUNK, most - gone)
        # Read outside of the transaction: meanwhile somebody else may write.
        numbers = [number for (number,) in _ask(database, partial(_asked, which, limit), cancel)]
        if not numbers:
            break
        gone += database.write(partial(_forget, numbers=json.dumps(numbers)))
    return gone


def _asked(
    which: Callable[[sqlite3.Connection, int], sqlite3.Cursor], limit: int, raw: sqlite3.Connection
) -> sqlite3.Cursor:
    return which(raw, limit)


def _forget(connection: Connection, numbers: str) -> int:
    return _raw(connection).execute(_DELETE, (numbers,)).rowcount


def _ask(
    database: Database, which: Callable[[sqlite3.Connection], sqlite3.Cursor], cancel: Cancel
) -> Sequence[tuple[Any, ...]]:
    return database.read(lambda connection: which(_raw(connection)).fetchall(), cancel=cancel)


def _number(kept_text: str | None, usual: int) -> int:
    try:
        return min(max(0, int(kept_text)), _LARGEST) if kept_text is not None else usual
    except ValueError:
        return usual


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.dbapi_connection)
