"""One run of `benchmarks.live`, in a process of its own: the window on a larger demo, a timer in it, and a broadcast.

Runs on: GUI thread (`larger_demo`: a thread of the worker)
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from PySide6.QtCore import QObject, QTimer

from benchmarks.lateness import Lateness
from benchmarks.live_run import Run
from benchmarks.statistics import rounded
from benchmarks.workload import Address, address_at, fill
from webpush_admin.backend import backend as backend_module
from webpush_admin.backend.demo import make_demo
from webpush_admin.backend.opening import Opening
from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.app import Application
from webpush_admin.gui.launch import LaunchOptions
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.push import EndpointPolicy
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store

TICK_MS: Final = 16
SUBSCRIPTIONS_EACH: Final = 5

SLOWING: Final = frozenset({Temper.SLOW, Temper.RATE_LIMITED, Temper.SERVER_ERROR})
"""What answers late, and what lets everything else on its service wait for a while."""


@dataclass(frozen=True, slots=True)
class OpeningWithSink(Opening):
    """The demo with a second push service on loopback, which the application itself would never send to."""

    @property
    def policy(self) -> EndpointPolicy:
        """Loopback, whatever the port."""
        return EndpointPolicy(allow_loopback=True)


def larger_demo(run: Run) -> Opening:
    """Make the demo, let nothing in it be slow, and add users and subscriptions that accept every push."""
    opening = make_demo()
    assert opening.sandbox is not None
    sandbox = opening.sandbox
    slow = [endpoint.endpoint for endpoint in sandbox.endpoints() if endpoint.temper in SLOWING]
    sandbox.set_temper(slow, Temper.CREATED)
    store = Store.open(opening.url)
    try:
        fill(store, _addresses(run, sandbox), subscriptions_each=SUBSCRIPTIONS_EACH)
    finally:
        store.close()
    if not run.origin:
        return opening
    known = {name: getattr(opening, name) for name in Opening.__dataclass_fields__}
    return replace(OpeningWithSink(**known), ca_file=Path(run.authority))


def _addresses(run: Run, sandbox: Sandbox) -> list[Address]:
    if run.origin:
        return [address_at(run.origin) for _ in range(run.subscriptions)]
    made = sandbox.create_subscriptions([Temper.CREATED] * run.subscriptions)
    return [Address(subscription.endpoint, subscription.p256dh, subscription.auth) for subscription in made]


class Steps(QObject):
    """Waits for the rows, measures idle, measures while one broadcast follows the other, and closes the window."""

    def __init__(self, application: Application, run: Run) -> None:
        super().__init__(application.window)
        self.found: dict[str, Any] = {}
        self._application = application
        self._run = run
        self._lateness = Lateness(self, TICK_MS)
        self._loading = False
        self._snapshot = Snapshot()
        self._before = Snapshot()
        view = application.window.views["subscriptions"]
        assert isinstance(view, SubscriptionsView)
        self._view = view
        view.table.model.loaded.connect(self._on_rows)
        view.sending.ended.connect(self._on_ended)
        application.context.snapshot.connect(self._on_snapshot)
        self._waiting = True

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def _on_rows(self) -> None:
        if self._waiting and self._view.table.model.row(0) is not None:
            self._waiting = False
            self._later(self._run.settle_s, self._idle)

    def _idle(self) -> None:
        self._lateness.begin()
        self._later(self._run.idle_s, self._load)

    def _load(self) -> None:
        self.found["idle"] = self._lateness.end()
        self._before = self._snapshot
        self._loading = True
        self._view.people.choose(None)
        self._lateness.begin()
        self._view.send_test()
        self._later(self._run.load_s, self._end)

    def _on_ended(self) -> None:
        if self._loading:
            # Once the view has shown the end of the broadcast before.
            self._later(0, self._view.send_test)

    def _end(self) -> None:
        self._loading = False
        self.found["load"] = self._lateness.end()
        before, now = self._before, self._snapshot
        pushes = now.pushes.accepted - before.pushes.accepted
        self.found["pushes"] = pushes
        self.found["pushes_per_s"] = rounded(pushes / (now.taken_s - before.taken_s))
        self.found["events_lost"] = self._application.bridge.lost
        self._application.end(0)

    def _later(self, seconds: float, step: Callable[[], None]) -> None:
        QTimer.singleShot(int(seconds * 1000), self, step)


def measure(run: Run) -> dict[str, Any]:
    """Open the window and return what was measured in it."""
    # The application knows one demo; this is the same with more people in it.
    with patch.object(backend_module, "make_demo", lambda: larger_demo(run)):
        steps: list[Steps] = []
        Application(LaunchOptions(demo=True)).run(lambda application: steps.append(Steps(application, run)))
        return steps[0].found


if __name__ == "__main__":
    print(json.dumps(measure(Run.from_argument(sys.argv[1]))))
