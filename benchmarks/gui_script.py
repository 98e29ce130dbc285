"""Drives a window step by step without blocking it, and measures how late a timer of its GUI thread ticks meanwhile.

A script is a generator that yields what to wait for. Time is taken when the loop comes round after the paint that
showed what was waited for.

Runs on: GUI thread
"""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView, QWidget

from benchmarks.statistics import percentile, rounded

TICK_MS: Final = 5
DEADLINE_S: Final = 60.0
KEY_S: Final = 0.12
"""Between two keys of somebody who types fast."""

_STATUS: Final = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for a time."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Until:
    """Wait until something is true, asked every 5 ms."""

    ready: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Shown:
    """Wait until a widget has been painted while something was true."""

    widget: QWidget
    ready: Callable[[], bool]


Steps = Generator[Pause | Until | Shown, None, None]


class FirstShown(QObject):
    """Notes when a widget was painted first while something was true.

    Attributes:
        at_s: By the performance counter, 0 before.
    """

    def __init__(self, widget: QWidget, ready: Callable[[], bool]) -> None:
        super().__init__(widget)
        self.at_s = 0.0
        self._widget = widget
        self._ready = ready
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let everything pass."""
        if watched is self._widget and event.type() is QEvent.Type.Paint and self._ready():
            self._widget.removeEventFilter(self)
            # The paint itself is still to come.
            QTimer.singleShot(0, self, self._note)
        return False

    def _note(self) -> None:
        self.at_s = time.perf_counter()


class Script(QObject):
    """Runs one script.

    Args:
        parent: Qt owner.
        steps: What to do.
        ended: Called at its end, with what went wrong or None.
    """

    def __init__(self, parent: QObject, steps: Steps, ended: Callable[[BaseException | None], None]) -> None:
        super().__init__(parent)
        self._steps = steps
        self._ended = ended
        self._awaited: Shown | None = None
        self._until: Until | None = None
        self._poll = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._poll.timeout.connect(self._on_poll)
        self._deadline = QTimer(self, singleShot=True, interval=int(DEADLINE_S * 1000))
        self._deadline.timeout.connect(self._on_deadline)

    def start(self) -> None:
        """Begin, in the next round of the loop."""
        QTimer.singleShot(0, self, self._go_on)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let everything pass."""
        awaited = self._awaited
        if awaited is not None and watched is awaited.widget and event.type() is QEvent.Type.Paint and awaited.ready():
            self._forget()
            # The paint itself is still to come.
            QTimer.singleShot(0, self, self._go_on)
        return False

    def _go_on(self, problem: BaseException | None = None) -> None:
        try:
            awaited = self._steps.throw(problem) if problem is not None else next(self._steps)
        except StopIteration:
            self._ended(None)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told with the exit status
            self._ended(error)
        else:
            self._wait(awaited)

    def _wait(self, awaited: Pause | Until | Shown) -> None:
        if isinstance(awaited, Pause):
            QTimer.singleShot(int(awaited.seconds * 1000), self, self._go_on)
            return
        self._deadline.start()
        if isinstance(awaited, Until):
            self._until = awaited
            self._poll.start()
        else:
            self._awaited = awaited
            awaited.widget.installEventFilter(self)

    def _forget(self) -> None:
        if self._awaited is not None:
            self._awaited.widget.removeEventFilter(self)
        self._awaited = self._until = None
        self._poll.stop()
        self._deadline.stop()

    def _on_poll(self) -> None:
        if self._until is not None and self._until.ready():
            self._forget()
            self._go_on()

    def _on_deadline(self) -> None:
        self._forget()
        self._go_on(TimeoutError(f"what was waited for did not happen within {DEADLINE_S:.0f} s"))


def type_key(widget: QWidget, text: str, key: Qt.Key | int = 0) -> None:
    """Press and release one key in a widget."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QCoreApplication.sendEvent(widget, QKeyEvent(kind, int(key), Qt.KeyboardModifier.NoModifier, text))


def visible_rows(table: QTableView) -> range:
    """Return the numbers of the rows that are in sight, also in part."""
    first = table.rowAt(0)
    last = table.rowAt(table.viewport().height() - 1)
    if first < 0:
        return range(0)
    return range(first, (last if last >= 0 else table.model().rowCount() - 1) + 1)


def memory_mb() -> float | None:
    """Return what this process has in memory, None where the system does not tell."""
    if not _STATUS.exists():
        return None
    lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines() if ":" in line)
    return rounded(int(lines["VmRSS"].split()[0]) / 1024)


def times(taken_s: list[float]) -> dict[str, Any]:
    """Return the percentiles of some times, in milliseconds."""
    taken_ms = [seconds * 1000 for seconds in taken_s]
    return {
        "p50_ms": rounded(percentile(taken_ms, 50)),
        "p95_ms": rounded(percentile(taken_ms, 95)),
        "max_ms": rounded(max(taken_ms)),
        "times": len(taken_ms),
    }
