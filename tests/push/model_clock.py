"""A loop whose time a test moves, in the place of the one that a schedule runs on.

Runs on: any
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from webpush_admin.push import schedule as module


class ModelClock:
    """A loop whose time moves when it is told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.timers: list[tuple[float, SimpleNamespace, Callable[[], None]]] = []

    def monotonic(self) -> float:
        return self.now_s

    def get_running_loop(self) -> "ModelClock":
        return self

    def call_later(self, wait_s: float, callback: Callable[[], None]) -> SimpleNamespace:
        handle = SimpleNamespace()
        handle.cancel = lambda: self._drop(handle)
        self.timers.append((self.now_s + wait_s, handle, callback))
        return handle

    def call_soon(self, callback: Callable[[], None]) -> SimpleNamespace:
        return self.call_later(0.0, callback)

    def advance(self, by_s: float) -> None:
        until_s = self.now_s + by_s
        woken = 0
        while due := [timer for timer in self.timers if timer[0] <= until_s]:
            first = min(due, key=lambda timer: timer[0])
            self.timers.remove(first)
            self.now_s = max(self.now_s, first[0])
            woken += 1
            assert woken < 1000, "it wakes again and again"
            first[2]()
        self.now_s = until_s

    def _drop(self, handle: SimpleNamespace) -> None:
        self.timers = [timer for timer in self.timers if timer[1] is not handle]


@contextmanager
def model_clock() -> Iterator[ModelClock]:
    """Have schedules run on such a loop."""
    clock = ModelClock()
    with ExitStack() as patched:
        patched.enter_context(patch.object(module, "time", clock))
        loop = SimpleNamespace(**{**vars(asyncio), "get_running_loop": lambda: clock})
        patched.enter_context(patch.object(module, "asyncio", loop))
        yield clock
