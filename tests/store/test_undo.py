"""What is deleted comes back as it was, or says why not; what is stopped has changed nothing."""

import stat
from array import array
from pathlib import Path
from uuid import UUID

import pytest

from tests.store.conftest import Add
from tests.store.undo_rows import everything, fill
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.store import bulk, kept, undo
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.store import Store
from webpush_admin.store.undo import Restored, Undo

USERS = [UUID(int=number) for number in range(1, 11)]


def _go_on(_done: int, _total: int) -> None:
    return


@pytest.fixture
def changes() -> list[None]:
    return []


@pytest.fixture
def steps(store: Store, changes: list[None], monkeypatch: pytest.MonkeyPatch) -> Undo:
    """A store with 10 users of 20 subscriptions each, deleted seven at a time."""
    monkeypatch.setattr(kept, "CHUNK", 7)
    store.vapid_keys()
    fill(store, users=10, each=20)
    return Undo(store, lambda: changes.append(None))


def _ids(count: int) -> "array[int]":
    return array("q", range(1, count + 1))


@pytest.mark.parametrize("many", [1, 1000], ids=["indexes set aside", "row by row"])
@pytest.mark.parametrize("count", [1, 99, 200])
def test_deleted_subscriptions_come_back_to_the_byte(
    steps: Undo, path: Path, monkeypatch: pytest.MonkeyPatch, many: int, count: int
) -> None:
    monkeypatch.setattr(bulk, "MANY", many)
    before = everything(path)
    step = steps.delete(_ids(count), (), _go_on)
    assert step is not None
    assert (step.subscriptions, step.users) == (count, 0)
    after = everything(path)
    assert after["subscriptions"] == before["subscriptions"][count:]
    assert after["schema"] == before["schema"]
    assert steps.undo(_go_on) == Restored(count, 0, there_again=0, without_user=0)
    assert everything(path) == before


def test_deleted_users_come_back_with_their_subscriptions(steps: Undo, path: Path) -> None:
    before = everything(path)
    step = steps.delete(array("q"), [*USERS[:4], UUID(int=99)], _go_on)
    assert step is not None
    assert (step.subscriptions, step.users) == (80, 4)
    assert len(everything(path)["users"]) == 6
    assert steps.undo(_go_on) == Restored(80, 4, there_again=0, without_user=0)
    assert everything(path) == before


def test_ids_never_come_twice_after_an_undo(steps: Undo, store: Store, add: Add) -> None:
    steps.delete(_ids(200), (), _go_on)
    fresh = add(USERS[0])
    steps.undo(_go_on)
    assert fresh.id == 201


def test_what_is_there_again_is_left_alone(steps: Undo, store: Store) -> None:
    first = store.subscriptions_of(USERS[0])[0]
    assert first.id is not None
    steps.delete(_ids(20), (), _go_on)
    again = store.add_subscription(USERS[0], endpoint=first.endpoint, p256dh="newer", auth="newer")
    assert steps.undo(_go_on) == Restored(19, 0, there_again=1, without_user=0)
    assert [row for row in store.subscriptions_of(USERS[0]) if row.endpoint == first.endpoint] == [again]


def test_whose_user_is_gone_is_left_out(steps: Undo, store: Store) -> None:
    orphans = sum(row.id is not None and row.id <= 40 for row in store.subscriptions_of(USERS[1]))
    assert orphans
    steps.delete(_ids(40), (), _go_on)
    store.delete_users([USERS[1]])
    assert steps.undo(_go_on) == Restored(40 - orphans, 0, there_again=0, without_user=orphans)


def test_steps_come_back_newest_first(steps: Undo, path: Path) -> None:
    states = [everything(path)]
    for start in (1, 50, 100):
        steps.delete(array("q", range(start, start + 10)), (), _go_on)
        states.append(everything(path))
    for state in reversed(states[:-1]):
        steps.undo(_go_on)
        assert everything(path) == state
    with pytest.raises(StoreError, match="nothing to undo"):
        steps.undo(_go_on)


def test_the_oldest_steps_go_where_there_are_too_many(
    steps: Undo, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo, "MAX_STEPS", 3)
    monkeypatch.setattr(undo, "MAX_ROWS", 50)
    for start in range(1, 5):
        steps.delete(array("q", [start]), (), _go_on)
    assert [step.subscriptions for step in steps.steps] == [1, 1, 1]
    steps.delete(array("q", range(10, 59)), (), _go_on)
    assert [step.subscriptions for step in steps.steps] == [1, 49]
    steps.delete(array("q", range(60, 160)), (), _go_on)
    assert [step.subscriptions for step in steps.steps] == [100], "the newest is kept whatever its size"
    assert len(list(store.database.side.file("x").parent.glob("undo-*"))) == 1, "what is forgotten takes no room"


@pytest.mark.parametrize("many", [1, 1000], ids=["indexes set aside", "row by row"])
def test_stopped_anywhere_nothing_has_changed(
    steps: Undo, store: Store, path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(bulk, "MANY", many)
    before = everything(path)
    calls = _count_calls(lambda go_on: steps.delete(_ids(60), USERS[8:], go_on))
    after = everything(path)
    undone = _count_calls(steps.undo)
    assert min(calls, undone) > 10
    for at in (1, 2, calls // 2, calls - 1, calls):
        with pytest.raises(PushError, match="enough"):
            steps.delete(_ids(60), USERS[8:], _stop_at(at))
        assert everything(path) == before
        assert not steps.steps
    assert not list(store.database.side.file("x").parent.glob("undo-*"))
    steps.delete(_ids(60), USERS[8:], _go_on)
    for at in (1, 2, undone // 2, undone - 1, undone):
        with pytest.raises(PushError, match="enough"):
            steps.undo(_stop_at(at))
        assert everything(path) == after
    steps.undo(_go_on)
    assert everything(path) == before


def test_a_statement_that_takes_long_is_stopped_in_its_midst(store: Store, path: Path) -> None:
    steps = Undo(store, lambda: None)
    store.vapid_keys()
    fill(store, users=10, each=600)
    before, cancel = everything(path), Cancel()
    steps.delete(array("q"), USERS[:5], _go_on)
    after = everything(path)
    cancel.cancel()
    with pytest.raises(StoreError, match="Stopped"):
        steps.delete(array("q"), USERS[5:], _go_on, cancel)
    with pytest.raises(StoreError, match="Stopped"):
        steps.undo(_go_on, cancel)
    assert everything(path) == after
    steps.undo(_go_on)
    assert everything(path) == before


def _count_calls(work: object) -> int:
    calls: list[int] = []
    assert callable(work)
    work(lambda done, total: calls.append(done))
    assert calls == sorted(calls), "progress never goes back"
    return len(calls)


def _stop_at(number: int) -> kept.GoOn:
    calls: list[int] = []

    def go_on(done: int, _total: int) -> None:
        calls.append(done)
        if len(calls) == number:
            raise PushError("enough")

    return go_on


def test_new_keys_make_every_step_useless(steps: Undo, store: Store, changes: list[None]) -> None:
    steps.delete(_ids(3), (), _go_on)
    store.regenerate_vapid_keys()
    changes.clear()
    with pytest.raises(StoreError, match="VAPID keys were replaced"):
        steps.undo(_go_on)
    assert not steps.steps
    assert changes


def test_the_rows_lie_where_only_their_owner_can_read_them(steps: Undo, store: Store) -> None:
    steps.delete(_ids(3), (), _go_on)
    (file,) = store.database.side.file("x").parent.glob("undo-*")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    store.close()
    assert not file.exists()


def test_without_room_for_the_rows_nothing_is_deleted(steps: Undo, store: Store, path: Path) -> None:
    before = everything(path)
    # In the way of the file that would be made.
    store.database.side.file("undo-1.db").mkdir()
    with pytest.raises(StoreError, match="nothing was deleted"):
        steps.delete(_ids(3), (), _go_on)
    assert everything(path) == before


def test_another_file_in_the_place_of_the_database_loses_nothing(steps: Undo, store: Store, path: Path) -> None:
    store.database.copy_to(_empty(path.with_name("older.db")))
    steps.delete(_ids(3), (), _go_on)
    # What is kept would be the rows of a file that is not the one that is deleted from.
    path.with_name("older.db").replace(path)
    with pytest.raises(StoreError):
        steps.delete(_ids(5), (), _go_on)
    assert store.counts()[1] == 197


def _empty(path: Path) -> Path:
    path.touch()
    return path


def test_what_is_not_there_makes_no_step(steps: Undo, store: Store, changes: list[None]) -> None:
    assert steps.delete(array("q", [1000, 1001]), [UUID(int=99)], _go_on) is None
    assert not steps.steps
    assert not changes
    assert not list(store.database.side.file("x").parent.glob("undo-*"))


def test_listeners_are_told_whose_rows_went_and_came(
    steps: Undo, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[StoreChange] = []
    store.add_listener(told.append)
    steps.delete(array("q"), USERS[:2], _go_on)
    two = frozenset(USERS[:2])
    both = [StoreChange(ChangeKind.USERS, two), StoreChange(ChangeKind.SUBSCRIPTIONS, two)]
    assert told == both
    steps.undo(_go_on)
    assert told == both * 2
    monkeypatch.setattr(undo, "NAMED_USERS", 1)
    steps.delete(_ids(200), (), _go_on)
    assert told[-1] == StoreChange(ChangeKind.SUBSCRIPTIONS), "of too many it may be anybody"


def test_a_read_only_database_loses_nothing(steps: Undo, store: Store, url: str) -> None:
    store.close()
    reader = Store.open(url, read_only=True)
    try:
        with pytest.raises(StoreError, match="read-only"):
            Undo(reader, lambda: None).delete(_ids(3), (), _go_on)
    finally:
        reader.close()
