"""One run of `benchmarks.live`, in a process of its own: the window, a timer in it, and a worker that never rests.

Runs on: GUI thread
"""

import json
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from PySide6.QtWidgets import QTableView, QWidget

from benchmarks.gui_script import Pause, Script, Steps, Until
from benchmarks.lateness import FRAME_MS, Lateness, told
from benchmarks.live_gauges import Memory, Speed
from benchmarks.live_run import Run
from benchmarks.live_traffic import Traffic
from benchmarks.statistics import middle, rounded
from webpush_admin.backend import backend as backend_module
from webpush_admin.backend.open_session import open_session
from webpush_admin.backend.records import Snapshot
from webpush_admin.backend.session import Session
from webpush_admin.gui.app import Application
from webpush_admin.gui.launch import LaunchOptions
from webpush_admin.gui.views.live import LiveView
from webpush_admin.push.tuning import Tuning
from webpush_admin.store.opening import url_of

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend
    from webpush_admin.backend.opening import Opening
    from webpush_admin.backend.session import Emit

ELSEWHERE: Final = "keys"
"""The view that is in front instead: it follows no event and reads no list."""

PAGES: Final = {"cache": 4, "events": 4, "services": 1, "pruned": 1, "totals": 1, "tuning": 1}
"""Pages of the panel, and for how many twelfths of the load each is in front; the cache's has a user selected."""

COMPARED: Final = ("cache", "events")
"""Pages with which the worker's speed is compared: those that do most."""

TTL_S: Final = 3600.0
"""Longer than a run: that everybody expires at once, as after filling the cache at once, happens to nobody else."""


class Visit:
    """The window, and what is done in it.

    Attributes:
        found: What was measured.
    """

    def __init__(self, application: Application, run: Run, sessions: Sequence[Session]) -> None:
        self.found: dict[str, Any] = {}
        self._application = application
        self._window = application.window
        self._context = application.context
        self._run = run
        self._sessions = sessions
        self._lateness = Lateness(application.window, FRAME_MS)
        self._memory = Memory(application.window)
        self._taken = 0
        self._traffic: Traffic | None = None
        self._entries = 0
        self._snapshot = Snapshot()
        self._context.events.connect(self._on_events)
        self._context.snapshot.connect(self._on_snapshot)

    def steps(self) -> Steps:
        """Fill the cache, then measure idle, under load page by page, and with another view in front."""
        run = self._run
        yield Until(lambda: self._context.database is not None and not self._context.database.checking)
        yield from self._asked(self._fill)
        assert self._traffic is not None
        assert self._entries == run.users, f"the cache holds {self._entries} of {run.users} users"
        self._window.show_view("live")
        for page in PAGES:
            yield from self._look_at(page)
        yield from self._look_at("cache")
        self._lateness.begin()
        yield Pause(run.idle_s)
        self.found["idle"] = self._lateness.end()

        yield from self._asked(self._begin)
        for page in (*PAGES, "cache"):
            yield from self._look_at(page)
            yield Pause(run.warm_up_s / (len(PAGES) + 1))
        yield from self._load(self._traffic)
        yield from self._rounds(self._traffic)
        yield from self._asked(self._end)

    def _load(self, traffic: Traffic) -> Steps:
        """Measure one page after the other; coming to the front is part of what is measured."""
        emitted, taken, began_s = traffic.emitted, self._taken, time.perf_counter()
        lost = self._application.bridge.lost
        before = self._snapshot_counts()
        self._memory.begin()
        all_late: list[float] = []
        by_page: dict[str, dict[str, float]] = {}
        # The first page again at the end: memory is compared in the same state.
        turns = [*PAGES.items(), ("cache", 0)]
        for page, twelfths in turns:
            speed = Speed(lambda: traffic.units)
            self._lateness.begin()
            yield from self._look_at(page)
            yield Pause(max(0.0, self._run.load_s * twelfths / sum(PAGES.values()) - self._run.settle_s))
            late = self._lateness.ticks()
            all_late += late
            if twelfths:
                by_page[page] = {**told(late), **speed.end()}
        took_s = time.perf_counter() - began_s
        self.found |= self._memory.end()
        self.found["load"] = told(all_late)
        self.found["by_page"] = by_page
        self.found["load_s"] = rounded(took_s)
        self.found["events_per_s"] = rounded((self._taken - taken + self._application.bridge.lost - lost) / took_s)
        self.found["emitted_per_s"] = rounded((traffic.emitted - emitted) / took_s)
        self.found["counted_per_s"] = [
            rounded((now - then) / took_s) for then, now in zip(before, self._snapshot_counts(), strict=True)
        ]
        self.found["events_lost"] = self._application.bridge.lost

    def _rounds(self, traffic: Traffic) -> Steps:
        """Compare the worker's speed with the panel in front to that with another view, in turns."""
        speeds: dict[str, list[dict[str, float]]] = {name: [] for name in (ELSEWHERE, *COMPARED)}
        without: list[float] = []
        for number in range(self._run.pairs):
            # There and back again: what drifts must not favour one of them.
            for name in list(speeds)[:: -1 if number % 2 else 1]:
                yield from self._look_at(name)
                speed = Speed(lambda: traffic.units)
                self._lateness.begin()
                yield Pause(self._run.pair_s)
                late = self._lateness.ticks()
                speeds[name].append(speed.end())
                if name == ELSEWHERE:
                    without += late
        self.found["without"] = told(without)
        for name, taken in speeds.items():
            key = "without" if name == ELSEWHERE else name
            self.found.setdefault("worker", {})[key] = {
                "units_per_s": middle([one["units_per_s"] for one in taken]),
                "gui_cpu": middle([one["gui_cpu"] for one in taken]),
            }
        bare = [one["units_per_s"] for one in speeds[ELSEWHERE]]
        for name in COMPARED:
            slower = [1 - one["units_per_s"] / base for one, base in zip(speeds[name], bare, strict=True)]
            self.found["worker"][name] |= {
                "slowed": round(median(slower), 4),
                "slowed_by_pair": [round(one, 4) for one in slower],
            }

    def _look_at(self, name: str) -> Steps:
        """Bring a view, or a page of the panel, to the front."""
        if name == ELSEWHERE:
            self._window.show_view(name)
        else:
            self._window.show_view("live")
            page = self._page(name)
            self._live.pages.setCurrentWidget(page)
            table = page.findChild(QTableView)
            if name == "cache" and table is not None:
                yield Until(lambda: table.model().rowCount() > 0)
                if not table.selectionModel().hasSelection():
                    table.selectRow(0)
        yield Pause(self._run.settle_s)

    @property
    def _live(self) -> LiveView:
        view = self._window.view_stack.view("live")
        assert isinstance(view, LiveView)
        return view

    def _page(self, name: str) -> QWidget:
        found = getattr(self._live, f"{name}_page")
        assert isinstance(found, QWidget)
        return found

    def _snapshot_counts(self) -> tuple[int, int]:
        return self._snapshot.cache.hits, self._snapshot.pushes.finished

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def _on_events(self, batch: list[object]) -> None:
        self._taken += len(batch)

    def _asked(self, verb: "Callable[[Backend], Coroutine[Any, Any, None]]") -> Iterator[Until]:
        """Let the worker do something, and wait for its end."""
        answered: list[object] = []
        failed: list[str] = []
        self._context.ask(verb, lambda _: answered.append(True), failed.append)
        yield Until(lambda: bool(answered or failed))
        if failed:
            raise RuntimeError(failed[0])

    async def _fill(self, _backend: "Backend") -> None:
        """Runs on: worker loop."""
        (session,) = self._sessions
        dispatcher = session.open_dispatcher
        dispatcher.tune(Tuning(ttl_s=TTL_S))
        user_ids = await session.read(lambda store: store.user_ids_after(None, self._run.users))
        self._traffic = Traffic(dispatcher, self._run.rate)
        self._entries = await self._traffic.fill(user_ids)

    async def _begin(self, _backend: "Backend") -> None:
        """Runs on: worker loop."""
        assert self._traffic is not None
        self._traffic.begin()

    async def _end(self, _backend: "Backend") -> None:
        """Runs on: worker loop."""
        assert self._traffic is not None
        await self._traffic.end()


def measure(run: Run) -> dict[str, Any]:
    """Open the window and return what was measured in it.

    Raises:
        Exception: Whatever went wrong in the window.
    """
    sessions: list[Session] = []

    async def kept_session(opening: "Opening", emit: "Emit") -> Session:
        sessions.append(await open_session(opening, emit))
        return sessions[-1]

    # No verb of the backend tells the dispatcher that it has made.
    with patch.object(backend_module, "open_session", kept_session):
        application = Application(LaunchOptions(url_of(Path(run.path))))
        visits: list[Visit] = []
        problems: list[BaseException] = []

        def on_ended(problem: BaseException | None) -> None:
            if problem is not None:
                problems.append(problem)
            application.end(0)

        def on_started(application: Application) -> None:
            visits.append(Visit(application, run, sessions))
            Script(application.window, visits[0].steps(), on_ended).start()

        application.run(on_started, on_ended)
    if problems:
        raise problems[0]
    return visits[0].found


if __name__ == "__main__":
    print(json.dumps(measure(Run.from_argument(sys.argv[1]))))
