"""Every temper can be chosen from the menu, which checks what the selected endpoints answer now.

Runs on: GUI thread
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.gui.views.sandbox.temper_menu import TemperMenu
from webpush_admin.sandbox.records import Temper


def test_every_temper_is_offered_once_and_what_is_chosen_is_told(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    chosen: list[Temper] = []
    current = {Temper.FCM_404_STALE, Temper.CREATED}
    menu = TemperMenu(chosen.append, lambda: current, parent)
    assert set(menu.tempers) == set(Temper)
    offered = [action for group in menu.groups.values() for action in group.actions()]
    assert offered != []
    assert {id(action) for action in offered} == {id(action) for action in menu.tempers.values()}
    for temper, action in menu.tempers.items():
        action.trigger()
        assert chosen == [temper]
        chosen.clear()
    menu.aboutToShow.emit()
    assert {temper for temper, action in menu.tempers.items() if action.isChecked()} == current
    held = {name for name, group in menu.groups.items() if group.menuAction().font().weight() == QFont.Weight.DemiBold}
    assert held == {"any", "fcm"}
    told = menu.tempers[Temper.MOZILLA_401_KEY]
    assert told.text() == "401 other key\tsubscribed with another key"
    assert "the user must subscribe again" in told.toolTip()


def test_typed_digits_lead_to_a_status(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    chosen: list[Temper] = []
    menu = TemperMenu(chosen.append, set, parent).groups["apple"]
    menu.show()
    QTest.keyClicks(menu, "403")
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert chosen == [Temper.APPLE_403_KEY]
    menu.close()
