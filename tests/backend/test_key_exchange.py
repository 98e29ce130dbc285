"""Keys come in from any file and text, and go out to files that their owner alone can read."""

import asyncio
import os
import stat
from pathlib import Path

import pytest

from tests.backend.desk import HI, Desk, Town
from tests.backend.test_keys import delete_keys, keys_of
from tests.keyring_file import KeyringFile
from tests.push.key_formats.traces import shows, told_by
from webpush_admin.backend import key_exchange
from webpush_admin.backend.key_records import KeyInput
from webpush_admin.backend.records import InfoChanged
from webpush_admin.push.errors import InvalidKeys, PassphraseNeeded, PushError, StoreError
from webpush_admin.push.key_formats import EnvStyle, KeyFormat, read_keys, write_keys
from webpush_admin.push.key_formats.reading import LIMIT_BYTES
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store, private_files
from webpush_admin.store.key_rows import Home, KeepIn, KeyState

PASSPHRASE = Secret("correct horse")


def text_of(keys: VapidKeys, subject: str = "") -> KeyInput:
    return KeyInput(text=Secret(write_keys(keys, KeyFormat.ENV, subject=subject).decode()))


def test_lost_keys_come_back_from_a_file_and_sign_at_once(town: Town, tmp_path: Path) -> None:
    user_id = town.add_user(Temper.CREATED)
    lost = keys_of(town.path)
    delete_keys(town.path)
    path = tmp_path / "private_key.pem"
    path.write_bytes(write_keys(lost, KeyFormat.PEM))

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            exchange = desk.backend.keys.exchange
            assert (await desk.backend.info()).keys_problem
            seen = await exchange.look(KeyInput(path))
            assert (seen.form, seen.public_key, seen.fingerprint) == ("PEM, SEC 1", lost.public_key, lost.fingerprint)
            assert (seen.known, seen.becomes_active, seen.needs_passphrase) == (False, True, False)
            assert (await desk.backend.keys.info()).pairs == (), "a look changes nothing"
            added = await exchange.add(KeyInput(path), "from the backup")
            assert (added.pair.state, added.pair.label) == (KeyState.ACTIVE, "from the backup")
            assert added.note == "The pair is active: every push is signed with it from now on."
            info = await desk.backend.info()
            assert (info.keys_problem, info.public_key) == ("", lost.public_key)
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1

    asyncio.run(scenario())


def test_beside_an_active_pair_another_stays_inactive(town: Town) -> None:
    town.add_user(Temper.CREATED)
    active = keys_of(town.path)
    other = VapidKeys.generate()
    source = text_of(other, subject="mailto:them@example.org")

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            exchange = desk.backend.keys.exchange
            seen = await exchange.look(source)
            assert (seen.known, seen.becomes_active, seen.subject) == (False, False, "mailto:them@example.org")
            added = await exchange.add(source)
            assert (added.pair.state, added.pair.label) == (KeyState.INACTIVE, "")
            assert added.note == "The pair is inactive, since another pair is active. Rotate to it to have it sign."
            assert desk.dispatcher.public_key == active.public_key
            for keys, which in ((other, "an inactive"), (active, "the active")):
                again = await exchange.look(text_of(keys))
                assert (again.known, again.active, again.becomes_active) == (True, keys is active, False)
                with pytest.raises(StoreError, match=f"in the database already, as {which} one"):
                    await exchange.add(text_of(keys))
            assert (await exchange.reveal(added.pair.id)).private_key.text == other.private_key
            assert other.private_key not in repr((seen, added, desk.told, source, await exchange.reveal(added.pair.id)))
            assert (await desk.backend.info()).subject == "mailto:ops@example.org", "the subject stays the operator's"

    asyncio.run(scenario())


def test_a_subject_that_is_missing_is_told(town: Town) -> None:
    town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, subject="")
            source = text_of(VapidKeys.generate(), subject="mailto:them@example.org")
            added = await desk.backend.keys.exchange.add(source)
            assert added.note.endswith(" It came with the subject mailto:them@example.org, which is not set yet.")

    asyncio.run(scenario())


def test_an_encrypted_file_asks_for_its_passphrase(town: Town, tmp_path: Path) -> None:
    town.add_user(Temper.CREATED)
    keys = VapidKeys.generate()
    path = tmp_path / "vapid.pem"
    path.write_bytes(write_keys(keys, KeyFormat.PKCS8, passphrase=PASSPHRASE))

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            exchange = desk.backend.keys.exchange
            seen = await exchange.look(KeyInput(path))
            assert (seen.needs_passphrase, seen.public_key, seen.becomes_active) == (True, "", False)
            with pytest.raises(PassphraseNeeded, match="does not open it"):
                await exchange.look(KeyInput(path, passphrase=Secret("another")))
            with pytest.raises(PassphraseNeeded, match="is encrypted"):
                await exchange.add(KeyInput(path))
            assert (await exchange.look(KeyInput(path, passphrase=PASSPHRASE))).public_key == keys.public_key
            added = await exchange.add(KeyInput(path, passphrase=PASSPHRASE))
            assert added.pair.public_key == keys.public_key

    asyncio.run(scenario())


@pytest.mark.parametrize("form", KeyFormat)
def test_what_is_exported_is_the_owners_alone_and_read_again(town: Town, tmp_path: Path, form: KeyFormat) -> None:
    town.add_user(Temper.CREATED)
    keys = keys_of(town.path)
    encrypted = form in (KeyFormat.PKCS8, KeyFormat.DER)
    passphrase = PASSPHRASE if encrypted else Secret("")
    path = tmp_path / "exported"

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            exchange = desk.backend.keys.exchange
            key_id = (await desk.backend.keys.info()).pairs[0].id
            before = os.umask(0)
            try:
                done = await exchange.export(key_id, form, path, passphrase=passphrase, style=EnvStyle.RAILS)
            finally:
                os.umask(before)
            assert done == path
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            found = read_keys(path.read_bytes(), passphrase)
            assert found.keys == keys
            assert found.subject == ("mailto:ops@example.org" if form is KeyFormat.ENV else "")
            with pytest.raises(PushError, match=r"^The file \"exported\" exists already: choose another name\.$"):
                await exchange.export(key_id, form, path, passphrase=passphrase)
            assert read_keys(path.read_bytes(), passphrase).keys == keys
            printed = await exchange.written(key_id, form, passphrase=passphrase, style=EnvStyle.RAILS)
            assert read_keys(printed, passphrase).keys == keys
            as_text = KeyInput(text=Secret(printed.decode("utf-8", "surrogateescape")), passphrase=passphrase)
            assert (await exchange.look(as_text)).known

    asyncio.run(scenario())


@pytest.mark.parametrize("fault", ["disk full", "not read again", "interrupted"])
def test_an_export_that_fails_leaves_nothing(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    town.add_user(Temper.CREATED)
    keys = keys_of(town.path)
    path = tmp_path / "exported.pem"

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    def interrupted(folder: Path) -> None:
        raise StoreError("interrupted")

    if fault == "disk full":
        monkeypatch.setattr(os, "fsync", full)
    elif fault == "not read again":
        monkeypatch.setattr(key_exchange, "_holds", lambda *_: False)
    else:
        monkeypatch.setattr(private_files, "_to_disk", interrupted)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            key_id = (await desk.backend.keys.info()).pairs[0].id
            with pytest.raises(PushError) as raised:
                await desk.backend.keys.exchange.export(key_id, KeyFormat.PEM, path)
            assert not shows(told_by(raised.value), keys)
            assert not path.exists()

    asyncio.run(scenario())


def test_what_is_no_file_is_told_in_one_sentence(town: Town, tmp_path: Path) -> None:
    town.add_user(Temper.CREATED)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    large = tmp_path / "large"
    large.write_bytes(b"x" * (LIMIT_BYTES * 4))
    expected = {
        tmp_path: "is a folder",
        pipe: "is no file, but a device or a pipe",
        Path("/dev/zero"): "is no file, but a device or a pipe",
        tmp_path / "missing": "is not there",
        Path("a\0b"): "cannot be read",
        large: "larger than 64 KiB",
    }

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            exchange = desk.backend.keys.exchange
            key_id = (await desk.backend.keys.info()).pairs[0].id
            for path, said in expected.items():
                for verb in (exchange.look, exchange.add):
                    with pytest.raises(PushError, match=said):
                        await verb(KeyInput(path))
            for path in (tmp_path / "no" / "folder.pem", Path("a\0b")):
                with pytest.raises(PushError, match="cannot be made"):
                    await exchange.export(key_id, KeyFormat.PEM, path)
            with pytest.raises(InvalidKeys, match="There is nothing in it"):
                await exchange.look(KeyInput())
            with pytest.raises(InvalidKeys, match=r"no file of keys|no private key"):
                await exchange.look(KeyInput(text=Secret("\ud800\udc80 \udcff")))
            with pytest.raises(InvalidKeys, match="Only PKCS#8"):
                await exchange.export(key_id, KeyFormat.RAW, tmp_path / "raw", passphrase=PASSPHRASE)
            assert not (tmp_path / "raw").exists()
            for missing in (exchange.reveal(99), exchange.export(99, KeyFormat.PEM, tmp_path / "99")):
                with pytest.raises(StoreError, match="no such key pair"):
                    await missing

    asyncio.run(scenario())


def test_no_refusal_tells_a_private_key(town: Town) -> None:
    town.add_user(Temper.CREATED)
    keys = VapidKeys.generate()
    mixed = f"VAPID_PUBLIC_KEY={VapidKeys.generate().public_key}\nVAPID_PRIVATE_KEY={keys.private_key}"

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            for verb in (desk.backend.keys.exchange.look, desk.backend.keys.exchange.add):
                with pytest.raises(InvalidKeys, match="do not belong together") as raised:
                    await verb(KeyInput(text=Secret(mixed)))
                assert not shows(told_by(raised.value), keys)

    asyncio.run(scenario())


@pytest.mark.parametrize("home", [Home.KEYRING, Home.FILE])
def test_a_pair_whose_private_key_is_lost_comes_back_from_a_backup(
    town: Town, tmp_path: Path, keyring_file: KeyringFile, home: Home
) -> None:
    user_id = town.add_user(Temper.CREATED)
    lost = keys_of(town.path)
    kept = tmp_path / "kept.pem"
    store = Store.open(f"sqlite:///{town.path}")
    store.keys.keep(1, KeepIn(home, kept, PASSPHRASE))
    store.keys.rename(1, "ours")
    store.close()
    keyring_file.path.write_text("{}")
    kept.unlink(missing_ok=True)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            exchange = desk.backend.keys.exchange
            assert "import" in (await desk.backend.info()).keys_problem or home is Home.FILE
            seen = await exchange.look(text_of(lost))
            assert (seen.known, seen.unlocks, seen.becomes_active) == (False, True, False)
            desk.told.clear()
            added = await exchange.add(text_of(lost))
            pair = added.pair
            assert (pair.id, pair.state, pair.home, pair.locked) == (1, KeyState.ACTIVE, Home.DATABASE, False)
            assert pair.label == "ours"
            assert added.note == "The pair is active: every push is signed with it from now on."
            assert len((await desk.backend.keys.info()).pairs) == 1
            await desk.wait_for(InfoChanged)
            info = await desk.backend.info()
            assert (info.keys_problem, info.keys_locked) == ("", False)
            assert (await desk.backend.sending.to_user(user_id, HI)).accepted == 1
            with pytest.raises(StoreError, match="in the database already"):
                await exchange.add(text_of(lost))

    asyncio.run(scenario())
