"""The sandbox on the real demo: what arrived is shown in clear, and a changed temper is what is answered.

Runs on: GUI thread
"""

import json
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.sandbox import SandboxView
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.push.answer import Outcome
from webpush_admin.sandbox.records import Temper

TIMEOUT_MS = 10_000


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot) -> SandboxView:
    demo.show_view("sandbox")
    made = cast("SandboxView", demo.views["sandbox"])
    qtbot.waitUntil(lambda: made.endpoints.model.rowCount() == 100, timeout=TIMEOUT_MS)
    return made


def test_a_push_arrives_in_clear_and_a_temper_answers(view: SandboxView, demo: MainWindow, qtbot: QtBot) -> None:
    subscriptions = cast("SubscriptionsView", demo.views["subscriptions"])
    qtbot.waitUntil(lambda: subscriptions.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    subscriptions.table.table.selectRow(0)
    info = subscriptions.table.selection().rows[0]
    row = next(
        number
        for number, endpoint in enumerate(view.endpoints.model.rows)
        if endpoint.endpoint == info.subscription.endpoint
    )
    qtbot.waitUntil(lambda: view.owner_of(info.subscription.endpoint) == info.user_name, timeout=TIMEOUT_MS)
    view.endpoints.table.selectRow(row)
    assert view.endpoints.change_button.text() == "Change answer of 1 endpoint"
    view.endpoints.change_menu.tempers[Temper.TOO_LARGE].trigger()
    qtbot.waitUntil(lambda: view.endpoints.model.rows[row].temper is Temper.TOO_LARGE, timeout=TIMEOUT_MS)
    assert [endpoint.endpoint for endpoint in view.endpoints.selected()] == [info.subscription.endpoint]
    with qtbot.waitSignal(subscriptions.sending.finished, timeout=TIMEOUT_MS):
        subscriptions.send_test()
    assert subscriptions.results.results[0].delivery.outcome is Outcome.REJECTED
    qtbot.waitUntil(lambda: view.inbox.model.rowCount() == 1, timeout=TIMEOUT_MS)
    view.inbox.table.selectRow(0)
    entry = view.inbox.model.rows[0]
    assert entry.status == 413
    assert json.loads(view.inbox.payload.toPlainText()) == {
        "title": "Test push",
        "body": "Sent by webpush-admin to see whether notifications arrive.",
    }
    assert info.user_name in view.inbox.entry_headers.text()
    qtbot.waitUntil(lambda: view.counts.text().startswith("1 received   1 decrypted   0 accepted"), timeout=TIMEOUT_MS)


def test_hidden_it_reads_nothing_and_catches_up_when_shown(view: SandboxView, demo: MainWindow, qtbot: QtBot) -> None:
    demo.show_view("subscriptions")
    subscriptions = cast("SubscriptionsView", demo.views["subscriptions"])
    qtbot.waitUntil(lambda: subscriptions.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    with qtbot.waitSignal(subscriptions.sending.finished, timeout=TIMEOUT_MS):
        subscriptions.send_test()
    sent = [
        result.delivery for result in subscriptions.results.results if result.delivery.outcome is not Outcome.BLOCKED
    ]
    arrived = sum(delivery.attempts for delivery in sent)
    assert arrived > 90
    qtbot.waitUntil(lambda: f"{arrived} received" in view.counts.text(), timeout=TIMEOUT_MS)
    assert view.inbox.model.rowCount() == 0
    demo.show_view("sandbox")
    qtbot.waitUntil(lambda: view.inbox.model.rowCount() == arrived, timeout=TIMEOUT_MS)
    numbers = [entry.number for entry in view.inbox.model.rows]
    assert numbers == list(range(1, arrived + 1)), "every arrival once, in order"
    view.inbox.append(view.inbox.model.rows[-3:])
    assert view.inbox.model.rowCount() == arrived, "two reads under way may bring the same arrivals"


def test_without_a_sandbox_it_invites_to_the_demo(window: MainWindow) -> None:
    window.show()
    window.show_view("sandbox")
    assert cast("SandboxView", window.views["sandbox"]).not_running.isVisible()
