"""The page of the settings, over the real dispatcher of the demo: what is changed there works."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.database_file import ask
from webpush_admin.backend.backend import Backend
from webpush_admin.backend.records import DatabaseInfo, SendSummary, Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.live import LiveView
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.views.live.tuning_page import TuningPage
from webpush_admin.push.message import Message
from webpush_admin.push.stats import CacheStats
from webpush_admin.push.tuning import BOUNDS, DEFAULT_TUNING, Tuning
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.rows import SubscriptionQuery

MESSAGE = Message(title="Hi")
INFO = DatabaseInfo("demo", "somewhere", True, "mailto:a@b.example", "B", "0123")
TIMEOUT_MS = 10_000
PUSHES = 30
PER_SECOND = 2


async def _good(backend: Backend) -> tuple[UUID, list[int]]:
    """Return somebody, and the subscriptions that take every push. Runs on: worker loop."""
    tempers = {endpoint.endpoint: endpoint.temper for endpoint in await backend.trying.endpoints()}
    page = await backend.subscriptions.page(SubscriptionQuery(), 0, 1000)
    rows = [row.subscription for row in page.rows if row is not None]
    good = [row for row in rows if tempers[row.endpoint] is Temper.CREATED]
    assert good[0].user_id is not None
    return good[0].user_id, [row.id for row in good if row.id is not None]


class Page:
    """The page in its window, on the demo."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot = qtbot
        self.context = window.context
        window.show_view("live")
        live = window.views["live"]
        assert isinstance(live, LiveView)
        live.pages.setCurrentWidget(live.tuning_page)
        self.page = live.tuning_page
        self.form = live.tuning_page.form
        self.snapshots: list[Snapshot] = [Snapshot()]
        self.notices: list[str] = []
        self.context.snapshot.connect(self.snapshots.append)
        self.context.notice.connect(lambda _kind, text: self.notices.append(text))

    def type_in(self, name: str, value: int) -> None:
        box = self.form.rows[name].box
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, str(value))

    def apply(self) -> str:
        """Press the button; return the notice."""
        told = len(self.notices)
        self.form.apply_button.click()
        self.qtbot.waitUntil(lambda: len(self.notices) > told, timeout=TIMEOUT_MS)
        return self.notices[-1]

    def in_force(self) -> Tuning:
        return ask(self.qtbot, self.context, lambda backend: backend.cache.tuning())

    def number(self, name: str) -> str:
        return self.form.rows[name].number.text()

    def until(self, name: str, words: str) -> None:
        self.qtbot.waitUntil(lambda: self.number(name) == words, timeout=TIMEOUT_MS)

    def send_to(self, user_id: UUID) -> CacheStats:
        """Send to somebody; return the counters of the cache after it."""
        ask(self.qtbot, self.context, lambda backend: backend.sending.to_user(user_id, MESSAGE))
        return self.snapshots[-1].cache


def test_what_is_changed_works_and_shows_its_effect(
    qtbot: QtBot, window: MainWindow, demo: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webpush_admin.gui.views.live.tuning_page.HELD_MS", 100)
    page = Page(qtbot, demo)
    form, rows = page.form, page.form.rows
    qtbot.waitUntil(lambda: rows["ttl_s"].box.isEnabled(), timeout=TIMEOUT_MS)
    assert not form.apply_button.isEnabled()
    assert not form.reset_button.isEnabled()
    user_id, good = ask(qtbot, demo.context, _good)

    # The cache: who is held expires at once with a shorter time, and is read again by the next push.
    before = page.send_to(user_id)
    again = page.send_to(user_id)
    assert (again.misses, again.hits) == (before.misses, before.hits + 1)
    page.until("ttl_s", "1 fresh, 0 expired")
    page.type_in("ttl_s", 1)
    assert rows["ttl_s"].note.isVisible()
    assert rows["ttl_s"].running.text() == "in force: 180 s"
    assert page.apply().startswith("The TTL is 1 s now (was 180 s)")
    assert page.in_force() == replace(DEFAULT_TUNING, ttl_s=1)
    assert rows["ttl_s"].running.text() == ""
    assert not form.apply_button.isEnabled()
    page.until("ttl_s", "0 fresh, 1 expired")
    later = page.send_to(user_id)
    assert (later.misses, later.hits) == (again.misses + 1, again.hits)
    qtbot.waitUntil(lambda: rows["ttl_s"].detail.text() == "Hit rate 0.0 % since, 50.0 % before", timeout=TIMEOUT_MS)
    assert rows["ttl_s"].meter.value() == 0

    # The bound: who is too many goes at once, and the note has said so.
    other = next(row for row in ask(qtbot, demo.context, _people) if row != user_id)
    page.send_to(other)
    page.until("max_entries", "2 of 10,000 held")
    # Of a crowd, which two are not, nobody counts the fresh ones.
    monkeypatch.setattr("webpush_admin.gui.models.tuning.MOST_COUNTED", 1)
    page.until("ttl_s", "2 held")
    page.type_in("max_entries", 1)
    assert rows["max_entries"].note.text() == "1 user will be dropped at once, the least recently used."
    assert page.apply() == "Users held: at most 1 now (was 10,000): 1 user dropped at once."
    page.until("max_entries", "1 of 1 held")
    assert rows["max_entries"].detail.text() == "1 dropped because it was full"

    # The rate: of many pushes only the first have gone out when the first has its answer.
    form.defaults_button.click()
    page.type_in("per_second", PER_SECOND)
    assert rows["per_second"].note.text() == "10,000 pushes to one push service take 1 h 23 min at least."
    QTest.keyClick(rows["per_second"].box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "The rate to one origin is 2 per second now (was no limit)." in page.notices[-1])
    assert page.in_force() == replace(DEFAULT_TUNING, per_second=PER_SECOND)
    finished = page.snapshots[-1].pushes.finished
    summaries: list[SendSummary] = []
    demo.context.ask(lambda backend: backend.sending.to_subscriptions(good[:PUSHES], MESSAGE), summaries.append)
    qtbot.waitUntil(lambda: page.snapshots[-1].pushes.finished > finished, timeout=TIMEOUT_MS)
    ask(qtbot, demo.context, lambda backend: backend.sending.stop())
    qtbot.waitUntil(lambda: bool(summaries), timeout=TIMEOUT_MS)
    assert summaries[0].accepted + summaries[0].not_sent == PUSHES
    assert summaries[0].not_sent > PUSHES / 2
    page.until("lanes", "0 of 128 busy")

    # Closed and opened again, everything is as usual.
    demo.context.actions["close_database"].trigger()
    qtbot.waitUntil(lambda: not rows["ttl_s"].box.isEnabled(), timeout=TIMEOUT_MS)
    with qtbot.waitSignal(demo.context.database_opened, timeout=20_000):
        demo.context.actions["open_demo"].trigger()
    qtbot.waitUntil(lambda: rows["ttl_s"].box.isEnabled(), timeout=TIMEOUT_MS)
    assert page.page.wanted == DEFAULT_TUNING == page.in_force()


async def _people(backend: Backend) -> list[UUID]:
    page = await backend.subscriptions.page(SubscriptionQuery(), 0, 1000)
    users = [row.subscription.user_id for row in page.rows if row is not None]
    return [user for user in users if user is not None]


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> Iterator[TuningPage]:
    top = QWidget()
    made = TuningPage(context, Naming(context, top), top)
    top.resize(1086, 420)
    made.resize(1086, 420)
    with qtbot.waitExposed(top):
        top.show()
    yield made
    top.hide()
    top.deleteLater()


def test_without_a_dispatcher_it_says_why(page: TuningPage, context: Context) -> None:
    context.set_database(replace(INFO, subject="", public_key="B"))
    assert "VAPID subject" in page.form.reason.text()
    assert page.form.reason.isVisible()
    for row in page.form.rows.values():
        assert not row.box.isEnabled()
    for button in (page.form.apply_button, page.form.reset_button, page.form.defaults_button):
        assert not button.isEnabled()
        assert "VAPID subject" in button.toolTip()
    context.set_database(replace(INFO, keys_problem="The keys are <b>damaged</b>."))
    assert page.form.reason.text() == "The keys are <b>damaged</b>."
    context.set_database(INFO)
    assert not page.form.reason.isVisible()
    assert page.form.rows["lanes"].box.isEnabled()


def test_nothing_else_than_what_is_allowed_can_be_typed(page: TuningPage, context: Context) -> None:
    context.set_database(INFO)
    for name, (bound, _) in BOUNDS.items():
        box = page.form.rows[name].box
        box.selectAll()
        QTest.keyClicks(box, "-99999999999x")
        assert bound.least <= box.value() <= bound.most, name
    page.reset()
    assert page.wanted == DEFAULT_TUNING
    box = page.form.rows["lanes"].box
    page.form.rows["ttl_s"].box.setFocus()
    turned = QWheelEvent(
        QPointF(5, 5),
        QPointF(box.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, turned)
    assert box.value() == DEFAULT_TUNING.lanes, "who scrolls over a field changes nothing"


def test_what_is_typed_stays_until_it_is_taken_back(page: TuningPage, context: Context) -> None:
    context.set_database(INFO)
    form = page.form
    form.rows["lanes"].box.setValue(1)
    form.rows["at_once"].box.setValue(1)
    assert "one slow push service" in form.rows["lanes"].note.text()
    assert "waits for the answer" in form.rows["at_once"].note.text()
    form.rows["at_once"].box.setValue(90)
    assert "The lanes allow 1 at once" in form.rows["at_once"].note.text()
    assert form.apply_button.isEnabled()
    context.set_database(replace(INFO, subject="mailto:b@b.example"))
    # What is in force comes meanwhile: a rate that no whole number tells stays as it is where nobody touches it.
    page._on_running(Tuning(per_second=0.4, max_entries=7))
    assert page.wanted == Tuning(lanes=1, at_once=90, per_second=0.4, max_entries=7)
    form.reset_button.setFocus()
    form.reset_button.click()
    assert form.rows["ttl_s"].box.hasFocus(), "a button that is greyed out leaves the focus in the form"
    assert page.wanted == Tuning(per_second=0.4, max_entries=7)
    form.defaults_button.click()
    assert page.wanted == Tuning()
    context.set_database(replace(INFO, location="elsewhere"))
    assert page.wanted == DEFAULT_TUNING
    assert not form.apply_button.isEnabled()
