"""How a connection to an SQLite file is made: one that gives up reading in time, one that writes.

Runs on: any
"""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine

from webpush_admin.store.cancel import Cancel
from webpush_admin.store.opening import BUSY_TIMEOUT_MS, uri_of

_STEPS_BETWEEN_CHECKS: Final = 20_000


class Reading(sqlite3.Connection):
    """A connection that gives up a read at its deadline, or when nobody wants it any more.

    Attributes:
        give_up_at_s: Monotonic seconds.
        cancel: Whose answer is being read, None where nobody can cancel it.
        findings: The file of the audit's findings is attached.
    """

    give_up_at_s: float = float("inf")
    cancel: Cancel | None = None
    findings: bool = False

    def is_in_vain(self) -> bool:
        """Whether to stop; asked by SQLite every some thousand steps."""
        return (self.cancel is not None and self.cancel.raised) or time.monotonic() > self.give_up_at_s


Kind = TypeVar("Kind", bound=sqlite3.Connection)


def connect(path: Path, mode: str, kind: type[Kind]) -> Kind:
    """Return a connection with our settings; `mode` is "ro" or "rw"."""
    raw = sqlite3.connect(
        uri_of(path, mode),
        uri=True,
        timeout=BUSY_TIMEOUT_MS / 1000,
        # None: no transaction is begun behind our back; the writer begins its own.
        isolation_level=None,
        # SQLite is built to be shared by threads; the pool and the lock see to it that one at a time does.
        check_same_thread=False,
        factory=kind,
    )
    raw.text_factory = _text
    for pragma in (
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "trusted_schema=OFF",
        "cell_size_check=ON",
    ):
        raw.execute(f"PRAGMA {pragma}")
    return raw


def connect_reading(path: Path, mode: str) -> Reading:
    """Return a connection that gives up in time. It may write to its own temporary tables only if mode is "ro"."""
    raw = connect(path, mode, Reading)
    raw.set_progress_handler(raw.is_in_vain, _STEPS_BETWEEN_CHECKS)
    return raw


def make_engine(connector: Callable[[], sqlite3.Connection], poolclass: type, **options: object) -> Engine:
    """Return an engine over these connections; its errors quote no parameters."""
    return create_engine("sqlite://", creator=connector, poolclass=poolclass, hide_parameters=True, **options)


def begin_immediate(connection: Connection) -> None:
    """Begin a transaction that nobody else can write beside."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _text(raw: bytes) -> str:
    # Undecodable text is shown, not fatal.
    return raw.decode("utf-8", "replace")
