"""The frame of the live view, in the real window: real sends to the sandbox, and the same numbers in every tile."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.backend.backend import Backend
from webpush_admin.backend.records import DatabaseInfo, SendSummary, Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.live_places import LivePlace
from webpush_admin.gui.models.trends import Window
from webpush_admin.gui.views.live import LiveView
from webpush_admin.gui.views.live.counters import CACHE, PUSHES
from webpush_admin.gui.views.live.trend import TRENDS, timed
from webpush_admin.gui.views.live.trend_tile import TrendTile
from webpush_admin.gui.widgets.figures import grouped, percent
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.push.message import Message
from webpush_admin.push.stats import LATENCY_BOUNDS_S, CacheStats, Latency, PushStats

INFO = DatabaseInfo("demo", "somewhere", True, "mailto:a@b.example", "B", "0123")


def _view(window: MainWindow) -> LiveView:
    window.show_view("live")
    view = window.views["live"]
    assert isinstance(view, LiveView)
    return view


def _says(view: QWidget, name: str) -> str:
    labels = [label for label in view.findChildren(PlainLabel) if label.objectName() == name]
    assert len(labels) == 1, f"{name}: one label and no other has this name"
    return labels[0].text()


def _newest(window: MainWindow) -> Snapshot:
    backend = window.context.bridge._backend
    assert backend is not None
    return backend.snapshot


async def _rush(backend: Backend) -> object:
    return await backend.trying.rush(0.2)


async def _race(backend: Backend) -> object:
    return await backend.trying.race(None)


def test_tiles_and_totals_are_the_cores_counters(qtbot: QtBot, demo: MainWindow) -> None:
    view = _view(demo)
    assert demo.tiles.isHidden(), "it has tiles of its own"
    context = demo.context
    sent: list[SendSummary] = []
    context.ask(lambda backend: backend.sending.to_all(Message("To all")), sent.append)
    qtbot.waitUntil(lambda: bool(sent), timeout=60_000)
    ended: list[object] = []
    for verb in (_rush, _rush, _race):
        # The second rush finds everybody in the cache.
        ended.clear()
        context.ask(verb, ended.append)
        qtbot.waitUntil(lambda: bool(ended), timeout=30_000)

    view.show_place(LivePlace.TOTALS)

    def told() -> bool:
        """Whether everything is over, and the newest snapshot is the one that is shown."""
        newest = _newest(demo)
        timers = view._timer.isActive() or view.totals_page._timer.isActive()
        over = not newest.pushes.in_flight and newest.cache.stale_discarded == 1
        return over and view._snapshot is newest and not timers

    qtbot.waitUntil(told, timeout=10_000)
    snapshot = _newest(demo)
    cache, pushes = snapshot.cache, snapshot.pushes
    assert pushes.accepted
    assert pushes.gone
    assert pushes.rejected
    assert cache.hits
    assert cache.stale_discarded == 1
    # All of it was within the last five minutes.
    assert _says(view, "reads_saved_value") == grouped(cache.hits + cache.joins)
    assert _says(view, "hit_rate_value") == percent(cache.hit_rate or 0)
    assert _says(view, "reads_saved_caption") == f"{grouped(cache.hits + cache.joins)} in all"
    p50_s, p95_s, p99_s = (second or 0 for second in pushes.latency.percentiles_s((0.5, 0.95, 0.99)))
    assert _says(view, "latency_value") == timed(p50_s, p95_s, p99_s)
    assert _says(view, "in_flight_value") == "0"
    assert _says(view, "failures_value") == grouped(pushes.failed)
    assert _says(view, "pruned_value") == grouped(pushes.pruned)
    assert _says(view, "generations_value") == grouped(cache.generation)
    assert _says(view, "generations_caption") == "1 stale read discarded"
    assert _says(view, "health_text") == f"Worth a look. {pushes.failed:,} of {pushes.finished:,} failed in 5 min."
    tip = view.tiles.tiles["failures"].toolTip()
    assert "subscribed with another key" in tip
    assert "A click shows more." in tip
    assert "older generation is not kept" in view.tiles.tiles["generations"].toolTip()
    for counter in CACHE + PUSHES:
        assert _says(view, f"{counter.name}_value") == counter.value(snapshot), counter.name
    assert view.pages.tabText(view.pages.indexOf(view.pruned_page)).endswith(f" {pushes.pruned}")
    assert view.health_line.health_button.text() == "Show push services"
    view.health_line.health_button.click()
    assert view.pages.currentWidget() is view.services_page
    demo.show_view("keys")
    assert demo.tiles.isVisible()
    assert demo.tiles.pruned_tile.value_text == grouped(pushes.pruned)
    context.set_database(None)
    assert _says(view, "failures_value") == "–", "nothing of it is told of another database"


def _fed(context: Context, seconds: int, pushes: Callable[[int], PushStats]) -> None:
    """Tell a snapshot each half second."""
    context.set_database(INFO)
    for half in range(2 * seconds + 1):
        context.snapshot.emit(Snapshot(taken_s=100 + half / 2, pushes=pushes(half)))


def test_the_exact_value_of_a_point_is_told_to_mouse_and_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1280, 800)
    with qtbot.waitExposed(window):
        window.show()
    view = _view(window)
    view.window_switch.choose(Window.MINUTE)
    _fed(window.context, 60, lambda half: PushStats(accepted=7 * half, rejected=half, latency=Latency()))
    tile = view.tiles.tiles["failures"]
    view.tiles.show_snapshot(Snapshot(taken_s=160.0, pushes=PushStats(accepted=840, rejected=120)))
    assert len(tile.sparkline.points) == 120
    # Until everything has its place.
    qtbot.waitUntil(lambda: window.childAt(tile.sparkline.mapTo(window, QPoint(20, 5))) is tile.sparkline)
    QTest.mouseMove(tile.sparkline, QPoint(20, 5))
    qtbot.waitUntil(lambda: tile.sparkline.pick > 0)
    QTest.mouseMove(tile.sparkline, QPoint(tile.sparkline.width() // 2, 5))
    qtbot.waitUntil(lambda: tile.sparkline.pick > 50)
    assert tile.picked.isVisible()
    assert tile.picked.text().endswith("  1 of 8")
    assert tile.picked.text() in tile.accessibleName()
    latency = view.tiles.tiles["latency"]
    latency.setFocus()
    QTest.keyClick(latency, Qt.Key.Key_Left)
    assert latency.picked.text().endswith("  no answers")
    first = latency.picked.text()
    QTest.keyClick(latency, Qt.Key.Key_Left)
    assert latency.sparkline.pick == 118
    assert latency.picked.text() <= first
    with qtbot.waitSignal(latency.clicked):
        QTest.keyClick(latency, Qt.Key.Key_Return)
    assert view.pages.currentWidget() is view.services_page
    assert not latency.picked.isVisible(), "the focus has gone on to the page"
    for trend in TRENDS:
        QTest.mouseClick(view.tiles.tiles[trend.name], Qt.MouseButton.LeftButton)
        assert view.pages.currentWidget().objectName() == trend.place.value


def test_hidden_nothing_is_painted_and_shown_everything_is_there(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    view = _view(window)
    window.show_view("keys")
    lines = [tile.sparkline for tile in view.tiles.tiles.values()]
    _fed(window.context, 30, lambda half: PushStats(accepted=half))
    assert not view._timer.isActive()
    assert all(not line.points for line in lines)
    window.show_view("live")
    assert _says(view, "pushes_value") == "2.0"
    assert _says(view, "health_text") == "Healthy. 60 of 60 delivered in 5 min, none failed."
    assert all(line.points for line in lines)
    view.pages.setCurrentWidget(view.totals_page)
    assert _says(view, "total_delivered_value") == "60"


def test_page_and_window_are_remembered(window: MainWindow) -> None:
    settings = QSettings("webpush-admin", "webpush-admin")
    view = _view(window)
    assert view.pages.currentWidget() is view.cache_page
    view.window_switch.buttons[Window.HOUR].click()
    view.show_place(LivePlace.EVENTS)
    again = LiveView(window.context)
    again.restore(settings)
    assert again.window_switch.window_shown is Window.HOUR
    assert again.window_switch.buttons[Window.HOUR].isChecked()
    assert again.pages.currentWidget() is again.events_page
    again.deleteLater()


def _latency(answers: dict[float, int]) -> Latency:
    """Count so many answers that took so many seconds."""
    counts = [0] * (len(LATENCY_BOUNDS_S) + 1)
    for seconds, count in answers.items():
        counts[bisect_left(LATENCY_BOUNDS_S, seconds)] += count
    return Latency(tuple(counts), sum(seconds * count for seconds, count in answers.items()))


def test_a_low_window_shows_every_number_and_no_line(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(900, 600)
    window.show()
    view = _view(window)
    latency = _latency({0.004: 5})
    _fed(window.context, 2, lambda half: PushStats(accepted=half, latency=latency if half else Latency()))
    tiles = view.tiles.tiles
    assert all(not tile.sparkline.isVisible() and tile.value.isVisible() for tile in tiles.values())
    for tile in tiles.values():
        _whole(tile)
    assert tiles["latency"].title.text() == "Latency p95"
    window.resize(1280, 800)
    qtbot.waitUntil(tiles["latency"].sparkline.isVisible)
    assert tiles["latency"].title.text() == "Latency p50 · p95 · p99"
    # Fast and slow answers: each has its unit, and all of it is read, and of how many answers.
    wide = _latency({0.004: 5, 0.102: 90, 0.310: 6, 2.1: 4})
    window.context.snapshot.emit(Snapshot(taken_s=103.0, pushes=PushStats(accepted=105, latency=wide)))
    qtbot.waitUntil(lambda: tiles["latency"].caption.text() == "of 105")
    assert [told.split()[1] for told in tiles["latency"].value.text().split(" · ")] == ["ms", "ms", "s"]
    _whole(tiles["latency"])
    assert not tiles["latency"].value.geometry().intersects(tiles["latency"].caption.geometry())
    tiles["latency"].sparkline.pick_point(len(tiles["latency"].sparkline.points) - 1)
    picked = tiles["latency"].picked
    figures = picked.text().partition(", ")[0]
    assert figures.endswith(tiles["latency"].value.text())
    assert picked.fontMetrics().horizontalAdvance(figures) < picked.width()
    caption = tiles["latency"].caption
    assert caption.fontMetrics().horizontalAdvance(caption.text()) <= caption.width()


def _whole(tile: TrendTile) -> None:
    """Title and number are seen as a whole."""
    for label in (tile.title, tile.value):
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width(), label.objectName()
        assert tile.rect().contains(label.geometry())


def test_without_a_database_or_a_subject_it_invites(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    view = _view(window)
    assert view.disconnected.isVisible()
    assert not view.content.isVisible()
    window.context.set_database(INFO)
    view.activate()
    assert _says(view, "health_text") == "Ready. Nothing has been counted yet."
    window.context.snapshot.emit(Snapshot(taken_s=1.0, cache=CacheStats()))
    assert view.content.isVisible()
    window.context.set_database(replace(INFO, subject=""))
    view.activate()
    qtbot.waitUntil(lambda: _says(view, "health_text") == "Nothing can be sent yet.")
    assert _says(view, "health_cause").endswith("set a subject first.")


def test_nobody_is_invalidated_who_is_not_seen(window: MainWindow) -> None:
    window.show()
    view = _view(window)
    window.context.set_database(INFO)
    view.show_place(LivePlace.TOTALS)
    invalidate = window.context.actions["invalidate_user"]
    # As where a user is selected among the subscriptions.
    window.context.actions.set_available("invalidate_user", True, "")
    view.activate()
    assert not invalidate.isEnabled()
    assert "on the page Cache" in invalidate.toolTip()


def test_the_tab_key_goes_in_reading_order(window: MainWindow) -> None:
    view, page = _view(window), _view(window).cache_page
    stops: list[QWidget] = []
    widget: QWidget | None = view.health_line.health_button
    while widget is not None and widget not in stops:
        stops.append(widget)
        widget = widget.nextInFocusChain()
    wanted = [
        view.health_line.health_button,
        *view.window_switch.buttons.values(),
        *view.tiles.tiles.values(),
        view.pages.tabBar(),
        page.list.filters.search,
        page.list.invalidate_button,
        page.list.all_button,
        page.timeline_button,
        page.list.table.horizontalHeader(),
        page.list.table,
        page.timeline.race_button,
        page.timeline.rows,
    ]
    assert [stop for stop in stops if stop in wanted] == wanted


def test_search_goes_to_a_page_that_has_one(window: MainWindow) -> None:
    window.show()
    view = _view(window)
    window.context.set_database(INFO)
    view.show_place(LivePlace.TOTALS)
    view.focus_search()
    assert view.pages.currentWidget() is view.events_page
