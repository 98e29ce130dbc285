"""The real window on the real backend, with the sandbox as the only push service."""

import logging
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QSettings, QSize
from PySide6.QtWidgets import QFileDialog, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.backend.backend import Backend
from webpush_admin.backend.records import SendSummary, Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.live_places import LivePlace
from webpush_admin.gui.theme import Mode
from webpush_admin.gui.view_specs import VIEWS
from webpush_admin.gui.views.live import LiveView
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.events import PushFinished, SubscriptionsPruned
from webpush_admin.push.message import Message
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.rows import SubscriptionQuery

T = TypeVar("T")

NAMES = [spec.name for spec in VIEWS]


def _send_to_all(qtbot: QtBot, window: MainWindow) -> SendSummary:
    sums: list[SendSummary] = []
    message = Message(title="Hi", body="There")
    window.context.ask(lambda backend: backend.sending.to_all(message), sums.append)
    qtbot.waitUntil(lambda: bool(sums), timeout=20_000)
    return sums[0]


def _send_to_somebody(qtbot: QtBot, window: MainWindow) -> SendSummary:
    """Send through the cache, which a broadcast does without."""
    sums: list[SendSummary] = []

    async def dispatch(backend: Backend) -> SendSummary:
        page = await backend.subscriptions.page(SubscriptionQuery(), 0, 1)
        assert page.rows[0] is not None
        user_id = page.rows[0].subscription.user_id
        assert user_id is not None
        return await backend.sending.to_user(user_id, Message(title="Hi"))

    window.context.ask(dispatch, sums.append)
    qtbot.waitUntil(lambda: bool(sums), timeout=20_000)
    return sums[0]


def _live_value(window: MainWindow, name: str) -> int:
    label = window.views["live"].findChild(PlainLabel, f"total_{name}_value")
    assert isinstance(label, PlainLabel)
    return int(label.text().replace(",", ""))


def _live(window: MainWindow, place: LivePlace) -> LiveView:
    window.show_view("live")
    live = window.views["live"]
    assert isinstance(live, LiveView)
    live.show_place(place)
    return live


def test_the_first_view_is_made_right_after_the_first_paint(qtbot: QtBot, context: Context) -> None:
    window = MainWindow(context.theme, context.actions, QSettings("webpush-admin", "webpush-admin"))
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.first_painted):
        window.show()
    assert window.sidebar.isVisible()
    assert window.status_line.isVisible()
    window.complete(context)
    assert list(window.views) == ["subscriptions"]
    assert window.view_stack.currentWidget() is window.views["subscriptions"]
    window.make_views()
    assert sorted(window.views) == sorted(NAMES)


def test_no_part_of_a_view_hands_its_focus_to_what_is_in_it(window: MainWindow) -> None:
    window.make_views()
    handing = set()
    for part in window.view_stack.findChildren(QWidget):
        proxy = part.focusProxy()
        if proxy is not None and part.isAncestorOf(proxy) and not isinstance(part, QTabWidget):
            handing.add(part.objectName())
    assert handing == set(), "the Tab key would jump over what is beside that, or never leave what is around it"


@pytest.mark.parametrize("name", NAMES)
def test_a_view_is_shown_by_its_action(window: MainWindow, name: str) -> None:
    window.context.actions[f"show_{name}"].trigger()
    assert window.view_stack.currentWidget() is window.views[name]
    assert window.context.actions[f"show_{name}"].isChecked()


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
@pytest.mark.parametrize("size", [QSize(1280, 800), QSize(900, 600)], ids=["wide", "small"])
def test_no_view_is_blank_or_wider_than_the_window(qtbot: QtBot, window: MainWindow, mode: Mode, size: QSize) -> None:
    window.show_theme(mode)
    window.resize(size)
    with qtbot.waitExposed(window):
        window.show()
    for name in NAMES:
        window.show_view(name)
        image = window.grab().toImage()
        assert window.size() == size
        view = window.views[name]
        place = view.mapTo(window, view.rect().topLeft())
        colours = {
            image.pixel(x, y)
            for x in range(place.x(), place.x() + view.width(), 3)
            for y in range(place.y(), place.y() + view.height(), 3)
        }
        assert len(colours) > 5, name


def test_everything_has_a_name_and_tells_it(window: MainWindow) -> None:
    window.make_views()
    nameless = []
    for kind in (
        "QPushButton",
        "QToolButton",
        "QLineEdit",
        "QTableView",
        "QPlainTextEdit",
        "QComboBox",
        "QProgressBar",
    ):
        for widget in window.findChildren(QWidget):
            if not widget.inherits(kind):
                continue
            own = not widget.objectName().startswith("qt_") and widget.metaObject().className() != "QLineEditIconButton"
            told = widget.accessibleName() or getattr(widget, "text", lambda: "")()
            if own and not (told and widget.objectName()):
                nameless.append((kind, widget.objectName(), type(widget).__name__))
    assert nameless == []


def test_the_demo_opens_and_pushes_move_everything(qtbot: QtBot, demo: MainWindow) -> None:
    live = _live(demo, LivePlace.TOTALS)
    first = _send_to_all(qtbot, demo)
    second = _send_to_all(qtbot, demo)
    assert first.gone == first.pruned > 0
    assert second.gone == 0
    through_the_cache = [_send_to_somebody(qtbot, demo) for _ in range(2)]
    delivered = sum(one.accepted for one in (first, second, *through_the_cache))
    qtbot.waitUntil(lambda: _live_value(demo, "delivered") == delivered)
    assert _live_value(demo, "failed") == sum(one.failed for one in (first, second, *through_the_cache))
    assert _live_value(demo, "pruned") == first.pruned
    assert _live_value(demo, "misses") == 1, "a broadcast neither fills nor asks the cache"
    assert demo.tiles.pruned_tile.value_text == str(first.pruned)
    assert demo.tiles.hit_rate_tile.value_text != "–"
    assert demo.status_line.connection.text() == "Demo"
    assert demo.windowTitle() == "demo"
    live.show_place(LivePlace.PRUNED)
    qtbot.waitUntil(lambda: live.pruned_page.list.model.rowCount() == first.pruned)
    live.show_place(LivePlace.CACHE)
    qtbot.waitUntil(lambda: live.cache_page.list.model.rowCount() > 0)


def test_invalidating_moves_the_generation(qtbot: QtBot, demo: MainWindow) -> None:
    _send_to_somebody(qtbot, demo)
    live = _live(demo, LivePlace.CACHE)
    cached = live.cache_page.list
    qtbot.waitUntil(lambda: cached.model.rowCount() > 0)
    cached.table.selectRow(0)
    demo.context.actions["invalidate_user"].trigger()
    live.show_place(LivePlace.TOTALS)
    qtbot.waitUntil(lambda: _live_value(demo, "invalidations") == 1)
    demo.context.actions["invalidate_all"].trigger()
    qtbot.waitUntil(lambda: _live_value(demo, "entries") == 0)


def test_a_database_is_made_closed_and_opened_again(qtbot: QtBot, demo: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "push.db"
    with qtbot.waitSignal(demo.context.database_opened, timeout=10_000):
        demo.opening.open_url(f"sqlite:///{path}", create=True)
    assert demo.windowTitle() == "push.db"
    assert path.is_file()
    with qtbot.waitSignal(demo.context.database_closed, timeout=10_000):
        demo.context.actions["close_database"].trigger()
    assert demo.status_line.connection.text() == "No database"
    assert not demo.context.actions["send_test"].isEnabled()
    with qtbot.waitSignal(demo.context.database_opened, timeout=10_000):
        demo.opening.open_url(f"sqlite:///{path}")


def test_a_database_that_cannot_be_opened_is_told_and_the_open_one_stays(
    qtbot: QtBot, demo: MainWindow, tmp_path: Path
) -> None:
    with qtbot.waitSignal(demo.context.notice, timeout=10_000) as told:
        demo.opening.open_url(f"sqlite:///{tmp_path / 'missing.db'}")
    assert told.args is not None
    assert told.args[0] == "bad"
    assert demo.context.database is not None
    assert not demo.opening.busy
    assert demo.context.actions["open_database"].isEnabled()
    assert demo.toast.isVisible()


def test_the_file_dialog_opens_what_was_chosen(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    window.context.actions["new_database"].trigger()
    dialog = window.findChild(QFileDialog, "database_file_dialog")
    assert isinstance(dialog, QFileDialog)
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert dialog.defaultSuffix() == "db"
    dialog.reject()


def test_selection_s_actions_are_disabled_in_other_views(qtbot: QtBot, demo: MainWindow) -> None:
    demo.show_view("live")
    action = demo.context.actions["delete_subscriptions"]
    assert not action.isEnabled()
    assert "Subscriptions" in action.toolTip()
    assert demo.context.actions["send_to_all"].isEnabled()
    demo.show_view("sandbox")
    assert not demo.context.actions["find"].isEnabled()


def test_closing_while_sending_ends_the_worker(qtbot: QtBot, demo: MainWindow) -> None:
    started: list[object] = []
    demo.context.events.connect(started.extend)
    demo.context.ask(lambda backend: backend.sending.to_all(Message(title="Hi")), lambda _summary: None)
    qtbot.waitUntil(lambda: bool(started))
    with qtbot.waitSignals([demo.context.bridge.closed, demo.ended], timeout=1000):
        demo.close()
    assert demo.isHidden()
    # The thread may need a moment for its last step.
    assert demo.context.bridge.close()
    assert "worker" not in {thread.name for thread in threading.enumerate()}


def _ask(qtbot: QtBot, window: MainWindow, make: Callable[[Backend], Coroutine[object, object, T]]) -> T:
    answers: list[T] = []
    window.context.ask(make, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    return answers[0]


def test_closing_while_slow_services_are_awaited_ends_within_a_second(
    qtbot: QtBot, demo: MainWindow, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "webpush_admin")
    context = demo.context
    endpoints = _ask(qtbot, demo, lambda backend: backend.trying.endpoints())
    slow = [entry.endpoint for entry in endpoints if entry.temper is Temper.CREATED]
    _ask(qtbot, demo, lambda backend: backend.trying.set_temper(slow, Temper.SLOW))
    seen: list[object] = []
    snapshots: list[Snapshot] = []
    context.events.connect(seen.extend)
    context.snapshot.connect(snapshots.append)
    context.ask(lambda backend: backend.sending.to_all(Message(title="Hi")), lambda _summary: None)

    def deliveries(outcome: Outcome) -> list[Delivery]:
        return [e.delivery for e in seen if isinstance(e, PushFinished) and e.delivery.outcome is outcome]

    def pruned() -> set[int | None]:
        return {row.id for e in seen if isinstance(e, SubscriptionsPruned) for row in e.subscriptions}

    qtbot.waitUntil(
        lambda: bool(deliveries(Outcome.GONE)) and bool(snapshots) and snapshots[-1].pushes.in_flight > 10,
        timeout=10_000,
    )
    with qtbot.waitSignals([demo.context.bridge.closed, demo.ended], timeout=1000):
        demo.close()
    interrupted = [d for d in deliveries(Outcome.UNREACHABLE) if "interrupted" in d.reason.lower()]
    assert len(interrupted) > 10
    assert sum("While closing" in message for message in caplog.messages) >= len(interrupted)
    assert {delivery.subscription.id for delivery in deliveries(Outcome.GONE)} == pruned()
    assert context.bridge.close()


def test_closing_without_a_worker_ends_at_once(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    with qtbot.waitSignal(window.ended):
        window.context.actions["quit"].trigger()


def test_closing_before_the_window_is_complete_ends_at_once(qtbot: QtBot, context: Context) -> None:
    window = MainWindow(context.theme, context.actions, QSettings("webpush-admin", "webpush-admin"))
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.ended):
        window.close()
    assert window.isHidden()
