"""One step of one of the rivals of `benchmarks.browse`, in a process of its own: it may have to be ended by force.

Runs on: GUI thread
"""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

from benchmarks.browse_run import Run
from benchmarks.gui_script import TICK_MS, Pause, Script, Shown, Steps, memory_mb, times
from benchmarks.lateness import Lateness
from benchmarks.rivals import RIVALS, Rival

WIDTH: Final = 1280
HEIGHT: Final = 800
ROW_PIXELS: Final = 30
REST_S: Final = 0.3
REPEATED: Final = 3
"""What takes seconds need not be done often."""

Action = Callable[[], None]


def actions(rival: Rival, run: Run, step: str) -> list[tuple[Action, Action | None]]:
    """Return what is measured in a step: each with what undoes it.

    Raises:
        ValueError: There is no such step.
    """
    up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
    match step:
        case "first_rows":
            return [(partial(rival.open, Path(run.path)), None)]
        case "jump":
            # One after the other: the first one may pay for all.
            return [(partial(rival.go_to, int(place * (run.rows - 40))), None) for place in run.places()]
        case "sort_indexed":
            return [(partial(rival.sort, "created_at", order), None) for order in (down, up, down)]
        case "sort_unindexed":
            return [(partial(rival.sort, "user_agent", up), None)]
        case "prefix_search":
            found = run.prefixes[:REPEATED]
            return [(partial(rival.find_endpoints, text), rival.show_all) for text in found]
        case "user_search":
            return [(partial(rival.find_users, text), rival.show_all) for text in run.names[:REPEATED]]
    raise ValueError(step)


class Trying:
    """Opens, does the step, and tells what it took."""

    def __init__(self, window: QMainWindow, view: QTableView, rival: Rival, run: Run, step: str) -> None:
        self.found: dict[str, Any] = {}
        self._view = view
        self._rival = rival
        self._run = run
        self._step = step
        self._stalls = Lateness(window, TICK_MS)

    def steps(self) -> Steps:
        """What `Script` runs."""
        yield Pause(REST_S)
        before_mb = memory_mb()
        if self._step != "first_rows":
            self._rival.open(Path(self._run.path))
            yield Shown(self._view.viewport(), lambda: True)
            yield Pause(REST_S)
        taken_s: list[float] = []
        self._stalls.begin()
        for act, undo in actions(self._rival, self._run, self._step):
            begun_s = time.perf_counter()
            act()
            self._view.viewport().update()
            yield Shown(self._view.viewport(), lambda: True)
            taken_s.append(time.perf_counter() - begun_s)
            if undo is not None:
                undo()
            yield Pause(0.03)
        yield Pause(REST_S)
        after_mb = memory_mb()
        grown = None if after_mb is None or before_mb is None else round(after_mb - before_mb, 1)
        self.found |= {**times(taken_s), "stalls": self._stalls.end(), "grown_mb": grown}


def measure(kind: str, step: str, run: Run) -> dict[str, Any]:
    """Open a bare window with the rival's table and return what was measured in it.

    Raises:
        TimeoutError: What was waited for did not show.
    """
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    view = QTableView(window)
    view.verticalHeader().setDefaultSectionSize(ROW_PIXELS)
    window.setCentralWidget(view)
    window.resize(WIDTH, HEIGHT)
    trying = Trying(window, view, RIVALS[kind](view), run, step)
    problems: list[BaseException] = []

    def on_ended(problem: BaseException | None) -> None:
        if problem is not None:
            problems.append(problem)
        application.quit()

    script = Script(window, trying.steps(), on_ended)
    window.show()
    script.start()
    application.exec()
    if problems:
        raise problems[0]
    return trying.found


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], sys.argv[2], Run.from_argument(sys.argv[3]))))
