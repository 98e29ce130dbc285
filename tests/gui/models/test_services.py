"""The lines of the push services, their order, and the table that keeps its rows in place."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelectionModel, QObject
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from tests.gui.models.push_counters import HOSTILE, NOW, SUMMED, latency, pushes, rest
from webpush_admin.gui.models.columns import PILL_ROLE, SHARE_ROLE
from webpush_admin.gui.models.push_readings import NOTHING, Reading
from webpush_admin.gui.models.services import SORTED_BY, ServiceLine, ServiceLines, in_order, seconds_left
from webpush_admin.gui.models.services_model import ORDER_S, ServicesModel
from webpush_admin.gui.views.live.service_columns import (
    SERVICE_COLUMNS,
    latency_text,
    rest_role,
    rest_text,
    rest_tip,
    share_text,
)
from webpush_admin.push.stats import ServiceStats
from webpush_admin.push.tally import OTHER_HOSTS
from webpush_admin.store.history_rows import DeliveryFilter

FCM = ServiceStats("FCM (Chrome)", in_flight=7, accepted=900, gone=10, rejected=5, retries=3, latency=latency(40, 50))
APPLE = ServiceStats("Apple", in_flight=1, accepted=90, unreachable=2, blocked=1, not_sent=4, latency=latency(80))
BEFORE = Reading(10.0, pushes(FCM, APPLE))
AFTER = Reading(
    12.0,
    pushes(
        ServiceStats(
            "FCM (Chrome)", in_flight=3, accepted=1000, gone=10, rejected=5, retries=4, latency=latency(40, 50, 60)
        ),
        APPLE,
        ServiceStats(HOSTILE, accepted=1),
    ),
)


def _names(model: ServicesModel) -> list[str]:
    return [line.shown_name for line in model.lines]


def test_the_first_line_is_the_sum_of_the_others() -> None:
    whole, *services = ServiceLines().lines(AFTER, NOTHING, BEFORE)
    assert whole.is_whole
    for name in (*SUMMED, "failed", "finished"):
        assert getattr(whole, name) == sum(getattr(line, name) for line in services), name
    assert whole.per_s == sum(line.per_s for line in services) == 101 / 2
    assert whole.finished == AFTER.pushes.finished
    assert [line.name for line in services] == ["FCM (Chrome)", "Apple", HOSTILE]


def test_a_stretch_has_its_own_latency_and_counts() -> None:
    maker = ServiceLines()
    opened = maker.lines(AFTER, NOTHING, BEFORE)[1]
    lately = maker.lines(AFTER, BEFORE, BEFORE)[1]
    assert (opened.accepted, opened.answered) == (1000, 3)
    assert (lately.accepted, lately.gone, lately.retries, lately.answered, lately.in_flight) == (100, 0, 1, 1, 3)
    assert lately.latency_s[0] is not None
    assert opened.latency_s[0] is not None
    assert lately.latency_s[0] > opened.latency_s[0]
    assert maker.lines(AFTER, AFTER, BEFORE)[1].latency_s == (None, None, None)
    # A service that is there again for the first time in the stretch has all that it has from it.
    assert maker.lines(AFTER, BEFORE, BEFORE)[3].accepted == 1


def test_who_rests_is_told_with_its_service_and_hosts_beyond_with_all_others() -> None:
    counters = pushes(FCM, ServiceStats(OTHER_HOSTS), resting=(rest("FCM (Chrome)", 5), rest("far.example", 9)))
    whole, fcm, others = ServiceLines().lines(Reading(1.0, counters), NOTHING, NOTHING)
    assert [len(line.rests) for line in (whole, fcm, others)] == [2, 1, 1]
    assert others.deliveries is None, "the history cannot be asked for several hosts at once"
    assert fcm.deliveries == DeliveryFilter(service="FCM (Chrome)")
    assert whole.deliveries == DeliveryFilter()


def test_every_column_sorts_by_value_and_equal_ones_by_name() -> None:
    lines = [
        ServiceLine("b", accepted=9, latency_s=(0.9, None, None)),
        ServiceLine("a", accepted=10, latency_s=(None, None, None)),
        ServiceLine("c", accepted=10, rejected=1, latency_s=(0.1, None, None)),
    ]
    assert {column.order_by for column in SERVICE_COLUMNS} == set(SORTED_BY)
    for key in SORTED_BY:
        up = [line.name for line in in_order(lines, key, descending=False)]
        again = [line.name for line in in_order(reversed(lines), key, descending=False)]
        assert up == again, key
    assert [line.name for line in in_order(lines, "accepted", descending=True)] == ["a", "c", "b"]
    assert [line.name for line in in_order(lines, "accepted", descending=False)] == ["b", "a", "c"]
    assert [line.name for line in in_order(lines, "p50", descending=True)] == ["b", "c", "a"]
    assert [line.name for line in in_order(lines, "error_share", descending=True)] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("rests", "text", "role"),
    [
        ((), "", ""),
        ((rest("x", 28.2),), "rests 29 s", "warn"),
        ((rest("x", 28, asked=False),), "rests 28 s", "bad"),
        ((rest("x", 28), rest("x", 125)), "rests 3 min", "warn"),
        ((rest("x", 28), rest("x", 5, asked=False)), "rests 28 s", "bad"),
        ((rest("x", 28), rest("x", -5, asked=False)), "rests 28 s", "warn"),
        ((rest("x", -1),), "", ""),
    ],
)
def test_a_rest_counts_down_to_nothing(rests: tuple[object, ...], text: str, role: str) -> None:
    line = ServiceLine("x", rests=rests)  # type: ignore[arg-type]  # pytest's parameters have no types
    assert rest_text(line, NOW) == text
    assert rest_role(line, NOW) == role


def test_the_tooltip_of_a_rest_names_origin_end_and_reason() -> None:
    line = ServiceLine("x", rests=(rest("x", 28), rest("x", 9, asked=False, origin="https://b.example")))
    assert rest_tip(line, NOW).split("\n") == [
        "https://b.example is left alone for 9 s, until 12:00:09 UTC: it keeps failing.",
        "https://push.example is left alone for 28 s, until 12:00:28 UTC: the service asked for it by Retry-After.",
    ]
    many = ServiceLine("x", rests=tuple(rest("x", number + 1) for number in range(50)))
    assert rest_tip(many, NOW).split("\n")[8:] == ["and 42 origins more"]
    assert seconds_left(rest("x", 0), NOW) == 0
    assert rest_text(ServiceLine("", rests=(rest("x", 3), rest("x", 4), rest("y", 4))), NOW) == "2 resting"


def test_shares_and_times_in_words() -> None:
    assert [share_text(share) for share in (None, 0.0, 1e-6, 0.0005, 0.25, 1.0)] == [
        "–",
        "0 %",
        "< 0.1 %",
        "0.1 %",
        "25.0 %",
        "100 %",
    ]
    assert [latency_text(seconds) for seconds in (None, 0.0004, 0.038, 0.9994, 2.34)] == [
        "–",
        "0.4 ms",
        "38 ms",
        "999 ms",
        "2.3 s",
    ]


@pytest.fixture
def model(qapp: QApplication) -> Iterator[ServicesModel]:
    owner = QObject()
    made = ServicesModel(SERVICE_COLUMNS, owner)
    made.sort_by("accepted", descending=True)
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, owner)
    yield made
    assert tester.parent() is owner
    owner.deleteLater()


def _lines(**accepted: int) -> list[ServiceLine]:
    return [ServiceLine("", accepted=sum(accepted.values()))] + [
        ServiceLine(name, accepted=count, rejected=count) for name, count in accepted.items()
    ]


def test_rows_change_places_at_most_every_two_seconds_and_all_stay_on_top(model: ServicesModel) -> None:
    model.show_readings(_lines(a=1, b=2), 10.0)
    assert _names(model) == ["All push services", "b", "a"]
    model.show_readings(_lines(a=5, b=2), 10.5)
    assert _names(model) == ["All push services", "b", "a"]
    assert [model.index(row, 4).data() for row in range(3)] == ["7", "2", "5"]
    model.show_readings(_lines(a=5, b=2), 10.0 + ORDER_S)
    assert _names(model) == ["All push services", "a", "b"]
    model.show_readings(_lines(a=5, b=2, c=9), 12.1)
    assert _names(model) == ["All push services", "c", "a", "b"], "a new one takes its place at once"
    model.sort_by("service", descending=False)
    assert _names(model) == ["All push services", "a", "b", "c"]
    model.show_readings(_lines(c=9), 12.2)
    assert _names(model) == ["All push services", "c"]
    model.show_lines(())
    assert model.rowCount() == 0


def test_who_is_selected_stays_selected(qtbot: QtBot, model: ServicesModel) -> None:
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(model)
    model.show_readings(_lines(a=1, b=2, c=3), 10.0)
    choose = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    table.selectionModel().select(model.index(3, 0), choose)
    model.show_readings(_lines(a=9, b=2, c=3), 20.0)
    assert [model.lines[index.row()].name for index in table.selectionModel().selectedRows()] == ["a"]


def test_hostile_names_stay_plain_and_shares_fill_their_bars(model: ServicesModel) -> None:
    model.show_readings([ServiceLine(""), ServiceLine(HOSTILE, accepted=3, rejected=1)], 10.0)
    assert model.index(1, 0).data() == "<b>evil</b>.example<U+202E>"
    assert "&lt;b&gt;evil" in model.index(1, 0).data(3)
    share = next(number for number, column in enumerate(SERVICE_COLUMNS) if column.key == "error_share")
    assert model.index(1, share).data() == "25.0 %"
    assert model.index(1, share).data(SHARE_ROLE) == 0.25
    assert model.index(1, share).data(PILL_ROLE) == "bad"
    assert model.index(0, share).data(SHARE_ROLE) is None
    assert model.index(1, 0).data(SHARE_ROLE) is None
