"""Work that a dialog waits for is told from work of the same kind that ran before.

Runs on: GUI thread
"""

from typing import Any

import pytest

from webpush_admin.backend.records import Snapshot, WorkKind, WorkProgress
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.running_work import RunningWork

OTHER = WorkProgress(3, WorkKind.UNDO, 1, 9)
OURS = WorkProgress(4, WorkKind.UNDO, 0, None)


class _Works:
    def __init__(self) -> None:
        self.works = self
        self.stopped: list[int] = []

    def stop(self, number: int) -> None:
        self.stopped.append(number)


def test_what_ran_before_is_neither_shown_nor_stopped(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = _Works()

    def ask(make: Any, _done: Any) -> None:
        make(worker)

    monkeypatch.setattr(context, "ask", ask)
    work = RunningWork(context, WorkKind.UNDO, context)
    context.snapshot.emit(Snapshot(works=(OTHER,)))
    work.begin()
    assert work.find(Snapshot(works=(OTHER,))) is None
    assert work.stop()
    assert not work.stop()
    assert worker.stopped == []
    assert work.find(Snapshot(works=(OTHER, OURS))) is OURS
    assert worker.stopped == [4]
