"""The page of pruned endpoints on a real database: what is shown is what there is, and nothing moves by itself."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection

from tests.gui.database_file import AUTH, P256DH, TIMEOUT_MS, File, ask
from webpush_admin.backend.backend import Backend
from webpush_admin.backend.pruned_records import PrunedQuery, PrunedState
from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.live import LiveView, pruned_page
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.views.live.pruned_page import PrunedPage
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.push.events import SubscriptionsPruned
from webpush_admin.push.message import Message
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import subscriptions
from webpush_admin.store.history_rows import DeliveryFilter

SELECT = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


@pytest.fixture
def file(tmp_path: Path) -> Iterator[File]:
    made = File(tmp_path / "push.db")
    yield made
    made.store.close()
    made.window.deleteLater()


@pytest.fixture
def page(qtbot: QtBot, context: Context, file: File, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrunedPage]:
    monkeypatch.setattr(pruned_page, "BETWEEN_MS", 120)
    file.open(qtbot, context)
    made = PrunedPage(context, Naming(context, file.window), file.window)
    made.resize(900, 420)
    file.window.resize(900, 420)
    with qtbot.waitExposed(file.window):
        file.window.show()
    QTest.mouseMove(made.search)  # a test before may have left the pointer over the rows: they would stay
    yield made
    file.window.hide()


def _prune(qtbot: QtBot, context: Context, file: File, count: int, send: int = 3) -> None:
    """Add so many of Ada's, and have them pruned as a dispatcher does it."""
    name = f"https://push.example.net/wp/{datetime.now(UTC).timestamp()}"

    def add(connection: Connection) -> list[Subscription]:
        insert = partial(subscriptions.add, connection, file.ada.id, p256dh=P256DH, auth=AUTH, user_agent=None)
        return [insert(endpoint=f"{name}-{number:05d}") for number in range(count)]

    rows = file.store.database.write(add)

    async def prune(backend: Backend) -> None:
        session = backend._opened().session
        gone = await session.read(lambda store: store.delete_subscriptions(rows, by=session.dispatcher))
        session.pruned.add(SubscriptionsPruned(file.ada.id, tuple(gone), datetime.now(UTC)))
        diagnosis = diagnosis_called("any-410-gone")
        backend.pruned.record(
            [Delivery(row, Outcome.GONE, 410, "Gone.", diagnosis=diagnosis, pruned=True) for row in gone], send
        )

    ask(qtbot, context, prune)


def _wait_rows(qtbot: QtBot, page: PrunedPage, count: int, more: Callable[[], bool] = lambda: True) -> None:
    model = page.list.model
    qtbot.waitUntil(lambda: model.rowCount() == count and not model.busy and more(), timeout=TIMEOUT_MS)


def _numbers(page: PrunedPage) -> list[int]:
    return [row.number for _, row in page.list.model.fetched()]


def _select(page: PrunedPage, *rows: int) -> None:
    page.table.clearSelection()
    for row in rows:
        page.table.selectionModel().select(page.list.model.index(row, 0), SELECT)


def test_it_says_what_it_is_for_and_lists_what_comes(
    qtbot: QtBot, page: PrunedPage, context: Context, file: File
) -> None:
    assert page.places.currentWidget() is page.places.nothing_pruned
    assert "410" in page.places.nothing_pruned.text.text()
    assert page.count.text() == ""
    actions = page.selection.actions
    assert not any(actions[name].isEnabled() for name in ("restore", "show_in_history", "copy_rows", "export_rows"))
    _prune(qtbot, context, file, 3)
    _wait_rows(qtbot, page, 3)
    assert page.places.currentWidget() is page.table
    assert page.count.text() == "3 pruned since the database was opened"
    assert _numbers(page) == [3, 2, 1]
    assert page.restore_button.text() == "Restore"
    assert not page.restore_button.isEnabled()

    # Who reads is not disturbed; a number tells what came, and a button brings it.
    _select(page, 0, 2)
    assert page.restore_button.text() == "Restore 2 endpoints"
    _prune(qtbot, context, file, 4)
    qtbot.waitUntil(lambda: page.newer.text.text() == "4 endpoints pruned since this was read.", timeout=TIMEOUT_MS)
    assert page.count.text() == "7 pruned since the database was opened"
    assert _numbers(page) == [3, 2, 1]
    page.newer.acted.emit()
    _wait_rows(qtbot, page, 7)
    assert [row.number for row in page.selection.rows] == [3, 1], "what is selected moves with its rows"
    assert page.newer.text.text() == ""

    # What is hidden follows when it is seen.
    page.table.clearSelection()
    page.hide()
    _prune(qtbot, context, file, 1)
    assert page.list.model.rowCount() == 7
    page.show()
    _wait_rows(qtbot, page, 8)

    # Found, sorted, and nothing found.
    page.search.setText("#99")
    qtbot.waitUntil(lambda: page.places.currentWidget() is page.places.nothing_found, timeout=TIMEOUT_MS)
    assert page.count.text().startswith("0 found among 8 pruned")
    page.search.setText(" ada ")
    _wait_rows(qtbot, page, 8)
    assert page.count.text().startswith("8 found among 8 pruned")
    page.table.sort_wished.emit("time", False)
    _wait_rows(qtbot, page, 8, lambda: _numbers(page) == [*range(1, 9)])
    assert not page.follows
    page._clear_search()

    # Another database has its own.
    context.set_database(None)
    assert page.list.model.rowCount() == 0
    assert page.count.text() == ""
    context.set_database(ask(qtbot, context, lambda backend: backend.open(file.url, create=False)))
    qtbot.waitUntil(lambda: page.places.currentWidget() is page.places.nothing_pruned, timeout=TIMEOUT_MS)
    assert page.places.nothing_pruned.title.text() == "None since the database was opened"
    assert context.database is not None
    context.set_database(replace(context.database, read_only="It is only read."))
    assert page.places.nothing_pruned.title.text() == "Nothing is pruned here"
    assert "It is only read." in actions["restore"].toolTip()


def test_restoring_names_the_number_and_says_that_it_may_not_last(
    qtbot: QtBot, page: PrunedPage, context: Context, file: File
) -> None:
    told: list[str] = []
    context.notice.connect(lambda _kind, text: told.append(text))
    _prune(qtbot, context, file, 300)
    _wait_rows(qtbot, page, 300)
    before = len(file.store.subscriptions_of(file.ada.id))
    _select(page, 0, 1, 5)
    page.restore_button.setFocus()
    page.restore_button.click()
    assert not page.restore_button.isEnabled()
    assert page.window().focusWidget() is page.table, "not the button beside it, which a second Return would press"
    qtbot.waitUntil(lambda: bool(told), timeout=TIMEOUT_MS)
    assert told[0].startswith("Restored 3 endpoints as they were. Their push services called them gone")
    assert len(file.store.subscriptions_of(file.ada.id)) == before + 3
    restored = PrunedState.RESTORED
    qtbot.waitUntil(lambda: [row.state for row in page.selection.rows] == [restored] * 3, timeout=TIMEOUT_MS)
    assert not page.restore_button.isEnabled()
    assert "None of the selected" in page.restore_button.toolTip()
    _select(page, 0, 2)
    assert page.restore_button.text() == "Restore 1 endpoint"
    # Also of what nobody has scrolled to.
    page.table.selectAll()
    assert page.table.selected_count() == 300
    page.selection.restore()
    qtbot.waitUntil(lambda: len(told) == 2, timeout=TIMEOUT_MS)
    assert told[1].startswith("Restored 297 endpoints")
    assert len(file.store.subscriptions_of(file.ada.id)) == before + 300

    # Its user goes: it says so by itself.
    _prune(qtbot, context, file, 1)
    page.table.clearSelection()
    page.refresh()
    _wait_rows(qtbot, page, 301)
    ask(qtbot, context, lambda backend: backend.deleting.users([file.ada.id]))
    qtbot.waitUntil(lambda: page.list.model.index(0, 7).data() == "lost", timeout=TIMEOUT_MS)
    assert page.list.model.index(0, 1).data().startswith("deleted user")
    _select(page, 0)
    assert not page.restore_button.isEnabled()
    assert not page.selection.actions["show_user"].isEnabled()


def test_what_is_taken_out_is_masked(
    qtbot: QtBot, page: PrunedPage, context: Context, file: File, tmp_path: Path
) -> None:
    told: list[str] = []
    context.notice.connect(lambda _kind, text: told.append(text))
    _prune(qtbot, context, file, 2, send=12)
    _prune(qtbot, context, file, 1, send=0)
    _wait_rows(qtbot, page, 3)
    wished: list[object] = []
    page.history_wished.connect(wished.append)
    page.user_wished.connect(wished.append)
    actions = page.selection.actions
    _select(page, 0)
    assert not actions["show_in_history"].isEnabled(), "its dispatch is not in the history"
    _select(page, 1)
    page.table.opened.emit()
    actions["show_user"].trigger()
    (row,) = page.selection.rows
    assert wished == [DeliveryFilter(send=12, subscription_id=row.subscription_id), (file.ada.id, "Ada")]
    _select(page, 0, 1)
    actions["copy_json"].trigger()
    copied = QGuiApplication.clipboard().text()
    assert [one["send"] for one in json.loads(copied)] == [None, 12]
    actions["copy_rows"].trigger()
    copied += QGuiApplication.clipboard().text()
    assert '"Ada"' in copied
    page.selection.export(tmp_path / "gone.csv")
    page.selection.export(tmp_path / "gone.json")
    qtbot.waitUntil(lambda: len(told) == 4, timeout=TIMEOUT_MS)
    assert told[-1].startswith("3 endpoints exported to ")
    with (tmp_path / "gone.csv").open(newline="") as written:
        assert [one["send"] for one in csv.DictReader(written)] == ["", "12", "12"]
    copied += (tmp_path / "gone.json").read_text() + (tmp_path / "gone.csv").read_text()
    assert not re.search(r"/wp/", copied), "no endpoint"
    page.table.menu_wished.emit(page.mapToGlobal(page.rect().center()))
    menu = page.findChild(QMenu, "context_menu")
    assert menu is not None
    shown = [action.text() for action in menu.actions() if isinstance(action, QAction) and action.text()]
    assert shown == [
        "Restore 2 endpoints",
        "Show in history",
        "Show user",
        "Copy as CSV",
        "Copy as JSON",
        "Export…",
    ]
    menu.close()


def test_the_real_window_shows_what_the_core_counts_and_what_is_restored_gets_pushes_again(
    qtbot: QtBot, demo: MainWindow
) -> None:
    context = demo.context
    snapshots: list[Snapshot] = []
    context.snapshot.connect(snapshots.append)
    demo.show_view("live")
    live = cast("LiveView", demo.views["live"])
    live.pages.setCurrentWidget(live.pruned_page)
    page = live.pruned_page

    async def with_gone(backend: Backend) -> list[int]:
        gone = {one.endpoint for one in await backend.trying.endpoints() if one.temper is Temper.GONE}
        session = backend._opened().session
        users = await session.read(lambda store: store.user_ids_after(None, 100))
        rows = await session.read(lambda store: [row for user in users for row in store.subscriptions_of(user)])
        return [row.id for row in rows if row.endpoint in gone and row.id is not None]

    ids = ask(qtbot, context, with_gone)
    assert ids
    message = Message(title="Hi")
    ask(qtbot, context, lambda backend: backend.sending.to_subscriptions(ids, message))
    assert ask(qtbot, context, lambda backend: backend.sending.prune(ids)) == len(ids)
    _wait_rows(qtbot, page, len(ids))
    qtbot.waitUntil(lambda: snapshots[-1].pushes.pruned == len(ids), timeout=TIMEOUT_MS)
    assert page.count.text() == f"{len(ids)} pruned since the database was opened"
    assert [row.status for _, row in page.list.model.fetched()] == [410] * len(ids)
    page.table.selectRow(0)
    (row,) = page.selection.rows
    page.restore_button.click()
    qtbot.waitUntil(lambda: page.selection.rows[0].state is PrunedState.RESTORED, timeout=TIMEOUT_MS)
    # Its next push comes to it, through a cache that has heard of it, and prunes it again.
    summary = ask(qtbot, context, lambda backend: backend.sending.to_user(row.user_id, message))
    assert row.subscription_id in [one.subscription.id for one in summary.deliveries if one.pruned]
    qtbot.waitUntil(lambda: page.newer.text.text().startswith("1 endpoint"), timeout=TIMEOUT_MS)
    listed = ask(qtbot, context, lambda backend: backend.pruned.page(PrunedQuery(), 10**6, 0, 1))
    assert listed.rows[0] is not None
    assert (listed.rows[0].subscription_id, listed.rows[0].send) == (row.subscription_id, summary.send)
    # One step to the delivery that did it.
    page.table.clearSelection()
    page.refresh()
    _wait_rows(qtbot, page, len(ids) + 1)
    page.table.selectRow(0)
    page.table.opened.emit()
    history = demo.views["history"]
    assert history.isVisible()
    assert history.table.list.query.where.send == summary.send  # type: ignore[attr-defined]  # a view by its name
