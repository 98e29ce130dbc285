"""The audit on real files: what belongs together, what it never marks, what an end in the middle leaves behind.

Runs on: any
"""

import stat
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.store.auditing import CHROME, NOW, OFF_CURVE, dated, fcm, found, sources
from tests.store.conftest import P256DH, Add
from webpush_admin.push.errors import StoreError
from webpush_admin.store import Store
from webpush_admin.store.audit import BATCH_ROWS, Sources, audit, audit_again
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.checks import GROUPS
from webpush_admin.store.rows import Finding
from webpush_admin.store.schema import subscriptions

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"


@pytest.fixture
def ada(store: Store) -> UUID:
    return store.add_user("Ada").id


@pytest.fixture
def bob(store: Store) -> UUID:
    return store.add_user("Bob").id


def test_every_row_is_counted_by_its_service_and_only_the_ill_are_kept(store: Store, add: Add, ada: UUID) -> None:
    add(ada, fcm(1))
    ill = add(ada, fcm(2), p256dh=OFF_CURVE)
    unknown = add(ada, "https://push.example.net/1")
    told: list[tuple[int, int]] = []
    checked = audit(sources(store, lambda done, total: told.append((done, total))))
    assert dict(zip(GROUPS, checked, strict=True)) == {**dict.fromkeys(GROUPS, 0), "FCM (Chrome)": 2, "Other hosts": 1}
    assert told == [(3, 3)]
    assert found(store) == {ill.id: Finding.P256DH, unknown.id: Finding.UNKNOWN_HOST}
    assert Counter({(GROUPS[group], mask): count for group, mask, count in store.findings.counts()}) == {
        ("FCM (Chrome)", Finding.P256DH): 1,
        ("Other hosts", Finding.UNKNOWN_HOST): 1,
    }


def test_the_older_ones_of_a_browser_are_marked_and_never_the_newest(store: Store, add: Add, ada: UUID) -> None:
    rows = [add(ada, fcm(number), user_agent=CHROME) for number in range(3)]
    # The newest by its date, although it has not the highest number.
    dated(store, rows[0], created_at=NOW)
    for row in rows[1:]:
        dated(store, row, created_at=NOW - timedelta(days=2))
    audit(sources(store))
    assert found(store) == {rows[1].id: Finding.SAME_BROWSER, rows[2].id: Finding.SAME_BROWSER}


def test_another_browser_service_or_user_or_none_known_is_no_duplicate(
    store: Store, add: Add, ada: UUID, bob: UUID
) -> None:
    add(ada, fcm(1), user_agent=CHROME)
    add(ada, fcm(2), user_agent=FIREFOX)
    add(ada, "https://web.push.apple.com/Qa", user_agent=CHROME)
    add(bob, fcm(3), user_agent=CHROME)
    add(ada, fcm(4))
    add(ada, fcm(5))
    audit(sources(store))
    assert found(store) == {}


def test_one_that_accepted_a_push_since_is_a_second_device(store: Store, add: Add, ada: UUID) -> None:
    old, new = (add(ada, fcm(number), user_agent=CHROME) for number in range(2))
    dated(store, old, created_at=NOW - timedelta(days=9), last_success_at=NOW - timedelta(days=1))
    dated(store, new, created_at=NOW - timedelta(days=2))
    audit(sources(store))
    assert found(store) == {}
    dated(store, old, last_success_at=NOW - timedelta(days=3))
    audit(sources(store))
    assert found(store) == {old.id: Finding.SAME_BROWSER}


def test_what_cannot_be_reached_makes_nobody_else_the_older_one(store: Store, add: Add, ada: UUID) -> None:
    add(ada, fcm(1), user_agent=CHROME)
    broken = add(ada, fcm(2), user_agent=CHROME, p256dh=OFF_CURVE)
    gone = add(ada, fcm(3), user_agent=CHROME)
    dated(store, gone, last_status=410)
    audit(sources(store))
    assert found(store) == {broken.id: Finding.P256DH}


def test_of_a_shared_endpoint_the_newest_that_can_be_used_stays(store: Store, add: Add, ada: UUID, bob: UUID) -> None:
    carol = store.add_user("Carol").id
    shared = [add(owner, fcm(1)) for owner in (ada, bob)]
    broken = add(carol, fcm(1), p256dh=OFF_CURVE)
    for days, row in zip((1, 5, 0), [*shared, broken], strict=True):
        dated(store, row, created_at=NOW - timedelta(days=days))
    audit(sources(store))
    assert found(store) == {
        shared[1].id: Finding.SHARED_ENDPOINT,
        broken.id: Finding.SHARED_ENDPOINT | Finding.P256DH,
    }


def test_batches_and_strange_ids_miss_nobody(store: Store, ada: UUID) -> None:
    ids = [-7, 0, *range(1, BATCH_ROWS + 2), 2**62]
    rows = [
        {"id": n, "user_id": ada, "endpoint": f"x{n}", "p256dh": P256DH, "auth": "", "created_at": NOW} for n in ids
    ]
    store.database.write(lambda connection: connection.execute(subscriptions.insert(), rows))
    assert sum(audit(sources(store))) == len(ids)
    assert sorted(found(store)) == sorted(ids)


def test_hostile_cells_are_judged_and_not_read_whole(store: Store, add: Add, ada: UUID) -> None:
    huge = add(ada, "https://push.example.net/" + "a" * 3_000_000, user_agent="x" * 3_000_000)
    odd = add(ada, "https://push.example.net/\x00\u202e", p256dh="\x00", auth="\U0001f600")
    audit(sources(store))
    assert found(store) == {
        huge.id: Finding.ENDPOINT,
        odd.id: Finding.ENDPOINT | Finding.P256DH | Finding.AUTH,
    }


def test_a_stopped_audit_leaves_what_an_earlier_one_found(store: Store, add: Add, ada: UUID, bob: UUID) -> None:
    first = add(ada, fcm(1), p256dh=OFF_CURVE)
    audit(sources(store))
    for number in range(5):
        add(bob, fcm(10 + number), p256dh=OFF_CURVE)
    stopped = sources(store)
    stopping = Sources(
        stopped.database, stopped.findings, stopped.checks, stopped.cancel, lambda *_: stopped.cancel.cancel()
    )
    with pytest.raises(StoreError):
        audit(stopping)
    assert found(store) == {first.id: Finding.P256DH}
    assert store.findings.ready
    audit(sources(store))
    assert len(found(store)) == 6


def test_a_first_audit_that_is_stopped_is_not_ready(store: Store, add: Add, ada: UUID) -> None:
    add(ada, fcm(1), p256dh=OFF_CURVE)
    stopped = sources(store)
    stopped.cancel.cancel()
    with pytest.raises(StoreError):
        audit(stopped)
    assert not store.findings.ready
    assert store.findings.counts() == []


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of another kind")
def test_the_file_of_the_findings_is_private_and_goes_with_the_database(store: Store, add: Add, ada: UUID) -> None:
    add(ada, fcm(1), p256dh=OFF_CURVE)
    audit(sources(store))
    path = store.findings.path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    store.close()
    assert not path.parent.exists()


def test_a_read_only_database_is_audited_and_not_a_byte_of_it_changes(
    store: Store, add: Add, ada: UUID, url: str, path: Path
) -> None:
    ill = add(ada, fcm(1), p256dh=OFF_CURVE)
    store.close()
    before = path.read_bytes()
    reading = Store.open(url, read_only=True)
    try:
        audit(sources(reading))
        assert found(reading) == {ill.id: Finding.P256DH}
    finally:
        reading.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("finding", list(Finding))
def test_a_second_look_takes_the_finding_from_what_has_it_no_more(
    finding: Finding, store: Store, add: Add, ada: UUID, bob: UUID
) -> None:
    rows = [add(ada, fcm(number)) for number in range(2)]
    audit(sources(store))
    with store.findings.collecting(Cancel()) as collection:
        collection.add([(rows[0].id or 0, int(finding | Finding.UNKNOWN_HOST), 0, 0)])
        collection.publish()
    assert audit_again(sources(store), finding) == 0
    assert found(store) == ({} if finding is Finding.UNKNOWN_HOST else {rows[0].id: Finding.UNKNOWN_HOST})


def test_a_second_look_keeps_what_is_still_true(store: Store, add: Add, ada: UUID, bob: UUID) -> None:
    old, new = (add(ada, fcm(number), user_agent=CHROME) for number in range(2))
    shared = [add(owner, fcm(9)) for owner in (ada, bob)]
    add(bob, fcm(10), p256dh=OFF_CURVE)
    audit(sources(store))
    before = found(store)
    for finding in Finding:
        expected = sum(bool(found & finding) for found in before.values())
        assert audit_again(sources(store), finding) == expected
    assert found(store) == before
    # The newest ones go, behind the back of this store: who was older is it no longer.
    store.database.write(
        lambda connection: connection.execute(
            subscriptions.delete().where(subscriptions.c.id.in_([new.id, shared[1].id]))
        )
    )
    assert before[old.id or 0] is Finding.SAME_BROWSER
    assert audit_again(sources(store), Finding.SAME_BROWSER) == 0
    assert audit_again(sources(store), Finding.SHARED_ENDPOINT) == 0
