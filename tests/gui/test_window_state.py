"""What the window remembers from one start to the next: its size, panes, theme and tables."""

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QSplitter
from pytestqt.qtbot import QtBot

from webpush_admin.gui.context import Context
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.theme import Mode
from webpush_admin.gui.widgets.table import Table
from webpush_admin.gui.widgets.table_columns import Preset


def _settings() -> QSettings:
    return QSettings("webpush-admin", "webpush-admin")


def _again(context: Context) -> MainWindow:
    window = MainWindow(context.theme, context.actions, _settings())
    window.complete(context)
    window.make_views()
    return window


def _tables(window: MainWindow) -> dict[str, Table]:
    return {
        f"{name}/{table.objectName()}": table
        for name, view in window.views.items()
        for table in view.findChildren(Table)
    }


def test_columns_are_as_they_were_left_in_every_view(qtbot: QtBot, window: MainWindow, context: Context) -> None:
    window.make_views()
    tables = _tables(window)
    assert {"subscriptions/table", "subscriptions/list", "subscriptions/results_table"} <= tables.keys()
    for table in tables.values():
        table.columns.choose_preset(Preset.EVERYTHING)
        table.columns.choose(table.columns.all[0].key, False)
    kept = {name: table.columns.layout for name, table in tables.items()}
    again = _again(context)
    assert {name: table.columns.layout for name, table in _tables(again).items()} == kept
    again.deleteLater()


def test_no_two_tables_of_a_view_share_their_settings(window: MainWindow) -> None:
    window.make_views()
    count = sum(len(view.findChildren(Table)) for view in window.views.values())
    assert len(_tables(window)) == count


def test_settings_that_somebody_damaged_are_as_none(qtbot: QtBot, window: MainWindow, context: Context) -> None:
    kept: tuple[object, ...] = ("{", "[]", 7, ["x"], '{"version": 1, "order": 3}')
    for number, value in enumerate(kept):
        _settings().setValue("columns/subscriptions/table", value)
        _settings().setValue("filters/shown", value)
        again = _again(context)
        table = _tables(again)["subscriptions/table"]
        assert table.columns.layout.shown is None, number
        again.deleteLater()


def test_size_panes_and_theme_are_remembered(qtbot: QtBot, context: Context) -> None:
    settings = QSettings("webpush-admin", "webpush-admin")
    first = MainWindow(context.theme, context.actions, settings)
    first.complete(context)
    first.resize(950, 610)
    first.show()
    first.show_view("live")
    splitter = first.views["live"].findChild(QSplitter, "cache_panes")
    assert isinstance(splitter, QSplitter)
    splitter.setSizes([100, 300])
    kept = splitter.saveState()
    first.show_theme(Mode.LIGHT)
    with qtbot.waitSignal(first.ended):
        first.close()
    first.deleteLater()
    second = MainWindow(context.theme, context.actions, settings)
    second.complete(context)
    qtbot.addWidget(second)
    # The width is what the screen has room for.
    assert second.height() == 610
    again = second.view_stack.view("live").findChild(QSplitter, "cache_panes")
    assert isinstance(again, QSplitter)
    assert again.saveState() == kept
    assert settings.value("window/theme") == "light"
