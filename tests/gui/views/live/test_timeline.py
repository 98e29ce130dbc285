"""The timeline of one user: what it shows of events, and the race that it provokes in the demo."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.backend.cache_records import CachedUser
from webpush_admin.backend.records import DatabaseInfo, EventsLost
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.event_ring import KEPT_EVENTS, EventRing
from webpush_admin.gui.models.timeline import Kind
from webpush_admin.gui.models.timeline_kinds import GENERATION
from webpush_admin.gui.theme import Mode
from webpush_admin.gui.views.live.cache_page import CachePage
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.views.live.timeline import AT_ONCE, Timeline
from webpush_admin.gui.views.live.timeline_delegate import MILLISECONDS_PIXELS, ROW_PIXELS, WIDE_PIXELS
from webpush_admin.push.errors import PushError
from webpush_admin.push.events import CacheHit, ReadCached, ReadStarted, StaleReadDiscarded, UserInvalidated
from webpush_admin.push.places import Place as CachePlace
from webpush_admin.push.places import PlaceState

AT = datetime(2026, 11, 22, 14, 22, 7, tzinfo=UTC)
USER, OTHER = UUID(int=7), UUID(int=8)
INFO = DatabaseInfo("push.db", "/somewhere/push.db", False, "mailto:a@b.example", "B", "0123")
RACE = [
    UserInvalidated(USER, 12, AT),
    ReadStarted(USER, 12, AT),
    UserInvalidated(USER, 14, AT),
    ReadStarted(USER, 14, AT),
    ReadCached(USER, 14, AT, 4),
    StaleReadDiscarded(USER, 14, AT, 12),
]


class Place:
    """A timeline with its ring, in a widget that is shown or hidden."""

    def __init__(self, qtbot: QtBot, context: Context) -> None:
        self.context = context
        self.host = QWidget()
        self.naming = Naming(context, self.host)
        self.ring = EventRing(self.host)
        context.events.connect(self.ring.add)
        context.database_closed.connect(self.ring.clear)
        self.timeline = Timeline(context, self.naming, self.ring, self.host)
        layout = QHBoxLayout(self.host)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.timeline)
        self.host.resize(380, 420)
        with qtbot.waitExposed(self.host):
            self.host.show()
        self._qtbot = qtbot

    @property
    def kinds(self) -> list[Kind]:
        model = self.timeline.model
        return [model.row(number).kind for number in range(model.rowCount())]

    def tell(self, *events: object) -> None:
        """Send a batch, and wait until it has been looked at."""
        self.context.events.emit(list(events))
        self._qtbot.waitUntil(lambda: self.timeline._seen == self.ring.end)


@pytest.fixture
def place(qtbot: QtBot, context: Context) -> Iterator[Place]:
    made = Place(qtbot, context)
    yield made
    made.host.hide()
    made.host.deleteLater()


def test_with_nobody_chosen_it_says_what_to_do(place: Place, context: Context) -> None:
    timeline = place.timeline
    assert "Choose a user" in timeline.nothing.text()
    assert timeline.explained.text() == GENERATION
    assert "generation moves on whenever" in timeline.generation.toolTip()
    assert timeline.nothing.isVisible()
    # A race is for the demo alone, and the button says so.
    context.set_database(INFO)
    assert not timeline.race_button.isEnabled()
    assert "demo only" in timeline.race_button.toolTip()
    place.context.events.emit([CacheHit(USER, 1, AT)])
    assert timeline.model.rowCount() == 0


def test_a_user_is_followed_from_what_is_still_known(place: Place) -> None:
    timeline = place.timeline
    place.context.events.emit([*RACE, CacheHit(OTHER, 15, AT)])
    timeline.show_user(USER)
    assert place.kinds == [
        Kind.INVALIDATED,
        Kind.READ,
        Kind.INVALIDATED,
        Kind.READ,
        Kind.KEPT,
        Kind.DISCARDED,
    ]
    place.tell(CacheHit(OTHER, 15, AT), EventsLost(3, AT), CacheHit(USER, 14, AT))
    assert place.kinds[6:] == [Kind.LOST, Kind.HIT]
    assert timeline.generation.text() == "Generation now: 14"
    timeline.show_user(OTHER)
    assert place.kinds == [Kind.HIT, Kind.LOST]
    timeline.show_user(None)
    assert place.kinds == []


def test_names_are_shown_word_for_word(place: Place) -> None:
    timeline = place.timeline
    timeline.show_user(USER)
    assert timeline.heading.text() == "user 00000000"
    assert "Nothing is known" in timeline.nothing.text()
    place.naming.learn([(USER, "<b>Zoë</b>\u202e")])
    place.naming.learnt.emit()
    assert timeline.heading.text() == "<b>Zoë</b><U+202E>"


def test_while_hidden_it_only_keeps(place: Place, qtbot: QtBot) -> None:
    timeline = place.timeline
    timeline.show_user(USER)
    place.host.hide()
    place.context.events.emit(RACE)
    timeline._timer.timeout.emit()
    # More than the ring remembers.
    place.context.events.emit([CacheHit(OTHER, 15, AT)] * KEPT_EVENTS)
    assert place.kinds == []
    with qtbot.waitExposed(place.host):
        place.host.show()
    assert place.kinds == [Kind.INVALIDATED, Kind.READ, Kind.INVALIDATED, Kind.READ, Kind.KEPT, Kind.DISCARDED]
    # What nobody has picked out of the ring in time may have been this user's.
    place.tell(*[CacheHit(OTHER, 15, AT)] * (KEPT_EVENTS + 1))
    assert place.kinds[6:] == [Kind.LEFT_OUT]


def test_what_was_left_out_is_told(place: Place) -> None:
    place.timeline.show_user(USER)
    place.tell(*[CacheHit(USER, 1, AT)] * (AT_ONCE + 9))
    assert place.kinds == [Kind.LEFT_OUT, Kind.HIT]
    assert place.timeline.model.index(0).data() == "Left out  9 events"


def test_it_follows_unless_somebody_reads(place: Place) -> None:
    timeline = place.timeline
    timeline.show_user(USER)
    place.tell(*(UserInvalidated(USER, number, AT) for number in range(60)))
    bar = timeline.rows.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(3)
    place.tell(*(UserInvalidated(USER, 60 + number, AT) for number in range(5)))
    assert bar.value() == 3
    bar.setValue(bar.maximum())
    place.tell(UserInvalidated(USER, 99, AT))
    assert bar.value() == bar.maximum()


def test_a_row_is_explained_below_by_the_keyboard_too(place: Place) -> None:
    timeline = place.timeline
    place.context.events.emit(RACE)
    timeline.show_user(USER)
    timeline.rows.clearFocus()
    timeline.rows.setFocus(Qt.FocusReason.TabFocusReason)
    assert timeline.explained.text().startswith("Discarded. It began in generation 12, the user is in 14 now")
    QTest.keyClick(timeline.rows, Qt.Key.Key_Up)
    assert timeline.explained.text().startswith("Read kept. It ended in generation 14")
    timeline.show_user(None)
    assert timeline.explained.text() == GENERATION


def _rows_with(image: QImage, colour: str, right: int) -> set[int]:
    """Return the rows in whose gutter a colour is."""
    wanted = QColor(colour).rgb()
    return {
        y // ROW_PIXELS for y in range(image.height()) for x in range(right) if image.pixelColor(x, y).rgb() == wanted
    }


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_a_read_is_seen_to_be_overtaken(place: Place, mode: Mode) -> None:
    timeline, theme = place.timeline, place.context.theme
    theme.set_mode(mode)
    place.context.events.emit([*RACE, CacheHit(USER, 14, AT)])
    timeline.show_user(USER)
    gutter = timeline.rows._gutter.width
    image = timeline.rows.viewport().grab().toImage()
    # From the row in which the generation moves on to the one in which it is discarded, and nowhere else.
    assert _rows_with(image, theme.tokens.warn, gutter) == {2, 3, 4, 5}
    assert _rows_with(image, theme.tokens.ok, gutter) == {4}
    for width in (MILLISECONDS_PIXELS + 20, WIDE_PIXELS + 20):
        place.host.resize(width, 420)
        assert not timeline.rows.grab().toImage().isNull()


def test_closing_the_database_empties_it(place: Place, context: Context) -> None:
    context.set_database(INFO)
    context.events.emit(RACE)
    place.timeline.show_user(USER)
    assert place.kinds
    context.set_database(None)
    assert place.kinds == []
    assert place.timeline.user_id is None
    # The same user may be asked for again in the next one.
    place.timeline.show_user(USER)
    assert place.timeline.user_id == USER


def test_whom_a_race_has_picked_is_not_who_is_selected(place: Place) -> None:
    page = CachePage(place.context, place.naming, place.ring, place.host)
    timeline, chosen = page.timeline, page.list.table.chosen
    selected = CachedUser("Ada", CachePlace(USER, 1, PlaceState.FRESH))
    chosen.choose([selected])
    assert timeline.user_id == USER
    timeline.race_button.begun.emit(OTHER)
    assert timeline.user_id == OTHER
    assert not chosen.users
    # Who was selected before can be selected again.
    chosen.choose([selected])
    assert timeline.user_id == USER
    page.list.rest()


def test_a_race_is_shown_and_told(place: Place, context: Context, qtbot: QtBot) -> None:
    timeline = place.timeline
    context.bridge.start()
    with qtbot.waitSignal(context.database_opened, timeout=20_000):
        context.ask(lambda backend: backend.open_demo(), context.set_database)
    assert timeline.race_button.isEnabled()
    with qtbot.waitSignal(timeline.user_shown) as shown, qtbot.waitSignal(timeline.race_button.ended) as ended:
        timeline.race_button.click()
        assert timeline.race_button.text() == "End the race"
    (user_id,) = shown.args
    assert timeline.user_id == user_id
    role, told = ended.args
    assert role == "ok"
    assert (timeline.explained.text(), timeline.race_button.text()) == (told, "Show a race")
    qtbot.waitUntil(lambda: place.kinds[-1:] == [Kind.INVALIDATED])
    rows = [timeline.model.row(number) for number in range(timeline.model.rowCount())]
    (discarded,) = (row for row in rows if row.kind is Kind.DISCARDED)
    read_generation = discarded.event.read_generation
    (kept,) = (row for row in rows if row.kind is Kind.KEPT)
    before, after = kept.event.rows - 1, kept.event.rows
    assert told == (
        f"The older read (generation {read_generation}) was discarded: "
        f"it would have brought back {before} rows where there are {after}."
    )
    assert place.kinds == [
        Kind.INVALIDATED,
        Kind.READ,
        Kind.INVALIDATED,
        Kind.READ,
        Kind.KEPT,
        Kind.DISPATCH,
        Kind.DISCARDED,
        Kind.DISPATCH,
        Kind.HIT,
        Kind.DISPATCH,
        Kind.INVALIDATED,
    ]
    qtbot.waitUntil(lambda: timeline.heading.text() == place.naming.known(user_id) != "")
    # The page beside it, which has nobody chosen, changes nothing by saying so again.
    timeline.show_user(None)
    assert timeline.user_id == user_id
    # With whom it cannot be shown, it is shown with somebody else, and that is told.
    timeline.show_user(USER)
    with qtbot.waitSignal(timeline.race_button.ended), qtbot.waitSignal(context.notice) as notice:
        timeline.race_button.click()
    assert "the race is another's" in notice.args[1]
    assert timeline.user_id == user_id
    # Ended in the midst, by the same button.
    with qtbot.waitSignal(timeline.race_button.ended) as ended:
        timeline.race_button.click()
        timeline.race_button.click()
    assert ended.args[0] == "muted"
    assert not timeline.race_button.running
    # What cannot be done is told.
    timeline.race_button._on_failed(str(PushError("Nobody here.")))
    assert timeline.explained.text() == "Nobody here."
    context.set_database(None)
    assert not timeline.race_button.isEnabled()
