"""What the clipboard gets of the selected subscription, and what it does not.

Runs on: GUI thread
"""

import json
import shlex
from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.database_file import ask
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.push_subscription_json import read_push_subscription
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.gui.views.subscriptions.menus import TABLE_MENU
from webpush_admin.push.message import Message
from webpush_admin.push.subscription import Subscription

TIMEOUT_MS = 15_000
NAMES = ("copy_json", "copy_json_secrets", "copy_curl")


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot) -> SubscriptionsView:
    made = cast("SubscriptionsView", demo.views["subscriptions"])
    qtbot.waitUntil(lambda: made.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    QApplication.clipboard().setText("before")
    return made


def _select(view: SubscriptionsView, qtbot: QtBot) -> Subscription:
    view.table.table.selectRow(0)
    qtbot.waitUntil(lambda: view.detail.answers is not None, timeout=TIMEOUT_MS)
    assert view.detail.info is not None
    return view.detail.info.subscription


def _clipboard(qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: QApplication.clipboard().text() != "before", timeout=TIMEOUT_MS)
    return QApplication.clipboard().text()


def _dialog() -> ConfirmDialog | None:
    windows = QApplication.topLevelWidgets()
    return next((w for w in windows if isinstance(w, ConfirmDialog) and w.isVisible()), None)


def test_json_leaves_out_what_one_could_send_with(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    row = _select(view, qtbot)
    with qtbot.waitSignal(demo.context.notice, timeout=TIMEOUT_MS) as notice:
        demo.context.actions["copy_json"].trigger()
    text = _clipboard(qtbot)
    value = json.loads(text)
    assert set(value) == {"endpoint", "expirationTime", "keys"}
    assert value["expirationTime"] is None
    assert value["keys"]["p256dh"] == row.p256dh
    assert value["endpoint"].startswith("http://127.0.0.1:")
    assert row.endpoint.rsplit("/", 1)[1] not in text
    assert row.auth not in text
    assert "masked" in notice.args[1]


def test_secrets_are_copied_once_that_was_confirmed(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    row = _select(view, qtbot)
    demo.context.actions["copy_json_secrets"].trigger()
    dialog = _dialog()
    assert dialog is not None
    assert dialog.action_button.text() == "Copy 1 subscription with its secrets"
    dialog.reject()
    assert QApplication.clipboard().text() == "before"
    demo.context.actions["copy_json_secrets"].trigger()
    dialog = _dialog()
    assert dialog is not None
    dialog.submit()
    pasted = read_push_subscription(_clipboard(qtbot))
    assert pasted is not None
    assert (pasted.endpoint, pasted.p256dh, pasted.auth) == (row.endpoint, row.p256dh, row.auth)


def test_the_last_request_is_copied_as_it_went_out(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    row, actions = _select(view, qtbot), demo.context.actions
    assert not actions["copy_curl"].isEnabled()
    assert "Nothing has been sent to it" in actions["copy_curl"].toolTip()
    message = Message(title="Hi", ttl_s=30, urgency="high", topic="news")
    ask(qtbot, demo.context, lambda backend: backend.sending.to_subscriptions([row.id or 0], message))
    qtbot.waitUntil(actions["copy_curl"].isEnabled, timeout=TIMEOUT_MS)
    actions["copy_curl"].trigger()
    text = _clipboard(qtbot)
    words = shlex.split(text.replace("\\\n", " "))
    assert words[:3] == ["curl", "--request", "POST"]
    headers = dict(word.split(": ", 1) for word in words if ": " in word)
    assert headers.pop("Authorization") == "vapid ..."
    assert headers == {
        "TTL": "30",
        "Urgency": "high",
        "Topic": "news",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "Content-Length": str(len(message.payload()) + 103),
    }
    assert words[-2:] == ["--data-binary", "@payload"]
    assert row.endpoint.rsplit("/", 1)[1] not in text


def test_nothing_or_several_selected_is_said(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    actions = demo.context.actions
    view.table.table.clearSelection()
    for name in NAMES:
        assert not actions[name].isEnabled()
        assert "Select one subscription." in actions[name].toolTip()
    view.table.table.selectAll()
    assert not any(actions[name].isEnabled() for name in NAMES)
    demo.opening.close_database()
    qtbot.waitUntil(lambda: demo.context.database is None, timeout=TIMEOUT_MS)
    for name in NAMES:
        assert "No database is open." in actions[name].toolTip()
    assert set(NAMES) <= set(TABLE_MENU)


def test_a_row_that_is_gone_is_not_copied(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    row = _select(view, qtbot)
    assert view.detail.info is not None
    notices: list[str] = []
    demo.context.notice.connect(lambda _kind, text: notices.append(text))
    view.detail.show_info(replace(view.detail.info, subscription=replace(row, id=999_999)))
    view.copy_json()
    qtbot.waitUntil(lambda: any("deleted meanwhile" in text for text in notices), timeout=TIMEOUT_MS)
    assert QApplication.clipboard().text() == "before"
