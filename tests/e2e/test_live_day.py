"""What the live view shows equals what happened: a day of the dispatcher, and then every number of the view."""

import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from PySide6.QtWidgets import QTableView, QWidget
from pytestqt import exceptions
from pytestqt.qtbot import QtBot

from tests.e2e.live_day import TUNED, Books, Day
from tests.e2e.live_expected import Moving, Taken, expected_labels, sandbox_differences
from tests.e2e.live_shown import Cells, labels, tables
from tests.e2e.live_tables import (
    answered_differences,
    cached_differences,
    events_differences,
    pruned_differences,
    services_differences,
)
from webpush_admin.backend.backend import Backend
from webpush_admin.backend.pruned_records import PrunedState
from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.live_places import LivePlace
from webpush_admin.gui.views.live import LiveView
from webpush_admin.push.events import Event
from webpush_admin.push.places import PlaceState
from webpush_admin.store import Store

Told = TypeVar("Told")

QUEUE: Final = 100
"""Events that the queue to the window takes while it is made to lose some."""

DEADLINE_MS: Final = 10_000
SIZE: Final = (1280, 1600)


class Witness:
    """Has the day happen behind the window, and looks at what it shows."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.window = window
        self.heard: list[Event] = []
        self.snapshot = Snapshot()
        window.context.events.connect(self.heard.extend)
        window.context.snapshot.connect(self._on_snapshot)
        self._qtbot = qtbot
        # Rows that cannot be seen are not read.
        window.resize(*SIZE)
        window.show_view("live")
        self.day = self.ask(_begun)

    @property
    def live(self) -> LiveView:
        view = self.window.view_stack.view("live")
        assert isinstance(view, LiveView)
        return view

    def ask(self, verb: Callable[[Backend], Coroutine[Any, Any, Told]]) -> Told:
        answers: list[Told] = []
        failed: list[str] = []
        self.window.context.ask(verb, answers.append, failed.append)
        self.wait(lambda: bool(answers or failed))
        assert not failed, failed
        return answers[0]

    def spend(self, hours: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Let some hours of the day happen."""
        self.ask(lambda _: hours())

    def wait(self, ready: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(ready, timeout=DEADLINE_MS)

    def tune(self) -> None:
        """Change every setting where an operator does."""
        page = self.live.tuning_page
        self.live.show_place(LivePlace.TUNING)
        for name, row in page.form.rows.items():
            row.box.setValue(round(getattr(TUNED, name)))
        page.apply()
        self.wait(lambda: self.ask(lambda backend: backend.cache.tuning()) == TUNED)

    def lose(self, hits: int) -> None:
        """Let hits happen while the window takes no events."""
        happened = threading.Event()

        async def burst(_backend: Backend) -> None:
            await self.day.burst(hits)
            happened.set()

        self.window.context.ask(burst, lambda _: None)
        assert happened.wait(DEADLINE_MS / 1000), "this thread does nothing else meanwhile"

    def select(self, name: str) -> None:
        """Choose a user among those who are cached."""
        self.live.show_place(LivePlace.CACHE)
        (table,) = (table for table in self.live.findChildren(QTableView) if table.isVisible())
        self.wait(lambda: name in [row["name"] for row in tables(self.live)["cached_table"]])
        table.selectRow([row["name"] for row in tables(self.live)["cached_table"]].index(name))

    def settle(self, books: Books) -> None:
        """Wait until the window knows the end of the day, and that nothing has moved for a while."""
        self.wait(lambda: (self.snapshot.cache, self.snapshot.pushes.finished) == (books.cache, books.pushes.finished))
        self.wait(lambda: self.window.context.trends.per_second() == 0.0)

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot


async def _begun(backend: Backend) -> Day:
    return Day(backend)


@pytest.fixture
def witness(qtbot: QtBot, demo: MainWindow) -> Iterator[Witness]:
    made = Witness(qtbot, demo)
    yield made
    # The list of a test that has ended.
    demo.context.events.disconnect(made.heard.extend)


class Shown:
    """Looks at page after page, and compares.

    Attributes:
        compared: Keys of the labels that were compared.
    """

    def __init__(self, witness: Witness, books: Books, taken: Taken) -> None:
        self.compared: set[str] = set()
        self.labels = expected_labels(books, taken)
        self._tables: dict[str, Callable[[list[Cells]], list[str]]] = {
            "cached_table": partial(cached_differences, books=books),
            "services_table": partial(services_differences, books=books),
            "answered_table": partial(answered_differences, books=books),
            "pruned_table": partial(pruned_differences, books=books),
            "events_table": partial(events_differences, books=books, taken=taken),
        }
        self._seen_tables: set[str] = set()
        self._witness = witness

    def look_at(self, place: LivePlace) -> None:
        """Wait until a page shows all that it must, and nothing differs; tell what does where that never is."""
        live = self._witness.live
        live.show_place(place)
        with contextlib.suppress(exceptions.TimeoutError):
            self._witness.wait(lambda: not self._differences(live))
        assert self._differences(live) == []

    @property
    def unseen(self) -> set[str]:
        """What was expected, and shown on no page."""
        return {*self.labels, *self._tables} - self.compared - self._seen_tables

    def _differences(self, live: LiveView) -> list[str]:
        shown, rows_of = labels(live), tables(live)
        found = [f"{name} is not shown" for name in self._wanted_on(live.pages.currentWidget()) - {*shown, *rows_of}]
        for key, text in shown.items():
            expected = self.labels.get(key, "nothing that anybody has compared")
            self.compared.add(key)
            if not (_is_right(expected, text)):
                found.append(f"{key}: {text!r}, not {expected!r}")
        for name, rows in rows_of.items():
            self._seen_tables.add(name)
            found += self._tables[name](rows)
        return found

    def _wanted_on(self, page: QWidget) -> set[str]:
        """Return the labels and tables that are parts of this page."""
        parts = {part.objectName() for part in page.findChildren(QWidget)} | {page.objectName()}
        return {key for key in self.labels if key.split(".")[0] in parts} | (set(self._tables) & parts)


def _is_right(expected: str | Moving, text: str) -> bool:
    return text == expected if isinstance(expected, str) else expected(text)


def _left_over(live: LiveView) -> dict[str, str]:
    """Return the numbers that are not zero, and no settings."""
    counts = {key: text for key, text in labels(live).items() if not key.endswith(".box")}
    found = {key: text for key, text in counts.items() if any(digit in text for digit in "123456789")}
    settings = ("max_entries_row.number", "lanes_row.number", "at_once_row.number")
    left = {key: text for key, text in found.items() if not (key in settings and text.startswith("0 of "))}
    return left | {name: f"{len(rows)} rows" for name, rows in tables(live).items() if rows}


def _had_something_of_everything(books: Books) -> None:
    """A day on which nothing happens proves nothing."""
    cache, pushes = books.cache, books.pushes
    assert min(
        cache.hits,
        cache.misses,
        cache.joins,
        cache.reads_failed,
        cache.stale_discarded,
        cache.invalidations,
        cache.pruned,
        cache.evictions,
        cache.clears,
        cache.entries,
    )
    assert min(pushes.accepted, pushes.gone, pushes.rejected, pushes.unreachable, pushes.blocked, pushes.not_sent)
    assert min(pushes.pruned, pushes.retries, len(pushes.resting))
    assert len(pushes.services) >= 4
    assert len(pushes.diagnoses) >= 8
    assert books.race.discarded
    assert {place.state for place in books.places} >= {
        PlaceState.FRESH,
        PlaceState.EXPIRED,
        PlaceState.INVALIDATED,
        PlaceState.EMPTIED,
        PlaceState.FAILED,
    }
    assert {row.state for row in books.pruned} == {PrunedState.KNOWN, PrunedState.RESTORED}


@pytest.mark.slow
def test_every_number_of_the_view_is_what_was_counted(
    witness: Witness, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, tmp_path: Path
) -> None:
    day, window = witness.day, witness.window
    for hours in (day.morning, day.noon, day.afternoon):
        witness.spend(hours)
    before_tuning = (witness.ask(lambda _: day.books())).cache
    witness.tune()
    witness.spend(day.evening)
    # What is lost next shall be hits and nothing else.
    witness.settle(witness.ask(lambda _: day.books()))
    with monkeypatch.context() as patched:
        patched.setattr("webpush_admin.gui.bridge.QUEUE_EVENTS", QUEUE)
        witness.lose(4 * QUEUE)
    books = witness.ask(lambda _: day.books())
    _had_something_of_everything(books)
    assert sandbox_differences(books, elsewhere=1) == []
    assert window.context.bridge.lost == 3 * QUEUE
    witness.settle(books)
    shown = Shown(witness, books, Taken(before_tuning, witness.heard, window.context.bridge.lost))
    witness.select(books.names[books.race.user_id])
    for place in LivePlace:
        shown.look_at(place)
    assert shown.unseen == set()

    # Another database has a dispatcher of its own, which has done nothing: nothing of the day is left.
    path = tmp_path / "other.db"
    Store.open(f"sqlite:///{path}").close()
    with qtbot.waitSignal(window.context.database_opened, timeout=DEADLINE_MS):
        window.opening.open_path(str(path))
    for place in LivePlace:
        witness.live.show_place(place)
        with contextlib.suppress(exceptions.TimeoutError):
            witness.wait(lambda: not _left_over(witness.live))
        assert _left_over(witness.live) == {}
