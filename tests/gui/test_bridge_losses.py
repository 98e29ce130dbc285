"""Events that are dropped at the very moment at which the others are taken."""

from collections import deque
from typing import Any

import pytest

from webpush_admin.gui.bridge import Bridge


@pytest.mark.usefixtures("qapp")
def test_what_is_dropped_while_a_full_queue_is_taken_loses_nothing_else() -> None:
    bridge = Bridge()

    class Raced(deque[Any]):
        def __len__(self) -> int:
            there = super().__len__()
            bridge.lost += 1
            self.popleft()
            return there

    bridge._queue = Raced(range(5))
    batches: list[list[Any]] = []
    bridge.events.connect(batches.append)
    bridge._on_tick()
    (batch,) = batches
    assert (batch[0].count, batch[1:]) == (1, [1, 2, 3, 4])
