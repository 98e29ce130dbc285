"""The audit on real files: what belongs together, what it never marks, what an end in the middle leaves behind.

Runs on: any
"""

import stat
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection

from tests.store.conftest import P256DH, Add
from webpush_admin.push.errors import StoreError
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import Store
from webpush_admin.store.audit import BATCH_ROWS, Sources, audit, audit_again
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.checks import GROUPS, Checks
from webpush_admin.store.findings import findings
from webpush_admin.store.rows import Finding
from webpush_admin.store.schema import subscriptions

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"
OFF_CURVE = P256DH[:-1] + ("A" if P256DH[-1] != "A" else "I")


def _fcm(number: int) -> str:
    return f"https://fcm.googleapis.com/fcm/send/{number:04}:APA91b{'A' * 134}"


def _sources(store: Store, advance: Callable[[int, int], None] = lambda _done, _total: None) -> Sources:
    checks = Checks(EndpointPolicy(), "", NOW)
    return Sources(store.database, store.findings, checks, Cancel(), advance)


def _found(store: Store) -> dict[int, Finding]:
    def read(connection: Connection) -> dict[int, Finding]:
        store.findings.attach(connection)
        return {row.id: Finding(row.found) for row in connection.execute(findings.select())}

    return store.database.read(read)


def _dated(store: Store, row: Subscription, **values: object) -> None:
    store.database.write(
        lambda connection: connection.execute(subscriptions.update().where(subscriptions.c.id == row.id).values(values))
    )


@pytest.fixture
def ada(store: Store) -> UUID:
    return store.add_user("Ada").id


@pytest.fixture
def bob(store: Store) -> UUID:
    return store.add_user("Bob").id


def test_every_row_is_counted_by_its_service_and_only_the_ill_are_kept(store: Store, add: Add, ada: UUID) -> None:
    add(ada, _fcm(1))
    ill = add(ada, _fcm(2), p256dh=OFF_CURVE)
    unknown = add(ada, "https://push.example.net/1")
    told: list[tuple[int, int]] = []
    checked = audit(_sources(store, lambda done, total: told.append((done, total))))
    assert dict(zip(GROUPS, checked, strict=True)) == {**dict.fromkeys(GROUPS, 0), "FCM (Chrome)": 2, "Other hosts": 1}
    assert told == [(3, 3)]
    assert _found(store) == {ill.id: Finding.P256DH, unknown.id: Finding.UNKNOWN_HOST}
    assert Counter({(GROUPS[group], mask): count for group, mask, count in store.findings.counts()}) == {
        ("FCM (Chrome)", Finding.P256DH): 1,
        ("Other hosts", Finding.UNKNOWN_HOST): 1,
    }


def test_the_older_ones_of_a_browser_are_marked_and_never_the_newest(store: Store, add: Add, ada: UUID) -> None:
    rows = [add(ada, _fcm(number), user_agent=CHROME) for number in range(3)]
    # The newest by its date, although it has not the highest number.
    _dated(store, rows[0], created_at=NOW)
    for row in rows[1:]:
        _dated(store, row, created_at=NOW - timedelta(days=2))
    audit(_sources(store))
    assert _found(store) == {rows[1].id: Finding.SAME_BROWSER, rows[2].id: Finding.SAME_BROWSER}


def test_another_browser_service_or_user_or_none_known_is_no_duplicate(
    store: Store, add: Add, ada: UUID, bob: UUID
) -> None:
    add(ada, _fcm(1), user_agent=CHROME)
    add(ada, _fcm(2), user_agent=FIREFOX)
    add(ada, "https://web.push.apple.com/Qa", user_agent=CHROME)
    add(bob, _fcm(3), user_agent=CHROME)
    add(ada, _fcm(4))
    add(ada, _fcm(5))
    audit(_sources(store))
    assert _found(store) == {}


def test_one_that_accepted_a_push_since_is_a_second_device(store: Store, add: Add, ada: UUID) -> None:
    old, new = (add(ada, _fcm(number), user_agent=CHROME) for number in range(2))
    _dated(store, old, created_at=NOW - timedelta(days=9), last_success_at=NOW - timedelta(days=1))
    _dated(store, new, created_at=NOW - timedelta(days=2))
    audit(_sources(store))
    assert _found(store) == {}
    _dated(store, old, last_success_at=NOW - timedelta(days=3))
    audit(_sources(store))
    assert _found(store) == {old.id: Finding.SAME_BROWSER}


def test_what_cannot_be_reached_makes_nobody_else_the_older_one(store: Store, add: Add, ada: UUID) -> None:
    add(ada, _fcm(1), user_agent=CHROME)
    broken = add(ada, _fcm(2), user_agent=CHROME, p256dh=OFF_CURVE)
    gone = add(ada, _fcm(3), user_agent=CHROME)
    _dated(store, gone, last_status=410)
    audit(_sources(store))
    assert _found(store) == {broken.id: Finding.P256DH}


def test_of_a_shared_endpoint_the_newest_that_can_be_used_stays(store: Store, add: Add, ada: UUID, bob: UUID) -> None:
    carol = store.add_user("Carol").id
    shared = [add(owner, _fcm(1)) for owner in (ada, bob)]
    broken = add(carol, _fcm(1), p256dh=OFF_CURVE)
    for days, row in zip((1, 5, 0), [*shared, broken], strict=True):
        _dated(store, row, created_at=NOW - timedelta(days=days))
    audit(_sources(store))
    assert _found(store) == {
        shared[1].id: Finding.SHARED_ENDPOINT,
        broken.id: Finding.SHARED_ENDPOINT | Finding.P256DH,
    }


def test_batches_and_strange_ids_miss_nobody(store: Store, ada: UUID) -> None:
    ids = [-7, 0, *range(1, BATCH_ROWS + 2), 2**62]
    rows = [
        {"id": n, "user_id": ada, "endpoint": f"x{n}", "p256dh": P256DH, "auth": "", "created_at": NOW} for n in ids
    ]
    store.database.write(lambda connection: connection.execute(subscriptions.insert(), rows))
    assert sum(audit(_sources(store))) == len(ids)
    assert sorted(_found(store)) == sorted(ids)


def test_hostile_cells_are_judged_and_not_read_whole(store: Store, add: Add, ada: UUID) -> None:
    huge = add(ada, "https://push.example.net/" + "a" * 3_000_000, user_agent="x" * 3_000_000)
    odd = add(ada, "https://push.example.net/\x00\u202e", p256dh="\x00", auth="\U0001f600")
    audit(_sources(store))
    assert _found(store) == {
        huge.id: Finding.ENDPOINT,
        odd.id: Finding.ENDPOINT | Finding.P256DH | Finding.AUTH,
    }


def test_a_stopped_audit_leaves_what_an_earlier_one_found(store: Store, add: Add, ada: UUID, bob: UUID) -> None:
    first = add(ada, _fcm(1), p256dh=OFF_CURVE)
    audit(_sources(store))
    for number in range(5):
        add(bob, _fcm(10 + number), p256dh=OFF_CURVE)
    stopped = _sources(store)
    stopping = Sources(
        stopped.database, stopped.findings, stopped.checks, stopped.cancel, lambda *_: stopped.cancel.cancel()
    )
    with pytest.raises(StoreError):
        audit(stopping)
    assert _found(store) == {first.id: Finding.P256DH}
    assert store.findings.ready
    audit(_sources(store))
    assert len(_found(store)) == 6


def test_a_first_audit_that_is_stopped_is_not_ready(store: Store, add: Add, ada: UUID) -> None:
    add(ada, _fcm(1), p256dh=OFF_CURVE)
    sources = _sources(store)
    sources.cancel.cancel()
    with pytest.raises(StoreError):
        audit(sources)
    assert not store.findings.ready
    assert store.findings.counts() == []


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of another kind")
def test_the_file_of_the_findings_is_private_and_goes_with_the_database(store: Store, add: Add, ada: UUID) -> None:
    add(ada, _fcm(1), p256dh=OFF_CURVE)
    audit(_sources(store))
    path = store.findings.path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    store.close()
    assert not path.parent.exists()


def test_a_read_only_database_is_audited_and_not_a_byte_of_it_changes(
    store: Store, add: Add, ada: UUID, url: str, path: Path
) -> None:
    ill = add(ada, _fcm(1), p256dh=OFF_CURVE)
    store.close()
    before = path.read_bytes()
    reading = Store.open(url, read_only=True)
    try:
        audit(_sources(reading))
        assert _found(reading) == {ill.id: Finding.P256DH}
    finally:
        reading.close()
    assert path.read_bytes() == before


def test_an_edit_makes_what_was_found_forgotten_and_counted(store: Store, add: Add, ada: UUID, bob: UUID) -> None:
    mended, same = (add(ada, _fcm(number), p256dh=OFF_CURVE) for number in (1, 3))
    other = add(bob, _fcm(2), p256dh=OFF_CURVE)
    audit(_sources(store))
    changes = store.findings.changes
    store.edit_subscription(mended.id or 0, endpoint=_fcm(1), p256dh=P256DH, auth="x", user_agent=None)
    assert _found(store) == {same.id: Finding.P256DH, other.id: Finding.P256DH}
    store.rename_user(ada, "Ada L.")
    assert store.findings.changes == changes + 1
    store.remove_subscriptions([other.id or 0, same.id or 0])
    assert store.findings.counts() == []
    assert store.findings.changes == changes + 2


def test_who_was_the_older_one_is_forgotten_with_any_change_of_the_user(
    store: Store, add: Add, ada: UUID, bob: UUID
) -> None:
    old, new = (add(ada, _fcm(number), user_agent=CHROME) for number in range(2))
    both = add(ada, "https://push.example.net/1")
    add(bob, "https://push.example.net/1")
    audit(_sources(store))
    assert _found(store)[old.id or 0] is Finding.SAME_BROWSER
    assert _found(store)[both.id or 0] is Finding.SHARED_ENDPOINT | Finding.UNKNOWN_HOST
    store.remove_subscriptions([new.id or 0])
    assert old.id not in _found(store)
    assert _found(store)[both.id or 0] is Finding.UNKNOWN_HOST


@pytest.mark.parametrize("finding", list(Finding))
def test_a_second_look_takes_the_finding_from_what_has_it_no_more(
    finding: Finding, store: Store, add: Add, ada: UUID, bob: UUID
) -> None:
    rows = [add(ada, _fcm(number)) for number in range(2)]
    audit(_sources(store))
    with store.findings.collecting(Cancel()) as collection:
        collection.add([(rows[0].id or 0, int(finding | Finding.UNKNOWN_HOST), 0, 0)])
        collection.publish()
    assert audit_again(_sources(store), finding) == 0
    assert _found(store) == ({} if finding is Finding.UNKNOWN_HOST else {rows[0].id: Finding.UNKNOWN_HOST})


def test_a_second_look_keeps_what_is_still_true(store: Store, add: Add, ada: UUID, bob: UUID) -> None:
    old, new = (add(ada, _fcm(number), user_agent=CHROME) for number in range(2))
    shared = [add(owner, _fcm(9)) for owner in (ada, bob)]
    add(bob, _fcm(10), p256dh=OFF_CURVE)
    audit(_sources(store))
    before = _found(store)
    for finding in Finding:
        expected = sum(bool(found & finding) for found in before.values())
        assert audit_again(_sources(store), finding) == expected
    assert _found(store) == before
    # The newest ones go, behind the back of this store: who was older is it no longer.
    store.database.write(
        lambda connection: connection.execute(
            subscriptions.delete().where(subscriptions.c.id.in_([new.id, shared[1].id]))
        )
    )
    assert before[old.id or 0] is Finding.SAME_BROWSER
    assert audit_again(_sources(store), Finding.SAME_BROWSER) == 0
    assert audit_again(_sources(store), Finding.SHARED_ENDPOINT) == 0
