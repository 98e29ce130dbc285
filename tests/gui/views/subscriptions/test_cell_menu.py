"""The context menu of a row on the real demo: copied is what is shown, and a value becomes a filter."""

import csv
import io
from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.csv_rows import csv_text
from webpush_admin.gui.models.subscriptions import SUBSCRIPTION_COLUMNS
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.store.browsers import OTHER, UNKNOWN, browser_name

TIMEOUT_MS = 15_000
KEYS = [column.key for column in SUBSCRIPTION_COLUMNS]


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot) -> SubscriptionsView:
    made = cast("SubscriptionsView", demo.views["subscriptions"])
    qtbot.waitUntil(lambda: made.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    return made


def _entries(view: SubscriptionsView, key: str) -> dict[str, QAction]:
    table = view.table.table
    table.selectRow(2)
    table.selectionModel().setCurrentIndex(
        view.table.model.index(2, KEYS.index(key)), table.selectionModel().SelectionFlag.NoUpdate
    )
    table.menu_wished.emit(table.mapToGlobal(table.rect().center()))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return {action.objectName(): action for action in menu.actions()}


def test_what_is_copied_is_what_is_shown(view: SubscriptionsView) -> None:
    info = view.table.model.row(2)
    assert info is not None
    entries = _entries(view, "endpoint")
    assert not entries["filter_by_value"].isEnabled()
    entries["copy_cell"].trigger()
    assert QApplication.clipboard().text() == f"…{info.subscription.endpoint[-4:]}"
    entries["copy_rows"].trigger()
    text = QApplication.clipboard().text()
    titles, cells = csv.reader(io.StringIO(text))
    assert titles == [column.shown_title for column in view.table.table.columns.shown_in_order]
    assert info.user_name in cells
    assert info.subscription.endpoint not in text
    assert info.subscription.auth not in text


def test_a_value_becomes_a_filter(view: SubscriptionsView, qtbot: QtBot) -> None:
    info = view.table.model.row(2)
    assert info is not None
    _entries(view, "browser")["filter_by_value"].trigger()
    assert view.table.bar.filters.browser == browser_name(info.subscription.user_agent)
    qtbot.waitUntil(lambda: 0 < view.table.model.rowCount() < 100, timeout=TIMEOUT_MS)


def test_no_cell_is_run_by_a_spreadsheet(view: SubscriptionsView) -> None:
    info = view.table.model.row(2)
    assert info is not None
    text = csv_text(view.table.model.columns[1:2], [replace(info, user_name='=1+"2"')])
    assert text == '"User"\r\n"\'=1+""2"""\r\n'


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (None, UNKNOWN),
        ("curl/8", OTHER),
        ("Mozilla/5.0 Chrome/141.0 Safari/537.36 Edg/141.0", "Edge"),
        ("Mozilla/5.0 Chrome/141.0 Safari/537.36", "Chrome"),
        ("Mozilla/5.0 Version/18 Safari/605", "Safari"),
    ],
)
def test_a_user_agent_is_found_by_its_filter(user_agent: str | None, name: str) -> None:
    assert browser_name(user_agent) == name
