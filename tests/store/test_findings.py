"""What a commit makes forgotten of what the audit found: all that may be true no more, and nothing else.

Runs on: any
"""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.gone import remove
from tests.store.auditing import CHROME, NOW, OFF_CURVE, dated, fcm, found, sources
from tests.store.conftest import P256DH, Add
from webpush_admin.push.dispatch_store import AnswerMark, ChangeKind
from webpush_admin.store import Store
from webpush_admin.store.audit import audit
from webpush_admin.store.rows import Finding


@pytest.fixture
def ada(store: Store) -> UUID:
    return store.add_user("Ada").id


@pytest.fixture
def bob(store: Store) -> UUID:
    return store.add_user("Bob").id


def test_an_edit_makes_what_was_found_forgotten_and_counted(store: Store, add: Add, ada: UUID, bob: UUID) -> None:
    mended, same = (add(ada, fcm(number), p256dh=OFF_CURVE) for number in (1, 3))
    other = add(bob, fcm(2), p256dh=OFF_CURVE)
    audit(sources(store))
    changes = store.findings.changes
    store.edit_subscription(mended.id or 0, endpoint=fcm(1), p256dh=P256DH, auth="x", user_agent=None)
    assert found(store) == {same.id: Finding.P256DH, other.id: Finding.P256DH}
    store.rename_user(ada, "Ada L.")
    assert store.findings.changes == changes + 1
    remove(store, [other.id or 0, same.id or 0])
    assert store.findings.counts() == []
    assert store.findings.changes == changes + 2


def test_who_was_the_older_one_is_forgotten_with_any_change_of_the_user(
    store: Store, add: Add, ada: UUID, bob: UUID
) -> None:
    old, new = (add(ada, fcm(number), user_agent=CHROME) for number in range(2))
    both = add(ada, "https://push.example.net/1")
    add(bob, "https://push.example.net/1")
    audit(sources(store))
    assert found(store)[old.id or 0] is Finding.SAME_BROWSER
    assert found(store)[both.id or 0] is Finding.SHARED_ENDPOINT | Finding.UNKNOWN_HOST
    remove(store, [new.id or 0])
    assert old.id not in found(store)
    assert found(store)[both.id or 0] is Finding.UNKNOWN_HOST


def test_a_commit_that_names_nobody_makes_forgotten_what_is_true_no_more_of_anybody(
    store: Store, add: Add, ada: UUID, bob: UUID
) -> None:
    old, _ = (add(ada, fcm(number), user_agent=CHROME) for number in range(2))
    mended, same = (add(owner, fcm(9), p256dh=OFF_CURVE) for owner in (ada, bob))
    unknown, _ = (add(owner, "https://push.example.net/1") for owner in (ada, bob))
    audit(sources(store))
    assert found(store)[old.id or 0] is Finding.SAME_BROWSER
    assert found(store)[unknown.id or 0] is Finding.SHARED_ENDPOINT | Finding.UNKNOWN_HOST
    dated(store, mended, p256dh=P256DH)
    store.tell(ChangeKind.SUBSCRIPTIONS)
    left = found(store)
    assert store.findings.ready
    assert {old.id, mended.id}.isdisjoint(left)
    assert left[same.id or 0] is Finding.P256DH
    assert left[unknown.id or 0] is Finding.UNKNOWN_HOST


def test_a_push_that_was_accepted_ends_idleness_and_being_the_older_one(store: Store, add: Add, ada: UUID) -> None:
    rows = [add(ada, f"https://push.example.net/{number}", user_agent=CHROME) for number in range(4)]
    for row in rows[:3]:
        dated(store, row, created_at=NOW - timedelta(days=300))
    audit(sources(store))
    ill = Finding.IDLE | Finding.SAME_BROWSER | Finding.UNKNOWN_HOST
    assert [found(store)[row.id or 0] for row in rows[:3]] == [ill] * 3
    store.record_answers([AnswerMark(row, status, NOW) for row, status in zip(rows, (201, 500, None), strict=False)])
    assert [found(store)[row.id or 0] for row in rows[:3]] == [Finding.UNKNOWN_HOST, ill, ill]
