"""Who is told of the commits of a store.

Runs on: any
"""

import threading
from collections.abc import Callable

from webpush_admin.push.dispatch_store import Listener, StoreChange


class Listeners:
    """Told on the thread that committed. Safe to be used by several threads."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._lock = threading.Lock()

    def add(self, listener: Listener) -> Callable[[], None]:
        """Tell one more, which must not raise; return what removes it again."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def remove() -> None:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not listener)

        return remove

    def tell(self, change: StoreChange) -> None:
        """Tell everybody."""
        for listener in self._listeners:
            listener(change)
