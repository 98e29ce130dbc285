"""Subscriptions: replaced, edited, pruned by identity, and what their answers leave behind.

Runs on: any
"""

import sqlite3
from array import array
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gone import remove
from tests.store.conftest import AUTH, P256DH, Add
from webpush_admin.push.dispatch_store import AnswerMark
from webpush_admin.push.errors import StoreError
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import Store
from webpush_admin.store.rows import SubscriptionRow
from webpush_admin.store.undo import Undo

NOON = datetime(2026, 1, 2, 12, 0, 0, 345000, tzinfo=UTC)


def _marked(store: Store, row: Subscription, *statuses: int | None) -> Subscription:
    for number, status in enumerate(statuses):
        store.record_answers([AnswerMark(row, status, NOON + timedelta(minutes=number))])
    found = store.subscription(row.id or 0)
    assert found is not None
    return found.subscription


def test_subscriptions_come_back_in_the_order_they_were_made(store: Store, add: Add) -> None:
    ada, bob = store.add_user("ada"), store.add_user("bob")
    made = [add(ada.id, f"https://push.example.net/{number}") for number in (3, 1, 2)]
    add(bob.id)
    assert store.subscriptions_of(ada.id) == made
    assert made[0] == Subscription(
        "https://push.example.net/3",
        P256DH,
        AUTH,
        id=1,
        user_id=ada.id,
        created_at=made[0].created_at,
    )
    assert store.subscriptions_of(uuid4()) == []


def test_every_field_is_read_alike_by_the_quick_way_and_the_usual_one(store: Store, add: Add) -> None:
    store.vapid_keys()
    row = add(store.add_user("ada").id, user_agent="Mozilla/5.0")
    assert (row.vapid_key_id, row.user_agent) == (1, "Mozilla/5.0")
    for statuses in ((), (404,), (201,), (201, 404)):
        marked = _marked(store, row, *statuses)
        assert store.subscriptions_of(row.user_id or uuid4()) == [marked]


def test_the_users_rows_take_one_statement(store: Store, add: Add) -> None:
    user = store.add_user("ada")
    add(user.id)
    store.subscriptions_of(user.id)
    statements: list[str] = []
    connection = store.database._pools.readers.connect()
    raw: Any = connection.connection.dbapi_connection
    raw.set_trace_callback(statements.append)
    connection.close()
    assert len(store.subscriptions_of(user.id)) == 1
    assert len(statements) == 1
    assert statements[0].startswith("SELECT")


def test_adding_again_replaces_the_keys_and_forgets_the_answers(store: Store, add: Add) -> None:
    user = store.add_user("ada")
    first = add(user.id, user_agent="Firefox")
    _marked(store, first, 201, 404)
    second = add(user.id, p256dh="B" * 87, auth="c" * 22)
    assert second == replace(first, p256dh="B" * 87, auth="c" * 22)
    assert store.subscriptions_of(user.id) == [second]
    assert (second.last_status, second.last_success_at, second.first_404_at) == (None, None, None)
    assert second.user_agent == "Firefox"


def test_the_same_endpoint_may_belong_to_two_users(store: Store, add: Add) -> None:
    assert add(store.add_user("ada").id).id != add(store.add_user("bob").id).id
    assert store.counts() == (2, 2)


def test_a_user_who_is_not_there_gets_no_subscription(store: Store, add: Add) -> None:
    with pytest.raises(StoreError, match="no such user"):
        add(uuid4())
    assert store.counts() == (0, 0)


def test_the_number_of_a_deleted_row_is_never_given_again(store: Store, add: Add, url: str) -> None:
    user = store.add_user("ada")
    row = add(user.id)
    assert store.delete_subscriptions([row]) == [row]
    store.close()
    again = Store.open(url)
    assert (
        again.add_subscription(user.id, endpoint=row.endpoint, p256dh=row.p256dh, auth=row.auth).id == (row.id or 0) + 1
    )
    again.close()


def test_editing(store: Store, add: Add) -> None:
    user = store.add_user("ada")
    row, other = add(user.id), add(user.id, "https://push.example.net/2")
    marked = _marked(store, row, 201)

    def edit(number: int, endpoint: str = row.endpoint) -> Subscription:
        return store.edit_subscription(
            number, endpoint=endpoint, p256dh=row.p256dh, auth=row.auth, user_agent="Firefox"
        )

    assert edit(row.id or 0) == replace(marked, user_agent="Firefox")
    edited = edit(row.id or 0, "https://push.example.net/3")
    assert edited == replace(row, endpoint="https://push.example.net/3", user_agent="Firefox")
    with pytest.raises(StoreError, match="another subscription with this endpoint") as caught:
        edit(row.id or 0, other.endpoint)
    assert caught.value.__context__ is None
    with pytest.raises(StoreError, match="no such subscription"):
        edit(999)
    assert store.subscriptions_of(user.id) == [edited, other]


def test_a_prune_matches_id_endpoint_and_keys(store: Store, add: Add) -> None:
    user = store.add_user("ada")
    row = add(user.id)
    for stale in (
        replace(row, id=99),
        replace(row, id=None),
        replace(row, endpoint="https://push.example.net/x"),
        replace(row, p256dh="old"),
    ):
        assert store.delete_subscriptions([stale]) == []
    others = [add(user.id, f"https://push.example.net/{number}") for number in range(10, 12)]
    assert store.delete_subscriptions([row, replace(others[1], p256dh="old"), row, others[0]]) == [row, others[0]]
    assert store.subscriptions_of(user.id) == others[1:]
    assert store.delete_subscriptions([]) == []


def test_rows_are_removed_by_number(store: Store, add: Add) -> None:
    user = store.add_user("ada")
    rows = [add(user.id, f"https://push.example.net/{number}") for number in range(3)]
    assert remove(store, [rows[0].id or 0, rows[2].id or 0, 77]) == 2
    assert store.subscriptions_of(user.id) == [rows[1]]


def test_rows_by_number_keep_the_order_that_was_asked_for(store: Store, add: Add) -> None:
    user = store.add_user("ada")
    rows = [add(user.id, f"https://push.example.net/{number}") for number in range(3)]
    found = store.subscriptions([3, 77, 1])
    assert found == [SubscriptionRow(rows[2], "ada"), SubscriptionRow(rows[0], "ada")]
    assert store.subscription(77) is None


@pytest.mark.parametrize(
    ("statuses", "last_status", "success_minute", "missing_minute"),
    [
        ((201,), 201, 0, None),
        ((404,), 404, None, 0),
        ((404, 404), 404, None, 0),
        ((404, 500), 500, None, None),
        ((404, 201, 404), 404, 1, 2),
        ((201, 500), 500, 0, None),
        ((200, 500), 500, 0, None),
        ((202, 500), 500, 0, None),
        ((203, 204), 204, None, None),
        ((404, 204), 204, None, None),
        ((404, None), 404, None, 0),
        ((201, None), 201, 0, None),
        ((None,), None, None, None),
    ],
)
def test_answers_are_remembered(
    store: Store,
    add: Add,
    statuses: tuple[int | None, ...],
    last_status: int | None,
    success_minute: int | None,
    missing_minute: int | None,
) -> None:
    found = _marked(store, add(store.add_user("ada").id), *statuses)

    def at(minute: int | None) -> datetime | None:
        return None if minute is None else NOON + timedelta(minutes=minute)

    assert (found.last_status, found.last_success_at, found.first_404_at) == (
        last_status,
        at(success_minute),
        at(missing_minute),
    )


def test_an_answer_to_keys_that_were_replaced_is_left_alone(store: Store, add: Add) -> None:
    user = store.add_user("ada")
    old = add(user.id)
    add(user.id, p256dh="new")
    assert _marked(store, old, 404).last_status is None


def test_undecodable_text_is_shown_and_can_be_removed(store: Store, add: Add, path: Path) -> None:
    user = store.add_user("ada")
    row = add(user.id)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE subscriptions SET user_agent = CAST(x'41ff42' AS TEXT), endpoint = CAST(x'ff' AS TEXT)")
        raw.commit()
    (found,) = store.subscriptions_of(user.id)
    assert (found.endpoint, found.user_agent) == ("\ufffd", "A\ufffdB")
    step = Undo(store, lambda: None).delete(array("q", [row.id or 0]), (), lambda *_: None)
    assert step is not None
    assert step.subscriptions == 1


def test_impossible_times_are_not_fatal(store: Store, add: Add, path: Path) -> None:
    user = store.add_user("ada")
    add(user.id)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE subscriptions SET created_at = 9223372036854775807, first_404_at = -9223372036854775808")
        raw.commit()
    (found,) = store.subscriptions_of(user.id)
    assert found.created_at is not None
    assert found.first_404_at is not None
    assert (found.created_at.year, found.first_404_at.year) == (9999, 1)


def test_a_user_id_that_is_none_is_told(store: Store, add: Add, path: Path) -> None:
    add(store.add_user("ada").id)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE users SET id = 'me'")
        raw.execute("UPDATE subscriptions SET user_id = 'me'")
        raw.commit()
    with pytest.raises(StoreError, match="no UUID"):
        store.subscriptions([1])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(endpoint=st.text(), p256dh=st.text(), auth=st.text(), user_agent=st.none() | st.text())
def test_every_text_is_kept(
    store: Store, add: Add, endpoint: str, p256dh: str, auth: str, user_agent: str | None
) -> None:
    user = store.add_user("ada")
    row = store.add_subscription(user.id, endpoint=endpoint, p256dh=p256dh, auth=auth, user_agent=user_agent)
    assert (row.endpoint, row.p256dh, row.auth, row.user_agent) == (endpoint, p256dh, auth, user_agent)
    assert store.subscriptions_of(user.id) == [row]
    assert store.delete_subscriptions([row]) == [row]


@pytest.mark.parametrize("status", [2**63, -(2**70)])
def test_a_number_too_large_is_told(store: Store, add: Add, status: int) -> None:
    row = add(store.add_user("ada").id)
    with pytest.raises(StoreError, match="too large"):
        store.record_answers([AnswerMark(row, status, NOON)])


def test_no_secret_is_in_an_error(store: Store, add: Add, path: Path) -> None:
    user = store.add_user("ada")
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TRIGGER no_more BEFORE INSERT ON subscriptions BEGIN SELECT RAISE(ABORT, 'no'); END")
        raw.commit()
    for auth in ("very-secret-auth", "very-secret-auth\ud800"):
        with pytest.raises(StoreError) as caught:
            add(user.id, auth=auth)
        assert caught.value.__context__ is None
        assert caught.value.__cause__ is None
        assert "secret" not in repr(caught.value)
        assert "INSERT" not in str(caught.value)
