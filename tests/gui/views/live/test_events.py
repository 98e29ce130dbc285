"""The page of events: followed, held, filtered, copied and saved."""

import json
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.event_samples import AT, SAMPLES, SECRETS, USER
from tests.gui.exchange_place import Place
from webpush_admin.gui.context import Context
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.event_filter import EventFilter
from webpush_admin.gui.models.event_kinds import EventGroup
from webpush_admin.gui.models.event_ring import AnyEvent
from webpush_admin.gui.views.live import LiveView
from webpush_admin.gui.views.live import event_feed as feed_module
from webpush_admin.gui.views.live.event_taking_out import COPIED_EVENTS
from webpush_admin.gui.views.live.events_page import EventsPage
from webpush_admin.gui.views.live.kept_events import kept_events
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.push.events import CacheHit

OTHER = UUID(int=7)


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> Iterator[EventsPage]:
    holder = QWidget()
    naming = Naming(context, holder)
    naming.learn([(USER, "Ada"), (OTHER, "<b>Bob</b>")])
    made = EventsPage(context, naming, kept_events(context, holder), holder)
    holder.resize(900, 400)
    made.resize(900, 400)
    with qtbot.waitExposed(holder):
        holder.show()
    yield made
    holder.hide()
    holder.deleteLater()


def _hits(first: int, count: int, user: UUID = USER) -> list[AnyEvent]:
    return [CacheHit(user, generation, AT) for generation in range(first, first + count)]


def _tell(qtbot: QtBot, page: EventsPage, context: Context, events: Sequence[AnyEvent]) -> None:
    with qtbot.waitSignal(page.feed.shown):
        context.events.emit(list(events))


def _texts(page: EventsPage, column: int) -> list[str]:
    return [page.rows.index(row, column).data() for row in range(page.rows.rowCount())]


def test_the_newest_stay_in_sight_until_somebody_reads(qtbot: QtBot, page: EventsPage, context: Context) -> None:
    bar = page.table.verticalScrollBar()
    assert page.places.currentWidget() is page.places.nothing
    _tell(qtbot, page, context, _hits(0, 300))
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0)
    assert page.bar.told.text() == "300 events"
    assert page.bar.newest_button.isHidden()
    bar.setValue(10)
    top = page.rows.row(page.table.rowAt(0))
    _tell(qtbot, page, context, _hits(300, 12_345))
    assert page.rows.rowCount() == 300
    assert page.rows.row(page.table.rowAt(0)) is top
    assert page.bar.newest_button.text() == "12,345 more since: go to the newest"
    _tell(qtbot, page, context, _hits(12_645, 20_000))
    assert page.rows.row(page.table.rowAt(0)) is top
    page.bar.newest_button.click()
    assert page.rows.rowCount() == 20_000
    assert page.bar.told.text() == "20,000 kept of 32.6 k"
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    assert _texts(page, 3)[-1] == "generation 32644"
    assert page.bar.newest_button.isHidden()


def test_keys_pause_resume_select_and_copy(qtbot: QtBot, page: EventsPage, context: Context) -> None:
    _tell(qtbot, page, context, SAMPLES)
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert page.actions_of_log.pause.text() == "Resume"
    _tell(qtbot, page, context, _hits(0, 5))
    assert page.rows.rowCount() == len(SAMPLES)
    page.show_filter(EventFilter(failures=True))
    assert _texts(page, 1) == ["read failed", "unreachable", "push 429", "lost"]
    page.show_filter(EventFilter())
    QTest.keyClick(page.table, Qt.Key.Key_Space)
    assert page.actions_of_log.pause.text() == "Pause"
    assert page.rows.rowCount() == len(SAMPLES) + 5
    QTest.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyRelease(page.table, Qt.Key.Key_Control)
    assert page.bar.newest_button.isVisible(), "what is selected must not move away"
    QTest.keySequence(page.table, "Ctrl+C")
    QTest.keyRelease(page.table, Qt.Key.Key_Control)
    lines = QGuiApplication.clipboard().text()
    assert len(lines.splitlines()) == len(SAMPLES) + 5
    page.actions_of_log.copy_json.trigger()
    objects = QGuiApplication.clipboard().text()
    assert [json.loads(line)["event"] for line in objects.splitlines()][-1] == "CacheHit"
    assert not any(secret in text for secret in SECRETS for text in (lines, objects))
    QTest.keyClick(page.table, Qt.Key.Key_Escape)
    assert page.bar.newest_button.isHidden()
    assert not page.table.selectionModel().hasSelection()


def test_of_very_many_the_newest_are_copied_and_that_is_told(qtbot: QtBot, page: EventsPage, context: Context) -> None:
    _tell(qtbot, page, context, _hits(0, COPIED_EVENTS + 500))
    page.table.selectAll()
    with qtbot.waitSignal(context.notice) as told:
        page.actions_of_log.copy_lines.trigger()
    assert told.args == ["good", "Copied the newest 1,000 of 1,500 events; a file takes them all."]
    assert QGuiApplication.clipboard().text().endswith("generation 1499\n")


def test_filters_say_what_they_leave(qtbot: QtBot, page: EventsPage, context: Context) -> None:
    _tell(qtbot, page, context, [*SAMPLES, *_hits(0, 3, OTHER)])
    page.show_user(OTHER)
    assert page.bar.user.isVisible()
    assert page.bar.user.value == "<b>Bob</b>"
    assert _texts(page, 2) == ["everybody", "", *["<b>Bob</b>"] * 3]
    assert page.bar.told.text() == "5 shown · 33 events"
    page.bar.user.clear_button.click()
    assert page.rows.rowCount() == len(SAMPLES) + 3
    menu = page.bar.kinds.menu
    menu.aboutToShow.emit()
    for entry in menu.actions():
        if entry.text() in (EventGroup.PRUNES.value, EventGroup.SERVICES.value):
            entry.trigger()
    assert page.bar.kinds.value == "Prunes, Push services"
    assert _texts(page, 1) == ["rests", "pruned", "pruned list", "lost"]
    page.bar.kinds.clear_button.click()
    page.bar.search.setText("nobody at all")
    qtbot.waitUntil(lambda: page.rows.rowCount() == 1)
    assert _texts(page, 1) == ["lost"], "where events are missing, that is never hidden"
    page.actions_of_log.clear.trigger()
    _tell(qtbot, page, context, _hits(0, 3))
    assert page.places.currentWidget() is page.places.nothing_found
    page.places.clear_wished.emit()
    assert page.rows.rowCount() == 3
    assert page.bar.search.text() == ""


def test_a_search_of_many_goes_on_in_slices_and_shows_how_far_it_is(
    qtbot: QtBot, page: EventsPage, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "SLICE_S", 0.0)
    _tell(qtbot, page, context, _hits(0, 1500))
    page.show_filter(EventFilter(search="generation 149"))
    assert page.bar.sifting.text().startswith("Searching, 8.5 %")
    qtbot.waitUntil(lambda: page.rows.rowCount() == 12)
    qtbot.waitUntil(page.bar.sifting.isHidden)
    assert _texts(page, 3)[-1] == "generation 1499"


def test_another_database_begins_another_log(qtbot: QtBot, page: EventsPage, context: Context) -> None:
    _tell(qtbot, page, context, SAMPLES)
    page.show_user(USER)
    page.table.selectRow(0)
    page.actions_of_log.pause.setChecked(True)
    context.database_closed.emit()
    assert page.rows.rowCount() == 0
    assert page.bar.user.isHidden()
    _tell(qtbot, page, context, _hits(0, 3, OTHER))
    assert _texts(page, 3) == ["generation 0", "generation 1", "generation 2"]
    page.table.selectRow(1)
    page.actions_of_log.clear.trigger()
    _tell(qtbot, page, context, _hits(3, 1))
    assert _texts(page, 3) == ["generation 3"], "what was selected is gone, and holds nothing any more"


def test_losses_are_a_number_and_a_row(qtbot: QtBot, page: EventsPage, context: Context) -> None:
    context.bridge.lost = 1204
    _tell(qtbot, page, context, SAMPLES)
    assert page.bar.lost.text() == "1,204 events lost"
    assert page.bar.lost.toolTip()
    assert "lost" in _texts(page, 1)


def test_while_hidden_nothing_is_done_and_then_all_at_once(qtbot: QtBot, page: EventsPage, context: Context) -> None:
    page.hide()
    context.events.emit(_hits(0, 50))
    assert page.rows.rowCount() == 0
    page.show()
    assert page.rows.rowCount() == 50


def test_what_is_shown_and_what_is_kept_can_be_saved(qtbot: QtBot, place: Place, tmp_path: Path) -> None:
    window = place.window
    page = _live(window).events_page
    page.taking_out.native_file_dialog = False
    window.context.events.emit([*SAMPLES, *_hits(0, 40)])
    page.feed.show_now()
    page.show_filter(EventFilter(search="429"))
    for number, name in enumerate(("shown.jsonl", "all.jsonl")):
        page.actions_of_log.save.trigger()
        menu = next(menu for menu in page.findChildren(QMenu, "save_menu") if menu.isVisible())
        assert menu.actions()[0].text() == "What is shown: 2 events"
        menu.actions()[number].trigger()
        menu.close()
        dialog = next(one for one in window.findChildren(QFileDialog, "save_events_dialog") if one.isVisible())
        assert re.fullmatch(r"push-events-[0-9-]{17}\.jsonl", Path(dialog.selectedFiles()[0]).name)
        path = tmp_path / name
        with qtbot.waitSignal(window.context.notice) as told:
            dialog.fileSelected.emit(str(path))
            dialog.close()
        count = len(path.read_text().splitlines())
        assert told.args == ["good", f"{count} events saved to {name}; endpoints are masked."]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not any(secret in path.read_text() for secret in SECRETS)
    made = [json.loads(line)["event"] for line in (tmp_path / "shown.jsonl").read_text().splitlines()]
    assert made == ["PushFinished", "EventsLost"]
    kept = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert len(kept) >= len(SAMPLES) + 40
    assert kept[-1]["generation"] == 39


def test_a_name_that_was_never_in_sight_is_found(qtbot: QtBot, place: Place) -> None:
    page = _live(place.window).events_page
    user = place.ada
    place.window.context.events.emit([*_hits(0, 3, OTHER), *_hits(3, 1, user.id), *_hits(4, 3, OTHER)])
    page.show_filter(EventFilter(search=user.name))
    qtbot.waitUntil(lambda: _texts(page, 3) == ["generation 3"])
    assert _texts(page, 2) == [user.name]


def _live(window: MainWindow) -> LiveView:
    window.context.actions["show_live"].trigger()
    view = window.findChild(LiveView, "live_view")
    assert isinstance(view, LiveView)
    view.pages.setCurrentWidget(view.events_page)
    return view
