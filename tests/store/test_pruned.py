"""Rows that a dispatcher deleted come back to the byte, or it is told why not; a kill leaves all or none."""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.store.undo_rows import everything, fill
from webpush_admin.push.dispatch_store import ChangeKind, StoreChange
from webpush_admin.push.errors import PushError, StoreReadOnly
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import pruned
from webpush_admin.store.pruned import Returned
from webpush_admin.store.store import Store

USERS = [UUID(int=number) for number in range(1, 6)]
ROOT = Path(__file__).parents[2]


def _told(_done: int) -> None:
    return


@pytest.fixture
def town(store: Store) -> Store:
    """A store with five users of eight subscriptions each, that keeps what is pruned."""
    store.vapid_keys()
    fill(store, users=5, each=8)
    store.pruned.most = 1000
    return store


def _rows(store: Store, *users: UUID) -> list[Subscription]:
    return [row for user_id in users or USERS for row in store.subscriptions_of(user_id)]


def _ids(rows: list[Subscription]) -> tuple[int, ...]:
    return tuple(row.id or 0 for row in rows)


def test_they_come_back_to_the_byte_and_the_users_are_told(
    town: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruned, "CHUNK", 3)
    before = everything(path)
    gone = _rows(town, USERS[0], USERS[2])
    # As a cache may have it: the row has got another status since.
    town.delete_subscriptions([replace(row, last_status=None) for row in gone])
    assert len(_rows(town)) == 24
    told: list[StoreChange] = []
    town.add_listener(told.append)
    assert town.pruned.restore(_ids(gone), _told) == Returned(restored=_ids(gone))
    assert everything(path) == before
    assert told == [StoreChange(ChangeKind.SUBSCRIPTIONS, frozenset({USERS[0], USERS[2]}))]
    assert town.pruned.restore(_ids(gone), _told) == Returned(not_kept=_ids(gone))
    assert len(told) == 1


def test_each_that_cannot_come_back_is_told_with_its_reason(town: Store) -> None:
    gone = _rows(town, USERS[0], USERS[1])
    town.delete_subscriptions(gone)
    again = town.add_subscription(USERS[0], endpoint=gone[2].endpoint, p256dh="newer", auth="newer")
    town.delete_users([USERS[1]])
    own = _ids(gone[:8])
    returned = town.pruned.restore([*_ids(gone), 999], _told)
    assert returned == Returned(
        restored=tuple(number for number in own if number != gone[2].id),
        there_again=_ids(gone[2:3]),
        without_user=_ids(gone[8:]),
        not_kept=(999,),
    )
    assert again in town.subscriptions_of(USERS[0])
    # What has not come back may later, where the reason goes.
    town.delete_subscriptions([again])
    assert town.pruned.restore(_ids(gone[2:3]), _told) == Returned(restored=_ids(gone[2:3]))


def test_none_comes_back_under_other_keys(town: Store, other: Store) -> None:
    first, second = _rows(town, USERS[0])[:2]
    town.delete_subscriptions([first])
    other.regenerate_vapid_keys()
    assert town.pruned.restore(_ids([first]), _told) == Returned(other_keys=_ids([first]))
    assert _ids([first])[0] not in town.pruned
    fresh = town.add_subscription(USERS[0], endpoint=second.endpoint, p256dh="p", auth="a")
    town.delete_subscriptions([fresh])
    assert _ids([fresh])[0] in town.pruned
    town.regenerate_vapid_keys()
    assert len(town.pruned) == 0, "nobody needs secrets that are of no use"


def test_only_the_newest_are_kept_and_nothing_unless_somebody_wants_it(
    town: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = _rows(town)
    town.pruned.most = 0
    town.delete_subscriptions(rows[:1])
    assert len(town.pruned) == 0
    town.pruned.most = 3
    town.delete_subscriptions(rows[1:6])
    assert [number in town.pruned for number in _ids(rows[:6])] == [False, False, False, True, True, True]
    town.pruned.most = 1000
    monkeypatch.setattr(pruned, "MAX_BYTES", 1000)
    town.delete_subscriptions(rows[6:])
    assert 0 < len(town.pruned) < 10
    assert _ids(rows)[-1] in town.pruned


def test_what_is_deleted_again_is_kept_once_and_as_it_was_last(town: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    row, *others = _rows(town, USERS[0])
    write = town.database.write

    def write_and_be_overtaken(*args: Any, **settings: Any) -> Any:
        monkeypatch.undo()
        done = write(*args, **settings)
        town.delete_subscriptions([row])
        return done

    town.delete_subscriptions([row])
    monkeypatch.setattr(town.database, "write", write_and_be_overtaken)
    assert town.pruned.restore(_ids([row]), _told).restored == _ids([row])
    assert _ids([row])[0] in town.pruned, "it was deleted again before that was told"
    (kept,) = town.pruned._kept.values()
    assert row.auth not in repr(kept)
    # Another program has brought it back each time: that fills no room.
    monkeypatch.setattr(pruned, "MAX_BYTES", 4 * kept.size)
    for _ in range(10):
        town.pruned.keep([kept.values], kept.pair)
    town.delete_subscriptions(others[:2])
    assert {*_ids([row, *others[:2]])} == set(town.pruned._kept)


def test_what_is_stopped_or_refused_has_changed_nothing(town: Store, path: Path, url: str) -> None:
    gone = _rows(town, USERS[0])
    town.delete_subscriptions(gone)
    before = everything(path)

    def stop(_done: int) -> None:
        raise PushError("stopped")

    with pytest.raises(PushError, match="stopped"):
        town.pruned.restore(_ids(gone), stop)
    assert everything(path) == before
    reading = Store.open(url, read_only=True)
    try:
        reading.pruned.most = 10
        with pytest.raises(StoreReadOnly):
            reading.delete_subscriptions(_rows(reading))
        assert len(reading.pruned) == 0
    finally:
        reading.close()
    assert len(town.pruned.restore(_ids(gone), _told).restored) == 8


@pytest.mark.parametrize("where", ["1", "3", "commit"])
def test_a_kill_leaves_all_or_none(town: Store, path: Path, where: str) -> None:
    whole = everything(path)
    town.delete_subscriptions(_rows(town, USERS[0]))
    gone = everything(path)
    town.pruned.restore(range(1, 1000), _told)
    assert everything(path) == whole
    town.close()
    command = [sys.executable, "-m", "tests.store.pruned_child", str(path), where]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.read(1) == b".", "it has reached the place"
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert everything(path) == (whole if where == "commit" else gone)
