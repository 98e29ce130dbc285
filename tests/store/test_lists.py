"""A list keeps its order: near and far, while others write, and until it is closed.

Runs on: any
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.gone import remove
from tests.store.conftest import AUTH, P256DH, Add
from webpush_admin.push.errors import StoreError
from webpush_admin.store import Store
from webpush_admin.store import lists as lists_module
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.lists import RowList, all_ids
from webpush_admin.store.orders import ORDERS
from webpush_admin.store.rows import SubscriptionFilter, SubscriptionQuery, SubscriptionRow, UserQuery, UserRow

ROWS = 60
ALL = SubscriptionQuery()


@pytest.fixture
def filled(store: Store, add: Add, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Sixty rows, of which a list holds the first ten by itself."""
    monkeypatch.setattr(lists_module, "HEAD_ROWS", 10)
    users = [store.add_user(f"user {number}") for number in range(5)]
    for number in range(ROWS):
        add(users[number % 5].id, f"https://push.example.net/{number:03d}", user_agent=f"Agent {number % 7}")
    return store


@pytest.fixture
def rows(filled: Store) -> Iterator[RowList[int, SubscriptionRow]]:
    made = filled.list_subscriptions(ALL)
    yield made
    made.close()


def ids(page: list[SubscriptionRow | None]) -> list[int | None]:
    return [None if row is None else row.subscription.id for row in page]


def read(rows: RowList[int, SubscriptionRow], offset: int, limit: int) -> list[int | None]:
    return ids(rows.page(offset, limit, Cancel())[0])


@pytest.mark.parametrize("placed", [False, True])
def test_a_far_page_is_the_same_walked_to_and_placed(rows: RowList[int, SubscriptionRow], placed: bool) -> None:
    if placed:
        rows.place(Cancel())
    assert rows.is_placed is placed
    assert read(rows, 0, 5) == [1, 2, 3, 4, 5]
    assert read(rows, 8, 5) == [9, 10, 11, 12, 13]
    assert read(rows, 50, 20) == [*range(51, 61)]
    assert read(rows, 70, 20) == []
    assert rows.total(Cancel()) == ROWS


@pytest.mark.parametrize("order_by", ORDERS)
@pytest.mark.parametrize("descending", [False, True])
def test_every_order_is_the_same_walked_and_placed(filled: Store, order_by: str, descending: bool) -> None:
    query = SubscriptionQuery(order_by=order_by, descending=descending)
    near, far = filled.list_subscriptions(query), filled.list_subscriptions(query)
    far.place(Cancel())
    walked = [number for offset in range(0, ROWS, 6) for number in read(near, offset, 6)]
    placed = [number for offset in range(0, ROWS, 6) for number in read(far, offset, 6)]
    assert walked == placed
    assert len(set(placed)) == ROWS
    near.close()
    far.close()


def test_a_row_that_was_deleted_leaves_a_gap_and_a_new_one_does_not_show(
    filled: Store, rows: RowList[int, SubscriptionRow]
) -> None:
    rows.place(Cancel())
    remove(filled, [2, 41])
    owner = filled.user_ids_after(None, 1)[0]
    filled.add_subscription(owner, endpoint="https://push.example.net/new", p256dh=P256DH, auth=AUTH)
    assert read(rows, 0, 4) == [1, None, 3, 4]
    assert read(rows, 38, 4) == [39, 40, None, 42]
    assert rows.total(Cancel()) == ROWS
    fresh = filled.list_subscriptions(ALL)
    assert read(fresh, 0, 4) == [1, 3, 4, 5]
    assert fresh.total(Cancel()) == ROWS - 1
    fresh.close()


def test_a_short_list_is_whole_with_its_first_page(filled: Store) -> None:
    rows = filled.list_subscriptions(SubscriptionQuery(where=SubscriptionFilter(search="https://push.example.net/059")))
    page, total = rows.page(0, 5, Cancel())
    assert (ids(page), total) == ([60], 1)
    assert rows.is_placed
    rows.close()


def test_the_number_of_a_long_search_comes_after_its_rows(filled: Store) -> None:
    rows = filled.list_subscriptions(SubscriptionQuery(where=SubscriptionFilter(search="https://push")))
    page, total = rows.page(0, 5, Cancel())
    assert (len(page), total) == (5, None)
    assert rows.total(Cancel()) == ROWS
    assert rows.page(0, 5, Cancel())[1] == ROWS
    rows.close()


def test_ids_of_stretches_and_of_everything(rows: RowList[int, SubscriptionRow]) -> None:
    assert all_ids(rows, [(0, 2), (30, 30), (58, 59)], Cancel()).tolist() == [1, 2, 3, 31, 59, 60]
    assert all_ids(rows, None, Cancel()).tolist() == [*range(1, ROWS + 1)]


def test_stretches_of_a_list_that_changed_under_its_first_rows_are_refused(
    filled: Store, rows: RowList[int, SubscriptionRow]
) -> None:
    read(rows, 0, 5)
    remove(filled, [3])
    with pytest.raises(StoreError, match="has changed meanwhile"):
        all_ids(rows, [(20, 30)], Cancel())


@pytest.mark.parametrize("walked", [False, True])
def test_stretches_of_a_list_that_changed_after_a_far_page_was_shown_are_refused(
    filled: Store, rows: RowList[int, SubscriptionRow], walked: bool
) -> None:
    if walked:
        assert read(rows, 50, 2) == [51, 52]
    else:
        assert read(rows, 0, 5) == [1, 2, 3, 4, 5]
    remove(filled, [30])
    rows.place(Cancel())
    if walked:
        with pytest.raises(StoreError, match="changed meanwhile"):
            all_ids(rows, [(50, 51)], Cancel())
    else:
        # Nobody has seen what is where by now.
        assert all_ids(rows, [(50, 51)], Cancel()).tolist() == [52, 53]
    assert read(rows, 50, 2) == [52, 53]


def test_a_cancelled_reader_gets_nothing(filled: Store, rows: RowList[int, SubscriptionRow]) -> None:
    cancel = Cancel()
    cancel.cancel()

    def endless(cancel: Cancel) -> None:
        filled.database.read(
            lambda connection: connection.exec_driver_sql(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
            ).scalar(),
            cancel=cancel,
        )

    with pytest.raises(StoreError):
        endless(cancel)
    later = Cancel()

    def give_up() -> None:
        with pytest.raises(StoreError):
            endless(later)

    reading = threading.Thread(target=give_up)
    reading.start()
    later.cancel()
    reading.join(10)
    assert not reading.is_alive(), "a read whose answer nobody wants has ended"
    assert read(rows, 0, 2) == [1, 2], "and nobody else's read with it"


def test_closing_the_store_ends_its_lists(filled: Store) -> None:
    rows = filled.list_subscriptions(ALL)
    rows.place(Cancel())
    filled.close()
    with pytest.raises(StoreError, match="closed"):
        rows.page(20, 5, Cancel())
    rows.close()
    rows.close()


def test_a_list_leaves_nothing_on_the_connection_that_it_gives_back(filled: Store) -> None:
    for order_by in ("id", "user_agent"):
        rows = filled.list_subscriptions(SubscriptionQuery(order_by=order_by))
        rows.place(Cancel())
        rows.close()
    lister = filled.database.lister(Cancel())
    assert lister.exec_driver_sql("SELECT name FROM temp.sqlite_schema").all() == []


def test_closed_lists_give_their_connections_back(filled: Store) -> None:
    lists = [filled.list_subscriptions(ALL) for _ in range(30)]
    for rows in lists:
        rows.place(Cancel())
        rows.close()
    with pytest.raises(StoreError, match="Nobody waits"):
        lists[0].place(Cancel())


VALUES: dict[str, Callable[[UserRow], Any]] = {
    "name": lambda row: row.user.name,
    "created_at": lambda row: row.user.created_at,
    "subscriptions": lambda row: row.subscriptions,
}


@pytest.mark.parametrize("order_by", VALUES)
def test_users_in_every_order(filled: Store, order_by: str) -> None:
    filled.add_user("nobody's browser")
    rows = filled.list_users(UserQuery(order_by=order_by, descending=True))
    values = [VALUES[order_by](row) for row in rows.page(0, 10, Cancel())[0] if row is not None]
    assert values == sorted(values, reverse=True)
    assert len(values) == 6
    rows.close()


def test_an_order_of_users_that_is_none_is_a_mistake_of_the_caller(store: Store) -> None:
    with pytest.raises(ValueError, match="order_by must be one of"):
        store.list_users(UserQuery(order_by="id; DROP TABLE users"))
