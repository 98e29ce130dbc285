"""A passphrase is typed, seen where that is wished, and given out to nobody.

Runs on: GUI thread
"""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.gui.theme import Theme
from webpush_admin.gui.widgets.passphrase import PassphraseField

CONTROL = Qt.KeyboardModifier.ControlModifier
WORDS = "correct horse"


@pytest.fixture
def field(qtbot: QtBot, theme: Theme) -> Iterator[PassphraseField]:
    window = QWidget()
    made = PassphraseField(window, name="passphrase", label="Passphrase")
    QVBoxLayout(window).addWidget(made)
    window.show()
    yield made
    window.deleteLater()


def test_nothing_of_it_can_be_copied_cut_or_undone_shown_or_not(field: PassphraseField) -> None:
    QGuiApplication.clipboard().setText("before")
    for shown in (False, True):
        field.line.setText("")
        field.eye.setChecked(shown)
        QTest.keyClicks(field.line, WORDS)
        field.line.selectAll()
        for key in (Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_Z):
            QTest.keyClick(field.line, key, CONTROL)
        assert QGuiApplication.clipboard().text() == "before"
        assert field.secret.text == WORDS
    field.line.deselect()
    QTest.keyClick(field.line, Qt.Key.Key_A, CONTROL)
    QTest.mouseDClick(field.line, Qt.MouseButton.LeftButton)
    assert not field.line.hasSelectedText(), "what is selected is pasted with the middle button"
    assert not field.line.dragEnabled()


def test_it_is_dots_for_a_screen_reader_until_somebody_opens_the_eye(field: PassphraseField) -> None:
    told: list[bool] = []
    field.changed.connect(lambda: told.append(True))
    QTest.keyClicks(field.line, WORDS)
    assert told
    interface = QAccessible.queryAccessibleInterface(field.line)
    assert interface is not None
    assert WORDS not in interface.text(QAccessible.Text.Value)
    assert interface.state().passwordEdit
    assert WORDS not in repr(field.secret)
    hints = field.line.inputMethodHints()
    assert hints & Qt.InputMethodHint.ImhSensitiveData
    assert field.eye.accessibleName() == "Show what is typed"
    QTest.mouseClick(field.eye, Qt.MouseButton.LeftButton)
    assert field.line.echoMode() is QLineEdit.EchoMode.Normal
    assert field.eye.accessibleName() == "Hide what is typed"
    assert field.line.inputMethodHints() & Qt.InputMethodHint.ImhNoPredictiveText


def test_hidden_it_is_empty_and_its_undo_too(field: PassphraseField) -> None:
    QTest.keyClicks(field.line, WORDS)
    field.eye.setChecked(True)
    field.window().hide()
    assert field.empty
    assert not field.eye.isChecked()
    field.window().show()
    field.eye.setChecked(True)
    field.line.undo()
    assert not field.line.isUndoAvailable()
    assert field.empty


def test_caps_lock_is_guessed_from_what_comes_out(field: PassphraseField) -> None:
    none, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier

    def typed(letter: str, modifiers: Qt.KeyboardModifier) -> bool:
        QTest.sendKeyEvent(QTest.KeyAction.Click, field.line, Qt.Key.Key_A, letter, modifiers)
        return field.hint.isVisible()

    assert not typed("a", none)
    assert not typed("A", shift)
    assert not typed("1", none)
    assert not typed("ß", none)
    assert typed("A", none)
    assert typed("1", none), "a digit says nothing about it"
    assert not typed("a", none)
    assert typed("a", shift)


def test_its_menu_takes_and_does_not_give(field: PassphraseField) -> None:
    QGuiApplication.clipboard().setText(WORDS)
    line = field.line
    QApplication.sendEvent(
        line, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, line.rect().center(), line.mapToGlobal(line.pos()))
    )
    menu = line.findChild(QMenu, "secret_menu")
    assert menu is not None
    paste, clear = menu.actions()
    assert [paste.text(), clear.text()] == ["Paste", "Clear"]
    paste.trigger()
    assert field.secret.text == WORDS
    clear.trigger()
    assert field.empty
    menu.close()
