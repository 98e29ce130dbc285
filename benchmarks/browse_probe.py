"""One run of `benchmarks.browse`, in a process of its own: the real window on a large database.

Runs on: GUI thread
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from benchmarks.browse_run import Run
from benchmarks.gui_script import (
    KEY_S,
    TICK_MS,
    FirstShown,
    Pause,
    Script,
    Shown,
    Steps,
    Until,
    memory_mb,
    times,
    type_key,
    visible_rows,
)
from benchmarks.lateness import Lateness
from benchmarks.statistics import rounded
from webpush_admin.backend.records import SubscriptionInfo
from webpush_admin.gui.app import Application
from webpush_admin.gui.launch import LaunchOptions
from webpush_admin.gui.models.paged import PagedModel
from webpush_admin.gui.models.users import Person
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.gui.widgets.table import Table
from webpush_admin.push.subscription import endpoint_host
from webpush_admin.store.opening import url_of
from webpush_admin.store.schema import name_key

SORTS: Final = 3
DRAGGED: Final = 100
BETWEEN_S: Final = 0.03
"""Between one jump and the next."""

TYPED: Final = 2
"""Keys of a prefix that are typed; what is before them is pasted."""


class Browsing:
    """Everything that is measured in one window, one after the other."""

    def __init__(self, application: Application, run: Run) -> None:
        self.found: dict[str, Any] = {}
        self._run = run
        self._application = application
        view = application.window.views["subscriptions"]
        assert isinstance(view, SubscriptionsView)
        self._view = view
        self._table = view.table.table
        self._model: PagedModel[SubscriptionInfo] = view.table.model
        self._stalls = Lateness(application.window, TICK_MS)
        self._stalls.begin()
        self._loaded = 0
        self._known_s = 0.0
        self._rows = FirstShown(self._table.viewport(), self._are_shown)
        self._people = FirstShown(view.people.list.viewport(), lambda: _are_there(view.people.list, view.people.model))
        self._model.loaded.connect(self._on_loaded)
        view.people.model.loaded.connect(self._on_loaded)
        application.window.opening.working.connect(self._on_working)

    def _on_loaded(self) -> None:
        self._loaded += 1

    def _on_working(self, sentence: str) -> None:
        # Told right before the views are told of the database.
        if not sentence and not self._known_s:
            self.found["start"] = self._stalls.end()
            self._stalls.begin()
            self._known_s = time.perf_counter()

    def steps(self) -> Steps:
        """Open, rest, jump, drag, sort, search."""
        yield from self._open()
        yield from self._rest()
        steps: dict[str, Callable[[list[float]], Steps]] = {
            "jump": self._jump,
            "drag": self._drag,
            "sort_unindexed": self._sort_unindexed,
            "sort_indexed": self._sort_indexed,
            "prefix_search": self._search_prefixes,
            "user_search": self._search_people,
            "user_filter": self._filter_by_user,
        }
        for name in self._run.steps:
            yield from self._measured(name, steps[name])
        self.found["memory"]["after_mb"] = memory_mb()

    def _open(self) -> Steps:
        yield Until(lambda: bool(self._rows.at_s and self._people.at_s))
        self.found["first_rows"] = {"p50_ms": self._opened_ms(self._rows.at_s)}
        self.found["first_people"] = {"p50_ms": self._opened_ms(self._people.at_s)}
        yield Until(lambda: self._model.rowCount() == self._run.rows)
        self.found["count"] = {"p50_ms": self._opened_ms(time.perf_counter())}
        yield Pause(self._run.rest_s)
        self.found["first_rows"]["stalls"] = self._stalls.end()
        self.found["memory"] = {"opened_mb": memory_mb()}

    def _rest(self) -> Steps:
        yield Pause(self._run.settle_s)
        self._stalls.begin()
        yield Pause(self._run.idle_s)
        self.found["idle"] = self._stalls.end()
        self.found["memory"]["before_mb"] = memory_mb()

    def _measured(self, name: str, step: Callable[[list[float]], Steps]) -> Steps:
        taken_s: list[float] = []
        self._stalls.begin()
        try:
            yield from step(taken_s)
            yield Pause(self._run.rest_s)
        except TimeoutError as error:
            self.found[name] = {"problem": str(error), "times": len(taken_s), "stalls": self._stalls.end()}
            return
        self.found[name] = {**times(taken_s), "stalls": self._stalls.end(), "memory_mb": memory_mb()}
        self.found[name]["each_ms"] = [rounded(seconds * 1000) for seconds in taken_s[:12]]

    def _jump(self, taken_s: list[float]) -> Steps:
        bar = self._table.verticalScrollBar()
        for place in self._run.places():
            begun_s = time.perf_counter()
            bar.setValue(int(place * bar.maximum()))
            yield Shown(self._table.viewport(), self._are_shown)
            taken_s.append(time.perf_counter() - begun_s)
            yield Pause(BETWEEN_S)

    def _drag(self, taken_s: list[float]) -> Steps:
        """Pull the handle from the top to the bottom within a second or two, and wait for what is there."""
        bar = self._table.verticalScrollBar()
        for stop in range(DRAGGED):
            bar.setValue(bar.maximum() * stop // DRAGGED)
            yield Pause(0.016)
        begun_s = time.perf_counter()
        bar.setValue(bar.maximum())
        yield Shown(self._table.viewport(), self._are_shown)
        taken_s.append(time.perf_counter() - begun_s)

    def _sort_unindexed(self, taken_s: list[float]) -> Steps:
        before = self._model.row(0)
        yield from self._click("browser", taken_s, lambda row: row != before)

    def _sort_indexed(self, taken_s: list[float]) -> Steps:
        # Oldest first, newest first, and with the third click the list's own order again.
        for top in (self._run.oldest, self._run.newest, self._run.first) * SORTS:

            def is_top(row: SubscriptionInfo, wanted: int = top) -> bool:
                return row.subscription.id == wanted

            yield from self._click("created", taken_s, is_top)

    def _click(self, column: str, taken_s: list[float], is_top: Callable[[SubscriptionInfo], bool]) -> Steps:
        keys = [known.key for known in self._model.columns]
        loaded = self._loaded
        begun_s = time.perf_counter()
        self._table.horizontalHeader().sectionClicked.emit(keys.index(column))

        def ready() -> bool:
            top = self._model.row(0)
            return self._loaded > loaded and top is not None and is_top(top) and self._are_shown()

        yield Shown(self._table.viewport(), ready)
        taken_s.append(time.perf_counter() - begun_s)
        yield Pause(self._run.rest_s)

    def _search_prefixes(self, taken_s: list[float]) -> Steps:
        for prefix in self._run.prefixes:

            def matches(row: SubscriptionInfo, wanted: str = prefix) -> bool:
                endpoint = row.subscription.endpoint
                return endpoint.startswith(wanted) or endpoint_host(endpoint).startswith(wanted)

            yield from self._search(self._view.table.filter, prefix, self._table, self._model, matches, taken_s)

    def _filter_by_user(self, taken_s: list[float]) -> Steps:
        for name in self._run.names:

            def matches(row: SubscriptionInfo, wanted: str = name_key(name)) -> bool:
                return wanted in name_key(row.user_name)

            yield from self._search(self._view.table.filter, name, self._table, self._model, matches, taken_s)

    def _search_people(self, taken_s: list[float]) -> Steps:
        people = self._view.people
        for name in self._run.names:

            def matches(person: Person, wanted: str = name_key(name)) -> bool:
                return person.user is None or wanted in name_key(person.user.name)

            yield from self._search(people.search, name, people.list, people.model, matches, taken_s, least=2)

    def _search(
        self,
        field: QLineEdit,
        text: str,
        table: Table,
        model: PagedModel[Any],
        matches: Callable[[Any], bool],
        taken_s: list[float],
        *,
        least: int = 1,
    ) -> Steps:
        """Paste all but the last keys, type those, wait for the rows, clear the field and wait again."""
        whole = model.rowCount()
        if len(text) > 2 * TYPED + 2:
            field.insert(text[:-TYPED])
            text = text[-TYPED:]
        begun_s, loaded = 0.0, 0
        for letter in text:
            yield Pause(KEY_S)
            begun_s, loaded = time.perf_counter(), self._loaded
            type_key(field, letter)

        def ready() -> bool:
            return (
                self._loaded > loaded
                and model.rowCount() >= least
                and _are_there(table, model)
                and all(matches(model.row(number)) for number in visible_rows(table))
            )

        yield Shown(table.viewport(), ready)
        taken_s.append(time.perf_counter() - begun_s)
        yield Pause(self._run.rest_s)
        type_key(field, "", Qt.Key.Key_Escape)
        yield Until(lambda: model.rowCount() == whole and _are_there(table, model))
        yield Pause(self._run.rest_s)

    def _are_shown(self) -> bool:
        return _are_there(self._table, self._model)

    def _opened_ms(self, at_s: float) -> float:
        return rounded((at_s - self._known_s) * 1000)


def _are_there(table: Table, model: PagedModel[Any]) -> bool:
    rows = visible_rows(table)
    return bool(rows) and all(model.row(number) is not None for number in rows)


def measure(run: Run) -> dict[str, Any]:
    """Open the window and return what was measured in it.

    Raises:
        TimeoutError: It did not get to its end.
    """
    found: dict[str, Any] = {}
    problems: list[BaseException] = []
    kept: list[Script] = []
    application = Application(LaunchOptions(url=url_of(Path(run.path))))

    def on_started(application: Application) -> None:
        browsing = Browsing(application, run)

        def on_ended(problem: BaseException | None) -> None:
            found.update(browsing.found)
            if problem is not None:
                problems.append(problem)
            application.end(0)

        script = Script(application.window, browsing.steps(), on_ended)
        kept.append(script)
        script.start()

    application.run(on_started, problems.append)
    if problems:
        raise problems[0]
    return found


if __name__ == "__main__":
    print(json.dumps(measure(Run.from_argument(sys.argv[1]))))
