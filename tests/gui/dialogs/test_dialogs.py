"""Dialogs on the real demo: what they fill, what they refuse in words, what their buttons promise.

Runs on: GUI thread
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from webpush_admin.backend.key_records import RotationCost, ServiceCost
from webpush_admin.backend.records import DatabaseInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.about import AboutDialog, versions
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.rotate import RotateDialog
from webpush_admin.gui.dialogs.subject import SubjectDialog
from webpush_admin.gui.dialogs.subscription import SubscriptionDialog
from webpush_admin.gui.dialogs.undo_rotation import UndoRotationDialog
from webpush_admin.gui.dialogs.user import UserDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.store.rows import User

COST = RotationCost(3, 2, 1, None, (ServiceCost("Mozilla autopush", 3, None),), (), None, True)
DATABASE = DatabaseInfo(name="push.db", location="", demo=False, subject="", public_key="B", fingerprint="")


def test_a_destructive_button_is_not_what_enter_presses(context: Context, qtbot: QtBot) -> None:
    done: list[bool] = []
    dialog = ConfirmDialog(
        context,
        None,
        title="Delete",
        explanation="<b>bold</b>",
        action="Delete 2 users",
        confirmed=lambda: done.append(True),
    )
    dialog.open()
    assert dialog.explanation.textFormat() is Qt.TextFormat.PlainText
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not done
    assert not dialog.isVisible()


def test_enter_does_what_stands_on_the_button_that_has_the_focus(context: Context) -> None:
    done: list[bool] = []
    dialog = ConfirmDialog(
        context, None, title="", explanation="", action="Delete 2 users", confirmed=lambda: done.append(True)
    )
    dialog.open()
    dialog.activateWindow()
    assert dialog.focusWidget() is dialog.cancel_button
    QTest.keyClick(dialog.cancel_button, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is dialog.action_button
    QTest.keyClick(dialog.action_button, Qt.Key.Key_Return)
    assert done


def test_details_of_several_lines_are_shown_whole(context: Context) -> None:
    text = "Sent by webpush-admin to see whether notifications arrive, " * 3
    dialog = ConfirmDialog(
        context, None, title="", explanation="", action="Send", confirmed=lambda: None, details=(("Text", text),)
    )
    dialog.open()
    label = next(label for label in dialog.findChildren(PlainLabel) if label.text() == text)
    assert label.height() >= label.heightForWidth(label.width())


def test_a_typed_confirmation_needs_the_word(context: Context) -> None:
    done: list[bool] = []
    dialog = ConfirmDialog(
        context, None, title="", explanation="", action="Delete", confirmed=lambda: done.append(True), typed="12"
    )
    dialog.open()
    assert not dialog.action_button.isEnabled()
    dialog.typed_field.setText("1")
    assert not dialog.action_button.isEnabled()
    dialog.typed_field.setText(" 12 ")
    dialog.action_button.click()
    assert done


def test_about_imports_nothing_of_what_it_names() -> None:
    names = dict(versions())
    assert names["SQLAlchemy"].startswith("2.")
    assert names["webpush-admin"]
    assert ("libcurl" in names) is ("pycurl" in sys.modules)


def test_about_copies(context: Context) -> None:
    dialog = AboutDialog(context, None)
    dialog.open()
    dialog.action_button.click()
    assert "py-vapid" in QApplication.clipboard().text()
    dialog.reject()


def _user() -> User:
    return User(UUID(int=1), "Ada", datetime.now(UTC))


def test_subject_and_user_are_judged_by_the_backend(demo: MainWindow, qtbot: QtBot) -> None:
    subject = SubjectDialog(demo.context, demo, "nonsense")
    subject.open()
    subject.action_button.click()
    qtbot.waitUntil(subject.problem.isVisible, timeout=5_000)
    assert subject.isVisible()
    subject.subject.setText("ops@webpush-admin.example")
    with qtbot.waitSignal(subject.saved, timeout=5_000) as saved:
        subject.action_button.click()
    assert saved.args == ["mailto:ops@webpush-admin.example"]
    user = UserDialog(demo.context, demo)
    user.open()
    assert not user.action_button.isEnabled()
    user.name.setText("  Grace  ")
    with qtbot.waitSignal(user.saved, timeout=5_000) as added:
        user.action_button.click()
    assert added.args[0].name == "Grace"


def test_every_part_of_every_dialog_has_a_name(context: Context, tmp_path: Path) -> None:
    dialogs: list[QDialog] = [
        UserDialog(context, None),
        SubjectDialog(context, None),
        SubscriptionDialog(context, None, user=_user()),
        AboutDialog(context, None),
        RotateDialog(context, None, COST, DATABASE, ""),
        UndoRotationDialog(context, None, None),
    ]
    for dialog in dialogs:
        assert dialog.objectName()
        assert dialog.windowTitle()
        for button in dialog.findChildren(QPushButton):
            assert button.objectName(), button.text()
            assert button.accessibleName() or button.text()
            assert button.text() != "OK"
        for label in dialog.findChildren(QLabel):
            assert label.textFormat() is Qt.TextFormat.PlainText or label.objectName() == "", label.text()
        dialog.deleteLater()
