"""One start of `benchmarks.startup`, in a process of its own: tells when the window was painted, filled and at work.

Times are seconds on the system's monotonic clock since the parent spawned this process, so that the interpreter's own
start and every import count.

Runs on: GUI thread
"""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QHeaderView, QMainWindow, QWidget

if TYPE_CHECKING:
    from webpush_admin.gui.app import Application

WIDTH: Final = 1280
HEIGHT: Final = 800
DEADLINE_MS: Final = 60_000

HEAVY: Final = ("sqlalchemy", "pycurl", "pywebpush", "http_ece", "py_vapid", "aiohttp", "cryptography")
"""Modules that must not delay the first paint."""


class Times:
    """What happened when, in seconds since the process was spawned."""

    def __init__(self, spawned_s: float) -> None:
        self._spawned_s = spawned_s
        self.seen: dict[str, float] = {}

    def note(self, what: str) -> None:
        """Remember the first time that something happened."""
        self.seen.setdefault(what, time.monotonic() - self._spawned_s)


class Paints(QObject):
    """Tells when widgets are painted.

    Args:
        parts: Called at once.
        whole: Called when the loop comes round: by then all that is in the widget is painted as well.
    """

    def __init__(self, parts: dict[QWidget, Callable[[], None]], whole: dict[QWidget, Callable[[], None]]) -> None:
        super().__init__()
        self._parts = parts
        self._whole = whole
        for widget in (*parts, *whole):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let everything pass."""
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
            if watched in self._parts:
                self._parts[watched]()
            if watched in self._whole:
                QTimer.singleShot(0, self._whole[watched])
        return False


def bare(times: Times) -> dict[str, Any]:
    """Show a QMainWindow with nothing in it."""
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.resize(WIDTH, HEIGHT)

    def painted() -> None:
        times.note("first_paint_s")
        application.quit()

    paints = Paints({}, {window: painted})
    window.show()
    application.exec()
    del paints
    return dict(times.seen)


def real(times: Times) -> dict[str, Any]:
    """Open the application's window on the demo as the command does, and send to its first user.

    Raises:
        TimeoutError: The window did not get that far.
    """
    # The command reads its arguments before it loads the window.
    import webpush_admin.cli  # noqa: F401 - loaded for its time alone
    from webpush_admin.gui.app import Application
    from webpush_admin.gui.launch import LaunchOptions

    painted: set[str] = set()
    at_first_paint: dict[str, list[str]] = {}
    application = Application(LaunchOptions(demo=True))
    window = application.window

    def on_window_painted() -> None:
        if not at_first_paint:
            times.note("first_paint_s")
            at_first_paint["loaded"] = [name for name in HEAVY if name in sys.modules]
            at_first_paint["painted"] = sorted(painted)

    names: dict[QWidget, str] = {window.sidebar: "sidebar", window.status_line: "status bar"}
    names |= dict.fromkeys(window.findChildren(QHeaderView), "headers")
    parts: dict[QWidget, Callable[[], None]] = {part: partial(painted.add, name) for part, name in names.items()}
    kept: list[QObject] = [Paints(parts, {window: on_window_painted})]
    QTimer.singleShot(DEADLINE_MS, lambda: application.end(1))
    status = application.run(lambda application: kept.append(_send_to_the_first(application, times)))
    kept.clear()
    if status != 0:
        raise TimeoutError(f"only {sorted(times.seen)} happened within {DEADLINE_MS // 1000} s")
    return {**times.seen, **at_first_paint}


def _send_to_the_first(application: "Application", times: Times) -> QObject:
    """Note the first rows, send to the first user, note the first answer, and close the window."""
    from webpush_admin.gui.views.subscriptions import SubscriptionsView
    from webpush_admin.push.events import PushFinished

    view = application.window.views["subscriptions"]
    assert isinstance(view, SubscriptionsView)

    def on_rows_painted() -> None:
        if view.table.model.row(0) is not None and "first_rows_s" not in times.seen:
            times.note("first_rows_s")
            somebody = next(person for _, person in view.people.model.fetched() if person.user is not None)
            assert somebody.user is not None
            view.people.choose(somebody.user.id)
            QTimer.singleShot(0, view.send_test)

    def on_events(batch: list[object]) -> None:
        if any(isinstance(event, PushFinished) for event in batch) and "first_send_s" not in times.seen:
            times.note("first_send_s")
            application.end(0)

    application.context.events.connect(on_events)
    return Paints({}, {view.table.table.viewport(): on_rows_painted})


if __name__ == "__main__":
    kind, spawned_s = sys.argv[1], float(sys.argv[2])
    print(json.dumps((bare if kind == "bare" else real)(Times(spawned_s))))
