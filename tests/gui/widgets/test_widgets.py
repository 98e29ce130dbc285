"""The widgets by themselves."""

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.backend.records import DatabaseInfo, SendProgress, Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.empty import EmptyState
from webpush_admin.gui.widgets.figures import compact, duration, grouped, percent, rate
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.gui.widgets.search import SearchField
from webpush_admin.gui.widgets.status import StatusLine
from webpush_admin.gui.widgets.strip import WorkStrip
from webpush_admin.gui.widgets.table import Table
from webpush_admin.gui.widgets.tiles import Tiles
from webpush_admin.gui.widgets.toast import Toast
from webpush_admin.push.stats import CacheStats, PushStats

INFO = DatabaseInfo("demo", "somewhere", True, "mailto:a@b.example", "B", "0123")


def test_a_label_shows_hostile_text_word_for_word(qtbot: QtBot) -> None:
    label = PlainLabel("<img src='file:///x'>\u202e", elide=Qt.TextElideMode.ElideRight)
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == "<img src='file:///x'><U+202E>"
    assert "<img" not in label.toolTip()


def test_a_search_waits_for_a_pause_and_never_says_the_same_twice(qtbot: QtBot) -> None:
    field = SearchField("Find")
    qtbot.addWidget(field)
    told: list[str] = []
    field.changed.connect(told.append)
    with qtbot.waitSignal(field.changed):
        QTest.keyClicks(field, " ada ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert told == ["ada"]
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert told == ["ada", ""]
    assert field.text() == ""


def test_a_button_follows_its_action(qtbot: QtBot) -> None:
    action = QAction("Send &test…", enabled=False)
    action.setIconText("Send test")
    button = ActionButton(action)
    qtbot.addWidget(button)
    assert button.text() == "Send test"
    assert not button.isEnabled()
    action.setEnabled(True)
    button.set_text("Send test to 3")
    assert button.accessibleName() == "Send test to 3"
    with qtbot.waitSignal(action.triggered):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_button_outlives_its_action(qtbot: QtBot) -> None:
    action = QAction("Send")
    button = ActionButton(action, kind="accent")
    qtbot.addWidget(button)
    shiboken6.delete(action)
    # The window's colours change: an exception in an override would be raised here, or end the process.
    button.setPalette(QPalette(QColor("red")))
    assert button.palette().color(QPalette.ColorRole.Button) == QColor("red")


def test_an_empty_state_shows_its_whole_text(qtbot: QtBot) -> None:
    empty = EmptyState("bell", "Nothing", "A sentence that is long enough to need more than one line of text. " * 2)
    qtbot.addWidget(empty)
    empty.resize(700, 500)
    with qtbot.waitExposed(empty):
        empty.show()
    assert empty.text.height() >= empty.text.heightForWidth(empty.text.width())


def _snapshot(taken_s: float, accepted: int, generation: int = 0, pruned: int = 0) -> Snapshot:
    cache = CacheStats(hits=3, misses=1, generation=generation)
    return Snapshot(taken_s=taken_s, cache=cache, pushes=PushStats(accepted=accepted, pruned=pruned))


def test_tiles_show_totals_rates_and_what_moved(qtbot: QtBot, context: Context) -> None:
    tiles = Tiles(context.theme, context.trends)
    qtbot.addWidget(tiles)
    with qtbot.waitExposed(tiles):
        tiles.show()
    context.snapshot.connect(tiles.show_snapshot)
    context.set_database(INFO)
    context.snapshot.emit(Snapshot(taken_s=10.0))
    context.snapshot.emit(_snapshot(11.0, 1000, generation=1284, pruned=3))
    assert tiles.hit_rate_tile.value_text == "75.0 %"
    assert tiles.pushes_tile.value_text == "1,000"
    assert tiles.generations_tile.value_text == "1,284"
    assert tiles.generations_tile.caption.text() == "+1,284 in 1 min"
    assert tiles.pruned_tile.value_text == "3"
    assert list(tiles.pushes_tile.sparkline.points) == [(1.0, 1000.0)]
    # A new database counts from the start.
    context.snapshot.emit(_snapshot(12.0, 5))
    assert tiles.pushes_tile.caption.text() == "5 in all"
    assert not tiles.pushes_tile.sparkline.points
    tiles.clear()
    assert tiles.pruned_tile.value_text == "–"


def test_a_click_on_a_tile_asks_why(qtbot: QtBot, context: Context) -> None:
    tiles = Tiles(context.theme, context.trends)
    qtbot.addWidget(tiles)
    with qtbot.waitSignal(tiles.clicked):
        QTest.mouseClick(tiles.pruned_tile, Qt.MouseButton.LeftButton)


def test_the_strip_shows_the_running_send_and_hides(qtbot: QtBot) -> None:
    strip = WorkStrip(QAction("Stop"), QAction("Pause"))
    qtbot.addWidget(strip)
    strip.show_snapshot(Snapshot(taken_s=0.0, sending=SendProgress(40, 0)))
    strip.show_snapshot(Snapshot(taken_s=2.0, pushes=PushStats(accepted=100), sending=SendProgress(40, 20)))
    assert strip.isVisible()
    assert strip.sending.what.text() == "Sending: 20 of 40"
    assert strip.sending.rate.text() == "50 pushes/s"
    assert strip.sending.remaining.text() == "2 s left"
    assert (strip.sending.progress.value(), strip.sending.progress.maximum()) == (20, 40)
    strip.show_snapshot(Snapshot(taken_s=3.0))
    assert strip.isVisible(), "it stays for a send that follows at once"
    strip.show_snapshot(Snapshot(taken_s=3.1, sending=SendProgress(40, 0)))
    assert strip.sending.remaining.text() == "", "another send has its own rate"
    strip.show_snapshot(Snapshot(taken_s=4.0))
    strip.sending._lingering.setInterval(1)
    qtbot.waitUntil(strip.isHidden, timeout=10_000)


@pytest.mark.parametrize(("problem", "tone"), [("", "ok"), ("The keys are unreadable.", "bad")])
def test_the_status_line_names_the_database(qtbot: QtBot, problem: str, tone: str) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_database(DatabaseInfo("push.db", "/srv/push.db", False, "", "B" * 87, "0123 4567", problem))
    assert line.connection.text() == "Connected"
    assert line.location.text() == "/srv/push.db"
    assert line.fingerprint.text() == "Key 0123 4567"
    assert line.dot.property("tone") == tone
    line.show_snapshot(Snapshot(pushes=PushStats(in_flight=12), sending=SendProgress(2, 1)), lost=3)
    assert line.worker.text() == "Sending, 12 in flight"
    assert line.lost.text() == "3 events left out"
    assert line.clock.text().endswith(" UTC")
    line.show_database(None)
    assert line.connection.text() == "No database"
    assert line.dot.property("tone") == "muted"


def _offered(toast: Toast) -> object:
    return toast.offer_button


def test_a_toast_tells_hostile_text_plainly_and_stays_inside(qtbot: QtBot, theme: Theme) -> None:
    over = QWidget()
    qtbot.addWidget(over)
    over.resize(600, 400)
    over.show()
    toast = Toast(theme, over)
    toast.show_notice("bad", "<b>It</b> failed. " * 12)
    assert toast.isVisible()
    assert toast.text.text().startswith("<b>It</b> failed.")
    assert over.rect().contains(toast.geometry())
    assert toast.text.height() >= toast.text.heightForWidth(toast.text.width())
    over.resize(900, 500)
    qtbot.waitUntil(lambda: over.rect().contains(toast.geometry()) and toast.geometry().right() > 800)
    assert toast.geometry().bottom() < 500 - 60, "the main button of a view can be pressed"
    QTest.mouseClick(toast.close_button, Qt.MouseButton.LeftButton)
    assert toast.isHidden()


def test_what_a_toast_offers_goes_with_it_or_when_it_cannot_be_done(qtbot: QtBot, theme: Theme) -> None:
    over = QWidget()
    qtbot.addWidget(over)
    over.resize(600, 400)
    over.show()
    toast = Toast(theme, over)
    action = QAction("U&ndo it", over)
    done: list[bool] = []
    action.triggered.connect(lambda *_: done.append(True))
    toast.show_notice("good", "Deleted 12 subscriptions.")
    toast.offer(action)
    assert toast.offer_button is not None
    assert toast.offer_button.isVisible()
    assert toast.offer_button.accessibleName() == "Undo it"
    assert toast.rect().contains(toast.offer_button.geometry())
    QTest.mouseClick(toast.offer_button, Qt.MouseButton.LeftButton)
    assert len(done) == 1
    assert toast.isHidden(), "it is done"
    toast.show_notice("good", "Something else.")
    assert _offered(toast) is None, "what was offered belongs to another notice"
    toast.offer(action)
    action.setEnabled(False)
    assert _offered(toast) is None
    assert toast.isVisible(), "the sentence is still true"


def test_figures_as_the_window_writes_them() -> None:
    assert [grouped(1284), compact(9999), compact(12_812_345), compact(10_412)] == [
        "1,284",
        "9,999",
        "12.8 M",
        "10.4 k",
    ]
    assert [rate(0), rate(3.21), rate(410.4), rate(10_412.3)] == ["0", "3.2", "410", "10,412"]
    assert [percent(1.0), percent(0.99999), percent(0.974), percent(0.0)] == ["100 %", "99.9 %", "97.4 %", "0.0 %"]
    assert [duration(8.2), duration(125), duration(3780)] == ["8 s", "2 min 5 s", "1 h 3 min"]


def test_a_quiet_column_is_quiet_unless_its_row_is_selected(qtbot: QtBot, theme: Theme) -> None:
    columns: tuple[Column[str], ...] = (
        Column("loud", "Loud", 100, text=str, tip=str),
        Column("quiet", "Quiet", 100, text=str, tip=str, muted=True),
    )
    model = RowsModel(columns)
    table = Table(theme, model, columns, name="table", accessible_name="Table")
    qtbot.addWidget(table)
    table.resize(240, 120)
    model.replace(["█████", "█████"])
    with qtbot.waitExposed(table):
        table.show()

    def colours(row: int, column: int) -> set[str]:
        room = table.visualRect(model.index(row, column))
        image = table.viewport().grab(room).toImage()
        return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}

    assert theme.tokens.text in colours(1, 0)
    assert theme.tokens.muted in colours(1, 1)
    assert theme.tokens.text not in colours(1, 1)


def test_an_empty_place_breaks_its_text_where_it_is_narrow(qtbot: QtBot) -> None:
    place = EmptyState("bell", "Nothing here", "A sentence that is a good deal longer than the place is wide. " * 2)
    qtbot.addWidget(place)
    place.resize(300, 400)
    with qtbot.waitExposed(place):
        place.show()
    assert place.text.geometry().right() < place.width()
    assert place.text.height() >= place.text.heightForWidth(place.text.width())
