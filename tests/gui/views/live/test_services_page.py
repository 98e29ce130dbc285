"""The page of the push services: over real sends to the sandbox, and with many hostile hosts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.database_file import ask
from tests.gui.models.push_counters import HOSTILE, pushes
from webpush_admin.backend.backend import Backend
from webpush_admin.backend.records import DatabaseInfo, SendSummary, Snapshot, SubscriptionInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.push_readings import Stretch
from webpush_admin.gui.views.history import HistoryView
from webpush_admin.gui.views.live import LiveView
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.views.live.service_columns import SERVICE_COLUMNS
from webpush_admin.gui.views.live.services_page import BESIDE_PIXELS, ServicesPage
from webpush_admin.push.message import Message
from webpush_admin.push.stats import Rest, ServiceStats
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.history_rows import DeliveryFilter
from webpush_admin.store.rows import SubscriptionQuery

MESSAGE = Message(title="Hi")
INFO = DatabaseInfo("demo", "somewhere", True, "mailto:a@b.example", "B", "0123")
TIMEOUT_MS = 10_000


def _cells(page: ServicesPage, row: int) -> dict[str, str]:
    model = page.services_card.model
    return {column.key: str(model.index(row, number).data()) for number, column in enumerate(SERVICE_COLUMNS)}


def _answers(page: ServicesPage) -> dict[str, int]:
    return {line.name: line.count for line in page.answered_card.model.lines}


def _send(qtbot: QtBot, window: MainWindow, ids: Sequence[int]) -> SendSummary:
    """Send to these, and wait until the newest snapshot has come to the window."""
    return ask(qtbot, window.context, lambda backend: backend.sending.to_subscriptions(ids, MESSAGE))


async def _rows(backend: Backend) -> list[SubscriptionInfo]:
    page = await backend.subscriptions.page(SubscriptionQuery(), 0, 1000)
    return [row for row in page.rows if row is not None]


async def _tempers(backend: Backend) -> dict[int, Temper]:
    """Return how the subscriptions of the demo answer, by id. Runs on: worker loop."""
    tempers = {endpoint.endpoint: endpoint.temper for endpoint in await backend.trying.endpoints()}
    rows = [row.subscription for row in await _rows(backend)]
    return {row.id: tempers[row.endpoint] for row in rows if row.id is not None}


def test_numbers_are_the_core_s_and_a_rest_counts_down(qtbot: QtBot, demo: MainWindow) -> None:
    demo.show_view("live")
    live = demo.views["live"]
    assert isinstance(live, LiveView)
    page = live.services_page
    live.pages.setCurrentWidget(page)
    assert page.empty.isVisible()
    snapshots: list[Snapshot] = []
    demo.context.snapshot.connect(snapshots.append)
    tempers = ask(qtbot, demo.context, _tempers)
    # A second of Retry-After would hold back a part of the rest, each time another.
    quick = [row for row, temper in tempers.items() if temper not in (Temper.SLOW, Temper.RATE_LIMITED)]
    summary = _send(qtbot, demo, quick)
    card = page.services_card
    qtbot.waitUntil(lambda: bool(card.model.lines) and card.model.lines[0].finished == len(quick), timeout=TIMEOUT_MS)
    counters = snapshots[-1].pushes
    assert (summary.accepted, summary.gone, summary.failed) == (counters.accepted, counters.gone, counters.failed)
    whole, host = _cells(page, 0), _cells(page, 1)
    assert (whole.pop("service"), host.pop("service")) == ("All push services", counters.services[0].name)
    assert whole["rests"] == ("1 resting" if host["rests"] else "")
    for key in ("accepted", "gone", "failed", "retries", "in_flight"):
        assert whole[key] == host[key] == f"{getattr(counters, key):,}", key
    refused = counters.blocked - dict(counters.diagnoses).get("no-answer-blocked", 0)
    assert refused > 0
    assert _answers(page) == dict(counters.diagnoses) | {"blocked": refused}
    assert sum(_answers(page).values()) == counters.gone + counters.failed + _answers(page)["wns-2xx-dropped"]
    assert page.answered_card.count.text().startswith(f"{sum(_answers(page).values()):,} ")

    # From what was answered it is one step to the history of it.
    line = page.answered_card.model.lines[0]
    page.answered_card.table.selectRow(0)
    QTest.keyClick(page.answered_card.table, Qt.Key.Key_Return)
    history = demo.views["history"]
    assert isinstance(history, HistoryView)
    assert history.isVisible()
    assert history.table.bar.filters.rule == line.deliveries.rule

    # While hidden nothing is written; a service that asks for two minutes rests as long as it says.
    rows = {row.subscription.id: row.subscription for row in ask(qtbot, demo.context, _rows)}
    patient = next(row for row, temper in tempers.items() if temper is Temper.CREATED)
    endpoint = rows[patient].endpoint
    ask(qtbot, demo.context, lambda backend: backend.trying.set_temper([endpoint], Temper.RATE_LIMITED_LONG))
    _send(qtbot, demo, [patient])
    qtbot.waitUntil(lambda: bool(snapshots[-1].pushes.resting), timeout=TIMEOUT_MS)
    assert card.model.lines[0].finished == len(quick)
    assert not page._second.isActive()
    demo.show_view("live")
    assert card.model.lines[0].finished == len(quick) + 1
    assert page._second.isActive()
    assert re.fullmatch(r"rests 1(20|1\d) s", _cells(page, 1)["rests"])
    [rest] = snapshots[-1].pushes.resting
    tip = str(card.model.index(1, 1).data(int(Qt.ItemDataRole.ToolTipRole)))
    assert rest.origin in tip
    assert "Retry-After" in tip
    before = _cells(page, 1)["rests"]
    qtbot.waitUntil(lambda: _cells(page, 1)["rests"] not in (before, ""), timeout=TIMEOUT_MS)


@pytest.fixture
def page(qtbot: QtBot, context: Context) -> Iterator[ServicesPage]:
    top = QWidget()
    made = ServicesPage(context, Naming(context, top), top)
    top.resize(1086, 420)
    made.resize(1086, 420)
    context.set_database(INFO)
    with qtbot.waitExposed(top):
        top.show()
    yield made
    top.hide()
    top.deleteLater()


def _fifty() -> Snapshot:
    services = [
        ServiceStats(f"push{number}.example", accepted=1000 + number, rejected=number, in_flight=1)
        for number in range(49)
    ]
    evil = ServiceStats(HOSTILE, accepted=1)
    until = datetime.now(UTC) + timedelta(seconds=60)
    resting = (Rest("https://push3.example", "push3.example", until, asked=False),)
    return Snapshot(50.0, pushes=pushes(*services, evil, diagnoses=(("any-410-gone", 3),), resting=resting))


def test_fifty_hosts_are_sorted_by_value_with_all_of_them_on_top(
    qtbot: QtBot, page: ServicesPage, context: Context
) -> None:
    context.snapshot.emit(_fifty())
    page._show()
    card = page.services_card
    assert card.model.rowCount() == 51
    assert _cells(page, 0)["accepted"] == f"{sum(range(1000, 1049)) + 1:,}"
    assert [_cells(page, row)["service"] for row in (1, 2)] == ["push48.example", "push47.example"]
    header = card.table.horizontalHeader()
    keys = [column.key for column in SERVICE_COLUMNS]
    header.sectionClicked.emit(keys.index("failed"))
    header.sectionClicked.emit(keys.index("failed"))
    assert _cells(page, 0)["service"] == "All push services"
    assert [_cells(page, row)["failed"] for row in (1, 2, 50)] == ["48", "47", "0"]
    header.sectionClicked.emit(keys.index("service"))
    assert _cells(page, 1)["service"] == "<b>evil</b>.example<U+202E>"
    header.sectionClicked.emit(keys.index("rests"))
    header.sectionClicked.emit(keys.index("rests"))
    assert _cells(page, 1)["service"] == "push3.example"
    assert _cells(page, 0)["rests"] == "1 resting"
    # At the width of a small laptop no column has left, and no number or title is cut off.
    assert all(not card.table.isColumnHidden(number) for number in range(len(keys)))
    for number, column in enumerate(SERVICE_COLUMNS):
        wanted = header.fontMetrics().horizontalAdvance(column.shown_title)
        assert header.sectionSize(number) >= wanted + 14, column.key
    page.resize(BESIDE_PIXELS + 100, 700)
    page.stretch_choice.setFocus()
    stops = []
    for _ in range(5):
        focus = QApplication.focusWidget()
        assert focus is not None
        stops.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert stops == [
        page.stretch_choice,
        header,
        card.table,
        page.answered_card.table.horizontalHeader(),
        page.answered_card.table,
    ]
    qtbot.waitUntil(lambda: card.geometry().right() < page.answered_card.geometry().left())


def test_a_stretch_of_time_is_told_and_goes_with_to_the_history(page: ServicesPage, context: Context) -> None:
    first = _fifty()
    context.snapshot.emit(first)
    services = [replace(service, accepted=service.accepted + 2) for service in first.pushes.services]
    context.snapshot.emit(Snapshot(58.0, pushes=pushes(*services, diagnoses=(("any-410-gone", 5),))))
    page.stretch_choice.setCurrentIndex(page.stretch_choice.findData(Stretch.MINUTE))
    assert _cells(page, 0)["accepted"] == "100"
    assert _cells(page, 0)["failed"] == "0"
    assert page.services_card.count.text() == "in the last 8 s"
    assert _answers(page) == {"any-410-gone": 2}
    wished: list[DeliveryFilter] = []
    page.history_wished.connect(wished.append)
    page.services_card.table.selectRow(1)
    page.services_card.table.opened.emit()
    assert wished[0].service == page.services_card.model.lines[1].name
    assert wished[0].at_from is not None
    page.stretch_choice.setCurrentIndex(page.stretch_choice.findData(Stretch.OPENED))
    page.services_card.table.menu_wished.emit(page.mapToGlobal(page.rect().center()))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.actions()[1].trigger()
    menu.close()
    assert wished[1] == DeliveryFilter(service=wished[0].service, failed=True)


def test_another_database_begins_with_nothing(page: ServicesPage, context: Context) -> None:
    context.snapshot.emit(_fifty())
    page._show()
    assert page.scroller.isVisible()
    assert page._second.isActive()
    context.set_database(replace(INFO, subject="mailto:b@b.example"))
    assert page.scroller.isVisible(), "another subject is no other database"
    context.set_database(replace(INFO, location="elsewhere"))
    assert page.empty.isVisible()
    assert page.services_card.model.rowCount() == page.answered_card.model.rowCount() == 0
    assert not page._second.isActive()
