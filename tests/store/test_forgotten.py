"""An undo brings back what had been found, unless something else has changed since.

Runs on: any
"""

from array import array
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.store.conftest import AUTH, P256DH, Add
from webpush_admin.push.dispatch_store import AnswerMark
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import Store, undo
from webpush_admin.store.audit import Sources, audit, audit_again
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.checks import Checks
from webpush_admin.store.rows import Finding
from webpush_admin.store.undo import Undo

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"
OFF_CURVE = P256DH[:-1] + ("A" if P256DH[-1] != "A" else "I")


def _go_on(_done: int, _total: int) -> None:
    return


def _sources(store: Store) -> Sources:
    return Sources(store.database, store.findings, Checks(EndpointPolicy(), "", NOW), Cancel(), _go_on)


def _ids(*rows: Subscription) -> "array[int]":
    return array("q", [row.id or 0 for row in rows])


@pytest.fixture
def ada(store: Store) -> UUID:
    store.vapid_keys()
    return store.add_user("Ada").id


@pytest.fixture
def rows(store: Store, add: Add, ada: UUID) -> list[Subscription]:
    """Two older ones of a browser, the newest, one that cannot be used, and one whose endpoint is Bob's too."""
    made = [add(ada, f"https://web.push.apple.com/Q{number}", user_agent=FIREFOX) for number in range(3)]
    made.append(add(ada, "https://web.push.apple.com/Q3", p256dh=OFF_CURVE))
    made.append(add(ada, "https://web.push.apple.com/Q4"))
    add(store.add_user("Bob").id, "https://web.push.apple.com/Q4")
    audit(_sources(store))
    return made


@pytest.fixture
def steps(store: Store) -> Undo:
    return Undo(store, lambda: None)


@pytest.mark.parametrize("named", [1000, 0], ids=["named", "too many to name"])
def test_after_all_undos_everything_is_found_that_was(
    store: Store, rows: list[Subscription], steps: Undo, monkeypatch: pytest.MonkeyPatch, named: int
) -> None:
    monkeypatch.setattr(undo, "NAMED_USERS", named)
    before, changes = sorted(store.findings.counts()), store.findings.changes
    assert len(before) == 3
    for row in (rows[3], rows[2], rows[0]):
        # As the window does it: looked at again first, which takes nothing from what is deleted.
        audit_again(_sources(store), Finding.P256DH)
        steps.delete(_ids(row), (), _go_on)
    assert store.findings.counts() == []
    while steps.steps:
        steps.undo(_go_on)
    assert sorted(store.findings.counts()) == before
    assert store.findings.changes == changes


def test_what_has_changed_otherwise_is_not_found_again(
    store: Store, add: Add, ada: UUID, rows: list[Subscription], steps: Undo
) -> None:
    steps.delete(_ids(rows[3]), (), _go_on)
    add(ada, "https://web.push.apple.com/Q9", user_agent=FIREFOX)
    changes = store.findings.changes
    steps.undo(_go_on)
    assert [(Finding(found), count) for _, found, count in store.findings.counts()] == [(Finding.P256DH, 1)]
    assert store.findings.changes > changes


def test_an_audit_in_between_is_what_counts(store: Store, rows: list[Subscription], steps: Undo) -> None:
    steps.delete(_ids(rows[2]), (), _go_on)
    audit(_sources(store))
    # The second one is the newest by now, and the first the only older one.
    steps.undo(_go_on)
    assert [(Finding(found), count) for _, found, count in store.findings.counts()] == [(Finding.P256DH, 1)]


def test_what_is_not_whole_again_is_not_as_it_was(
    store: Store, ada: UUID, rows: list[Subscription], steps: Undo
) -> None:
    steps.delete(_ids(rows[3], rows[2]), (), _go_on)
    moment = store.findings.moment
    store.add_subscription(ada, endpoint="https://web.push.apple.com/Q2", p256dh=P256DH, auth=AUTH)
    assert steps.undo(_go_on).there_again == 1
    assert store.findings.moment.change > moment.change
    assert Finding.SAME_BROWSER not in [Finding(found) for _, found, _ in store.findings.counts()]


def test_one_that_has_accepted_a_push_meanwhile_is_no_older_one(
    store: Store, rows: list[Subscription], steps: Undo
) -> None:
    steps.delete(_ids(rows[3]), (), _go_on)
    store.record_answers([AnswerMark(rows[0], 201, NOW)])
    steps.undo(_go_on)
    found = {Finding(found): count for _, found, count in store.findings.counts()}
    assert found == {Finding.P256DH: 1, Finding.SAME_BROWSER: 1, Finding.SHARED_ENDPOINT: 1}
