"""How much of the history is kept: the button says what goes, and is red only where something may.

Runs on: GUI thread
"""

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.keeping import KeepingDialog
from webpush_admin.gui.theme import style_sheet
from webpush_admin.store.history_rows import Keeping


@pytest.mark.parametrize(
    ("days", "deliveries", "text", "kind"),
    [
        (90, 1_000_000, "Keep 90 days and at most 1,000,000 deliveries, forget the rest", "accent"),
        (30, 1_000_000, "Keep 30 days and at most 1,000,000 deliveries, forget the rest", "danger"),
        (1, 0, "Keep 1 day, forget the rest", "danger"),
        (0, 1, "Keep 1 delivery, forget the rest", "danger"),
        (0, 0, "Keep everything", "accent"),
        (365, 2_000_000, "Keep 365 days and at most 2,000,000 deliveries, forget the rest", "accent"),
    ],
)
def test_the_button_says_what_is_kept(
    qtbot: QtBot, context: Context, days: int, deliveries: int, text: str, kind: str
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = KeepingDialog(context, window, Keeping())
    assert dialog.keeping == Keeping()
    dialog.days.setValue(days)
    dialog.deliveries.setValue(deliveries)
    assert dialog.action_button.text() == text
    assert dialog.action_button.property("kind") == kind
    assert "cannot be undone" in dialog.explanation.text()


def test_the_numbers_have_room_in_the_looks_of_the_window(qtbot: QtBot, context: Context) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = KeepingDialog(context, window, Keeping())
    dialog.setStyleSheet(style_sheet(context.theme.tokens))
    dialog.show()
    for box in (dialog.days, dialog.deliveries):
        field = box.findChild(QLineEdit)
        assert field is not None
        assert field.width() > field.fontMetrics().horizontalAdvance(box.text())
    dialog.close()
