"""What was answered about keys, and when services say that it was: read from as little as that takes."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from tests.store.conftest import Add
from webpush_admin.store import Store, key_answers
from webpush_admin.store.key_answers import (
    DATED,
    MOST_ANSWERS,
    AnsweredAboutKeys,
    Dated,
    answered_about_keys,
    count_told_accepted,
    newest_dates,
)
from webpush_admin.store.schema import to_ms

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY, CLAIMS = "fcm-403-key", "apple-403-token"


def tell(store: Store, answers: Sequence[tuple[int, str, int | None, str | None]]) -> None:
    """Write down answers, a minute apart: to whom, what rule speaks of it, the status, the headers."""

    def work(connection: Connection) -> None:
        for minute, (number, rule, status, headers) in enumerate(answers):
            connection.exec_driver_sql(
                "INSERT INTO deliveries (send, at, subscription_id, host, tail, outcome, status, rule, headers) "
                "VALUES (1, ?, ?, 'push.example.net', 'abcd', ?, ?, ?, ?)",
                (to_ms(NOON + timedelta(minutes=minute)), number, 0 if status == 201 else 2, status, rule, headers),
            )

    store.database.write(
        lambda connection: connection.exec_driver_sql(
            "INSERT OR IGNORE INTO sends (id, at, state, heard_at, target, test, title, ttl_s, urgency, payload_bytes, "
            "targets) VALUES (1, 0, 1, 0, 'all', 0, '', 60, 'normal', 0, 0)"
        )
    )
    store.database.write(work)


def found(store: Store, since: datetime = NOON) -> list[tuple[str, int | None, int]]:
    answered = store.database.read(lambda connection: answered_about_keys(connection, (KEY, CLAIMS), since))
    assert all(one.host == "push.example.net" for one in answered)
    return [(one.rule, one.key_id, one.subscriptions) for one in answered]


def test_the_newest_answer_to_each_subscription_counts(store: Store, add: Add) -> None:
    user_id = store.add_user("Ada").id
    store.vapid_keys()
    for number in range(1, 7):
        add(user_id, f"https://push.example.net/{number}")
    tell(
        store,
        [
            (1, KEY, 403, None),
            (2, KEY, 403, None),
            (2, "", 201, None),  # has accepted since
            (3, KEY, 403, None),
            (3, CLAIMS, 403, None),  # answers otherwise since
            (4, KEY, 403, None),
            (4, "no-answer-timeout", None, None),  # was not answered since
            (5, "mozilla-410-gone", 410, None),  # speaks of no key
            (99, KEY, 403, None),  # is gone
        ],
    )
    assert found(store) == [(KEY, 1, 2), (CLAIMS, 1, 1)]
    assert found(store, NOON + timedelta(minutes=4)) == [(KEY, 1, 1), (CLAIMS, 1, 1)]
    assert store.database.read(lambda connection: count_told_accepted(connection, NOON)) == 1


def test_of_very_many_the_newest_are_looked_at_and_that_is_told(store: Store, add: Add) -> None:
    user_id = store.add_user("Ada").id
    one = add(user_id)
    tell(store, [])

    def many(connection: Connection) -> None:
        numbers = f"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {MOST_ANSWERS})"
        connection.exec_driver_sql(
            f"{numbers} INSERT INTO subscriptions (user_id, endpoint, p256dh, auth, created_at) "
            "SELECT user_id, 'https://push.example.net/many/' || i, p256dh, auth, created_at FROM subscriptions, n"
        )
        connection.exec_driver_sql(
            "INSERT INTO deliveries (send, at, subscription_id, host, tail, outcome, status, rule) "
            f"SELECT 1, {to_ms(NOON)}, id, 'push.example.net', 'abcd', 2, 403, '{KEY}' FROM subscriptions"
        )

    store.database.write(many)
    read = store.database.read(lambda connection: answered_about_keys(connection, (KEY, CLAIMS), NOON))
    assert read == (AnsweredAboutKeys(KEY, "push.example.net", None, MOST_ANSWERS, more=True),)
    delete = f"DELETE FROM deliveries WHERE subscription_id = {one.id}"
    store.database.write(lambda connection: connection.exec_driver_sql(delete))
    read = store.database.read(lambda connection: answered_about_keys(connection, (KEY,), NOON))
    assert [(answered.subscriptions, answered.more) for answered in read] == [(MOST_ANSWERS, False)]


def plan(connection: Connection, statement: str) -> list[str]:
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (KEY, 0))]


def test_no_table_is_read_as_a_whole(store: Store) -> None:
    plans: list[str] = []
    for statement in (key_answers._ANSWERS, key_answers._MORE):
        plans += store.database.read(partial(plan, statement=statement))
    scans = [step for step in plans if step.startswith("SCAN") and step != "SCAN newest"]
    assert not scans, plans
    assert sum("deliveries_by_rule" in step for step in plans) == 2, plans


def test_dates_are_read_from_the_newest_answers(store: Store) -> None:
    assert store.database.read(newest_dates) == ()
    said = "Mon, 23 Nov 2026 12:34:56 GMT"
    good = json.dumps([["date", said], ["server", "x"]])
    dates: list[object] = [
        [["date"]],
        [["date", ""]],
        [["date", "soon"]],
        [["date", 7]],
        [["date", "9" * 99]],
        "date",
        {"date": {}},
    ]
    odd = [*map(json.dumps, dates), '{"date"', '"date"' + "[" * 9000, "[" * 9000 + '"date"']
    naive = json.dumps([["date", "Mon, 23 Nov 2026 12:34:56 -0000"]])
    tell(store, [(1, "", 201, text) for text in (*[good] * 30, *odd, naive, json.dumps([["server", "date"]]))])
    dated = store.database.read(newest_dates)
    assert len(dated) == DATED - len(odd) - 2
    assert set(dated) == {Dated(one.at, datetime(2026, 11, 23, 12, 34, 56, tzinfo=UTC)) for one in dated}
    assert [one.at for one in dated] == sorted((one.at for one in dated), reverse=True)
    assert dated[0].at == NOON + timedelta(minutes=29)
