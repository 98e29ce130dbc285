"""A secret on the clipboard is marked, goes by itself, and takes nothing else with it.

Runs on: GUI thread
"""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.dialogs.key_dialogs import secrets_left
from webpush_admin.gui.secret_clipboard import KEPT_S, SecretClipboard
from webpush_admin.push.secret import Secret

KEY = "a-private-key-of-43-characters-in-base64url"


@pytest.fixture
def kept(qapp: QApplication, qtbot: QtBot) -> Iterator[SecretClipboard]:
    made = SecretClipboard()
    yield made
    made.clear()
    made.deleteLater()


def text() -> str:
    return QGuiApplication.clipboard().text()


def test_histories_are_told_to_keep_it_out(kept: SecretClipboard) -> None:
    kept.put(Secret(KEY))
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == KEY
    assert bytes(data.data("x-kde-passwordManagerHint").data()) == b"secret"
    windows = 'application/x-qt-windows-mime;value="{}"'
    for name, value in (
        ("ExcludeClipboardContentFromMonitorProcessing", 1),
        ("CanIncludeInClipboardHistory", 0),
        ("CanUploadToCloudClipboard", 0),
    ):
        assert bytes(data.data(windows.format(name)).data()) == value.to_bytes(4, "little")
    clipboard = QGuiApplication.clipboard()
    assert not clipboard.supportsSelection() or KEY not in clipboard.text(QClipboard.Mode.Selection)


def test_it_goes_after_half_a_minute(kept: SecretClipboard, qtbot: QtBot) -> None:
    kept.put(Secret(KEY))
    assert kept.timer.isActive()
    assert kept.timer.interval() == KEPT_S * 1000 == 30_000
    assert kept.timer.isSingleShot()
    assert not secrets_left(KEY), "only the digest is remembered"
    with qtbot.waitSignal(kept.cleared):
        kept.timer.timeout.emit()
    assert text() == ""
    assert not kept.timer.isActive()


def test_what_was_copied_since_stays(kept: SecretClipboard, qtbot: QtBot) -> None:
    kept.put(Secret(KEY))
    QGuiApplication.clipboard().setText("a shopping list")
    with qtbot.assertNotEmitted(kept.cleared):
        kept.timer.timeout.emit()
    assert text() == "a shopping list"
    kept.clear()
    assert text() == "a shopping list"


def test_a_second_secret_has_its_own_time(kept: SecretClipboard) -> None:
    kept.put(Secret("first"))
    kept.put(Secret(KEY))
    assert kept.timer.isActive()
    kept.clear()
    assert text() == ""


def test_it_is_gone_when_the_application_ends(kept: SecretClipboard, qapp: QApplication) -> None:
    kept.put(Secret(KEY))
    QTimer.singleShot(0, qapp.quit)
    qapp.exec()
    assert text() == ""


def test_what_somebody_else_copied_is_taken_away_where_it_is_the_same(kept: SecretClipboard) -> None:
    QGuiApplication.clipboard().setText(KEY)
    assert not kept.take_away(Secret("another"))
    assert text() == KEY
    assert kept.take_away(Secret(KEY))
    assert text() == ""
    assert not kept.take_away(Secret(""))
