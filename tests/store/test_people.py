"""Users and their names, however odd.

Runs on: any
"""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.conftest import Add
from tests.store.reading import users as listed
from webpush_admin.push.errors import StoreError
from webpush_admin.store import Store, User


def test_a_user_comes_back_as_it_was_added(store: Store) -> None:
    ada = store.add_user("ada")
    assert isinstance(ada, User)
    assert store.user(ada.id) == ada
    assert ada.created_at.tzinfo is UTC
    assert abs((datetime.now(UTC) - ada.created_at).total_seconds()) < 60


def test_names_need_not_be_unique(store: Store) -> None:
    assert store.add_user("ada").id != store.add_user("ada").id
    assert [row.user.name for row in listed(store)] == ["ada", "ada"]


def test_a_renamed_user_keeps_everything_else(store: Store) -> None:
    ada = store.add_user("ada")
    assert store.rename_user(ada.id, "Ada Lovelace") == User(ada.id, "Ada Lovelace", ada.created_at)
    assert len(listed(store, "LOVE")) == 1
    with pytest.raises(StoreError, match="no such user"):
        store.rename_user(uuid4(), "nobody")


def test_users_go_with_their_subscriptions(store: Store, add: Add) -> None:
    users = [store.add_user(f"user {number}") for number in range(1200)]
    for user in users[:3]:
        add(user.id, "https://push.example.net/1")
        add(user.id, "https://push.example.net/2")
    assert store.delete_users([user.id for user in users[1:]] + [uuid4()]) == 4
    assert [row.user for row in listed(store)] == [users[0]]
    assert store.counts() == (1, 2)
    assert store.user(users[1].id) is None
    assert store.delete_users([]) == 0


def test_names_of_many_users(store: Store) -> None:
    users = [store.add_user(f"user {number}") for number in range(1100)]
    assert store.names_of([user.id for user in users] + [uuid4()]) == {user.id: user.name for user in users}
    assert store.names_of([]) == {}


def test_users_with_subscriptions_are_walked_in_stretches(store: Store, add: Add) -> None:
    users = [store.add_user("x") for _ in range(10)]
    for user in users[:7]:
        add(user.id, "https://push.example.net/1")
        add(user.id, "https://push.example.net/2")
    walked = []
    last = None
    while stretch := store.user_ids_after(last, 3):
        assert len(stretch) <= 3
        walked += stretch
        last = stretch[-1]
    assert walked == sorted((user.id for user in users[:7]), key=lambda user_id: user_id.hex)
    assert store.counts() == (7, 14)
    assert store.counts(users[0].id) == (1, 2)
    assert store.counts(users[9].id) == (0, 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(name=st.text())
def test_every_name_is_kept_and_found(store: Store, name: str) -> None:
    user = store.add_user(name)
    assert store.user(user.id) == user
    assert user.name == name
    searched = listed(store, name)
    assert user in [row.user for row in searched]
    store.delete_users([user.id])


def test_half_a_character_is_refused_in_words(store: Store) -> None:
    with pytest.raises(StoreError, match="half a character"):
        store.add_user("a\ud800b")
    assert listed(store) == []
