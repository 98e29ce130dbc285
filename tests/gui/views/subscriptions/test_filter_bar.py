"""Filters on the real demo: chosen by menus, always seen, taken away, saved, and told where nothing matches."""

from typing import cast

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.views.subscriptions.filtered import (
    TIMEOUT_MS,
    browsers,
    choice,
    filled_view,
    settled,
    shown_dialog,
)
from webpush_admin.gui.dialogs.one_line import OneLineDialog
from webpush_admin.gui.dialogs.time_range import TimeRangeDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.filters import NO_FILTERS, Filters
from webpush_admin.gui.models.time_range import Recent, TimeRange
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.gui.views.subscriptions.filter_bar import FilterBar, read_host
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.store.rows import Condition, Finding, SubscriptionFilter


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot) -> SubscriptionsView:
    return filled_view(demo, qtbot)


@pytest.fixture
def bar(view: SubscriptionsView) -> FilterBar:
    return view.table.bar


def test_a_choice_narrows_the_table_and_stays_in_sight(view: SubscriptionsView, bar: FilterBar, qtbot: QtBot) -> None:
    button, chip = bar.buttons["browser"], bar.line.chips["browser"]
    places = [widget.geometry() for widget in (*bar.buttons.values(), bar.saved_button, bar.columns_button)]
    table_at = view.table.card.geometry()
    choice(button.menu, "Firefox").trigger()
    qtbot.waitUntil(lambda: settled(view) and browsers(view) == {"Firefox"}, timeout=TIMEOUT_MS)
    assert 0 < view.table.model.rowCount() < 100
    assert (button.button.text(), chip.button.text()) == ("Browser", "Browser: Firefox")
    assert bar.line.count.text() == f"{view.table.model.rowCount()} of 100 subscriptions"
    moved = [widget.geometry() for widget in (*bar.buttons.values(), bar.saved_button, bar.columns_button)]
    assert moved == places, "a choice moves no other control"
    assert view.table.card.geometry() == table_at
    assert choice(button.menu, "Firefox").isChecked()
    assert view.target().problem, "“all” would reach more than is shown"
    bar.show_bar(False)
    assert chip.isVisible(), "what narrows is never out of sight"
    assert not bar.buttons["service"].isVisible()
    QTest.mouseClick(chip.clear_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    assert bar.isHidden()
    assert view.table.filter.hasFocus()
    qtbot.waitUntil(lambda: bar.line.count.text() == "100 subscriptions", timeout=TIMEOUT_MS)
    view.table.table.selectRow(3)
    assert bar.line.count.text() == "1 selected of 100"
    assert bar.line.count.accessibleName() == "Shown: 1 selected of 100"


def test_the_action_shows_the_bar_and_it_is_remembered(view: SubscriptionsView, demo: MainWindow) -> None:
    action = demo.context.actions["show_filters"]
    assert action.isChecked()
    action.trigger()
    assert view.table.bar.isHidden()
    assert not view.table.filters_button.isChecked()
    assert QSettings("webpush-admin", "webpush-admin").value("filters/shown") in ("false", False)
    action.trigger()
    assert view.table.bar.isVisible()


def test_a_narrow_table_begins_without_the_bar_unless_somebody_wanted_it(
    view: SubscriptionsView, demo: MainWindow
) -> None:
    demo.resize(900, 600)
    assert view.table.bar.isHidden()
    assert not demo.context.actions["show_filters"].isChecked()
    demo.context.actions["show_filters"].trigger()
    assert view.table.bar.isVisible()
    demo.resize(1280, 800)
    demo.resize(900, 600)
    assert view.table.bar.isVisible()


def test_nothing_that_matches_is_told_with_the_filters_and_a_way_back(
    view: SubscriptionsView, bar: FilterBar, qtbot: QtBot
) -> None:
    bar.set_filters(Filters(search="zzz", condition=Condition.SUSPECT, created=TimeRange(Recent.WEEK)))
    places = view.table.stack
    qtbot.waitUntil(lambda: places.currentWidget() is places.nothing_found, timeout=TIMEOUT_MS)
    assert places.nothing_found.text.text().startswith("“zzz” · State: suspect · Created: last 7 days\n")
    anywhere = places.nothing_found.findChild(ActionButton, "search_anywhere_button")
    assert anywhere is not None
    anywhere.click()
    qtbot.waitUntil(lambda: settled(view) and view.table.list.query.where.anywhere, timeout=TIMEOUT_MS)
    assert bar.line.chips["anywhere"].isVisible()
    qtbot.waitUntil(lambda: places.currentWidget() is places.nothing_found, timeout=TIMEOUT_MS)
    assert anywhere.isHidden(), "there is nowhere else to look"
    places.clear_action.trigger()
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    assert bar.filters == NO_FILTERS
    assert view.table.filter.text() == ""


def test_clear_filters_leaves_the_search(view: SubscriptionsView, bar: FilterBar, qtbot: QtBot) -> None:
    bar.set_filters(Filters(search="lovelace", browser="Firefox"))
    bar.line.clear_button.click()
    assert bar.filters == Filters(search="lovelace")
    qtbot.waitUntil(lambda: view.table.filter.hasFocus(), timeout=TIMEOUT_MS)


def test_any_part_of_an_endpoint_is_found_on_request(view: SubscriptionsView, bar: FilterBar, qtbot: QtBot) -> None:
    info = view.table.model.row(7)
    assert info is not None
    part = info.subscription.endpoint[-12:]
    bar.set_filters(Filters(search=part))
    qtbot.waitUntil(lambda: settled(view) and not view.table.model.rowCount(), timeout=TIMEOUT_MS)
    bar.anywhere.trigger()
    qtbot.waitUntil(lambda: settled(view) and view.table.model.rowCount() == 1, timeout=TIMEOUT_MS)


def test_what_only_the_audit_knows_offers_to_run_it(view: SubscriptionsView, bar: FilterBar, qtbot: QtBot) -> None:
    places = view.table.stack
    choice(bar.buttons["condition"].menu, "duplicate (known by an audit)").trigger()
    qtbot.waitUntil(lambda: places.currentWidget() is places.not_audited, timeout=TIMEOUT_MS)
    places.audit_action.trigger()
    qtbot.waitUntil(lambda: places.currentWidget() is not places.not_audited, timeout=TIMEOUT_MS)
    bar.set_filters(Filters(condition=Condition.INVALID))
    qtbot.waitUntil(lambda: settled(view) and places.currentWidget() is not places.not_audited, timeout=TIMEOUT_MS)


def test_what_the_audit_found_is_shown_from_outside_as_a_chip(
    view: SubscriptionsView, bar: FilterBar, qtbot: QtBot
) -> None:
    view.people.choose(next(p.id for _, p in view.people.model.fetched() if p.user is not None))
    qtbot.waitUntil(lambda: view.table.list.query.user_id is not None, timeout=TIMEOUT_MS)
    view.show_filter(SubscriptionFilter(findings=Finding.IDLE, service="127.0.0.1"))
    assert view.table.list.query.user_id is None, "it was found among everybody's"
    assert bar.line.chips["findings"].isVisible()
    assert bar.line.chips["findings"].button.text().startswith("Audit: ")
    QTest.keyClick(bar.line.chips["findings"].button, Qt.Key.Key_Delete)
    assert bar.filters == Filters(service="127.0.0.1")
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 100, timeout=TIMEOUT_MS)


def test_a_host_and_days_are_asked_for(view: SubscriptionsView, bar: FilterBar, qtbot: QtBot) -> None:
    assert "Sandbox · 127.0.0.1" in _texts(bar, "service"), "a host that was seen is offered"
    choice(bar.buttons["service"].menu, "Another host…").trigger()
    ask = cast("OneLineDialog", shown_dialog(OneLineDialog))
    ask.line.setText("https://PUSH.example.org/x")
    ask.submit()
    assert bar.filters.service == "push.example.org"
    assert "push.example.org" in _texts(bar, "service")
    choice(bar.buttons["success"].menu, "From … to …").trigger()
    days = cast("TimeRangeDialog", shown_dialog(TimeRangeDialog))
    days.to_box.setChecked(False)
    days.submit()
    assert bar.filters.success.earliest is not None
    assert bar.buttons["success"].value.startswith("since ")


def _texts(bar: FilterBar, name: str) -> list[str]:
    bar.buttons[name].menu.aboutToShow.emit()
    return [action.text() for action in bar.buttons[name].menu.actions()]


@pytest.mark.parametrize(
    ("text", "host"),
    [("push.example.org", "push.example.org"), ("https://a.example/x?y", "a.example"), ("http://[::1", ""), (":", "")],
)
def test_a_host_is_read_from_what_was_typed(text: str, host: str) -> None:
    assert read_host(text) == host


def test_filters_are_saved_applied_renamed_and_deleted(view: SubscriptionsView, bar: FilterBar, qtbot: QtBot) -> None:
    menu = bar.saved_button.saved_menu
    assert not choice(menu, "Save these filters…").isEnabled()
    foxes = Filters(search="a", browser="Firefox", created=TimeRange(Recent.MONTH))
    bar.set_filters(foxes)
    choice(menu, "Save these filters…").trigger()
    ask = cast("OneLineDialog", shown_dialog(OneLineDialog))
    ask.line.setText("R&D <b>")
    ask.submit()
    bar.set_filters(NO_FILTERS)
    choice(menu, "R&&D <b>").trigger()
    assert bar.filters == foxes
    assert view.table.filter.text() == "a"
    bar.saved_button.rename("R&D <b>")
    again = cast("OneLineDialog", next(w for w in QApplication.topLevelWidgets() if _is_open(w) and w is not ask))
    again.line.setText("Foxes")
    again.submit()
    settings = QSettings("webpush-admin", "webpush-admin")
    assert "Foxes" in str(settings.value("filters/saved"))
    bar.saved_button.delete("Foxes")
    assert "Foxes" not in str(settings.value("filters/saved"))
    assert bar.filters == foxes, "what is shown stays"


def _is_open(widget: object) -> bool:
    return isinstance(widget, OneLineDialog) and widget.isVisible()


def test_saved_filters_that_are_damaged_are_told_and_left_out(bar: FilterBar, demo: MainWindow, qtbot: QtBot) -> None:
    settings = QSettings("webpush-admin", "webpush-admin")
    settings.setValue("filters/saved", '{"version": 1, "saved": [7]}')
    with qtbot.waitSignal(demo.context.notice) as told:
        bar.restore(settings)
    assert told.args == ["bad", "Some saved filters could not be read and were left out."]
    assert list(bar.saved_button.saved) == []


def test_another_database_begins_without_filters(view: SubscriptionsView, bar: FilterBar, qtbot: QtBot) -> None:
    bar.set_filters(Filters(search="a", browser="Firefox"))
    view.table.begin()
    assert bar.filters == NO_FILTERS
    qtbot.waitUntil(lambda: view.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
