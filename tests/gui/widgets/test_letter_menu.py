"""Letters lead to entries.

Runs on: GUI thread
"""

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from webpush_admin.gui.widgets.letter_menu import LetterMenu


def test_the_same_letter_goes_on_and_more_letters_narrow(qtbot: QtBot) -> None:
    menu = LetterMenu()
    qtbot.addWidget(menu)
    entries = [menu.addAction(text) for text in ("All", "Chrome", "Chromium", "R&&D")]
    menu.popup(menu.pos())
    QTest.keyClicks(menu, "c")
    assert menu.activeAction() is entries[1]
    QTest.keyClicks(menu, "c")
    assert menu.activeAction() is entries[2]
    QTest.keyClicks(menu, "c")
    assert menu.activeAction() is entries[1]
    QTest.keyClicks(menu, "hromi")
    assert menu.activeAction() is entries[2]
