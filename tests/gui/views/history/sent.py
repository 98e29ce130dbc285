"""A database file with a history that a test has written, and the view that shows it.

Runs on: GUI thread
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File
from tests.gui.models.history_rows import REQUEST, START
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.history import HistoryView
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.push.subscription import Subscription
from webpush_admin.store.history_rows import SendState

ORIGIN = "https://push.example.net"


def answered(row: Subscription, outcome: Outcome, status: int | None = None, rule: str = "", **more: Any) -> Delivery:
    """Return a delivery with a request, as the core tells one."""
    request = replace(REQUEST, origin=ORIGIN, jwt_claims=REQUEST.jwt_claims.replace(REQUEST.origin, ORIGIN))
    known = {"request": request, "elapsed_s": 0.02, **more}
    return Delivery(row, outcome, status, diagnosis=diagnosis_called(rule), **known)


def write(file: File, deliveries: Sequence[Delivery], state: SendState = SendState.ENDED, **start: Any) -> int:
    """Write a send with these deliveries into the history; return its number."""
    history = file.store.history
    known = {"targets": len(deliveries), **start}
    number = history.begin(replace(START, **known))
    now = datetime.now(UTC)
    history.intend(number, [delivery.subscription for delivery in deliveries], now)
    history.conclude(number, deliveries, now)
    if state is not SendState.RUNNING:
        history.end(number, state)
    return number


def show(window: MainWindow, file: File, qtbot: QtBot) -> HistoryView:
    """Open the file in the window, and show its history once it has been read."""
    window.resize(1280, 800)
    window.show()
    file.open(qtbot, window.context)
    window.show_view("history")
    view = cast("HistoryView", window.views["history"])
    qtbot.waitUntil(lambda: view.sends.known and view.table.model.known, timeout=TIMEOUT_MS)
    return view


def wait_rows(qtbot: QtBot, view: HistoryView, wanted: int | Callable[[], bool]) -> None:
    """Wait until the table shows so many rows, all of them read."""
    model = view.table.model
    there = wanted if callable(wanted) else lambda: model.rowCount() == wanted
    qtbot.waitUntil(lambda: there() and not model.busy and model.known, timeout=TIMEOUT_MS)


def select(view: HistoryView, outcome: Outcome, status: int | None) -> None:
    rows = dict(view.table.model.fetched())
    view.table.table.selectRow(
        next(number for number, row in rows.items() if (row.outcome, row.status) == (outcome, status))
    )


def inspect(qtbot: QtBot, view: HistoryView, outcome: Outcome, status: int | None) -> None:
    select(view, outcome, status)
    qtbot.waitUntil(lambda: view.inspector.detail is not None, timeout=TIMEOUT_MS)
