"""The list of deliveries: each filter and order agrees with the same thing done in Python, whichever way is taken.

Runs on: any
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.history.sent import AT, SERVER_FAILS, delivery, fill, start
from tests.store.reading import everything
from webpush_admin.push.answer import Diagnosis, DiagnosisAction, Outcome
from webpush_admin.push.services import service_name
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.filters import FEW
from webpush_admin.store.history import filters
from webpush_admin.store.history_rows import DeliveryFilter, DeliveryQuery, DeliveryRow, SendState
from webpush_admin.store.schema import name_key

KINDS: tuple[tuple[Outcome, int | None, dict[str, Any]], ...] = (
    (Outcome.ACCEPTED, 201, {}),
    (Outcome.ACCEPTED, 201, {"diagnosis": Diagnosis("any-show", DiagnosisAction.SHOW, "look")}),
    (Outcome.GONE, 410, {"held": True, "diagnosis": Diagnosis("any-410", DiagnosisAction.PRUNE, "gone")}),
    (Outcome.REJECTED, 503, {"diagnosis": SERVER_FAILS, "attempts": 3, "elapsed_s": 1.5}),
    (Outcome.UNREACHABLE, None, {"reason": "No answer."}),
    (Outcome.BLOCKED, None, {"request": None, "elapsed_s": 0.0}),
    (Outcome.NOT_SENT, None, {"request": None, "attempts": 0}),
)


@pytest.fixture
def filled(store: Store) -> Store:
    """Four sends: three that have ended an hour after each other, and one that runs; one user is gone since."""
    rows = fill(store, 4, 9)
    for number in range(4):
        at = AT + timedelta(hours=number)
        send = store.history.begin(start(f"send {number}"))
        store.history.intend(send, rows, at)
        concluded = [
            delivery(row, *KINDS[(place * 3 + number) % 7][:2], **KINDS[(place * 3 + number) % 7][2])
            for place, row in enumerate(rows[: 36 - 3 * number])
        ]
        for place in range(0, len(concluded), 10):
            store.history.conclude(send, concluded[place : place + 10], at + timedelta(minutes=place))
        if number < 3:
            store.history.end(send, SendState.ENDED)
    gone = rows[0].user_id
    assert gone is not None
    store.delete_users([gone])
    return store


def deliveries(store: Store, query: DeliveryQuery, size: int = 50) -> list[DeliveryRow]:
    return everything(store.history.list(query), size)


def failed(row: DeliveryRow) -> bool:
    return row.outcome not in (Outcome.ACCEPTED, Outcome.GONE, None)


Case = tuple[DeliveryFilter, Callable[[DeliveryRow], bool]]

WHERE = DeliveryFilter()
CASES: dict[str, Case] = {
    "send": (replace(WHERE, send=2), lambda row: row.send == 2),
    "no send": (replace(WHERE, send=99), lambda row: False),
    "subscription": (replace(WHERE, subscription_id=12), lambda row: row.subscription_id == 12),
    "both": (replace(WHERE, subscription_id=12, send=2), lambda row: (row.subscription_id, row.send) == (12, 2)),
    "failed": (replace(WHERE, failed=True), failed),
    **{
        outcome.value: (replace(WHERE, outcome=outcome), lambda row, outcome=outcome: row.outcome is outcome)  # type: ignore[misc]  # bound now
        for outcome in Outcome
    },
    "failed of one": (replace(WHERE, failed=True, send=3), lambda row: failed(row) and row.send == 3),
    "rule": (replace(WHERE, rule="any-5xx"), lambda row: row.rule == "any-5xx"),
    "no rule": (replace(WHERE, rule="x"), lambda row: False),
    "service": (
        replace(WHERE, service="Mozilla autopush"),
        lambda row: service_name(row.host) == "Mozilla autopush",
    ),
    "host": (replace(WHERE, service="PUSH.example.org"), lambda row: row.host == "push.example.org"),
    "from": (replace(WHERE, at_from=AT + timedelta(hours=1)), lambda row: row.at >= AT + timedelta(hours=1)),
    "between": (
        replace(WHERE, at_from=AT + timedelta(minutes=10), at_to=AT + timedelta(hours=2)),
        lambda row: AT + timedelta(minutes=10) <= row.at < AT + timedelta(hours=2),
    ),
    "never": (replace(WHERE, at_to=AT), lambda row: False),
    "name": (replace(WHERE, search="USER 2"), lambda row: row.user_name == "user 2"),
    "start of a host": (replace(WHERE, search="Updates.push"), lambda row: row.host.startswith("updates")),
    "tail": (replace(WHERE, search="0003"), lambda row: row.tail == "0003" or row.subscription_id == 3),
    "status": (replace(WHERE, search="503"), lambda row: row.status == 503),
    "id": (replace(WHERE, search=" 14 "), lambda row: row.subscription_id == 14),
    "nothing": (replace(WHERE, search="nowhere"), lambda row: False),
    "together": (
        replace(WHERE, search="user", failed=True, at_from=AT + timedelta(hours=1), service="FCM (Chrome)"),
        lambda row: (
            "user" in row.user_name and failed(row) and row.at >= AT + timedelta(hours=1) and "google" in row.host
        ),
    ),
}


@pytest.mark.parametrize("few", [FEW, -1])
@pytest.mark.parametrize("order_by", ["number", "at", "user", "status"])
def test_gathered_and_walked_every_filter_is_the_same_as_in_python(
    filled: Store, few: int, order_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "FEW", few)
    monkeypatch.setattr(filters, "FEW_USERS", few)
    all_rows = deliveries(filled, DeliveryQuery(order_by=order_by))
    assert len(all_rows) == 4 * 36
    empty = 0
    for name, (where, wanted) in CASES.items():
        found = deliveries(filled, DeliveryQuery(where, order_by))
        assert found == [row for row in all_rows if wanted(row)], name
        empty += not found
    assert empty == 4, "no send, no rule, never, nothing"


def test_a_users_deliveries_are_found_after_the_user_is_gone(filled: Store) -> None:
    everybody = deliveries(filled, DeliveryQuery(order_by="user", descending=False))
    nobody = everybody[0]
    assert (nobody.user_name, len({row.user_id for row in everybody})) == ("", 4)
    found = deliveries(filled, DeliveryQuery(replace(WHERE, user_id=nobody.user_id)))
    assert sorted(row.number for row in found) == sorted(row.number for row in everybody if not row.user_name)


def keys(order_by: str) -> Callable[[DeliveryRow], Any]:
    def key(row: DeliveryRow) -> Any:
        values = {
            "number": row.number,
            "at": row.at,
            "user": (name_key(row.user_name), row.user_id),
            "host": row.host,
            "outcome": -1 if row.outcome is None else [*Outcome].index(row.outcome),
            "status": row.status or 0,
            "elapsed": row.elapsed_s,
            "rule": row.rule,
        }
        return values[order_by], row.number

    return key


@pytest.mark.parametrize("order_by", filters.ORDERS)
def test_every_order_is_that_of_python(filled: Store, order_by: str) -> None:
    for descending in (False, True):
        found = deliveries(filled, DeliveryQuery(order_by=order_by, descending=descending), 19)
        assert found == sorted(found, key=keys(order_by), reverse=descending)
        assert len(found) == 144


def test_an_order_that_there_is_not_is_a_mistake(store: Store) -> None:
    with pytest.raises(ValueError, match="order_by must be one of number"):
        store.history.list(DeliveryQuery(order_by="colour"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=40),
    service=st.text(max_size=20),
    order_by=st.sampled_from(sorted(filters.ORDERS)),
    moment=st.one_of(st.none(), st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1))),  # noqa: DTZ001  # made aware below
)
def test_no_search_is_an_error(filled: Store, text: str, service: str, order_by: str, moment: datetime | None) -> None:
    if any(0xD800 <= ord(character) < 0xE000 for character in text + service):
        return
    at = None if moment is None else moment.replace(tzinfo=AT.tzinfo)
    query = DeliveryQuery(DeliveryFilter(search=text, service=service, at_from=at), order_by)
    assert len(deliveries(filled, query)) <= 144


def plan(store: Store, query: DeliveryQuery) -> Iterator[str]:
    def explain(connection: Any) -> list[str]:
        statement = filters.ids_in_order(connection, query, frozenset())
        text = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]

    yield from store.database.read(explain)


@pytest.mark.parametrize("descending", [False, True])
def test_the_usual_lists_sort_nothing(filled: Store, descending: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for where, order_by, step in (
        (WHERE, "number", "SCAN deliveries"),
        (WHERE, "at", "SCAN deliveries USING COVERING INDEX deliveries_by_at"),
        (replace(WHERE, send=2), "number", "SEARCH deliveries USING COVERING INDEX deliveries_by_send (send=?)"),
        (replace(WHERE, send=2, failed=True), "number", "SEARCH deliveries USING INDEX deliveries_by_send (send=?)"),
        (
            replace(WHERE, subscription_id=2),
            "number",
            "SEARCH deliveries USING COVERING INDEX deliveries_by_subscription (subscription_id=?)",
        ),
    ):
        (only,) = plan(filled, DeliveryQuery(where, order_by, descending))
        assert only.startswith(step.partition(" USING")[0])
        assert step.partition("USING ")[2] in only
    monkeypatch.setattr(filters, "FEW", -1)
    for where in (replace(WHERE, failed=True), replace(WHERE, at_from=AT), replace(WHERE, search="5")):
        for order_by in ("number", "at"):
            steps = [*plan(filled, DeliveryQuery(where, order_by, descending))]
            assert not any("TEMP B-TREE" in step for step in steps), steps


def test_a_total_is_known_at_once_where_an_index_counts_it(filled: Store) -> None:
    for where, total in ((WHERE, 144), (replace(WHERE, send=2), 36), (replace(WHERE, failed=True), 0)):
        rows = filled.history.list(DeliveryQuery(where))
        known = rows.page(0, 10, Cancel())[1]
        rows.close()
        assert known == total or not total


def test_deliveries_that_come_later_are_in_the_next_list(filled: Store, path: Path) -> None:
    before = filled.history.list(DeliveryQuery())
    first, _ = before.page(0, 5, Cancel())
    send = filled.history.begin(start())
    filled.history.intend(send, fill(filled, 1, 3), AT)
    assert before.page(0, 5, Cancel())[0] == first
    newest = deliveries(filled, DeliveryQuery())[:4]
    assert [row.send for row in newest] == [send, send, send, 4]
    assert all(one.number > other.number for one, other in pairwise(newest))
    before.close()
