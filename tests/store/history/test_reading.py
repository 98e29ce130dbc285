"""Sends, one delivery with everything, sums, and whom a send has failed for.

Runs on: any
"""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.conftest import AUTH, P256DH
from tests.store.history.sent import AT, LATER, SERVER_FAILS, delivery, fill, one_user, raw, request, start
from tests.store.reading import everything
from webpush_admin.push.answer import Diagnosis, DiagnosisAction, Outcome
from webpush_admin.store import Store
from webpush_admin.store.checks import OTHER_HOSTS
from webpush_admin.store.history import reading
from webpush_admin.store.history_rows import DeliveryFilter, DeliveryQuery, SendState, SendTally

GONE = Diagnosis("any-410", DiagnosisAction.PRUNE, "gone")


def test_a_send_is_told_as_it_was_begun_and_as_it_ended(store: Store) -> None:
    told = start("Ada <b>", test=True, topic="news", payload="{}", targets=3, urgency="high")
    rows = one_user(store, 3)
    send = store.history.begin(told)
    store.history.intend(send, rows, AT)
    running = store.history.send(send)
    assert running is not None
    assert (running.state, running.start, running.counts, running.ended_at) == (SendState.RUNNING, told, (), None)
    store.history.conclude(send, [delivery(rows[0]), delivery(rows[1], Outcome.GONE, 410, pruned=True)], LATER)
    store.history.end(send, SendState.ENDED)
    (ended,) = store.history.sends(5)
    assert ended.state is SendState.ENDED
    assert ended.counts == ((Outcome.ACCEPTED, 1), (Outcome.GONE, 1), (Outcome.UNKNOWN, 1))
    assert ended.pruned == 1
    assert ended.ended_at is not None
    assert ended.ended_at >= ended.at
    assert store.history.send(99) is None


def test_sends_are_read_in_stretches_newest_first(store: Store) -> None:
    for number in range(5):
        store.history.begin(start(f"{number}"))
    assert [row.number for row in store.history.sends(2)] == [5, 4]
    assert [row.number for row in store.history.sends(10, before=4)] == [3, 2, 1]


def test_one_delivery_is_told_with_its_request_and_the_answers_headers(store: Store, path: Path) -> None:
    rows = one_user(store, 2)
    send = store.history.begin(start())
    headers = (("retry-after", "120"), ("server", "ünïcode"), ("set-cookie", "secret"))
    store.history.conclude(
        send,
        [
            delivery(rows[0], Outcome.REJECTED, 429, headers=headers, diagnosis=SERVER_FAILS, attempts=3),
            delivery(rows[1], Outcome.BLOCKED, None, request=None),
        ],
        LATER,
    )
    newest, first = everything(store.history.list(DeliveryQuery()))
    detail = store.history.detail(first.number)
    assert detail is not None
    assert (detail.row, detail.send) == (first, store.history.send(send))
    assert detail.headers == headers[:2], "what says nothing to an operator is not kept"
    assert detail.request is not None
    assert detail.request.origin == f"https://{first.host}"
    assert {name: getattr(detail.request, name) for name in ("headers", "body_bytes", "jwt_claims", "public_key")} == {
        name: getattr(request(f"https://{first.host}"), name)
        for name in ("headers", "body_bytes", "jwt_claims", "public_key")
    }
    blocked = store.history.detail(newest.number)
    assert blocked is not None
    assert (blocked.request, blocked.headers) == (None, ())
    assert store.history.detail(99) is None


def test_what_somebody_else_has_written_there_is_shown_and_hurts_nobody(store: Store, path: Path) -> None:
    rows = one_user(store, 1)
    send = store.history.begin(start())
    store.history.conclude(send, [delivery(rows[0], headers=(("date", "x"),))], LATER)
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE sends SET state = 77, target = ?, topic = CAST(x'ff00' AS TEXT)", ("x" * 10**6,))
        other.execute(
            "UPDATE deliveries SET outcome = -5, headers = '{}x', reason = ?, user_id = 'nobody', at = 9e18",
            ("y" * 10**6,),
        )
        other.execute("UPDATE requests SET headers = '[[1]]'")
        other.commit()
    (row,) = everything(store.history.list(DeliveryQuery()))
    assert (row.outcome, row.user_id, len(row.reason) < 1000) == (Outcome.UNKNOWN, None, True)
    detail = store.history.detail(row.number)
    assert detail is not None
    assert (detail.headers, detail.send.state, len(detail.send.start.target) < 1000) == ((), SendState.BROKEN_OFF, True)
    assert detail.request is not None
    assert detail.request.headers == ()


def test_what_is_endless_is_read_in_part(store: Store, path: Path) -> None:
    (row,) = one_user(store, 1)
    send = store.history.begin(start("Ada", payload="{}"))
    store.history.intend(send, [row], AT)
    store.history.conclude(send, [delivery(row, request=request())], LATER)
    with closing(sqlite3.connect(path, isolation_level=None)) as others:
        others.execute("UPDATE sends SET payload = printf('%.*c', 1000000, 'x'), owner = payload")
        others.execute("UPDATE requests SET jwt_claims = printf('%.*c', 1000000, 'x'), jwt_header = jwt_claims")
        others.execute("UPDATE deliveries SET headers = printf('%.*c', 1000000, 'x')")
    detail = store.history.detail(1)
    assert detail is not None
    assert detail.request is not None
    told = (detail.send.start.payload or "", detail.request.jwt_header, detail.request.jwt_claims)
    assert all(len(text) < 100_000 for text in told)
    assert detail.headers == ()


def test_a_delivery_that_is_forgotten_in_this_very_moment_is_not_there(store: Store, path: Path) -> None:
    (row,) = one_user(store, 1)
    send = store.history.begin(start())
    store.history.intend(send, [row], AT)
    with closing(sqlite3.connect(path, isolation_level=None)) as mine:
        mine.set_trace_callback(lambda said: forget() if "jwt_header" in said else None)

        def forget() -> None:
            with closing(sqlite3.connect(path, isolation_level=None)) as others:
                others.execute("DELETE FROM deliveries")

        assert reading.detail(mine, 1, frozenset()) is None


def test_one_subscriptions_deliveries_are_newest_first(store: Store) -> None:
    rows = one_user(store, 2)
    for number in range(4):
        send = store.history.begin(start())
        store.history.conclude(send, [delivery(row) for row in rows], AT + timedelta(hours=number))
    found = store.history.of_subscription(2, 3)
    assert [(row.send, row.subscription_id) for row in found] == [(4, 2), (3, 2), (2, 2)]
    assert store.history.of_subscription(99, 3) == ()


def test_sums_are_by_service_and_by_diagnosis(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = one_user(store, 9)
    send = store.history.begin(start())
    store.history.intend(send, rows, AT)
    store.history.conclude(
        send,
        [
            *(delivery(row) for row in rows[:4]),
            *(delivery(row, Outcome.REJECTED, 503, diagnosis=SERVER_FAILS) for row in rows[4:7]),
            delivery(rows[7], Outcome.GONE, 410, diagnosis=GONE),
        ],
        LATER,
    )
    by_service, by_rule = store.history.tallies(send)
    assert by_service == (
        SendTally("FCM (Chrome)", ((Outcome.ACCEPTED, 2), (Outcome.REJECTED, 1))),
        SendTally("Mozilla autopush", ((Outcome.ACCEPTED, 1), (Outcome.GONE, 1), (Outcome.REJECTED, 1))),
        SendTally("push.example.org", ((Outcome.ACCEPTED, 1), (Outcome.REJECTED, 1))),
    )
    assert by_rule == (
        SendTally("any-5xx", ((Outcome.REJECTED, 3),)),
        SendTally("any-410", ((Outcome.GONE, 1),)),
    )
    monkeypatch.setattr(reading, "MAX_TALLIES", 1)
    by_service, _ = store.history.tallies(send)
    assert [(tally.name, sum(count for _, count in tally.counts)) for tally in by_service] == [
        ("FCM (Chrome)", 3),
        (OTHER_HOSTS, 5),
    ]


def test_whom_a_send_has_failed_for_are_those_who_still_exist(store: Store) -> None:
    rows = fill(store, 2, 4)
    send = store.history.begin(start())
    store.history.intend(send, rows, AT)
    outcomes = (
        Outcome.REJECTED,
        Outcome.UNREACHABLE,
        Outcome.BLOCKED,
        Outcome.NOT_SENT,
        Outcome.ACCEPTED,
        Outcome.GONE,
    )
    store.history.conclude(send, [delivery(*pair, None) for pair in zip(rows, outcomes, strict=False)], LATER)
    store.history.end(send, SendState.STOPPED)
    assert [*store.history.failed_ids(send)] == [1, 2, 3, 4], "7 and 8 may have arrived"
    store.delete_subscriptions(rows[:2])
    assert [*store.history.failed_ids(send)] == [3, 4]
    assert [*store.history.failed_ids(99)] == []


def test_whom_a_send_has_held_are_those_who_are_as_they_were(store: Store) -> None:
    rows = one_user(store, 6)
    send = store.history.begin(start())
    store.history.conclude(send, [delivery(row, Outcome.GONE, 410, held=True) for row in rows[:5]], LATER)
    assert [*store.history.held_ids(send)] == [1, 2, 3, 4, 5]
    store.delete_subscriptions(rows[:1])
    store.edit_subscription(2, endpoint=rows[1].endpoint, p256dh=P256DH, auth=AUTH[::-1], user_agent=None)
    store.history.conclude(store.history.begin(start()), [delivery(rows[2])], LATER)
    store.history.mark_pruned(send, [4])
    assert [*store.history.held_ids(send)] == [5]


def test_where_nothing_can_be_written_down_what_broke_off_is_told_so_all_the_same(
    store: Store, path: Path, url: str
) -> None:
    rows = one_user(store, 4)
    send = store.history.begin(start())
    store.history.intend(send, rows, AT)
    store.history.conclude(send, [delivery(rows[0])], LATER)
    store.close()
    before = path.read_bytes()
    only = Store.open(url, read_only=True)
    try:
        assert only.history.recover() == 3
        (told,) = only.history.sends(5)
        assert (told.state, told.counts) == (
            SendState.BROKEN_OFF,
            ((Outcome.ACCEPTED, 1), (Outcome.UNKNOWN, 3)),
        )
        assert told.ended_at is not None
        for where in DeliveryFilter(outcome=Outcome.UNKNOWN), DeliveryFilter(failed=True):
            found = everything(only.history.list(DeliveryQuery(where)))
            assert [row.outcome for row in found] == [Outcome.UNKNOWN] * 3
        assert sum(count for tally in only.history.tallies(send)[0] for _, count in tally.counts) == 4
    finally:
        only.close()
    assert path.read_bytes() == before


Steps = list[tuple[str, int, int, int]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["intend", "conclude", "end"]), st.integers(0, 2), st.integers(0, 11), st.integers(1, 6)
        ),
        max_size=30,
    )
)
def test_whatever_is_written_down_in_whatever_order_adds_up(filled: Store, path: Path, steps: Steps) -> None:
    rows = [row.subscription for row in filled.subscriptions(range(1, 13))]
    sends = [filled.history.begin(start(f"{number}")) for number in range(3)]
    intended: dict[int, set[int]] = {send: set() for send in sends}
    concluded: dict[int, set[int]] = {send: set() for send in sends}
    for verb, which, first, count in steps:
        send = sends[which]
        some = [row for row in rows[first : first + count] if row.id]
        numbers = {row.id or 0 for row in some}
        if verb == "intend" and not numbers & intended[send]:
            filled.history.intend(send, some, AT)
            intended[send] |= numbers
        elif verb == "conclude":
            # Also of what was never intended, or is concluded already, or whose send has ended.
            filled.history.conclude(send, [delivery(row) for row in some], LATER)
            intended[send] |= numbers
            concluded[send] |= numbers
        elif verb == "end":
            filled.history.end(send, SendState.ENDED)
    for send in sends:
        told = filled.history.send(send)
        assert told is not None
        counts = dict(told.counts)
        assert counts.get(Outcome.ACCEPTED, 0) == len(concluded[send])
        found = everything(filled.history.list(DeliveryQuery(DeliveryFilter(send=send))))
        assert {row.subscription_id for row in found} == intended[send]
        assert len(found) == len(intended[send]), "each once"
        assert {row.subscription_id for row in found if row.outcome is Outcome.ACCEPTED} == concluded[send]
        assert sum(row.outcome is Outcome.UNKNOWN for row in found) == counts.get(Outcome.UNKNOWN, 0)
    assert raw(
        path, "SELECT count(*) FROM deliveries WHERE outcome IS NOT NULL AND status IS NULL AND outcome <> 6"
    ) == [(0,)]


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store, 3, 4)
    return store
