"""The subject and the key pair: kept, changed, replaced with a backup first, and repaired."""

import asyncio
import base64
import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.backend.desk import AUTH, HI, P256DH, SUBJECT, Desk, Town
from webpush_admin.backend.key_records import RotationPlan
from webpush_admin.backend.records import DatabaseChanged
from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.errors import InvalidKeys, PushError, StoreError
from webpush_admin.push.events import CacheCleared, KeysLoaded
from webpush_admin.push.vapid import VapidKeys, fingerprint
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store


async def claims(desk: Desk) -> dict[str, Any]:
    """Return what the token that a push would carry now says."""
    authorizations = (await desk.dispatcher._keyring.current()).active
    token = authorizations.header("https://push.example.net").split("t=")[1].split(",")[0]
    middle = token.split(".")[1]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return said


def keys_of(path: Path) -> VapidKeys:
    store = Store.open(f"sqlite:///{path}", read_only=True)
    try:
        return store.vapid_keys()
    finally:
        store.close()


def delete_keys(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DELETE FROM vapid_keys")
        raw.commit()


def test_the_first_subject_opens_the_dispatcher_and_later_ones_change_the_claim(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, subject="")
            assert desk.of(KeysLoaded) == []
            with pytest.raises(PushError, match="Set the VAPID subject first"):
                await desk.backend.sending.to_user(user_id, HI)
            assert await desk.backend.keys.set_subject(" ops@example.org ") == SUBJECT
            assert len(desk.of(KeysLoaded)) == 1
            assert (await claims(desk))["sub"] == SUBJECT
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1
            dispatcher = desk.dispatcher
            assert await desk.backend.keys.set_subject("https://example.org/who") == "https://example.org/who"
            assert desk.dispatcher is dispatcher, "its cache is as warm as before"
            assert (await claims(desk))["sub"] == "https://example.org/who"
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1
            assert desk.backend.snapshot.cache.hits == 1
            with pytest.raises(InvalidKeys, match="must be an e-mail address"):
                await desk.backend.keys.set_subject("nobody")
            assert (await claims(desk))["sub"] == "https://example.org/who"
            assert (await desk.backend.info()).subject == "https://example.org/who"
        async with Desk() as desk:
            await town.open(desk, subject="")
            assert (await desk.backend.keys.info()).subject == "https://example.org/who"

    asyncio.run(scenario())


def test_new_keys_come_after_a_backup_that_can_be_used(town: Town, tmp_path: Path) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.CREATED)
    old = keys_of(town.path)
    backup = tmp_path / "before.db"

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            before = await desk.backend.keys.info()
            assert (before.public_key, before.fingerprint) == (old.public_key, fingerprint(old.public_key))
            assert (before.subject, before.subscriptions) == (SUBJECT, 2)
            assert before.created_at is not None
            await desk.backend.sending.to_user(user_id, HI)
            desk.told.clear()
            done = await desk.backend.keys.rotation.rotate(RotationPlan(2, backup))
            assert (done.deleted_subscriptions, done.backup) == (2, backup)
            assert (done.keys.subscriptions, done.keys.subject) == (0, SUBJECT)
            assert done.keys.public_key != old.public_key
            assert (await desk.backend.info()).public_key == done.keys.public_key
            assert DatabaseChanged(ChangeKind.KEYS, frozenset()) in desk.told
            loaded = await desk.wait_for(KeysLoaded)
            assert loaded.public_key == done.keys.public_key == desk.dispatcher.public_key
            assert len(desk.of(CacheCleared)) == 1
            assert (await desk.backend.sending.to_user(user_id, HI)).targets == 0
            assert old.private_key not in repr(desk.told) + repr(done)
            # New subscriptions are made for the new pair, and the sandbox takes no other.
            made = town.sandbox.create_subscriptions([Temper.CREATED], application_server_key=done.keys.public_key)[0]
            await desk.backend.subscriptions.add(
                user_id, endpoint=made.endpoint, p256dh=made.p256dh, auth=made.auth, user_agent=None
            )
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1

    asyncio.run(scenario())
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert keys_of(backup) == old
    store = Store.open(f"sqlite:///{backup}")
    try:
        assert store.counts() == (1, 2)
    finally:
        store.close()


@pytest.mark.parametrize("kind", ["another number", "backup exists", "no folder"])
def test_where_something_is_not_as_expected_nothing_changes(town: Town, tmp_path: Path, kind: str) -> None:
    user_id = town.add_user(Temper.CREATED)
    old = keys_of(town.path)
    backup = tmp_path / ("missing/before.db" if kind == "no folder" else "before.db")
    if kind == "backup exists":
        backup.write_text("somebody's")
    expected, told = {
        "another number": (2, "subscriptions"),
        "backup exists": (1, "exists already"),
        "no folder": (1, "cannot be made"),
    }[kind]

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            with pytest.raises(StoreError, match=told):
                await desk.backend.keys.rotation.rotate(RotationPlan(expected, backup))
            assert (await desk.backend.keys.info()).public_key == old.public_key
            assert len(await desk.rows()) == 1
            assert desk.of(DatabaseChanged) == []
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1

    asyncio.run(scenario())
    assert backup.exists() == (kind == "backup exists")
    if backup.exists():
        assert backup.read_text() == "somebody's"
    assert keys_of(town.path) == old


@pytest.mark.parametrize("subject", [SUBJECT, ""])
def test_subscriptions_without_keys_are_told_and_new_keys_repair_it(town: Town, tmp_path: Path, subject: str) -> None:
    user_id = town.add_user(Temper.CREATED)
    delete_keys(town.path)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, subject=subject)
            info = await desk.backend.info()
            assert (info.public_key, info.fingerprint) == ("", "")
            assert "keys" in info.keys_problem
            assert info.keys_problem.endswith(".")
            with pytest.raises(PushError) as caught:
                await desk.backend.sending.to_user(user_id, HI)
            assert str(caught.value) == info.keys_problem
            assert (await desk.backend.keys.info()).subscriptions == len(await desk.rows()) == 1, "nothing was deleted"
            await desk.backend.keys.set_subject(SUBJECT)
            assert (await desk.backend.info()).keys_problem == info.keys_problem
            await desk.backend.keys.rotation.rotate(RotationPlan(1, tmp_path / "before.db"))
            repaired = await desk.backend.info()
            assert (repaired.keys_problem, repaired.subject) == ("", SUBJECT)
            assert len(repaired.public_key) == 87
            made = town.sandbox.create_subscriptions([Temper.CREATED], application_server_key=repaired.public_key)[0]
            await desk.backend.subscriptions.add(
                user_id, endpoint=made.endpoint, p256dh=made.p256dh, auth=made.auth, user_agent=None
            )
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1

    asyncio.run(scenario())


def test_keys_that_vanish_while_it_is_open_are_told_and_repaired(town: Town, tmp_path: Path) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await asyncio.to_thread(delete_keys, town.path)
            cleared = await desk.wait_for(CacheCleared)
            assert cleared.reason == "Another program changed the database."
            with pytest.raises(StoreError, match="keys"):
                await desk.backend.sending.to_user(user_id, HI)
            await desk.backend.keys.rotation.rotate(RotationPlan(1, tmp_path / "before.db"))
            await desk.backend.subscriptions.add(
                user_id, endpoint="https://push.example.net/1", p256dh=P256DH, auth=AUTH, user_agent=None
            )
            authorizations = (await desk.dispatcher._keyring.current()).active
            assert authorizations.public_key == (await desk.backend.info()).public_key

    asyncio.run(scenario())


def test_two_subjects_at_once_make_one_dispatcher(town: Town) -> None:
    town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, subject="")
            keys = desk.backend.keys
            await asyncio.gather(keys.set_subject("a@example.org"), keys.set_subject("b@example.org"))
            upkeep = [task for task in asyncio.all_tasks() if task.get_name() == "webpush-upkeep"]
            assert len(upkeep) == 1
            assert (await claims(desk))["sub"] == "mailto:b@example.org"

    asyncio.run(scenario())


def test_keys_that_another_program_mends_are_noticed_without_a_dispatcher(town: Town) -> None:
    town.add_user(Temper.CREATED)
    delete_keys(town.path)

    def mend() -> str:
        store = Store.open(town.url)
        try:
            return store.regenerate_vapid_keys().public_key
        finally:
            store.close()

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            assert (await desk.backend.info()).keys_problem
            told = len(desk.of(DatabaseChanged))
            public_key = await asyncio.to_thread(mend)
            await desk.wait_for(DatabaseChanged, told + 1)
            info = await desk.backend.info()
            assert (info.keys_problem, info.public_key) == ("", public_key)
            assert desk.dispatcher.public_key == public_key

    asyncio.run(scenario())
