"""Does an operator's job in the real window, takes pictures of it, and compares what the window says with the sandbox.

Runs on: GUI thread
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.app import Application
from webpush_admin.gui.launch import LaunchOptions
from webpush_admin.gui.log_file import struck
from webpush_admin.gui.models.live_places import LivePlace
from webpush_admin.gui.models.outcomes import FAILED_OUTCOMES
from webpush_admin.gui.tour_numbers import Numbers
from webpush_admin.gui.tour_pictures import SIZE, Pictures, Ready, pause
from webpush_admin.gui.views.history import HistoryView
from webpush_admin.gui.views.live.race_button import RaceButton
from webpush_admin.gui.views.send import SendView
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.push.answer import Outcome
from webpush_admin.sandbox.records import SandboxCounts
from webpush_admin.store.history_rows import DeliveryFilter

DEADLINE_MS: Final = 50_000
"""It takes about half as long on a machine that does nothing else."""
LOOK_MS: Final = 15
RUSH_S: Final = 2.2
"""As long as pictures are taken of it; the first of them when something can be seen."""
RUSHING_MS: Final = 700

PERSON: Final = "Lynn Conway"
"""Somebody with several browsers, not all of them well, and none of them slow."""

TITLE: Final = " for everybody"
SENDS: Final = 4
"""Two to one person, one to all, and one more after the cache was told to forget that person."""

WRITTEN: Final = ("delivered", "failed", "hits", "misses", "generation")
"""Counters that are read when everything that was sent is in the history."""


class Tour(QObject):
    """Walks through the window step by step; each step waits until the window shows that the one before is done."""

    def __init__(self, application: Application, folder: Path) -> None:
        super().__init__(application.window)
        self._application = application
        self._window = application.window
        self._context = application.context
        self._folder = folder
        self._pictures = Pictures(self._window, self._context, folder)
        self._snapshot = Snapshot()
        self._context.snapshot.connect(self._on_snapshot)
        self._context.notice.connect(self._on_notice)
        self._rows = self._rows_before = 0
        self._answered = self._ended = False
        self._written: dict[str, int] = {}
        self._steps = self._job()
        self._ready: Ready = lambda: True
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._on_look)
        self._deadline = QTimer(self, interval=DEADLINE_MS, singleShot=True)
        self._deadline.timeout.connect(self._on_deadline)

    def begin(self) -> None:
        """Start walking."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._window.resize(SIZE)
        self._deadline.start()
        self._timer.start()

    def fail(self, error: BaseException) -> None:
        """End at once: a step, or a slot of the window, raised this."""
        said = struck(str(error)) or "it says no more"
        self._end([f"{type(error).__name__} where nothing should be raised: {said}"])

    def _on_look(self) -> None:
        if self._ready():
            following = next(self._steps, None)
            if following is None:
                self._compare()
            else:
                self._ready = following

    def _on_notice(self, kind: str, sentence: str) -> None:
        # Later bad news are part of the job: some of the demo's browsers are not well.
        if kind == "bad" and self._context.database is None:
            self._end([f"the demo did not open: {sentence}"])

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def _on_deadline(self) -> None:
        self._end([f"the window did not come to the end within {DEADLINE_MS // 1000} s"])

    def _job(self) -> Iterator[Ready]:
        """Each `yield` names what must be true before the next line runs."""
        actions = self._context.actions
        view = self._subscriptions
        yield lambda: self._context.database is not None and view.people.model.known and view.table.model.known
        yield self._count_rows()
        self._rows_before = self._rows
        yield from self._pictures.live("nothing")
        actions["show_subscriptions"].trigger()

        actions["find"].trigger()
        QTest.keyClicks(view.people.search, PERSON)
        QTest.keyClick(view.people.search, Qt.Key.Key_Return)
        yield lambda: self._shows(PERSON)
        for _ in range(2):
            yield self._sent(actions["send_test"].trigger)
        yield from self._pictures.live("little")

        yield from self._broadcast()

        actions["show_subscriptions"].trigger()
        yield lambda: actions["invalidate_user"].isEnabled()
        actions["invalidate_user"].trigger()
        yield lambda: self._snapshot.cache.invalidations == 1
        yield self._sent(actions["send_test"].trigger)

        view.people.search.clear()
        yield lambda: not view.people.search.query and view.people.model.known
        view.people.choose(None)
        yield lambda: self._shows("") and view.table.model.known
        view.table.table.selectRow(3)
        yield from self._look_into_history()
        if self._window.toast.isVisible():
            QTest.mouseClick(self._window.toast.close_button, Qt.MouseButton.LeftButton)
        yield lambda: not self._window.toast.isVisible()
        yield from self._show_totals()
        self._written = {name: self._number(name) for name in WRITTEN}
        yield from self._demonstrate()
        yield from self._pictures.views()
        yield self._count_rows()
        yield from self._show_totals()

    def _demonstrate(self) -> Iterator[Ready]:
        """Show a stale read being discarded, and a rush hour: nobody sent those pushes, and no history has them."""
        live = self._pictures.live_view
        live.show_place(LivePlace.CACHE)
        # Somebody is chosen for it: not everybody's subscriptions all accept pushes.
        self._pictures.choose_nobody()
        button = live.cache_page.findChild(RaceButton)
        assert button is not None
        yield button.isEnabled
        ended: list[tuple[str, str]] = []
        button.ended.connect(lambda *told: ended.append(told), Qt.ConnectionType.SingleShotConnection)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        yield lambda: bool(ended)
        role, sentence = ended[0]
        if role != "ok":
            raise RuntimeError(f"the race did not come to its end: {sentence}")
        yield from self._pictures.race()
        rushed: list[int | str] = []
        self._context.ask(lambda backend: backend.trying.rush(RUSH_S), rushed.append, rushed.append)
        yield pause(RUSHING_MS)
        yield from self._pictures.live("much")
        yield lambda: bool(rushed)
        if isinstance(rushed[0], str):
            raise RuntimeError(f"the rush did not come to its end: {rushed[0]}")

    def _show_totals(self) -> Iterator[Ready]:
        """Show every counter, until the newest numbers are there."""
        self._context.actions["show_live"].trigger()
        self._pictures.live_view.show_place(LivePlace.TOTALS)
        shown_s = time.monotonic()
        yield lambda: self._snapshot.taken_s > shown_s and self._number("finished") == self._snapshot.pushes.finished

    def _broadcast(self) -> Iterator[Ready]:
        """Write to everybody, look at what would go out, and send it."""
        actions, send = self._context.actions, self._send
        actions["send_to_all"].trigger()
        yield lambda: actions["send_message"].isEnabled()
        QTest.keyClicks(send.form.title, TITLE)
        actions["dry_run"].trigger()
        yield lambda: bool(send.composer.dry_run_page.sections["request"][1].toPlainText())
        ended: list[bool] = []
        send.outgoing.finished.connect(lambda *_: ended.append(True), Qt.ConnectionType.SingleShotConnection)
        yield actions["send_message"].isEnabled
        actions["send_message"].trigger()
        yield lambda: bool(ended)

    def _look_into_history(self) -> Iterator[Ready]:
        """Look at what failed in the broadcast, until everything about one push is shown."""
        history = self._history
        self._context.actions["show_history"].trigger()
        yield lambda: history.sends.known and len(history.sends.model.sends) == SENDS
        broadcast = max(history.sends.model.sends, key=lambda send: send.start.targets)
        history.show_deliveries(DeliveryFilter(send=broadcast.number, failed=True))
        yield lambda: history.table.model.known and history.table.model.rowCount() > 0
        history.table.table.selectRow(0)
        yield lambda: history.inspector.isVisible()

    @property
    def _subscriptions(self) -> SubscriptionsView:
        view = self._window.views["subscriptions"]
        assert isinstance(view, SubscriptionsView)
        return view

    @property
    def _send(self) -> SendView:
        view = self._window.view_stack.view("send")
        assert isinstance(view, SendView)
        return view

    @property
    def _history(self) -> HistoryView:
        view = self._window.view_stack.view("history")
        assert isinstance(view, HistoryView)
        return view

    def _shows(self, name: str) -> bool:
        person = self._subscriptions.people.current
        shown = person.user.name if person is not None and person.user is not None else ""
        return shown == name and self._subscriptions.table.model.known

    def _sent(self, begin: Callable[[], None]) -> Ready:
        """Begin a send; ready when the window says that it has ended."""
        ended: list[bool] = []
        self._subscriptions.sending.ended.connect(lambda: ended.append(True), Qt.ConnectionType.SingleShotConnection)
        begin()
        return lambda: bool(ended)

    def _count_rows(self) -> Ready:
        self._answered = False
        self._context.ask(lambda backend: backend.sending.count(), self._on_counted)
        return lambda: self._answered

    def _on_counted(self, count: tuple[int, int]) -> None:
        self._rows = count[1]
        self._answered = True

    def _number(self, name: str) -> int:
        """Return a counter of the live view, as its page of totals shows it."""
        label = self._pictures.live_view.findChild(QLabel, f"total_{name}_value")
        assert label is not None, name
        return int("".join(character for character in label.text() if character.isdigit()) or 0)

    def _told_by_history(self, which: Callable[[Outcome], bool]) -> int:
        """Return the sum over every send that the history shows."""
        sends = self._history.sends.model.sends
        return sum(count for send in sends for outcome, count in send.counts if which(outcome))

    def _compare(self) -> None:
        self._timer.stop()
        self._context.ask(lambda backend: backend.trying.counts(), self._on_sandbox_counts)

    def _on_sandbox_counts(self, sandbox: SandboxCounts) -> None:
        number = self._number
        numbers = Numbers(
            delivered=number("delivered"),
            failed=number("failed"),
            pruned=number("pruned"),
            retries=self._snapshot.pushes.retries,
            cache_hits=self._written["hits"],
            cache_misses=self._written["misses"],
            generation_max=self._written["generation"],
            history_delivered=self._told_by_history(lambda outcome: outcome is Outcome.ACCEPTED),
            history_gone=self._told_by_history(lambda outcome: outcome is Outcome.GONE),
            history_failed=self._told_by_history(lambda outcome: outcome in FAILED_OUTCOMES),
            sandbox_received=sandbox.received,
            sandbox_decrypted=sandbox.decrypted,
        )
        sys.stdout.write(json.dumps({**asdict(numbers), "screens": self._pictures.taken}) + "\n")
        rows_gone = self._rows_before - self._rows
        unsent = number("blocked") + number("not_sent")
        unwritten = numbers.delivered - self._written["delivered"], numbers.failed - self._written["failed"]
        self._end(numbers.contradictions(sandbox, number("gone"), rows_gone, unsent, unwritten))

    def _end(self, contradictions: list[str]) -> None:
        if self._ended:
            return
        self._ended = True
        self._timer.stop()
        self._deadline.stop()
        for contradiction in contradictions:
            sys.stderr.write(f"webpush-admin: the tour failed: {contradiction}.\n")
        self._application.end(1 if contradictions else 0)


def run_tour(options: LaunchOptions, folder: Path) -> int:
    """Open the window, take the tour, close it.

    Returns:
        0 where window, sandbox and database agree, else 1 with the contradictions on standard error.
    """
    application = Application(options)
    tour = Tour(application, folder)
    return application.run(lambda _: tour.begin(), tour.fail)
