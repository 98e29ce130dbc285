"""The lists follow what happens elsewhere, and leave a large selection alone as long as they may.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from webpush_admin.backend.records import DatabaseChanged
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.gui.views.subscriptions import table as table_module
from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.events import AnswersRecorded

TIMEOUT_MS = 15_000
PAUSE_MS = 50


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> SubscriptionsView:
    """Seventy rows are many."""
    made = cast("SubscriptionsView", demo.views["subscriptions"])
    qtbot.waitUntil(lambda: made.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    monkeypatch.setattr(table_module, "HELD_ROWS", 70)
    monkeypatch.setattr(made.following._table_refresher, "_between_ms", PAUSE_MS)
    return made


def test_what_is_selected_while_an_answer_waits_to_be_read_stays(
    view: SubscriptionsView, demo: MainWindow, qtbot: QtBot
) -> None:
    stamp = view.table.model.stamp
    demo.context.events.emit([AnswersRecorded(1, datetime.now(UTC))])
    view.table.table.selectAll()
    refresher = view.following._table_refresher
    qtbot.waitUntil(lambda: not refresher.wished, timeout=TIMEOUT_MS)
    assert view.table.model.stamp == stamp
    assert view.table.table.selected_count() == 100


def test_what_is_selected_while_a_change_waits_to_be_read_is_given_up(
    view: SubscriptionsView, demo: MainWindow, qtbot: QtBot
) -> None:
    stamp = view.table.model.stamp
    demo.context.events.emit([DatabaseChanged(ChangeKind.SUBSCRIPTIONS, frozenset())])
    view.table.table.selectAll()
    qtbot.waitUntil(lambda: view.table.model.stamp > stamp, timeout=TIMEOUT_MS)
    assert view.table.table.selected_count() == 0
