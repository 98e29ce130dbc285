"""The window on a file with a history of two sends.

Runs on: GUI thread
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.database_file import File
from tests.gui.views.history.sent import answered, show, wait_rows, write
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.history import HistoryView
from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import SendState


@pytest.fixture
def file(tmp_path: Path) -> Iterator[File]:
    """Two sends: one of five deliveries, of which three failed, and a test that was stopped."""
    made = File(tmp_path / "push.db")
    rows = [made.row, *(made.add(f"https://push.example.net/wp/other-{number}") for number in range(4))]
    write(
        made,
        [
            answered(rows[0], Outcome.ACCEPTED, 201),
            answered(rows[1], Outcome.GONE, 410, "any-410-gone", body="<b>Gone</b>"),
            answered(rows[2], Outcome.REJECTED, 429, "any-429-rate", headers=(("retry-after", "120"),)),
            answered(rows[3], Outcome.REJECTED, 403, "any-403-key"),
            answered(rows[4], Outcome.REJECTED, 404, "any-404-expired"),
        ],
    )
    write(
        made,
        [answered(rows[0], Outcome.NOT_SENT, request=None, attempts=0)],
        SendState.STOPPED,
        test=True,
        target="1 subscription",
        title="",
        payload=None,
    )
    yield made
    made.store.close()
    made.window.deleteLater()


@pytest.fixture
def view(window: MainWindow, file: File, qtbot: QtBot) -> HistoryView:
    made = show(window, file, qtbot)
    wait_rows(qtbot, made, 6)
    return made
