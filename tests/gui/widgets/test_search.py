"""A search that follows every key and understands what was pasted."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from webpush_admin.gui.widgets.search import SearchField, searched


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ada", "ada"),
        ("  Ada Lovelace \t", "Ada Lovelace"),
        ("\ufeffada\u200b", "ada"),
        ("https://push.example\u200b.org/\u00adx y\n", "https://push.example.org/xy"),
        ("\u202eeda", "eda"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("\u200b \u2060", ""),
    ],
)
def test_what_cannot_be_seen_is_not_looked_for(typed: str, meant: str) -> None:
    assert searched(typed) == meant


def test_it_looks_for_something_else_without_telling(qtbot: QtBot) -> None:
    field = SearchField("Find")
    qtbot.addWidget(field)
    told: list[str] = []
    field.changed.connect(told.append)
    field.show_query("ada")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (field.query, told) == ("ada", [])
    with qtbot.waitSignal(field.changed):
        QTest.keyClicks(field, "x")
    assert told == ["adax"]


def test_options_are_reached_by_a_key(qtbot: QtBot) -> None:
    field = SearchField("Find")
    qtbot.addWidget(field)
    with qtbot.waitExposed(field):
        field.show()
    QTest.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert QApplication.activePopupWidget() is None
    option = QAction("Anywhere", field, checkable=True)
    field.add_option(option)
    QTest.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert option.isChecked()
