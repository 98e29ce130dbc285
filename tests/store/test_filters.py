"""Filters: each agrees with the same thing done in Python, whichever way the rows are found.

Runs on: any
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.store.conftest import Add
from tests.store.reading import subscriptions
from webpush_admin.push.services import SERVICES, service_name
from webpush_admin.store import Store, filters
from webpush_admin.store.browsers import BROWSERS, OTHER, UNKNOWN
from webpush_admin.store.hosts import hosts
from webpush_admin.store.orders import ORDERS
from webpush_admin.store.rows import Condition, SubscriptionFilter, SubscriptionQuery, SubscriptionRow
from webpush_admin.store.schema import name_key, to_ms
from webpush_admin.store.schema import subscriptions as table

NOW = datetime.now(UTC).replace(microsecond=0)
ENDPOINTS = (
    "https://fcm.googleapis.com/fcm/send/{}",
    "https://updates.push.services.mozilla.com/wpush/v2/{}",
    "https://web.push.apple.com/Q{}",
    "https://db5p.notify.windows.com/w/?token={}",
    "https://push.example.org:8443/{}",
    "http://push.example.org/{}",
    "no url {}",
)
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0 Safari/537.36 Edg/139.0",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Safari/537.36 OPR/121.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18 Safari/605",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML) CriOS/139.0 Safari",
    "curl/8",
    "",
    None,
)
BROWSER_OF = ("Firefox", "Chrome", "Edge", "Opera", "Safari", "Chrome", OTHER, UNKNOWN, UNKNOWN)
STATUSES = (None, 201, 200, 404, 410, 403, 500, 204, 100)
SUCCESSES = (None, NOW - timedelta(days=1), NOW - timedelta(days=400))


@pytest.fixture
def filled(store: Store) -> Store:
    """A row of every kind of endpoint, agent, status and age."""
    users = [store.add_user(name) for name in ("ada", "Bob", "adam")]
    rows = [
        {
            "user_id": users[number % 3].id,
            "endpoint": ENDPOINTS[number % len(ENDPOINTS)].format(f"{number:03d}"),
            "p256dh": "k",
            "auth": "s",
            "user_agent": AGENTS[number % len(AGENTS)],
            "created_at": NOW - timedelta(days=7 * (number % 50)),
            "last_status": STATUSES[number % len(STATUSES)],
            "last_success_at": SUCCESSES[number % len(SUCCESSES)],
        }
        for number in range(126)
    ]
    store.database.write(lambda connection: connection.execute(table.insert(), rows))
    return store


@dataclass
class Case:
    where: SubscriptionFilter
    wanted: Callable[[SubscriptionRow], bool]


def status(row: SubscriptionRow) -> int | None:
    return row.subscription.last_status


def aged(row: SubscriptionRow) -> bool:
    last = row.subscription.last_success_at or row.subscription.created_at
    assert last is not None
    return last < NOW - timedelta(days=270)


def browser_of(row: SubscriptionRow) -> str:
    return BROWSER_OF[AGENTS.index(row.subscription.user_agent)]


def is_secure(row: SubscriptionRow) -> bool:
    return row.subscription.endpoint.startswith("https://")


CASES = {
    "service": [
        Case(
            SubscriptionFilter(service=service.name),
            lambda row, name=service.name: is_secure(row) and service_name(row.subscription.host) == name,  # type: ignore[misc]  # bound now
        )
        for service in SERVICES
    ],
    "host": [
        Case(
            SubscriptionFilter(service="push.example.org"),
            lambda row: row.subscription.host == "push.example.org",
        ),
        Case(SubscriptionFilter(service="nowhere.example"), lambda row: False),
    ],
    "browser": [
        Case(SubscriptionFilter(browser=name), lambda row, name=name: browser_of(row) == name)  # type: ignore[misc]  # bound now
        for name in (*(browser.name for browser in BROWSERS), OTHER, UNKNOWN, "no browser")
    ],
    "condition": [
        Case(SubscriptionFilter(condition=Condition.NEW), lambda row: status(row) is None),
        Case(SubscriptionFilter(condition=Condition.OK), lambda row: status(row) in (200, 201, 202)),
        Case(SubscriptionFilter(condition=Condition.SUSPECT), lambda row: status(row) in (404, 410)),
        Case(SubscriptionFilter(condition=Condition.FAILING), lambda row: status(row) in (403, 500, 204, 100)),
        Case(SubscriptionFilter(condition=Condition.IDLE), aged),
        Case(SubscriptionFilter(condition=Condition.INVALID), lambda row: False),
    ],
    "ranges": [
        Case(
            SubscriptionFilter(created_from=NOW - timedelta(days=70)),
            lambda row: (row.subscription.created_at or NOW) >= NOW - timedelta(days=70),
        ),
        Case(
            SubscriptionFilter(created_from=NOW - timedelta(days=70), created_to=NOW - timedelta(days=7)),
            lambda row: NOW - timedelta(days=70) <= (row.subscription.created_at or NOW) < NOW - timedelta(days=7),
        ),
        Case(
            SubscriptionFilter(success_to=NOW - timedelta(days=30)),
            lambda row: (row.subscription.last_success_at or NOW) < NOW - timedelta(days=30),
        ),
        Case(SubscriptionFilter(never_succeeded=True), lambda row: row.subscription.last_success_at is None),
    ],
    "search": [
        Case(SubscriptionFilter(search="ADA"), lambda row: "ada" in name_key(row.user_name)),
        Case(
            SubscriptionFilter(search="https://web.push.apple.com/Q00"),
            lambda row: "apple.com/Q00" in row.subscription.endpoint,
        ),
        Case(SubscriptionFilter(search="token=01", anywhere=True), lambda row: "token=01" in row.subscription.endpoint),
        Case(SubscriptionFilter(search="token=01"), lambda row: False),
    ],
    "spelling": [
        Case(
            SubscriptionFilter(search="HTTPS://Web.Push.Apple.com/Q0"),
            lambda row: row.subscription.endpoint.startswith("https://web.push.apple.com/Q0"),
        ),
        Case(
            SubscriptionFilter(search="Web.Push.Apple.com/Q0"),
            lambda row: row.subscription.endpoint.startswith("https://web.push.apple.com/Q0"),
        ),
        Case(SubscriptionFilter(search="web.push.apple.com/q0"), lambda row: False),
    ],
    "together": [
        Case(
            SubscriptionFilter(search="bob", browser="Chrome", condition=Condition.OK),
            lambda row: row.user_name == "Bob" and browser_of(row) == "Chrome" and status(row) in (200, 201, 202),
        ),
        Case(
            SubscriptionFilter(service="Apple", success_from=NOW - timedelta(days=2)),
            lambda row: (
                row.subscription.host == "web.push.apple.com"
                and (row.subscription.last_success_at or NOW - timedelta(days=9)) >= NOW - timedelta(days=2)
            ),
        ),
    ],
}


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("few", [filters.FEW, -1])
@pytest.mark.parametrize("order_by", ["id", "user", "created_at", "user_agent"])
def test_gathered_and_walked_every_filter_is_the_same_as_in_python(
    filled: Store, kind: str, few: int, order_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "FEW", few)
    monkeypatch.setattr(filters, "FEW_USERS", few)
    everything = subscriptions(filled, SubscriptionQuery(order_by=order_by), 200)
    assert len(everything) == 126
    for case in CASES[kind]:
        found = subscriptions(filled, SubscriptionQuery(where=case.where, order_by=order_by), 200)
        assert found == [row for row in everything if case.wanted(row)], case.where


def test_each_case_but_the_empty_ones_finds_something(filled: Store) -> None:
    counts = [
        len(subscriptions(filled, SubscriptionQuery(where=case.where))) for cases in CASES.values() for case in cases
    ]
    assert sum(count == 0 for count in counts) == 6, (
        "nowhere, two browsers that nobody has, invalid, no part of a token, a path in other letters"
    )


def test_a_host_is_found_whatever_follows_it(store: Store, add: Add) -> None:
    user = store.add_user("ada")
    ends = ("", "/", "/x", "?x", ":8443/x")
    for end in (*ends, ".evil.example/x", "x/"):
        add(user.id, f"https://push.example.net{end}")
    query = SubscriptionQuery(where=SubscriptionFilter(service="push.example.net"))
    assert [row.subscription.endpoint for row in subscriptions(store, query)] == [
        f"https://push.example.net{end}" for end in ends
    ]


def test_hosts_behind_queries_take_few_steps(store: Store, add: Add) -> None:
    user = store.add_user("ada")
    for number in range(30):
        add(user.id, f"https://a.example?token={number}")
        add(user.id, f"https://a.example/{number}")
    add(user.id, "https://z.example?x")
    assert store.database.read(hosts) == ["a.example", "z.example"]


def test_hosts_are_told_once_each(filled: Store) -> None:
    assert filled.database.read(hosts) == [
        "db5p.notify.windows.com",
        "fcm.googleapis.com",
        "push.example.org",
        "updates.push.services.mozilla.com",
        "web.push.apple.com",
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40), anywhere=st.booleans(), order_by=st.sampled_from(sorted(ORDERS)))
def test_no_search_is_an_error(filled: Store, text: str, anywhere: bool, order_by: str) -> None:
    query = SubscriptionQuery(where=SubscriptionFilter(search=text, anywhere=anywhere), order_by=order_by)
    if any(0xD800 <= ord(character) < 0xE000 for character in text):
        return
    for row in subscriptions(filled, query, 200):
        whole = f"{name_key(row.user_name)} {row.subscription.endpoint} {row.subscription.id}"
        assert name_key(text.strip()) in name_key(whole)


WALKS = {
    "id": "subscriptions_by_id",
    "endpoint": "subscriptions_by_endpoint",
    "created_at": "subscriptions_by_created_at",
    "last_status": "subscriptions_by_last_status",
    "last_success_at": "subscriptions_by_last_success_at",
}


@pytest.mark.parametrize("order_by", WALKS)
@pytest.mark.parametrize("descending", [False, True])
def test_a_list_of_everything_walks_a_narrow_index_and_sorts_nothing(
    filled: Store, order_by: str, descending: bool
) -> None:
    plan = _plan(filled, SubscriptionQuery(order_by=order_by, descending=descending))
    assert plan == [f"SCAN subscriptions USING COVERING INDEX {WALKS[order_by]}"]


@pytest.mark.parametrize("order_by", ["created_at", "endpoint", "last_status"])
def test_a_wide_filter_never_turns_the_walk_around(
    filled: Store, order_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "FEW", -1)
    monkeypatch.setattr(filters, "FEW_USERS", -1)
    for cases in CASES.values():
        for case in cases:
            plan = _plan(filled, SubscriptionQuery(where=case.where, order_by=order_by))
            assert plan[0].startswith("SCAN subscriptions USING"), (case.where, plan)
            assert WALKS[order_by] in plan[0]
            assert "USE TEMP B-TREE FOR ORDER BY" not in plan


def _plan(store: Store, query: SubscriptionQuery) -> list[str]:
    def read(connection: Connection) -> list[str]:
        statement = filters.ids_in_order(connection, query, audited=False, all_of_it=False)
        compiled = statement.compile(connection, compile_kwargs={"render_postcompile": True})
        values = compiled.construct_params()
        bound = tuple(_stored(values[name]) for name in compiled.positiontup or ())
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", bound)]

    return store.database.read(read)


def _stored(value: object) -> object:
    return to_ms(value) if isinstance(value, datetime) else value
