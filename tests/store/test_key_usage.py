"""Which pairs subscriptions were made with and where they are, counted from narrow indexes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from tests.store.conftest import Add
from webpush_admin.push.dispatch_store import AnswerMark
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store
from webpush_admin.store.key_usage import KeyUsage, count_accepted, key_usage

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def bind(store: Store, pair: int | None, *numbers: int) -> None:
    def work(connection: Connection) -> None:
        for number in numbers:
            statement = "UPDATE subscriptions SET vapid_key_id = ? WHERE id = ?"
            connection.exec_driver_sql(statement, (pair, number))

    store.database.write(work)


def test_nothing_is_nothing(store: Store) -> None:
    assert store.database.read(key_usage) == KeyUsage(0, (), (), "")
    assert store.database.read(lambda connection: count_accepted(connection, LONG_AGO)) == 0


def test_they_are_counted_by_pair_and_by_place(store: Store, add: Add) -> None:
    user_id = store.add_user("Ada").id
    store.vapid_keys()
    other = store.keys.add(VapidKeys.generate(), "other").id
    places = ("a.example/1", "a.example/2", "a.example?3", "a.example:8443/4", "b.example/5", "c.example")
    for place in places:
        add(user_id, f"https://{place}")
    add(user_id, "http://127.0.0.1:8080/x")
    bind(store, other, 1, 2)
    bind(store, None, 3)
    usage = store.database.read(key_usage)
    assert (usage.total, usage.first) == (7, "http://127.0.0.1:8080/x")
    assert usage.by_pair == ((None, 1), (1, 4), (other, 2))
    # One without a path is nowhere: no push service has such an endpoint.
    assert usage.by_authority == (("a.example", 3), ("a.example:8443", 1), ("b.example", 1), ("c.example", 0))


def test_who_accepted_is_counted_for_the_active_pair_alone_and_since_then(store: Store, add: Add) -> None:
    user_id = store.add_user("Ada").id
    store.vapid_keys()
    other = store.keys.add(VapidKeys.generate()).id
    made = [add(user_id, f"https://push.example.net/{number}") for number in range(5)]
    now = datetime.now(UTC)
    store.record_answers([AnswerMark(row, 201, now - timedelta(hours=number)) for number, row in enumerate(made[:4])])

    def accepted(since: datetime) -> int:
        return store.database.read(lambda connection: count_accepted(connection, since))

    assert accepted(LONG_AGO) == 4
    assert accepted(now - timedelta(minutes=90)) == 2
    bind(store, other, 1)
    bind(store, None, 2)
    assert accepted(LONG_AGO) == 3
    # Of a pair without a private key the active one takes the subscriptions over.
    retire = "UPDATE vapid_keys SET private_key = NULL WHERE active = 0"
    store.database.write(lambda connection: connection.exec_driver_sql(retire))
    assert accepted(LONG_AGO) == 4
