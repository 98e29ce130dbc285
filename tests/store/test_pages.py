"""Pages: every order and search agrees with the same thing done in Python.

Runs on: any
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.store.conftest import Add
from tests.store.reading import subscriptions, users
from webpush_admin.push.dispatch_store import AnswerMark
from webpush_admin.store import Store, User
from webpush_admin.store.orders import ORDERS
from webpush_admin.store.rows import SubscriptionFilter, SubscriptionQuery, SubscriptionRow
from webpush_admin.store.schema import name_key

NAMES = ("bob", "Ada", "ÄRGER", "ärger", "100%", "a_b", "O'Neil", "", "Ada", "zoë", "agent 3")


@dataclass
class Filled:
    """A store of users and subscriptions, with answers on some."""

    store: Store
    users: list[User]
    rows: list[SubscriptionRow]


@pytest.fixture
def filled(store: Store, add: Add) -> Filled:
    users = [store.add_user(name) for name in NAMES]
    for number in range(40):
        user = users[number * 7 % (len(users) - 1)]
        host = ("fcm.example.com", "updates.push.example.org", "FCM.example.com")[number % 3]
        row = add(user.id, f"https://{host}/{number:03d}", user_agent=f"Browser {number % 4}")
        if number % 2:
            status = (201, 404, 500)[number % 3]
            store.record_answers([AnswerMark(row, status, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number))])
    rows = store.subscriptions(range(1, 41))
    assert len(rows) == 40
    return Filled(store, users, rows)


def _state(row: SubscriptionRow) -> int:
    status = row.subscription.last_status
    if status is None:
        return 2
    return 3 if status == 201 else 4 if status in (404, 410) else 0


def _key(row: SubscriptionRow, order_by: str) -> Any:
    if order_by == "user":
        user_id = row.subscription.user_id
        assert user_id is not None
        return name_key(row.user_name), user_id.hex, row.subscription.id
    if order_by == "state":
        return _state(row), row.subscription.id
    if order_by == "findings":
        return row.subscription.id
    if order_by == "user_id":
        assert row.subscription.user_id is not None
        return row.subscription.user_id.hex, row.subscription.id
    value = getattr(row.subscription, "endpoint" if order_by == "service" else order_by)
    # SQLite sorts what is missing before everything else.
    return (value is not None, value if value is not None else 0), row.subscription.id


@pytest.mark.parametrize("order_by", ORDERS)
@pytest.mark.parametrize("descending", [False, True])
def test_pages_of_every_order_make_up_the_whole(filled: Filled, order_by: str, descending: bool) -> None:
    query = SubscriptionQuery(order_by=order_by, descending=descending)
    assert subscriptions(filled.store, query) == sorted(
        filled.rows, key=lambda row: _key(row, order_by), reverse=descending
    )


def test_an_order_that_is_none_is_a_mistake_of_the_caller(store: Store) -> None:
    with pytest.raises(ValueError, match="order_by must be one of"):
        store.list_subscriptions(SubscriptionQuery(order_by="id; DROP TABLE users"))


@pytest.mark.parametrize("order_by", ["id", "user"])
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", lambda _row: True),
        ("  ", lambda _row: True),
        ("7", lambda row: row.subscription.id == 7),
        ("3", lambda row: row.subscription.id == 3 or row.user_name == "agent 3"),
        ("9" * 30, lambda _row: False),
        ("fcm", lambda row: row.subscription.endpoint.startswith("https://fcm.")),
        ("FCM.example.com/0", lambda row: row.subscription.host.startswith("fcm.")),
        ("updates.push", lambda row: row.subscription.host.startswith("updates.push")),
        ("example.com", lambda _row: False),
        ("https://fcm.example.com/00", lambda row: row.subscription.endpoint.startswith("https://fcm.example.com/00")),
        ("https://nowhere", lambda _row: False),
        ("ada", lambda row: row.user_name == "Ada"),
        ("ärg", lambda row: row.user_name.lower() == "ärger"),
        ("%", lambda row: "%" in row.user_name),
        ("_", lambda row: "_" in row.user_name),
        ("'", lambda row: "'" in row.user_name),
        ("\\", lambda _row: False),
        ("x" * 100_000, lambda _row: False),
    ],
)
def test_searching_subscriptions(filled: Filled, search: str, found: Any, order_by: str) -> None:
    expected = [row for row in filled.rows if found(row)]
    query = SubscriptionQuery(where=SubscriptionFilter(search=search), order_by=order_by)
    page = subscriptions(filled.store, query)
    assert sorted(page, key=lambda row: row.subscription.id or 0) == expected


def test_of_one_user(filled: Filled) -> None:
    user = filled.users[1]
    query = SubscriptionQuery(user_id=user.id, where=SubscriptionFilter(search="fcm"))
    expected = [
        row for row in filled.rows if row.subscription.user_id == user.id and row.subscription.host.startswith("fcm")
    ]
    lower = [row for row in expected if "fcm" in row.subscription.endpoint]
    assert subscriptions(filled.store, query) == lower
    everything = SubscriptionQuery(user_id=user.id)
    assert len(subscriptions(filled.store, everything)) == len(filled.store.subscriptions_of(user.id)) > 0


def test_users_are_sorted_without_case_and_counted(filled: Filled) -> None:
    paged = users(filled.store, size=4)
    assert [row.user for row in paged] == sorted(filled.users, key=lambda user: (name_key(user.name), user.id.hex))
    assert sum(row.subscriptions for row in paged) == 40
    assert {row.subscriptions for row in paged if row.user == filled.users[-1]} == {0}
    assert len(paged) == len(NAMES)


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("ADA", ["Ada", "Ada"]),
        ("ÄRG", ["ÄRGER", "ärger"]),
        ("%", ["100%"]),
        ("_", ["a_b"]),
        ("'n", ["O'Neil"]),
        ("nobody", []),
        ("OË", ["zoë"]),
    ],
)
def test_searching_users(filled: Filled, search: str, names: list[str]) -> None:
    found = users(filled.store, search)
    assert sorted(row.user.name for row in found) == sorted(names)


def test_users_are_found_by_the_start_of_their_id(filled: Filled) -> None:
    user = filled.users[4]
    for search in (str(user.id), str(user.id)[:20].upper(), user.id.hex):
        assert [row.user for row in users(filled.store, search)] == [user]
