"""Events of one user become rows, and reads become bars."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from webpush_admin.backend.records import DatabaseChanged, EventsLost, InfoChanged
from webpush_admin.gui.models.timeline import End, Kind, LeftOut, Row, Story
from webpush_admin.gui.models.timeline_kinds import KINDS
from webpush_admin.gui.models.timeline_model import ROW_ROLE, ROWS, TimelineModel
from webpush_admin.gui.models.timeline_words import brief, in_full, role, spoken, tip, word
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.events import (
    CacheCleared,
    CacheHit,
    DispatchFinished,
    DispatchStarted,
    EntryEvicted,
    EntryPruned,
    KeysLoaded,
    PushFinished,
    ReadCached,
    ReadFailed,
    ReadJoined,
    ReadStarted,
    StaleReadDiscarded,
    SubscriptionsPruned,
    UserInvalidated,
)
from webpush_admin.push.subscription import Subscription

USER = UUID(int=7)
START = datetime(2026, 11, 22, 14, 22, 7, tzinfo=UTC)
HOSTILE = "<b>no</b>\u202e\n" + "x" * 500
ENDPOINT = Subscription("https://push.example/SECRETSECRETwxyz", "p", "a", id=3, user_id=USER)

_seconds = count()


def at() -> datetime:
    """Return a later moment than before."""
    return START + timedelta(seconds=next(_seconds) % 60)


def began(generation: int) -> ReadStarted:
    return ReadStarted(USER, generation, at())


def kept(generation: int, rows: int = 4) -> ReadCached:
    return ReadCached(USER, generation, at(), rows)


def stale(began_in: int, now: int) -> StaleReadDiscarded:
    return StaleReadDiscarded(USER, now, at(), began_in)


def invalidated(generation: int) -> UserInvalidated:
    return UserInvalidated(USER, generation, at())


def hit(generation: int) -> CacheHit:
    return CacheHit(USER, generation, at())


def pushed(outcome: Outcome = Outcome.ACCEPTED, *, test: bool = False, reason: str = "") -> PushFinished:
    return PushFinished(Delivery(ENDPOINT, outcome, reason=reason), test, at())


def dispatched(targets: int) -> DispatchStarted:
    return DispatchStarted(USER, targets, at())


def finished() -> DispatchFinished:
    return DispatchFinished(USER, at())


def kinds(rows: Sequence[Row]) -> list[Kind]:
    return [row.kind for row in rows]


ONE_OF_EACH = {
    Kind.READ: (began(1_234), "Read began  in generation 1,234", "database is asked"),
    Kind.JOINED: (ReadJoined(USER, 3, at()), "Joined  waits for the read", "one read serves them all"),
    Kind.KEPT: (kept(3, 1), "Read kept  1 row", "generation 3, in which it began: memory serves 1 row"),
    Kind.DISCARDED: (stale(12, 14), "Discarded  began in 12, now 14", "it would bring back rows of before"),
    Kind.FAILED: (ReadFailed(USER, 3, at(), HOSTILE, 3), "Read failed  <b>no</b><U+202E>", "Nothing is kept: <b>no"),
    Kind.HIT: (hit(3), "Hit  from memory", "without a read"),
    Kind.INVALIDATED: (invalidated(4), "Invalidated  generation 4", "is not kept"),
    Kind.PRUNED: (EntryPruned(USER, 4, at(), 2), "Shortened  2 rows out of memory", "Generation 4 begins"),
    Kind.EVICTED: (EntryEvicted(USER, 4, at()), "Evicted  the cache was full", "longest time"),
    Kind.CLEARED: (CacheCleared(9, HOSTILE, at()), "Cleared  <b>no</b><U+202E>", "Generation 9 begins for everybody"),
    Kind.DISPATCH: (dispatched(2), "Dispatch  2 pushes", "2 pushes to send"),
    Kind.PUSHES: (pushed(Outcome.REJECTED, reason=HOSTILE), "Answered  1 rejected", "1 push: 1 rejected. <b>no</b>"),
    Kind.FINISHED: (finished(), "Finished", "has its answer"),
    Kind.DELETED: (SubscriptionsPruned(USER, (ENDPOINT,) * 4, at()), "Pruned  4 rows", "push.example/…wxyz and 1 more"),
    Kind.CHANGED: (DatabaseChanged(ChangeKind.USERS, frozenset({USER})), "Written  to the database", "moved on"),
    Kind.LOST: (EventsLost(1_500, at()), "Lost  1,500 events", "Counters miss nothing"),
    Kind.LEFT_OUT: (LeftOut(None), "Left out  some events", "more happened at once"),
}


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.name)
def test_each_kind_says_what_it_is(kind: Kind) -> None:
    event, line, part = ONE_OF_EACH[kind]
    (row,) = Story().tell([event])
    assert row.kind is kind
    assert f"{word(row)}  {brief(row)}".rstrip().startswith(line)
    assert part in in_full(row)
    assert role(row) in ("", "ok", "warn", "bad", "accent", "muted")
    assert tip(row).startswith(f"{in_full(row)}\n{KINDS[kind].meaning}")
    assert spoken(row).endswith(in_full(row))
    for told in (brief(row), in_full(row)):
        assert "\u202e" not in told
        assert "SECRET" not in told
        assert len(told) < 400
    # One sentence explains the kind.
    assert KINDS[kind].meaning.endswith(".")


def test_what_does_not_concern_a_user_is_passed_over() -> None:
    assert Story().tell([KeysLoaded("B", at()), InfoChanged(), hit(1)])[0].kind is Kind.HIT


def test_a_read_that_is_overtaken_is_followed_to_its_end() -> None:
    story = Story()
    events = [invalidated(12), began(12), invalidated(14), began(14), kept(14), hit(14), stale(12, 14)]
    rows = story.tell(events)
    assert [row.generation for row in rows] == [12, 12, 14, 14, 14, 14, 14]
    assert [row.before for row in rows] == [None, None, 12, None, None, None, None]
    assert rows[1].stretch != rows[2].stretch
    older, newer = rows[1].begins, rows[3].begins
    assert older is not None
    assert newer is not None
    # Side by side.
    assert (older.lane, newer.lane) == (0, 1)
    assert [row.reads for row in rows] == [
        (),
        (older,),
        (older,),
        (older, newer),
        (older, newer),
        (older,),
        (older,),
    ]
    assert (rows[4].ends, newer.end) == ((newer,), End.KEPT)
    assert (rows[6].ends, older.end) == ((older,), End.DISCARDED)
    assert story.generation == 14
    # The lane is free again.
    (after,) = story.tell([began(15)])
    assert after.begins is not None
    assert after.begins.lane == 0
    assert after.reads == (after.begins,)


def test_the_read_that_failed_is_the_one_that_ends() -> None:
    rows = Story().tell([began(1), invalidated(2), began(2), ReadFailed(USER, 2, at(), "locked", 1)])
    older, newer = rows[0].begins, rows[2].begins
    assert older is not None
    assert newer is not None
    assert (older.end, newer.end) == (End.FAILED, End.OPEN)
    assert rows[3].ends == (older,)


@pytest.mark.parametrize("gap", [EventsLost(3, START), LeftOut(3)])
def test_across_a_loss_no_read_is_drawn_on(gap: object) -> None:
    story = Story()
    rows = story.tell([began(1), gap, kept(1), stale(1, 2)])
    read = rows[0].begins
    assert read is not None
    assert read.end is End.UNSEEN
    assert rows[1].ends == (read,)
    # Their ends are told all the same, without a bar.
    assert kinds(rows) == [Kind.READ, rows[1].kind, Kind.KEPT, Kind.DISCARDED]
    assert [row.ends for row in rows[2:]] == [(), ()]


def test_what_began_before_the_story_ends_in_it() -> None:
    rows = Story().tell([stale(3, 5), finished(), pushed(), kept(5)])
    assert kinds(rows) == [Kind.DISCARDED, Kind.FINISHED, Kind.PUSHES, Kind.KEPT]
    assert all(not row.ends for row in rows)


def test_everybody_s_generation_is_the_user_s_too() -> None:
    rows = Story().tell([began(3), CacheCleared(20, "New keys.", at()), stale(3, 20)])
    assert [row.generation for row in rows] == [3, 20, 20]
    assert rows[1].before == 3


def test_hits_and_joins_in_a_row_are_one_row_each() -> None:
    joined = ReadJoined(USER, 1, at())
    rows = Story().tell([began(1), joined, joined, joined, kept(1), hit(1), hit(1), hit(2)])
    assert kinds(rows) == [Kind.READ, Kind.JOINED, Kind.KEPT, Kind.HIT, Kind.HIT]
    assert [brief(row) for row in rows] == [
        "in generation 1",
        "3 × waits for the read",
        "4 rows",
        "2 × from memory",
        "from memory",
    ]
    assert "3 callers more" in in_full(rows[1])
    assert "2 times" in in_full(rows[3])


def test_a_dispatch_is_one_row_that_grows() -> None:
    story = Story()
    (row,) = story.tell([dispatched(3)])
    assert (brief(row), role(row)) == ("3 pushes", "")
    assert not story.tell([pushed(), pushed(Outcome.GONE)])
    assert (brief(row), role(row)) == ("2 of 3: 1 accepted, 1 gone", "warn")
    assert "1 push without an answer yet" in in_full(row)
    last = pushed(Outcome.REJECTED)
    assert not story.tell([last])
    assert (brief(row), role(row)) == ("1 accepted, 1 gone, 1 rejected", "bad")
    # A prune comes between the answers and the end.
    pruned = SubscriptionsPruned(USER, (ENDPOINT,), at())
    assert row.at == last.at
    assert kinds(story.tell([EntryPruned(USER, 2, at(), 1), pruned, finished()])) == [
        Kind.PRUNED,
        Kind.DELETED,
        Kind.FINISHED,
    ]


def test_the_end_of_a_dispatch_needs_no_row_where_nothing_came_between() -> None:
    rows = Story().tell([dispatched(1), pushed(), finished(), dispatched(0), finished()])
    assert kinds(rows) == [Kind.DISPATCH, Kind.DISPATCH]
    assert [row.finished for row in rows] == [True, True]
    assert brief(rows[1]) == "to nobody"


def test_of_two_dispatches_at_once_nobody_knows_whose_push_it_was() -> None:
    events = [dispatched(1), dispatched(2), pushed(), pushed(), finished(), pushed(), finished()]
    rows = Story().tell(events)
    assert kinds(rows) == [Kind.DISPATCH, Kind.DISPATCH, Kind.PUSHES, Kind.FINISHED, Kind.PUSHES, Kind.FINISHED]
    assert [brief(row) for row in rows] == ["1 push", "2 pushes", "2 accepted", "", "1 accepted", ""]


def test_a_test_past_the_cache_is_no_push_of_a_dispatch() -> None:
    rows = Story().tell([dispatched(2), pushed(test=True), pushed()])
    assert [brief(row) for row in rows] == ["2 pushes", "test: 1 accepted", "1 accepted"]
    assert "past the cache" in in_full(rows[1])


def test_a_commit_explains_the_invalidation_that_it_caused() -> None:
    written = DatabaseChanged(ChangeKind.SUBSCRIPTIONS, frozenset({USER}))
    rows = Story().tell([invalidated(2), written, invalidated(3)])
    assert kinds(rows) == [Kind.INVALIDATED, Kind.INVALIDATED]
    assert [row.written for row in rows] == [True, False]
    assert "Rows were written, so generation 2 begins" in in_full(rows[0])


@pytest.fixture
def model(qtmodeltester: ModelTester) -> TimelineModel:
    made = TimelineModel()
    qtmodeltester.check(made)  # type: ignore[no-untyped-call]  # it has no annotations
    return made


def test_the_model_is_bounded_and_keeps_the_newest(model: TimelineModel) -> None:
    model.begin([invalidated(number) for number in range(ROWS + 10)])
    assert model.rowCount() == ROWS
    model.add([hit(ROWS + 9), *(invalidated(ROWS + 10 + number) for number in range(4))])
    assert model.rowCount() == ROWS
    last = model.index(ROWS - 1)
    assert last.data() == f"Invalidated  generation {ROWS + 13:,}"
    assert last.data(ROW_ROLE) is model.row(ROWS - 1)
    assert model.index(0).data() == "Invalidated  generation 15"
    model.add([invalidated(number) for number in range(2 * ROWS)])
    assert model.rowCount() == ROWS
    model.begin(())
    assert model.rowCount() == 0
    assert model.story.generation is None


def test_the_last_row_is_painted_again_when_it_tells_more(model: TimelineModel) -> None:
    model.begin([hit(1)])
    changed: list[int] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    model.add([hit(1), began(2)])
    assert changed == [0]
    assert model.index(0).data() == "Hit  2 × from memory"
    assert model.lanes == 1


def test_what_is_told_is_plain_text(model: TimelineModel) -> None:
    model.begin([ReadFailed(USER, 3, START, HOSTILE, 3)])
    tooltip = model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;no&lt;/b&gt;&lt;U+202E&gt;" in tooltip
    assert "<b>" not in tooltip
    told = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.startswith("14:22:07.000. generation 3. Read failed. Nothing is kept: <b>no</b><U+202E><U+000A>")
