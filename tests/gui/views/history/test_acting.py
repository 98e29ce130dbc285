"""What is done about deliveries and sends: remedies, retries, reports, exports, and what is forgotten.

Runs on: GUI thread
"""

import csv
import json
from pathlib import Path
from typing import Final, cast

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File, ask
from tests.gui.views.history.sent import inspect, wait_rows
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.keeping import KeepingDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.history import HistoryView
from webpush_admin.gui.views.history.remedies import kept_message
from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import Keeping


def _dialog(view: HistoryView) -> ConfirmDialog:
    found = view.findChild(ConfirmDialog)
    assert found is not None
    return found


BUTTONS: Final = (
    (Outcome.GONE, 410, "Prune 1 subscription"),
    (Outcome.REJECTED, 429, "Send again"),
    (Outcome.REJECTED, 403, "Open the keys"),
    (Outcome.REJECTED, 404, "Mark as suspect"),
    (Outcome.ACCEPTED, 201, ""),
)


def test_what_the_diagnosis_advises_is_a_button(
    view: HistoryView, file: File, window: MainWindow, qtbot: QtBot
) -> None:
    button = view.inspector.remedy_button
    for outcome, status, text in BUTTONS:
        inspect(qtbot, view, outcome, status)
        assert (button.text() if button.isVisible() else "") == text

    inspect(qtbot, view, Outcome.REJECTED, 404)
    with qtbot.waitSignal(window.context.notice, timeout=TIMEOUT_MS) as told:
        button.click()
    assert told.args == ["good", "Marked as suspect: it is watched."]

    inspect(qtbot, view, Outcome.GONE, 410)
    before = file.store.subscriptions_count()
    button.click()
    dialog = _dialog(view)
    assert dialog.action_button.text() == "Prune 1 subscription"
    with qtbot.waitSignal(window.context.notice, timeout=TIMEOUT_MS) as told:
        dialog.action_button.click()
    assert told.args == ["good", "Pruned 1 subscription."]
    assert file.store.subscriptions_count() == before - 1


def test_a_read_only_database_offers_no_changes(file: File, window: MainWindow, qtbot: QtBot) -> None:
    context = window.context
    context.bridge.start()
    window.resize(1280, 800)
    window.show()
    context.set_database(ask(qtbot, context, lambda backend: backend.open(file.url, create=False, read_only=True)))
    window.show_view("history")
    view = cast("HistoryView", window.views["history"])
    wait_rows(qtbot, view, 6)
    inspect(qtbot, view, Outcome.GONE, 410)
    assert view.inspector.remedy_button.isVisible()
    assert not view.inspector.remedy_button.isEnabled()
    assert not context.actions["prune_held"].isEnabled()


def test_there_is_a_way_to_every_other_view(view: HistoryView, window: MainWindow, qtbot: QtBot) -> None:
    inspect(qtbot, view, Outcome.REJECTED, 403)
    view.inspector.remedy_button.click()
    assert window.view_stack.currentWidget() is window.views["keys"]

    window.show_view("history")
    number = view.table.current.subscription_id if view.table.current else None
    view.inspector.show_button.click()
    first = window.views["subscriptions"]
    assert window.view_stack.currentWidget() is first
    assert first.table.filter.query == str(number)  # type: ignore[attr-defined]  # a SubscriptionsView

    # The message of the test was not kept: it must be written first.
    window.show_view("history")
    view.sends.list.setCurrentIndex(view.sends.model.index(1))
    with_message = view.sends.current
    assert with_message is not None
    assert kept_message(with_message.start) is None
    window.context.actions["retry_failed"].trigger()
    assert window.view_stack.currentWidget() is window.views["send"]


def test_the_failed_are_sent_to_again_with_the_kept_message(view: HistoryView, window: MainWindow) -> None:
    retry = window.context.actions["retry_failed"]
    assert not retry.isEnabled()
    view.sends.list.setCurrentIndex(view.sends.model.index(2))
    assert retry.isEnabled()
    assert view.sends.retry_button.text() == "Retry 3 failed"
    assert view.sends.prune_button.text() == "Prune 1 held"
    assert view.sends.current is not None
    message = kept_message(view.sends.current.start)
    assert message is not None
    assert message.payload() == b'{"title":"Hello"}'
    retry.trigger()
    dialog = _dialog(view)
    assert dialog.action_button.text() == "Send again to 3 subscriptions"
    dialog.reject()


def test_what_is_shown_is_taken_out_and_what_is_beyond_forgotten(
    view: HistoryView, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    clipboard = QGuiApplication.clipboard()
    inspect(qtbot, view, Outcome.REJECTED, 429)
    window.context.actions["copy_report"].trigger()
    assert "Diagnosis: rate limit (any-429-rate)" in clipboard.text()
    assert "retry-after: 120" in clipboard.text()
    window.context.actions["copy_curl"].trigger()
    assert clipboard.text().startswith("curl --request POST https://push.example.net/...er-1 ")
    view.table.table.selectAll()
    view.own.copy_rows.trigger()
    rows = list(csv.reader(clipboard.text().splitlines()))
    assert len(rows) == 7
    window.context.actions["copy_report"].trigger()
    assert len(clipboard.text().splitlines()) == 6
    assert "token-of-ada" not in clipboard.text()

    view.table.bar.choose(send=1, failed=True)
    wait_rows(qtbot, view, 3)
    view.taking_out.exporting.native_file_dialog = False
    window.context.actions["export_report"].trigger()
    chooser = view.findChild(QFileDialog)
    assert chooser is not None
    assert chooser.selectedFiles()[0].endswith(".csv")
    chooser.selectNameFilter(chooser.nameFilters()[1])
    chooser.filterSelected.emit(chooser.nameFilters()[1])
    assert "push-send-1-" in chooser.selectedFiles()[0]
    assert chooser.selectedFiles()[0].endswith(".json")
    chooser.reject()
    for name in ("out.csv", "out.json"):
        with qtbot.waitSignal(window.context.notice, timeout=TIMEOUT_MS) as told:
            view.taking_out.exporting.write(view.table.list.query, tmp_path / name)
        assert told.args is not None
        assert "3 deliveries exported" in told.args[1]
    assert len((tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()) == 4
    assert "429" in json.dumps(json.loads((tmp_path / "out.json").read_text()))

    view.own.forget.trigger()
    qtbot.waitUntil(lambda: window.findChild(KeepingDialog) is not None, timeout=TIMEOUT_MS)
    dialog = window.findChild(KeepingDialog)
    assert dialog is not None
    assert dialog.keeping == Keeping()
    dialog.deliveries.setValue(2)
    dialog.days.setValue(0)
    assert dialog.action_button.text() == "Keep 2 deliveries, forget the rest"
    assert dialog.action_button.property("kind") == "danger"
    dialog.action_button.click()
    wait_rows(qtbot, view, lambda: view.table.model.rowCount() < 3)
    assert ask(qtbot, window.context, lambda backend: backend.history.keeping()) == Keeping(0, 2)
