"""Subscriptions that an operator has marked: what shows it, and what takes the mark away.

Runs on: any
"""

from array import array
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.store.conftest import AUTH, P256DH
from tests.store.history.sent import delivery, fill, one_user, start
from tests.store.reading import subscriptions
from webpush_admin.push.dispatch_store import AnswerMark, ChangeKind, StoreChange
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import Store, filters
from webpush_admin.store.rows import Condition, SubscriptionFilter, SubscriptionQuery
from webpush_admin.store.undo import Undo

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STATUSES = (None, 201, 404, 500)


def marked(store: Store) -> list[int]:
    return [row.subscription.id or 0 for row in subscriptions(store, SubscriptionQuery()) if row.suspect]


def test_a_mark_is_shown_until_it_is_taken_away(store: Store) -> None:
    rows = fill(store, 2, 3)
    told: list[StoreChange] = []
    store.add_listener(told.append)
    assert store.mark_suspect([1, 2, 99]) == 2
    assert store.mark_suspect([2, 3]) == 1
    assert marked(store) == [1, 2, 3]
    assert [row.suspect for row in store.subscriptions([4, 3])] == [False, True]
    assert store.unmark([1, 4]) == 1
    assert marked(store) == [2, 3]
    assert {change.kind for change in told} == {ChangeKind.SUBSCRIPTIONS}
    assert told[0].user_ids == {rows[0].user_id}


def replace(store: Store, row: Subscription, **others: str) -> None:
    values: Any = {"endpoint": row.endpoint, "p256dh": row.p256dh, "auth": row.auth, **others}
    store.edit_subscription(row.id or 0, user_agent="edited", **values)


def test_what_accepts_a_push_or_is_another_by_now_is_suspect_no_more(store: Store) -> None:
    rows = one_user(store, 8)
    store.mark_suspect(range(1, 9))
    store.record_answers([AnswerMark(rows[0], 201, NOW), AnswerMark(rows[1], 500, NOW)])
    send = store.history.begin(start())
    store.history.conclude(send, [delivery(rows[2])], NOW)
    replace(store, rows[3], auth="another")
    replace(store, rows[4], endpoint="https://push.example.org/new")
    replace(store, rows[5])
    user = rows[6].user_id
    assert user is not None
    store.add_subscription(user, endpoint=rows[6].endpoint, p256dh=P256DH, auth=AUTH)
    assert marked(store) == [2, 6, 8]


def test_a_deleted_row_takes_its_mark_along_and_an_undo_brings_both_back(store: Store, url: str) -> None:
    one_user(store, 3)
    store.mark_suspect([1, 2])
    undo = Undo(store, lambda: None)
    undo.delete(array("q", [1]), [], lambda done, total: None)
    assert marked(store) == [2]
    undo.undo(lambda done, total: None)
    assert marked(store) == [1, 2]
    undo.delete(array("q", [1]), [], lambda done, total: None)
    store.history.recover()
    assert store.database.read(lambda c: c.exec_driver_sql("SELECT * FROM suspects").fetchall())[0][0] == 2


@pytest.fixture
def answered(store: Store) -> Store:
    """Rows with every answer, of each of which the second is marked."""
    rows = one_user(store, 40)
    store.record_answers([AnswerMark(row, STATUSES[place % 4], NOW) for place, row in enumerate(rows) if place % 4])
    store.mark_suspect([(row.id or 0) for place, row in enumerate(rows) if place // 4 % 2])
    return store


WANTED = {
    Condition.NEW: (None, False),
    Condition.OK: (201, False),
    Condition.FAILING: (500, False),
}


@pytest.mark.parametrize("few", [filters.FEW, -1])
@pytest.mark.parametrize("order_by", ["id", "created_at", "state", "last_status"])
def test_every_row_is_in_one_condition(
    answered: Store, few: int, order_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "FEW", few)
    everything = subscriptions(answered, SubscriptionQuery(order_by=order_by))
    for condition in (*WANTED, Condition.SUSPECT):
        found = subscriptions(
            answered, SubscriptionQuery(order_by=order_by, where=SubscriptionFilter(condition=condition))
        )
        assert found == [
            row
            for row in everything
            if ((row.subscription.last_status, row.suspect) == WANTED.get(condition))
            or (condition is Condition.SUSPECT and (row.suspect or row.subscription.last_status == 404))
        ]
        assert len(found) == (25 if condition is Condition.SUSPECT else 5)


def test_a_mark_sorts_with_the_suspects(answered: Store) -> None:
    rows = subscriptions(answered, SubscriptionQuery(order_by="state"))
    suspects = [row.suspect or row.subscription.last_status == 404 for row in rows]
    assert suspects == sorted(suspects)


def test_marks_never_turn_the_walk_around(answered: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "FEW", -1)
    for condition in Condition.NEW, Condition.SUSPECT:
        query = SubscriptionQuery(order_by="created_at", where=SubscriptionFilter(condition=condition))

        def plan(connection: object, query: SubscriptionQuery = query) -> list[str]:
            statement = filters.ids_in_order(connection, query, audited=False, all_of_it=False)  # type: ignore[arg-type]  # a Connection
            text = str(statement.compile(compile_kwargs={"literal_binds": True}))
            return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]  # type: ignore[attr-defined]  # a Connection

        steps = answered.database.read(plan)
        assert steps[0] == "SCAN subscriptions USING INDEX subscriptions_by_created_at"
        assert not any("TEMP B-TREE" in step for step in steps)
