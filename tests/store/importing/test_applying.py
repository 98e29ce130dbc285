"""An import adds, replaces and leaves alone what it said it would; in one transaction, or not at all."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.store.importing.desk import AUTH, FCM, OTHER_P256DH, P256DH, CountedWork, ImportDesk
from webpush_admin.push.dispatch_store import AnswerMark, ChangeKind, StoreChange
from webpush_admin.push.errors import PushError
from webpush_admin.store import Store
from webpush_admin.store.importing import applying
from webpush_admin.store.importing.records import Fate

ADA = "Ada Lovelace"


def record(number: int, user: str = ADA, p256dh: str = P256DH, **more: object) -> str:
    return json.dumps(
        {"user": user, "endpoint": f"{FCM}device-{number}", "keys": {"p256dh": p256dh, "auth": AUTH}, **more}
    )


@pytest.fixture
def told(store: Store) -> list[StoreChange]:
    changes: list[StoreChange] = []
    store.add_listener(changes.append)
    return changes


def mark_as_accepted(store: Store) -> None:
    for user in store.user_ids_after(None, 10):
        store.record_answers([AnswerMark(row, 201, datetime.now(UTC)) for row in store.subscriptions_of(user)])


def test_what_is_there_already_stays_as_it_is(desk: ImportDesk, told: list[StoreChange]) -> None:
    desk.take("array.json")
    mark_as_accepted(desk.store)
    before = desk.rows()
    told.clear()
    preview = desk.preview("array.json")
    assert (preview.added, preview.replaced, preview.unchanged, preview.users_added) == (0, 0, 3, 0)
    assert {row.fate for row in preview.sample} == {Fate.UNCHANGED}
    done = desk.apply(preview)
    assert (done.added, done.replaced, done.unchanged) == (0, 0, 3)
    assert desk.rows() == before
    assert told == []


def test_other_keys_replace_the_row_and_forget_its_answers(desk: ImportDesk) -> None:
    user = desk.store.add_user(ADA)
    desk.apply(desk.preview_text(record(1, user_agent="Firefox")))
    mark_as_accepted(desk.store)
    (before,) = desk.store.subscriptions_of(user.id)
    assert before.last_status == 201
    preview = desk.preview_text(record(1, p256dh=OTHER_P256DH))
    assert (preview.added, preview.replaced, preview.sample[0].fate) == (0, 1, Fate.REPLACED)
    desk.apply(preview)
    (after,) = desk.store.subscriptions_of(user.id)
    assert (after.id, after.p256dh, after.user_agent) == (before.id, OTHER_P256DH, "Firefox")
    assert (after.last_status, after.last_success_at, after.created_at) == (None, None, before.created_at)


def test_another_user_agent_alone_forgets_no_answers(desk: ImportDesk) -> None:
    user = desk.store.add_user(ADA)
    desk.apply(desk.preview_text(record(1)))
    mark_as_accepted(desk.store)
    done = desk.apply(desk.preview_text(record(1, user_agent="Firefox")))
    (after,) = desk.store.subscriptions_of(user.id)
    assert (done.replaced, after.user_agent, after.last_status) == (1, "Firefox", 201)


def test_a_database_without_keys_gets_a_pair_for_what_is_imported(desk: ImportDesk, told: list[StoreChange]) -> None:
    assert desk.store.keys_created_at() is None
    desk.take("array.json")
    assert desk.store.keys_created_at() is not None
    assert desk.store.vapid_keys().public_key
    (numbers,) = {
        row.vapid_key_id for user in desk.store.user_ids_after(None, 10) for row in desk.store.subscriptions_of(user)
    }
    assert numbers == 1
    assert [change.kind for change in told] == [ChangeKind.KEYS, ChangeKind.USERS, ChangeKind.SUBSCRIPTIONS]


def test_the_users_are_told_and_many_of_them_as_all(
    desk: ImportDesk, told: list[StoreChange], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take("array.json")
    users = frozenset(desk.store.user_ids_after(None, 10))
    assert [change.user_ids for change in told if change.kind is not ChangeKind.KEYS] == [users, users]
    told.clear()
    monkeypatch.setattr(applying, "MOST_TOLD", 1)
    desk.take("lines.jsonl")
    assert {change.user_ids for change in told} == {frozenset()}


def test_users_who_came_or_went_since_the_preview_take_another_one(desk: ImportDesk) -> None:
    came = desk.preview_text(record(1))
    user = desk.store.add_user(ADA)
    with pytest.raises(PushError, match="users have changed since the file was read: nothing was imported"):
        desk.apply(came)
    went = desk.preview_text(record(1))
    desk.store.delete_users([user.id])
    with pytest.raises(PushError, match="users have changed"):
        desk.apply(went)
    assert desk.rows() == []


def test_a_row_that_came_since_the_preview_is_not_added_twice(desk: ImportDesk) -> None:
    user = desk.store.add_user(ADA)
    preview = desk.preview_text(record(1))
    assert preview.added == 1
    desk.store.add_subscription(user.id, endpoint=f"{FCM}device-1", p256dh=P256DH, auth=AUTH)
    done = desk.apply(preview)
    assert (done.added, done.unchanged, len(desk.rows())) == (0, 1, 1)


@pytest.mark.parametrize("steps", range(1, 13))
def test_stopped_at_any_step_nothing_has_changed(desk: ImportDesk, steps: int) -> None:
    preview = desk.preview_text("\n".join(record(number, f"user {number}") for number in range(1200)))
    work = CountedWork(stop_at=steps)
    with pytest.raises(PushError, match="Stopped by the test"):
        desk.apply(preview, work=work)
    assert (desk.rows(), desk.store.keys_created_at()) == ([], None)
    assert desk.store.counts() == (0, 0)
    # And it can still be done.
    work = CountedWork()
    assert desk.apply(preview, work=work).added == 1200
    assert work.told[-1] == (1200, 1200)


@pytest.mark.parametrize("steps", [1, 2, 5, 8, 11])
def test_a_preview_that_is_stopped_leaves_no_file(desk: ImportDesk, steps: int) -> None:
    path = desk.store.path.with_name("many.jsonl")
    path.write_text("\n".join(record(number, f"user {number}") for number in range(700)))
    with pytest.raises(PushError, match="Stopped by the test"):
        desk.preview(path, work=CountedWork(stop_at=steps))
    assert not desk.staged.exists()


def test_a_preview_that_is_cancelled_inside_of_the_database_says_so(desk: ImportDesk) -> None:
    class Cancelled(CountedWork):
        def check(self) -> None:
            if self.cancel.raised:
                raise PushError("Cancelled by the test.")

        def advance(self, done: int, total: int | None = None) -> None:
            if done == total:
                # From here on only SQLite looks.
                self.cancel.cancel()

    path = desk.store.path.with_name("many.jsonl")
    path.write_text("\n".join(record(number) for number in range(3000)))
    with pytest.raises(PushError, match="Cancelled by the test"):
        desk.preview(path, work=Cancelled())
    assert not desk.staged.exists()


def test_what_waits_for_the_import_is_its_owners_alone(desk: ImportDesk) -> None:
    desk.preview("array.json")
    assert stat.S_IMODE(desk.staged.stat().st_mode) == 0o600


def test_progress_guesses_the_end_and_reaches_it(desk: ImportDesk, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(record(number) for number in range(5000)))
    work = CountedWork()
    desk.preview(path, work=work)
    assert work.told[-1] == (5000, 5000)
    middle = next(total for done, total in work.told if done == 2500)
    assert middle is not None
    assert 4000 < middle < 6000
