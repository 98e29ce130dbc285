"""The live view on real events of the core."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from webpush_admin.backend.cache_records import CachedUser
from webpush_admin.backend.records import DatabaseInfo, Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.views.live import LiveView
from webpush_admin.gui.views.live.counters import CACHE, PUSHES, health
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.push.events import CacheHit, SubscriptionsPruned
from webpush_admin.push.stats import CacheStats, PushStats
from webpush_admin.push.subscription import Subscription

AT = datetime(2026, 11, 22, 14, 22, 7, tzinfo=UTC)
USER = UUID(int=7)
INFO = DatabaseInfo("demo", "somewhere", True, "mailto:a@b.example", "B", "0123")
FULL = Snapshot(
    cache=CacheStats(
        hits=90, misses=10, joins=5, stale_discarded=2, invalidations=3, generation=1284, entries=40, reads_failed=0
    ),
    pushes=PushStats(in_flight=4, accepted=1000, gone=6, rejected=3, unreachable=2, blocked=1, not_sent=1, pruned=6),
)


@pytest.fixture
def view(qtbot: QtBot, context: Context) -> Iterator[LiveView]:
    made = LiveView(context)
    made.resize(1080, 600)
    yield made
    made.hide()
    made.deleteLater()


def _value(view: LiveView, name: str) -> str:
    label = view.findChild(PlainLabel, f"{name}_value")
    assert isinstance(label, PlainLabel)
    return label.text()


def _show(qtbot: QtBot, view: LiveView) -> None:
    with qtbot.waitExposed(view):
        view.show()


def test_without_a_database_it_invites(qtbot: QtBot, view: LiveView) -> None:
    _show(qtbot, view)
    assert view.disconnected.isVisible()
    assert not view.content.isVisible()


def test_counters_are_the_snapshot_s(qtbot: QtBot, view: LiveView, context: Context) -> None:
    context.set_database(INFO)
    _show(qtbot, view)
    context.snapshot.emit(FULL)
    told = {counter.name: _value(view, counter.name) for counter in CACHE + PUSHES}
    assert told == {
        "hit_rate": "90.5 %",
        "hits": "90",
        "misses": "10",
        "joins": "5",
        "generation": "1,284",
        "invalidations": "3",
        "stale": "2",
        "reads_failed": "0",
        "delivered": "1,000",
        "failed": "7",
        "gone": "6",
        "pruned": "6",
        "in_flight": "4",
        "rejected": "3",
        "unreachable": "2",
        "blocked": "2",
    }


def test_while_hidden_nothing_is_written_and_then_all_at_once(qtbot: QtBot, view: LiveView, context: Context) -> None:
    context.set_database(INFO)
    view._on_cached((CachedUser(USER, "Ada", 4, 2, 171.4),))
    context.snapshot.emit(FULL)
    context.events.emit([CacheHit(USER, 1, AT)])
    assert _value(view, "delivered") == "0"
    assert view.events_page.rows.rowCount() == 0
    _show(qtbot, view)
    assert _value(view, "delivered") == "1,000"
    view.pages.setCurrentWidget(view.events_page)
    assert view.events_page.rows.rowCount() == 1


def test_pruned_endpoints_are_listed_masked(qtbot: QtBot, view: LiveView, context: Context) -> None:
    context.set_database(INFO)
    row = Subscription("https://push.example/SECRETSECRETwxyz", "p", "a", id=3, user_id=USER)
    context.events.emit([CacheHit(USER, 1, AT), SubscriptionsPruned(USER, (row, row), AT)])
    assert view.pruned_model.rowCount() == 2
    cells = [view.pruned_model.index(0, column).data() for column in range(3)]
    assert cells == ["14:22:07.000", "…", "push.example/…wxyz"]
    assert view.pruned_card.count.text() == "2"
    context.set_database(None)
    assert view.pruned_model.rowCount() == 0


def test_invalidate_needs_a_selected_user(qtbot: QtBot, view: LiveView, context: Context) -> None:
    context.set_database(INFO)
    _show(qtbot, view)
    view.activate()
    assert not context.actions["invalidate_user"].isEnabled()
    view._on_cached((CachedUser(USER, "<b>Ada</b>", 4, 2, 171.4),))
    view.cached_table.selectRow(0)
    assert context.actions["invalidate_user"].isEnabled()
    assert view.selected_user is not None
    assert view.cached_model.index(0, 0).data() == "<b>Ada</b>"
    assert view.cached_model.index(0, 3).data() == "171 s"
    # The list is read again every second: who is selected stays selected.
    view._on_cached((CachedUser(USER, "<b>Ada</b>", 5, 2, 170.4),))
    assert view.selected_user is not None
    assert view.selected_user.generation == 5


@pytest.mark.parametrize(
    ("snapshot", "role", "word"),
    [
        (Snapshot(), "muted", "Ready."),
        (Snapshot(pushes=PushStats(accepted=10, gone=2)), "ok", "none failed"),
        (Snapshot(pushes=PushStats(accepted=990, rejected=10)), "ok", "1.0 %"),
        (Snapshot(pushes=PushStats(accepted=80, rejected=20)), "warn", "Worth a look"),
        (Snapshot(pushes=PushStats(accepted=10, rejected=90)), "bad", "Failing"),
        (Snapshot(cache=CacheStats(reads_failed=1)), "bad", "The database refused"),
    ],
)
def test_health_in_one_sentence(snapshot: Snapshot, role: str, word: str) -> None:
    told_role, sentence = health(snapshot)
    assert told_role == role
    assert word in sentence
