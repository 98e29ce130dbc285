"""The ring of events, and the rows of the log: filter, bound and hold are those of a plain list.

Runs on: GUI thread
"""

from collections.abc import Sequence
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from tests.event_samples import AT, SAMPLES, USER
from webpush_admin.backend.records import DatabaseInfo, EventsLost
from webpush_admin.gui.models.event_filter import EVERYTHING, EventFilter
from webpush_admin.gui.models.event_kinds import EventGroup
from webpush_admin.gui.models.event_ring import EventRing, EventsPassed, LoggedEvent
from webpush_admin.gui.models.event_rows import EventRows
from webpush_admin.push import events

OTHER = UUID(int=7)
NO_TIME = 0.0
AMPLE = 60.0


def _rows(kept: int = 1000) -> tuple[EventRing, EventRows]:
    ring = EventRing(kept=kept)
    rows = EventRows(ring, lambda user_id: "Ada Lovelace" if user_id == USER else "")
    rows.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]  # kept alive with its model
        rows, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    rows.ring = ring  # type: ignore[attr-defined]  # likewise
    return ring, rows


def _show(rows: EventRows) -> list[LoggedEvent]:
    while not rows.sift(AMPLE):
        pass
    rows.show_sifted()
    return list(rows.rows)


def _add(ring: EventRing, batch: Sequence[LoggedEvent]) -> None:
    ring.add([event for event in batch if not isinstance(event, EventsPassed)])


def _hits(first: int, count: int, user: UUID = USER) -> list[LoggedEvent]:
    return [events.CacheHit(user, generation, AT) for generation in range(first, first + count)]


def test_the_ring_keeps_the_newest_and_their_numbers(qapp: QApplication) -> None:
    ring = EventRing(kept=5)
    _add(ring, _hits(0, 3))
    _add(ring, _hits(3, 4))
    assert (ring.first, ring.end, len(ring)) == (2, 7, 5)
    assert [event.generation for event in ring.read(5)] == [5, 6]  # type: ignore[union-attr]  # hits
    assert len(ring.read(0)) == 5


def test_what_is_known_of_a_user_is_theirs_and_what_concerns_everybody(qapp: QApplication) -> None:
    ring = EventRing()
    ring.add(SAMPLES)
    ring.add([events.CacheHit(OTHER, 1, AT)])
    names = {type(event).__name__ for event in ring.of_user(USER)}
    assert {"CacheHit", "PushFinished", "SubscriptionsPruned", "CacheCleared", "EventsLost", "DatabaseChanged"} < names
    assert not {"OriginRests", "KeysLoaded", "HistoryChanged", "InfoChanged"} & names
    assert [type(event).__name__ for event in ring.of_user(OTHER)] == ["CacheCleared", "EventsLost", "CacheHit"]


def test_another_database_begins_another_ring(qapp: QApplication) -> None:
    ring = EventRing()
    one = DatabaseInfo("a", "/a.db", False, "", "B", "0")
    ring.add(SAMPLES)
    ring.begin(one)
    assert len(ring) == len(SAMPLES), "what came with the opening belongs to it"
    ring.begin(DatabaseInfo("a", "/a.db", False, "mailto:a@b.example", "B", "0"))
    assert len(ring) == len(SAMPLES)
    ring.begin(DatabaseInfo("b", "/b.db", False, "", "B", "0"))
    assert len(ring) == 0


def _told(event: LoggedEvent) -> str:
    return type(event).__name__


def test_each_filter_lets_through_what_it_says_and_every_gap(qapp: QApplication) -> None:
    def left(chosen: EventFilter) -> set[str]:
        return {_told(event) for event in chosen.sieve(lambda _: "Ada")(SAMPLES)} - {"EventsLost"}

    assert left(EventFilter(groups=frozenset({EventGroup.READS}))) == {
        "ReadStarted",
        "ReadJoined",
        "ReadCached",
        "ReadFailed",
    }
    assert left(EventFilter(failures=True)) == {"PushFinished", "ReadFailed"}
    failed = EventFilter(failures=True, groups=frozenset({EventGroup.PUSHES})).sieve(str)(SAMPLES)
    assert [event.delivery.failed for event in failed if isinstance(event, events.PushFinished)] == [True, True]
    assert any(isinstance(event, EventsLost) for event in failed)
    assert left(EventFilter(search="ada 429 PATIENCE")) == {"PushFinished"}
    assert left(EventFilter(search="14:22:07 stale")) == {"StaleReadDiscarded"}
    assert left(EventFilter(search="4:22: stale")) == {"StaleReadDiscarded"}
    assert left(EventFilter(search="12345678-0000")) == {_told(event) for event in SAMPLES if _names(event)}
    assert left(EventFilter(search="nowhere")) == set()
    everything = {group for group in EventGroup if group is not EventGroup.GAPS}
    assert left(EventFilter(groups=frozenset(everything))) == left(EVERYTHING)


def _names(event: LoggedEvent) -> bool:
    from webpush_admin.gui.models.event_lines import user_of

    return user_of(event) == USER


def test_what_does_not_fit_into_a_slice_is_looked_at_in_the_next(qapp: QApplication) -> None:
    ring, rows = _rows()
    _add(ring, _hits(0, 600))
    rows.set_filter(EventFilter(search="ada"))
    slices, shares = 1, []
    while not rows.sift(NO_TIME):
        slices += 1
        shares.append(rows.sifted_share)
    assert slices > 3
    assert shares == sorted(shares)
    assert 0 < shares[0] < 1 == rows.sifted_share
    rows.show_sifted()
    assert list(rows.rows) == _hits(0, 600)
    _add(ring, _hits(600, 600))
    assert not rows.sift(NO_TIME)
    assert rows.caught_up, "what comes from then on is followed at leisure"
    rows.set_filter(EventFilter(search="14:22"))
    assert not rows.caught_up, "somebody waits for another search"


def test_what_left_the_ring_before_it_was_looked_at_is_told(qapp: QApplication) -> None:
    ring, rows = _rows(kept=10)
    rows.set_filter(EventFilter(user_id=USER))
    _add(ring, _hits(0, 4))
    assert _show(rows) == _hits(0, 4)
    _add(ring, _hits(4, 25))
    seen = _show(rows)
    assert [event.count for event in seen if isinstance(event, EventsPassed)] == []
    assert seen == _hits(19, 10), "ten rows at most: the gap has left with what is older"
    rows.set_filter(EventFilter(user_id=OTHER))
    _show(rows)
    _add(ring, _hits(30, 25))
    _add(ring, _hits(0, 1, OTHER))
    gap, hit = _show(rows)
    assert isinstance(gap, EventsPassed)
    assert gap.count == 16
    assert hit == _hits(0, 1, OTHER)[0]


def test_held_rows_can_be_searched_although_the_ring_has_moved_on(qapp: QApplication) -> None:
    ring, rows = _rows(kept=20)
    ring.add(SAMPLES[:15])
    _show(rows)
    rows.hold()
    for first in range(0, 100, 20):
        _add(ring, _hits(first, 20))
        assert _show(rows) == list(SAMPLES[:15])
    assert rows.waiting == 100
    assert rows.logged == list(SAMPLES[:15])
    rows.set_filter(EventFilter(search="stale"))
    assert [_told(event) for event in _show(rows)] == ["StaleReadDiscarded"]
    rows.set_filter(EVERYTHING)
    rows.release()
    assert _show(rows) == _hits(80, 20)
    assert rows.waiting == 0


def test_cleared_rows_begin_anew(qapp: QApplication) -> None:
    ring, rows = _rows()
    ring.add(SAMPLES)
    _show(rows)
    rows.clear()
    assert (rows.rowCount(), rows.logged_count, rows.since_begin) == (0, 0, 0)
    _add(ring, _hits(0, 2))
    assert _show(rows) == _hits(0, 2)


def test_cells_stay_those_of_their_rows_when_the_oldest_leave(qapp: QApplication) -> None:
    ring, rows = _rows(kept=5)
    _add(ring, _hits(0, 5))
    _show(rows)
    assert rows.index(4, 3).data() == "generation 4"
    _add(ring, _hits(5, 3))
    _show(rows)
    assert [rows.index(row, 3).data() for row in range(5)] == [f"generation {number}" for number in range(3, 8)]


KEPT = 12
FILTERS = (
    EVERYTHING,
    EventFilter(user_id=USER),
    EventFilter(groups=frozenset({EventGroup.HITS})),
    EventFilter(search="ada"),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(st.booleans(), max_size=9)),
        st.tuples(st.just("show"), st.none()),
        st.tuples(st.just("hold"), st.none()),
        st.tuples(st.just("release"), st.none()),
        st.tuples(st.just("clear"), st.none()),
        st.tuples(st.just("filter"), st.sampled_from(FILTERS)),
    ),
    max_size=30,
)


def _matching(chosen: EventFilter, some: Sequence[LoggedEvent]) -> list[LoggedEvent]:
    return chosen.sieve(lambda user_id: "Ada" if user_id == USER else "")(some)


@given(STEPS)
def test_filter_ring_and_hold_are_those_of_a_plain_list(steps: list[tuple[str, object]]) -> None:
    ring, rows = _rows(kept=KEPT)
    chosen = EVERYTHING
    log: list[LoggedEvent] = []  # what is kept now, or was when it was held
    shown: list[LoggedEvent] = []
    late: list[LoggedEvent] = []  # what matched since
    unseen: list[LoggedEvent] = []  # what came since
    held = False
    number = 0
    for step, value in steps:
        if step == "add":
            assert isinstance(value, list)
            new: list[LoggedEvent] = []
            for hit in value:
                number += 1
                user = USER if hit else OTHER
                made = events.CacheHit(user, number, AT) if hit else events.DispatchFinished(user, AT)
                new.append(made)
            _add(ring, new)
            _show(rows)  # looked at in time: nothing leaves the ring unseen
            if not held:
                log = (log + new)[-KEPT:]
                shown = (shown + _matching(chosen, new))[-KEPT:]
            else:
                late += _matching(chosen, new)
                unseen += new
        elif step == "hold" and not held:
            held, late, unseen = True, [], []
            rows.hold()
        elif step == "release" and held:
            held = False
            rows.release()
            log = (log + unseen)[-KEPT:]
            shown = (shown + late)[-KEPT:]
        elif step == "clear":
            rows.clear()
            log, shown, late, unseen = [], [], [], []
        elif step == "filter":
            assert isinstance(value, EventFilter)
            chosen = value
            rows.set_filter(value)
            shown = _matching(chosen, log)
            late = _matching(chosen, unseen[-KEPT:]) if held else []
        real = [event for event in _show(rows) if not isinstance(event, EventsPassed)]
        assert real == shown
        assert rows.held == held
