"""What can be done about answers, with a click each, in the real window on the demo.

Runs on: GUI thread
"""

from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.database_file import ask
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.answers import Remedy
from webpush_admin.gui.views.history import HistoryView
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.push.answer import Outcome
from webpush_admin.push.message import Message
from webpush_admin.sandbox.records import Temper

TIMEOUT_MS = 15_000


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot) -> SubscriptionsView:
    made = cast("SubscriptionsView", demo.views["subscriptions"])
    qtbot.waitUntil(lambda: made.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: made.people.current is not None, timeout=TIMEOUT_MS)
    return made


def _set_temper(qtbot: QtBot, demo: MainWindow, endpoints: list[str], temper: Temper) -> None:
    ask(qtbot, demo.context, lambda backend: backend.trying.set_temper(endpoints, temper))


def _send(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.sending.finished, timeout=TIMEOUT_MS):
        demo.context.actions["send_test"].trigger()


def _endpoints(view: SubscriptionsView, first: int, count: int) -> list[str]:
    rows = (view.table.model.row(number) for number in range(first, first + count))
    return [row.subscription.endpoint for row in rows if row is not None]


def test_an_answer_is_tried_again_in_its_place_and_what_is_gone_is_pruned(
    view: SubscriptionsView, demo: MainWindow, qtbot: QtBot
) -> None:
    broken, gone = _endpoints(view, 0, 2)
    _set_temper(qtbot, demo, [broken], Temper.OTHER_KEY)
    _set_temper(qtbot, demo, [gone], Temper.GONE)
    view.table.table.selectRow(0)
    view.table.table.selectionModel().select(
        view.table.model.index(1, 0),
        view.table.table.selectionModel().SelectionFlag.Select | view.table.table.selectionModel().SelectionFlag.Rows,
    )
    _send(view, demo, qtbot)
    panel, card = view.results, view.results.answer
    rows = {result.delivery.subscription.endpoint: at for at, result in enumerate(panel.results)}

    panel.table.selectRow(rows[broken])
    assert "subscribed with another key" in card.headline.text()
    assert list(card.buttons) == [Remedy.KEYS, Remedy.MARK]
    _set_temper(qtbot, demo, [broken], Temper.BAD_REQUEST)
    view.remedying.retry([panel.results[rows[broken]].delivery.subscription.id or 0])
    qtbot.waitUntil(lambda: list(card.buttons) == [Remedy.CHANGE, Remedy.RETRY], timeout=TIMEOUT_MS)
    _set_temper(qtbot, demo, [broken], Temper.CREATED)
    qtbot.waitUntil(lambda: not view.sending.running, timeout=TIMEOUT_MS)
    card.buttons[Remedy.RETRY].click()
    qtbot.waitUntil(lambda: card.headline.text().startswith("201 accepted"), timeout=TIMEOUT_MS)
    assert len(panel.results) == 2
    assert panel.table.selected_rows() == [rows[broken]]
    assert "2 tried again" in panel.counts.text()
    qtbot.waitUntil(lambda: not view.sending.running, timeout=TIMEOUT_MS)

    panel.table.selectRow(rows[gone])
    card.buttons[Remedy.PRUNE].click()
    windows = QApplication.topLevelWidgets()
    dialog = next(w for w in windows if isinstance(w, ConfirmDialog) and w.isVisible())
    assert dialog.action_button.text() == "Prune 1 gone subscription"
    dialog.submit()
    qtbot.waitUntil(lambda: "410 gone: removed" in card.headline.text(), timeout=TIMEOUT_MS)
    assert not card.buttons


def test_rows_that_were_held_are_asked_about_once(view: SubscriptionsView, demo: MainWindow, qtbot: QtBot) -> None:
    notices: list[str] = []
    demo.context.notice.connect(lambda _kind, text: notices.append(text))
    _set_temper(qtbot, demo, _endpoints(view, 0, 40), Temper.GONE)
    _send(view, demo, qtbot)
    panel = view.results
    held = [result for result in panel.results if result.delivery.held]
    assert len(held) > 10
    banner = panel.held_banner
    assert banner.isVisible()
    assert "of 100 are gone, more than a fifth" in banner.text.text()
    assert banner.prune_button.text() == f"Prune {len(held)}"
    assert any("100 accepted" in text and "gone" in text for text in notices)
    assert demo.toast.offer_button is not None, "it leads to the history"
    left = 100 - sum(result.delivery.pruned for result in panel.results)
    banner.prune_button.click()
    assert not banner.isVisible()
    qtbot.waitUntil(lambda: f"Pruned {len(held)} subscriptions." in notices, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: view.table.model.rowCount() == left - len(held), timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: all(r.delivery.pruned or r.delivery.outcome is not Outcome.GONE for r in panel.results))

    panel.head.history_button.click()
    history = cast("HistoryView", demo.views["history"])
    assert demo.view_stack.currentWidget() is history
    qtbot.waitUntil(lambda: history.table.model.known and history.table.model.rowCount() == 100, timeout=TIMEOUT_MS)


def test_others_are_told_whom_a_send_is_for_and_what_they_send_does_not_come_in_here(
    view: SubscriptionsView, demo: MainWindow, qtbot: QtBot
) -> None:
    context = demo.context
    assert context.target.to_all
    assert context.target.subscriptions == 100
    view.table.filter.setText("lovelace")
    qtbot.waitUntil(lambda: context.target.filtered is not None, timeout=TIMEOUT_MS)
    filtered = context.target.filtered
    assert filtered is not None
    shown = view.table.model.rowCount()
    assert 0 < filtered.count == shown < 100
    assert filtered.query == view.table.list.query
    view.table.table.selectRow(0)
    assert context.target.is_test
    assert context.target.filtered == filtered
    selected = context.target
    demo.show_view("live")
    ids = selected.subscription_ids
    ask(qtbot, context, lambda backend: backend.sending.to_subscriptions(ids, Message(title="From elsewhere")))
    assert not view.results.results
    assert context.target == selected, "hidden nobody selects"
    qtbot.waitUntil(lambda: len(view.detail.answers or ()) == 1, timeout=TIMEOUT_MS)
    demo.opening.close_database()
    qtbot.waitUntil(lambda: context.database is None, timeout=TIMEOUT_MS)
    assert context.target.to_all
    assert not context.target.subscriptions
