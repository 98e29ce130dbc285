"""The sign of a long read: it waits for a moment, stands over the table, and ends the read."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.gui.widgets.busy import BusySign


def test_the_sign_comes_after_a_moment_and_goes_at_once(qtbot: QtBot) -> None:
    over = QWidget()
    qtbot.addWidget(over)
    over.resize(400, 300)
    with qtbot.waitExposed(over):
        over.show()
    sign = BusySign(over, over)
    sign.begin("Sorting…")
    assert sign.isHidden()
    sign.end()
    sign.begin("Sorting…")
    qtbot.waitUntil(sign.isVisible)
    assert over.rect().contains(sign.geometry())
    assert sign.stop_button.accessibleName() == "Stop: Sorting…"
    over.resize(300, 200)
    assert over.rect().contains(sign.geometry())
    with qtbot.waitSignal(sign.stopped):
        QTest.mouseClick(sign.stop_button, Qt.MouseButton.LeftButton)
    sign.end()
    assert sign.isHidden()


def test_escape_stops_while_the_sign_is_seen_and_belongs_to_others_after(qtbot: QtBot) -> None:
    over = QWidget()
    qtbot.addWidget(over)
    field = QLineEdit(over)
    with qtbot.waitExposed(over):
        over.show()
    over.activateWindow()
    field.setFocus()
    sign = BusySign(over, over)
    sign.begin("Searching…")
    qtbot.waitUntil(sign.isVisible)
    with qtbot.waitSignal(sign.stopped):
        QTest.keyClick(field, Qt.Key.Key_Escape)
    sign.end()
    with qtbot.assertNotEmitted(sign.stopped):
        QTest.keyClick(field, Qt.Key.Key_Escape)
