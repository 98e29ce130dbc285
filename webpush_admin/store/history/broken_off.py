"""Finds the sends that somebody has begun and nobody will end, since their process is gone.

Runs on: any
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from webpush_admin.store.engine import Database
from webpush_admin.store.history import writing
from webpush_admin.store.history.codes import RUNNING
from webpush_admin.store.history_rows import SendState
from webpush_admin.store.schema import to_ms
from webpush_admin.store.side import is_over

SILENT: Final = timedelta(days=1)
"""A send of another machine, or of another user, that wrote nothing down for so long is taken for broken off."""

_RUNNING: Final = f"SELECT id, owner, heard_at FROM sends WHERE state = {RUNNING}"


def find(database: Database) -> list[int]:
    """Return the sends that run, as far as the history knows, and whose process has ended.

    What was taken for ended and was not goes on all the same: it mends the history with its next answers, and its end.
    """
    running = database.read(lambda connection: [tuple(row) for row in connection.exec_driver_sql(_RUNNING)])
    silent_ms = to_ms(datetime.now(UTC) - SILENT)
    found = []
    for send, owner, heard_ms in running:
        over = is_over(owner or "")
        if over or (over is None and heard_ms < silent_ms):
            found.append(send)
    return found


def end(raw: sqlite3.Connection, sends: Sequence[int]) -> int:
    """Write down that these broke off; return how many of their intents may have arrived."""
    lost = 0
    for send in sends:
        # They may have ended since they were looked at.
        row = raw.execute(f"{_RUNNING} AND id = ?", (send,)).fetchone()
        if row is not None:
            lost += writing.end(raw, send, SendState.BROKEN_OFF, row[2])
    return lost


def open_intents(raw: sqlite3.Connection, sends: Sequence[int]) -> int:
    """Return how many intents of these nobody has concluded."""
    wanted = "SELECT count(*) FROM deliveries INDEXED BY open_deliveries WHERE send = ? AND outcome IS NULL"
    return sum(int(raw.execute(wanted, (send,)).fetchone()[0]) for send in sends)
