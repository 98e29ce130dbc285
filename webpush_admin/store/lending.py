"""Connections lent to long lists: each belongs to one list while somebody looks at it.

Runs on: any
"""

import threading
import time
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from webpush_admin.store.activity import Activity
from webpush_admin.store.cancel import Cancel

LENDING_S: Final = 10.0
"""So long a list waits for a connection, while it is wanted."""


class Lending:
    """Knows who has a connection, so that closing the file closes these too."""

    def __init__(self, engine: Engine, activity: Activity) -> None:
        self._engine = engine
        self._activity = activity
        self._lock = threading.Lock()
        self._lent: set[Connection] = set()

    def lend(self, cancel: Cancel) -> Connection:
        """Return a connection, until `take_back`.

        Raises:
            PoolTimeout: All are lent; or nobody wants it any more.
        """
        give_up_at_s = time.monotonic() + LENDING_S
        while True:
            try:
                lent = self._engine.connect()
            except PoolTimeout:
                if cancel.raised or self._activity.closed or time.monotonic() > give_up_at_s:
                    raise
            else:
                with self._lock:
                    self._lent.add(lent)
                return lent

    def take_back(self, connection: Connection) -> None:
        """Give a connection to whoever wants one next. Idempotent."""
        with self._lock:
            if connection in self._lent:
                self._lent.remove(connection)
                connection.close()

    def end(self) -> None:
        """Take back all that are lent; nobody uses one any more."""
        with self._lock:
            for lent in self._lent:
                lent.close()
            self._lent.clear()
