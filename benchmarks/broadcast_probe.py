"""One run of `benchmarks.broadcast`, in a process of its own: the window, a timer in it, and two broadcasts.

Runs on: GUI thread
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from PySide6.QtCore import QObject, QTimer

from benchmarks.broadcast_run import Run
from benchmarks.gui_script import memory_mb
from benchmarks.lateness import FRAME_MS, Lateness
from benchmarks.statistics import rounded
from benchmarks.workload import MESSAGE
from webpush_admin.backend import backend as backend_module
from webpush_admin.backend.opening import Opening
from webpush_admin.backend.records import SendSummary, Snapshot
from webpush_admin.gui.app import Application
from webpush_admin.gui.launch import LaunchOptions
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.store.opening import url_of

MEMORY_EVERY_MS: Final = 200
WAITED_S: Final = 0.1


class MemoryPeak:
    """The most that this process has held, asked a few times a second."""

    def __init__(self, parent: QObject) -> None:
        self.most_mb = 0.0
        self._timer = QTimer(parent, interval=MEMORY_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> float:
        """Return what it holds now, and begin to look."""
        self.most_mb = 0.0
        self.look()
        self._timer.start()
        return self.most_mb

    def look(self) -> None:
        """Look now."""
        self.most_mb = max(self.most_mb, memory_mb() or 0.0)


class Steps(QObject):
    """Waits for the rows, measures idle, measures a broadcast to its end, stops another one, and closes the window."""

    def __init__(self, application: Application, run: Run) -> None:
        super().__init__(application.window)
        self.found: dict[str, Any] = {}
        self.problem = ""
        self._application = application
        self._run = run
        self._lateness = Lateness(self, FRAME_MS)
        self._memory = MemoryPeak(self)
        self._snapshot = Snapshot()
        self._accepted = 0
        self._stopped_s = 0.0
        self._busy_s = 0.0
        self._done: Callable[[SendSummary], None] = self._end
        view = application.window.views["subscriptions"]
        assert isinstance(view, SubscriptionsView)
        self._model = view.table.model
        self._waiting = True
        self._model.loaded.connect(self._on_rows)
        application.context.snapshot.connect(self._on_snapshot)

    def _on_rows(self) -> None:
        if self._waiting and self._model.row(0) is not None:
            self._waiting = False
            self._application.window.show_view(self._run.view)
            self._later(self._run.settle_s, self._idle)

    def _idle(self) -> None:
        # A large file is checked for damage first; nothing is written to it before.
        if self._application.context.database is None or self._application.context.database.checking:
            self._later(WAITED_S, self._idle)
            return
        self._lateness.begin()
        self._later(self._run.idle_s, self._send_to_all)

    def _send_to_all(self) -> None:
        self.found["idle"] = self._lateness.end()
        self.found["memory_before_mb"] = self._memory.begin()
        self._done = self._on_all_sent
        self._busy_s = time.thread_time()
        self._lateness.begin()
        self._send()

    def _on_all_sent(self, summary: SendSummary) -> None:
        self.found["load"] = self._lateness.end()
        self.found["gui_cpu"] = rounded((time.thread_time() - self._busy_s) / summary.elapsed_s)
        self._memory.look()
        self.found["memory_peak_mb"] = self._memory.most_mb
        self.found["grown_mb"] = rounded(self._memory.most_mb - self.found["memory_before_mb"])
        self.found["pushes"] = summary.accepted
        self.found["targets"] = summary.targets
        self.found["elapsed_s"] = rounded(summary.elapsed_s)
        self.found["pushes_per_s"] = rounded(summary.accepted / summary.elapsed_s)
        self.found["events_lost"] = self._application.bridge.lost
        self._later(WAITED_S, self._send_to_some)

    def _send_to_some(self) -> None:
        self._done = self._on_some_sent
        self._accepted = self._snapshot.pushes.accepted
        self._send()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        stopping = self._done == self._on_some_sent and not self._stopped_s
        if stopping and snapshot.pushes.accepted - self._accepted >= self._run.stop_at:
            self._stopped_s = time.perf_counter()
            # As its button and its keys do.
            self._application.actions["stop_sending"].trigger()

    def _on_some_sent(self, summary: SendSummary) -> None:
        if not self._stopped_s:
            self.problem = "The second broadcast had ended before it was stopped."
        self.found["stop_s"] = rounded(time.perf_counter() - self._stopped_s)
        self.found["stopped"] = summary.stopped
        self.found["stopped_accepted"] = summary.accepted
        self.found["stopped_not_sent"] = summary.not_sent
        self._end(summary)

    def _end(self, _summary: SendSummary) -> None:
        self._application.end(0)

    def _send(self) -> None:
        self._application.context.ask(lambda backend: backend.sending.to_all(MESSAGE), self._answered, self._on_failed)

    def _answered(self, summary: SendSummary) -> None:
        self._done(summary)

    def _on_failed(self, sentence: str) -> None:
        self.problem = sentence
        self._application.end(0)

    def _later(self, seconds: float, step: Callable[[], None]) -> None:
        QTimer.singleShot(int(seconds * 1000), self, step)


def measure(run: Run) -> dict[str, Any]:
    """Open the window and return what was measured in it.

    Raises:
        RuntimeError: A broadcast was refused, or could not be stopped in time.
    """

    def opening(*arguments: Any, **settings: Any) -> Opening:
        return Opening(*arguments, **{**settings, "loopback_port": run.port})

    # The window itself would never send to another service of this machine.
    with patch.object(backend_module, "Opening", opening):
        kept: list[Steps] = []
        problems: list[BaseException] = []
        application = Application(LaunchOptions(url_of(Path(run.path)), ca_file=Path(run.authority)))

        def on_failed(problem: BaseException) -> None:
            problems.append(problem)
            application.end(0)

        application.run(lambda application: kept.append(Steps(application, run)), on_failed)
    if problems:
        raise problems[0]
    if kept[0].problem:
        raise RuntimeError(kept[0].problem)
    return kept[0].found


if __name__ == "__main__":
    print(json.dumps(measure(Run.from_argument(sys.argv[1]))))
