"""The pane of one subscription in the real window: everything that is known, masked, live, and by keyboard.

Runs on: GUI thread
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.database_file import ask
from webpush_admin.gui.context import Context
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.answers import Remedy
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.gui.views.subscriptions.detail import DetailPane
from webpush_admin.gui.widgets.fields import Value
from webpush_admin.push.message import Message
from webpush_admin.push.vapid import fingerprint
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.rows import Finding, SubscriptionQuery

TIMEOUT_MS = 15_000


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot) -> SubscriptionsView:
    made = cast("SubscriptionsView", demo.views["subscriptions"])
    qtbot.waitUntil(lambda: made.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    return made


@pytest.fixture
def pane(view: SubscriptionsView, qtbot: QtBot) -> Iterator[DetailPane]:
    """The detail of the first row."""
    view.table.table.selectRow(0)
    qtbot.waitUntil(lambda: view.detail.answers is not None, timeout=TIMEOUT_MS)
    return view.detail  # type: ignore[return-value]  # a fixture without an end


def _row(pane: DetailPane) -> int:
    assert pane.info is not None
    return pane.info.subscription.id or 0


def _send(qtbot: QtBot, context: Context, number: int) -> None:
    ask(qtbot, context, lambda backend: backend.sending.to_subscriptions([number], Message(title="Hi")))


def test_it_tells_what_the_row_is(pane: DetailPane) -> None:
    assert pane.info is not None
    subscription = pane.info.subscription
    assert pane.heading.text() == pane.info.user_name
    assert "Sandbox" in pane.service.text()
    assert pane.parts.text().startswith("Interface: /push/\nToken: …")
    assert "43 characters" in pane.parts.text().replace("\n", " ")
    assert pane.endpoint_verdict.text().startswith("Endpoint ok")
    assert "65 bytes" in pane.p256dh_verdict.text()
    assert "16 bytes" in pane.auth_verdict.text()
    assert pane.fingerprint.text() == fingerprint(subscription.p256dh)
    assert "the active one" in pane.key_origin.text().replace("\n", " ")
    assert subscription.user_agent is not None
    assert pane.user_agent.text().replace("\n", "") == subscription.user_agent
    assert pane.browser.text()
    assert pane.history.none_yet.isVisible()


def test_secrets_are_nowhere_to_be_seen(pane: DetailPane) -> None:
    assert pane.info is not None
    subscription = pane.info.subscription
    token = subscription.endpoint.rsplit("/", 1)[1]
    for label in pane.findChildren(Value):
        shown = (label.text() + label.toolTip() + label.accessibleName()).replace("\n", "")
        assert token not in shown, label.objectName()
        assert subscription.auth not in shown, label.objectName()


def test_a_revealed_endpoint_hides_again(view: SubscriptionsView, pane: DetailPane, qtbot: QtBot) -> None:
    assert pane.info is not None
    endpoint = pane.info.subscription.endpoint

    def revealed() -> bool:
        return pane.endpoint.text().replace("\n", "") == endpoint

    pane.reveal_button.click()
    assert revealed()
    assert pane._hide_again.isActive()
    assert pane._hide_again.interval() == 60_000
    pane._hide_again.timeout.emit()
    assert not revealed()
    pane.reveal_button.click()
    assert revealed()
    view.table.table.selectRow(1)
    qtbot.waitUntil(lambda: pane.info is not None and pane.info.subscription.endpoint != endpoint, timeout=TIMEOUT_MS)
    assert not pane._hide_again.isActive()
    view.table.table.selectRow(0)
    qtbot.waitUntil(lambda: pane.info is not None and pane.info.subscription.endpoint == endpoint, timeout=TIMEOUT_MS)
    assert not revealed(), "another row was shown in between"
    pane.reveal_button.click()
    pane.hide()
    pane.show()
    assert not revealed()


def test_answers_come_while_pushes_go_out(
    view: SubscriptionsView, pane: DetailPane, demo: MainWindow, qtbot: QtBot
) -> None:
    number = _row(pane)
    for sent in range(1, 5):
        _send(qtbot, demo.context, number)
        qtbot.waitUntil(lambda sent=sent: len(pane.answers or ()) == sent, timeout=TIMEOUT_MS)  # type: ignore[misc]  # a default binds it
    history = pane.history
    assert history.model.rowCount() == 3, "the newest stand at first"
    assert history.more_button.text() == "All 4"
    history.more_button.click()
    assert history.model.rowCount() == 4
    history.table.selectRow(3)
    chosen = history.model.row(3)
    assert "201 accepted" in history.answer.headline.text()
    assert not history.answer.buttons
    _send(qtbot, demo.context, number)
    qtbot.waitUntil(lambda: history.model.rowCount() == 5, timeout=TIMEOUT_MS)
    assert history.model.row(4) == chosen
    assert history.table.selected_rows() == [4], "what is read does not move away"
    view.table.table.selectRow(1)
    qtbot.waitUntil(lambda: pane.answers == (), timeout=TIMEOUT_MS)
    assert history.none_yet.isVisible()


def test_a_refusal_is_told_with_its_reason(pane: DetailPane, demo: MainWindow, qtbot: QtBot) -> None:
    assert pane.info is not None
    endpoint, number = pane.info.subscription.endpoint, _row(pane)
    ask(qtbot, demo.context, lambda backend: backend.trying.set_temper([endpoint], Temper.NOT_FOUND))
    _send(qtbot, demo.context, number)
    qtbot.waitUntil(lambda: pane.first_404.text() == "now" or "ago" in pane.first_404.text(), timeout=TIMEOUT_MS)
    assert "UTC" in pane.first_404.toolTip()
    assert pane.last_answer.text() == "404"
    qtbot.waitUntil(lambda: pane.history.model.rowCount() == 1, timeout=TIMEOUT_MS)
    pane.history.table.selectRow(0)
    card = pane.history.answer
    assert card.headline.text().startswith("404 rejected: expired, perhaps")
    assert "Send again in an hour" in card.explained.text().replace("\n", " ")
    assert list(card.buttons) == [Remedy.MARK, Remedy.RETRY]
    card.buttons[Remedy.MARK].click()
    qtbot.waitUntil(lambda: list(card.buttons) == [Remedy.UNMARK, Remedy.RETRY], timeout=TIMEOUT_MS)
    assert "suspect" in pane.state.text()
    card.buttons[Remedy.UNMARK].click()
    qtbot.waitUntil(lambda: list(card.buttons) == [Remedy.MARK, Remedy.RETRY], timeout=TIMEOUT_MS)
    ask(qtbot, demo.context, lambda backend: backend.trying.set_temper([endpoint], Temper.CREATED))
    card.buttons[Remedy.RETRY].click()
    qtbot.waitUntil(lambda: len(pane.answers or ()) == 2, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: pane.last_answer.text() == "201", timeout=TIMEOUT_MS)
    assert pane.history.table.selected_rows() == [1]
    assert not card.buttons, "what an older answer asked for is done"


def test_findings_are_told_in_words(pane: DetailPane) -> None:
    assert pane.info is not None
    pane.show_info(replace(pane.info, findings=Finding.IDLE | Finding.P256DH))
    assert pane.findings.isVisible()
    assert "Idle for 270 days" in pane.findings.text().replace("\n", " ")
    assert pane.findings.property("tone") == "bad"
    pane.show_info(replace(pane.info, findings=Finding(0)))
    assert not pane.findings.isVisible()


def test_a_late_answer_about_another_row_never_shows(
    view: SubscriptionsView, pane: DetailPane, demo: MainWindow, qtbot: QtBot
) -> None:
    page = ask(qtbot, demo.context, lambda backend: backend.subscriptions.page(SubscriptionQuery(), 0, 20))
    rows = [row for row in page.rows if row is not None]
    for row in rows[1:]:
        pane.show_info(row)
        assert pane.fingerprint.text() == "…", "nothing of the row before stays"
    qtbot.waitUntil(lambda: pane.answers is not None, timeout=TIMEOUT_MS)
    assert pane.fingerprint.text() == fingerprint(rows[-1].subscription.p256dh)


def test_every_text_is_reached_by_keyboard_and_has_a_name(pane: DetailPane) -> None:
    values = [value for value in pane.findChildren(Value) if value.isVisible()]
    reached: set[QWidget] = set()
    start = pane.scroller
    widget = start.nextInFocusChain()
    while widget is not None and widget is not start:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.add(widget)
        widget = widget.nextInFocusChain()
    assert len(values) >= 14
    for value in values:
        assert value in reached, value.objectName()
        assert value.accessibleName(), value.objectName()
        assert value.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
        assert value.textFormat() is Qt.TextFormat.PlainText
    for button in pane.findChildren(QPushButton):
        assert button.accessibleName() or not button.isVisible(), button.objectName()
    pane.fingerprint.setFocus()
    QTest.keySequence(pane.fingerprint, "Ctrl+A")
    QTest.keySequence(pane.fingerprint, "Ctrl+C")
    assert QApplication.clipboard().text() == pane.fingerprint.text()


@pytest.mark.parametrize("width", [176, 400])
def test_nothing_is_wider_than_the_pane(pane: DetailPane, qtbot: QtBot, width: int) -> None:
    pane.setParent(None)
    pane.resize(width, 900)
    pane.show()
    try:
        pane.reveal_button.click()
        inside = pane.scroller.widget()
        assert inside is not None
        qtbot.waitUntil(lambda: inside.width() <= pane.scroller.viewport().width(), timeout=TIMEOUT_MS)
        room = pane.scroller.viewport().width()
        bar = pane.scroller.verticalScrollBar()
        pane.resize(width, 4000)
        qtbot.waitUntil(lambda: not bar.isEnabled(), timeout=TIMEOUT_MS)
        assert pane.scroller.viewport().width() == room, "texts that are broken there would move it to and fro"
        pane.resize(width, 300)
        qtbot.waitUntil(bar.isEnabled, timeout=TIMEOUT_MS)
        assert pane.scroller.viewport().width() == room
        for value in pane.findChildren(Value):
            longest = max((value.fontMetrics().horizontalAdvance(line) for line in value.text().split(" ")), default=0)
            assert not value.isVisible() or longest <= 4 * value.width(), value.objectName()
    finally:
        pane.hide()
        pane.deleteLater()
