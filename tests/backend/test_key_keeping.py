"""Private keys in the keyring and in files sign real pushes, are locked and unlocked, and meet a running broadcast.

Runs on: worker loop
"""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.backend.desk import HI, Desk, Town
from tests.backend.test_keys import keys_of
from tests.keyring_file import KeyringFile
from webpush_admin.backend.records import DatabaseChanged, InfoChanged
from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.errors import KeysLocked, PassphraseNeeded, PushError
from webpush_admin.push.secret import Secret
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store, key_places
from webpush_admin.store.key_rows import IN_DATABASE, Home, KeepIn
from webpush_admin.store.keyring_entries import SERVICE, entry_name

IN_KEYRING = KeepIn(Home.KEYRING)
PASSPHRASE = Secret("correct horse")


def in_file(folder: Path) -> KeepIn:
    return KeepIn(Home.FILE, folder / "keys.pem", PASSPHRASE)


def test_a_pair_in_the_keyring_signs(town: Town, keyring_file: KeyringFile) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.CREATED)
    pair = keys_of(town.path)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            keeping = desk.backend.keys.keeping
            assert await keeping.keyring_name() == "keyring file FileKeyring"
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 2
            dispatcher = desk.dispatcher
            desk.told.clear()
            moved = await keeping.keep(1, IN_KEYRING)
            assert (moved.home, moved.place, moved.locked) == (Home.KEYRING, entry_name(pair.public_key), False)
            await desk.wait_for(DatabaseChanged)
            assert [event.kind for event in desk.of(DatabaseChanged)] == [ChangeKind.PAIRS]
            assert desk.dispatcher is dispatcher, "nothing had to be interrupted"
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 2
            assert pair.private_key not in repr(desk.told) + repr(moved) + repr(await desk.backend.keys.info())
        # As the next process finds it.
        async with Desk() as desk:
            await town.open(desk)
            assert (await desk.backend.info()).keys_problem == ""
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 2

    asyncio.run(scenario())
    assert keyring_file.entries == {f"{SERVICE}/{entry_name(pair.public_key)}": pair.private_key}
    assert town.arrived() == (6, 0, 0, 0, 6), "verified and decrypted by the sandbox"


def test_a_pair_in_a_file_signs_once_it_is_unlocked_until_it_is_locked(town: Town, tmp_path: Path) -> None:
    user_id = town.add_user(Temper.CREATED)
    pair = keys_of(town.path)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            keys, keeping = desk.backend.keys, desk.backend.keys.keeping
            assert await keeping.keyring_name() == "", "no test reaches the keyring of this machine"
            moved = await keeping.keep(1, in_file(tmp_path))
            assert (moved.home, moved.place, moved.locked) == (Home.FILE, str(tmp_path / "keys.pem"), False)
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1
        async with Desk() as desk:
            await town.open(desk)
            keys, keeping = desk.backend.keys, desk.backend.keys.keeping
            info = await desk.backend.info()
            sentence = (
                'The private key is in the encrypted file "keys.pem": unlock it in Keys, or give --passphrase-file.'
            )
            assert (info.keys_problem, info.keys_locked, info.public_key) == (sentence, True, pair.public_key)
            with pytest.raises(PushError) as refused:
                await desk.backend.sending.to_user(user_id, HI)
            assert str(refused.value) == sentence
            for wrong in ("wrong", ""):
                with pytest.raises(PassphraseNeeded):
                    await keeping.unlock(1, Secret(wrong))
            assert (await desk.backend.info()) == info
            told = len(desk.of(InfoChanged))
            assert not (await keeping.unlock(1, PASSPHRASE)).locked
            unlocked = await desk.backend.info()
            assert (unlocked.keys_problem, unlocked.keys_locked) == ("", False)
            assert len(desk.of(InfoChanged)) > told
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1
            closed = desk.dispatcher
            tuned = replace(await desk.backend.cache.tuning(), ttl_s=17)
            await desk.backend.cache.tune(tuned)
            for _ in range(2):
                await keeping.lock()
                locked = await desk.backend.info()
                assert (locked.keys_problem, locked.keys_locked) == (sentence, True)
                assert (await keys.info()).pairs[0].locked
                assert closed._keyring.public_key == "" or closed._sends is None, "it can send no more"
                with pytest.raises(PushError) as refused:
                    await desk.backend.sending.to_user(user_id, HI)
                assert str(refused.value) == sentence
            await keeping.unlock(1, PASSPHRASE)
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1
            assert await desk.backend.cache.tuning() == tuned, "as it was set before"
            await keeping.keep(1, IN_DATABASE)
            await keeping.lock()
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1, "what is in the database cannot be"

    asyncio.run(scenario())
    assert town.arrived() == (4, 0, 0, 0, 4)
    assert keys_of(town.path) == pair


def test_locking_in_the_midst_of_a_broadcast_ends_it_and_tells_the_rest(town: Town, tmp_path: Path) -> None:
    users = town.add_users([[Temper.CREATED if number < 20 else Temper.SLOW] for number in range(400)])

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await desk.backend.keys.keeping.keep(1, in_file(tmp_path))
            sending = asyncio.create_task(desk.backend.sending.to_all(HI))
            await desk.until(lambda: (progress := desk.backend.sending.progress) is not None and progress.accepted > 0)
            await desk.backend.keys.keeping.lock()
            summary = await sending
            assert summary.targets == summary.accepted + summary.failed == 400
            assert summary.not_sent > 0
            assert "unlock it in Keys" in summary.problem
            with pytest.raises(PushError, match="unlock it in Keys"):
                await desk.backend.sending.to_all(HI)
            await desk.backend.keys.keeping.unlock(1, PASSPHRASE)
            assert (await desk.backend.sending.to_user(users[0], HI)).accepted == 1

    asyncio.run(scenario())


def test_without_its_keyring_a_database_opens_and_says_what_to_do(
    town: Town, keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await desk.backend.keys.keeping.keep(1, IN_KEYRING)
        keyring_file.refuse("KeyringLocked")
        async with Desk() as desk:
            await town.open(desk)
            info = await desk.backend.info()
            assert info.keys_locked
            assert info.keys_problem == (
                "The private key is in the system's keyring, which is locked: "
                "unlock the keyring first, then the pair in Keys."
            )
            # Not asked again by itself: somebody has just closed its prompt.
            keyring_file.refuse("")
            await desk.session.start_dispatcher()
            assert (await desk.backend.info()).keys_locked
            await desk.backend.keys.keeping.unlock(1, Secret(""))
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1
            await desk.backend.keys.keeping.lock()
            assert (await desk.backend.info()).keys_problem == (
                "The private key is in the system's keyring: unlock it in Keys."
            )
            await desk.backend.keys.keeping.unlock(1, Secret(""))
            assert (await desk.backend.info()).keys_problem == ""

    asyncio.run(scenario())


def test_a_key_that_another_program_moves_into_a_file_is_locked_here(town: Town, tmp_path: Path) -> None:
    user_id = town.add_user(Temper.CREATED)

    def move() -> None:
        store = Store.open(town.url)
        try:
            store.keys.keep(1, in_file(tmp_path))
        finally:
            store.close()

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await asyncio.to_thread(move)
            await desk.until(lambda: desk.session.keys_locked)
            with pytest.raises(PushError, match="unlock it in Keys"):
                await desk.backend.sending.to_user(user_id, HI)
            await desk.backend.keys.keeping.unlock(1, PASSPHRASE)
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1

    asyncio.run(scenario())


def test_what_a_kill_left_in_the_keyring_goes_at_the_next_opening(town: Town, keyring_file: KeyringFile) -> None:
    town.add_user(Temper.CREATED)
    pair = keys_of(town.path)
    entry = f"{SERVICE}/{entry_name(pair.public_key)}"
    keyring_file.put(entry, pair.private_key)
    keyring_file.put("webpush-admin/vapid of another database", "x")
    store = Store.open(town.url)
    store.database.write(lambda connection: key_places.note_entry(connection, entry_name(pair.public_key)))
    store.close()

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            await desk.until(lambda: entry not in keyring_file.entries)
            assert desk.session.settling is not None
            await asyncio.wait({desk.session.settling})

    asyncio.run(scenario())
    assert keyring_file.entries == {"webpush-admin/vapid of another database": "x"}
    assert keys_of(town.path) == pair


def test_an_inactive_pair_is_locked_without_disturbing_who_sends(town: Town, tmp_path: Path) -> None:
    user_id = town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            keys = desk.backend.keys
            added = await keys.generate("spare")
            await keys.keeping.keep(added.pair.id, in_file(tmp_path))
            dispatcher = desk.dispatcher
            await keys.keeping.lock()
            assert [pair.locked for pair in (await keys.info()).pairs] == [False, True]
            assert desk.dispatcher is dispatcher
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1
            with pytest.raises(KeysLocked):
                await desk.session.read(lambda store: store.keys.pair(added.pair.id))
            assert not (await keys.keeping.unlock(added.pair.id, PASSPHRASE)).locked

    asyncio.run(scenario())
