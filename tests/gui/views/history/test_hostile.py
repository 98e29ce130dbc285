"""What strangers wrote into the history: plain in every cell, label, tooltip and report, nothing hidden or endless.

Runs on: GUI thread
"""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File
from tests.gui.models.history_rows import REQUEST
from tests.gui.views.history.sent import answered, show, wait_rows, write
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.text import display_text
from webpush_admin.push.answer import Outcome

MOST: Final = 20_000
HOSTILE: Final = (
    '<img src="file:///etc/passwd"><b>bold</b><a href="http://x">&amp;</a><h1>huge</h1>',
    "\u202egro.elpmaxe\u2066 \u200bzero\u00ad\ufeff\u2028line\u3164",
    "a\x00b\x1b[31mred\x07\r\nnext\ttab\x7f\x85",
    "=cmd|' /C calc'!A0",
    "A" * 300,
    "a" + "\u0301" * 299,
    "x\n" * 150,
    "&Mnemonic && more",
)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[File]:
    """A send for each text, with it wherever a stranger can put it."""
    made = File(tmp_path / "hostile.db")
    for number, text in enumerate(HOSTILE):
        user = made.store.add_user(f"user {number}")
        made.store.rename_user(user.id, text.replace("\n", " ").strip()[:200])
        row = made.store.add_subscription(
            user.id, endpoint=f"https://push.example.net/{number}", p256dh=made.row.p256dh, auth=made.row.auth
        )
        request = replace(REQUEST, headers=(("topic", text),), jwt_header=text, jwt_claims='{"sub": 7, "x": "y"}')
        delivery = answered(
            row,
            Outcome.REJECTED,
            400,
            reason=text,
            body=text,
            headers=(("server", text), ("date", text)),
            request=request,
        )
        write(made, [delivery], target=text, title=text)
    yield made
    made.store.close()
    made.window.deleteLater()


def _plain(text: str) -> bool:
    return len(text) <= MOST and all(line == display_text(line, MOST) for line in text.split("\n"))


def _check_tip(tip: str) -> None:
    bare = html.unescape(re.sub(r"</?p>|<br/>", "", tip)).replace("\n", "")
    assert _plain(bare), tip[:300]
    assert not re.search(r"<(?!/?p>|br/>)", tip), tip[:300]


def test_it_stays_plain_everywhere(file: File, window: MainWindow, qtbot: QtBot) -> None:
    view = show(window, file, qtbot)
    wait_rows(qtbot, view, len(HOSTILE))
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
    for model in (view.table.model, view.sends.model):
        for row in range(model.rowCount()):
            # A list has one column, and says so to nobody.
            for column in range(len(getattr(model, "columns", "1"))):
                index = model.index(row, column)
                for role in roles:
                    assert _plain(str(index.data(role) or "")), (row, column)
                _check_tip(str(index.data(Qt.ItemDataRole.ToolTipRole) or ""))
    for row in range(view.table.model.rowCount()):
        view.table.table.selectRow(row)
        qtbot.waitUntil(lambda: view.inspector.detail is not None, timeout=TIMEOUT_MS)
        labels = view.findChildren(QLabel)
        for label in labels:
            assert label.textFormat() is Qt.TextFormat.PlainText or not label.text(), label.objectName()
            assert _plain(label.text()), (label.objectName(), label.text()[:300])
            _check_tip(label.toolTip())
        assert any("server: " in label.text() for label in labels)
        window.context.actions["copy_report"].trigger()
        assert all(line == display_text(line, MOST) for line in QGuiApplication.clipboard().text().split("\n"))
        for number in range(view.inspector.tabs.count()):
            view.inspector.tabs.setCurrentIndex(number)
            QApplication.sendPostedEvents()
            assert view.inspector.width() < window.width() / 2, "no text makes its pane wider"
    assert window.width() == 1280
