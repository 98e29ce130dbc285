"""What somebody saw and wants to change: it changes only where it is still so.

Runs on: any
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from webpush_admin.push.errors import StoreError
from webpush_admin.store import Store
from webpush_admin.store.subscriptions import find

ENDPOINT = "https://push.example.net/1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'push.db'}")
    yield opened
    opened.close()


def test_a_row_is_edited_as_it_was_seen_or_not_at_all(store: Store) -> None:
    user = store.add_user("ada")
    row = store.add_subscription(user.id, endpoint=ENDPOINT, p256dh="p", auth="a", user_agent="first")
    number = row.id or 0
    later = store.edit_subscription(number, endpoint=ENDPOINT, p256dh="p", auth="a", user_agent="second", seen=row)
    told: list[object] = []
    store.add_listener(told.append)
    for stale in (row, replace(later, endpoint="x"), replace(later, p256dh="x"), replace(later, auth="x")):
        with pytest.raises(StoreError, match="Somebody changed"):
            store.edit_subscription(number, endpoint=ENDPOINT, p256dh="q", auth="a", user_agent="third", seen=stale)
    assert store.subscriptions_of(user.id) == [later]
    assert told == [], "nothing was committed"
    # That it answered meanwhile is nothing that an edit would overwrite.
    answered = replace(later, last_status=201)
    store.edit_subscription(number, endpoint=ENDPOINT, p256dh="q", auth="a", user_agent="third", seen=answered)
    assert store.subscriptions_of(user.id)[0].p256dh == "q"


def test_a_user_is_renamed_from_the_name_that_was_seen(store: Store) -> None:
    user = store.add_user("ada")
    assert store.rename_user(user.id, "Ada", "ada").name == "Ada"
    with pytest.raises(StoreError, match="Somebody renamed"):
        store.rename_user(user.id, "Augusta", "ada")
    found = store.user(user.id)
    assert found is not None
    assert found.name == "Ada"


def test_a_row_is_found_by_its_endpoint_and_replaced_only_on_purpose(store: Store) -> None:
    ada, grace = store.add_user("ada"), store.add_user("grace")
    row = store.add_subscription(ada.id, endpoint=ENDPOINT, p256dh="p", auth="a")
    assert store.database.read(lambda connection: find(connection, ada.id, ENDPOINT)) == row.id
    assert store.database.read(lambda connection: find(connection, grace.id, ENDPOINT)) is None
    with pytest.raises(StoreError, match="nothing was replaced"):
        store.add_subscription(ada.id, endpoint=ENDPOINT, p256dh="q", auth="b", may_replace=False)
    assert store.subscriptions_of(ada.id) == [row]
    store.add_subscription(grace.id, endpoint=ENDPOINT, p256dh="q", auth="b", may_replace=False)
    assert store.add_subscription(ada.id, endpoint=ENDPOINT, p256dh="q", auth="b").id == row.id
