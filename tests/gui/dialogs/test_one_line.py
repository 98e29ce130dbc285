"""One line of text, checked as it is typed."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.one_line import OneLineDialog


def test_what_is_wrong_is_told_while_it_is_typed(qtbot: QtBot, context: Context) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    told: list[str] = []
    dialog = OneLineDialog(
        context,
        parent,
        title="Name",
        label="Name",
        action="Save",
        check=lambda text: "Taken." if text == "a" else "",
        done=told.append,
    )
    assert not dialog.action_button.isEnabled()
    dialog.line.setText(" a ")
    assert dialog.problem.text() == "Taken."
    assert not dialog.action_button.isEnabled()
    dialog.line.setText(" b ")
    assert dialog.problem.text() == ""
    dialog.submit()
    assert told == ["b"]
