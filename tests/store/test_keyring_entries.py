"""The keyring is asked lazily, one prompt at a time, off every lock; each of its faults is one sentence.

Runs on: any
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, null

from tests.keyring_file import FileKeyring, KeyringFile
from tests.store.kept_keys import IN_KEYRING, entry_of
from webpush_admin.push.errors import InvalidKeys, KeysLocked, StoreError
from webpush_admin.push.secret import NO_SECRET
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store, keyring_entries
from webpush_admin.store.key_rows import Home
from webpush_admin.store.key_vault import KeyVault, StoredPair
from webpush_admin.store.keyring_entries import KeyringEntries, entry_name

PAIR = VapidKeys.generate()
STORED = StoredPair(1, VapidKeys(PAIR.public_key, ""), Home.KEYRING, entry_name(PAIR.public_key))


class Plain(FileKeyring):
    """As keyrings.alt has one."""


Plain.__module__ = "keyrings.alt.file"


class Prompting(FileKeyring):
    """Asks its user, who takes time."""

    asked = 0
    prompt = threading.Event()
    answered = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        type(self).asked += 1
        self.prompt.set()
        assert self.answered.wait(10)
        return super().get_password(service, username)


@pytest.fixture
def prompting() -> Iterator[type[Prompting]]:
    Prompting.asked = 0
    Prompting.prompt.clear()
    Prompting.answered.clear()
    keyring.set_keyring(Prompting())
    yield Prompting
    Prompting.answered.set()


def test_nothing_of_the_keyring_is_loaded_before_somebody_asks(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom webpush_admin.store import Store\nimport webpush_admin.backend.backend\n"
        "store = Store.open(sys.argv[1])\nstore.vapid_keys()\nstore.keys.all()\nstore.keys.moving.sweep()\n"
        "store.close()\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('keyring', 'secretstorage', 'jeepney')])"
    )
    command = [sys.executable, "-c", program, f"sqlite:///{tmp_path / 'push.db'}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("backends", "name", "sentence"),
    [
        (
            [null.Keyring()],
            "",
            "This system has no keyring that can be used: keep the private key in an encrypted file",
        ),
        ([], "", "This system has no keyring that can be used"),
        ([Plain()], "", "keeps secrets in plain files (keyrings.alt): keep the private key in an encrypted file"),
        ([Plain(), FileKeyring()], "keyring file FileKeyring", ""),
        ([SecretService.Keyring()], "GNOME Keyring / Secret Service", None),
    ],
)
def test_what_protects_nothing_is_no_keyring(
    backends: list[KeyringBackend],
    name: str,
    sentence: str | None,
    keyring_file: KeyringFile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chained = chainer.ChainerBackend()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", backends)
    entries = KeyringEntries()
    keyring.set_keyring(backends[0] if len(backends) == 1 else chained)
    assert entries.backend_name() == name
    if sentence is None:
        return
    if not sentence:
        entries.write(PAIR, "one")
        assert keyring_file.entries == {"webpush-admin/one": PAIR.private_key}
        return
    with pytest.raises(StoreError) as refused:
        entries.write(PAIR, "one")
    assert sentence in str(refused.value)
    with pytest.raises(KeysLocked, match=r"^The private key is in the system's keyring, but .*\.$"):
        entries.read(PAIR.public_key, "one", asked_for=True)
    assert keyring_file.entries == {}


def test_an_entry_in_any_keyring_of_a_chain_is_found_and_deleted(
    keyring_file: KeyringFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Second(FileKeyring):
        @property
        def path(self) -> Path:
            return tmp_path / "second.json"

    first, second = FileKeyring(), Second()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [first, second])
    keyring.set_keyring(chainer.ChainerBackend())
    second.set_password("webpush-admin", "one", PAIR.private_key)
    entries = KeyringEntries()
    assert entries.read(PAIR.public_key, "one", asked_for=True) == PAIR
    entries.write(PAIR, "one")
    entries.delete("one")
    assert (keyring_file.entries, KeyringFile(second.path).entries) == ({}, {})
    entries.delete("one")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("KeyringLocked", "which is locked: unlock the keyring first, then the pair in Keys."),
        ("InitError", "which is locked: unlock the keyring first, then the pair in Keys."),
        (
            "NoKeyringError",
            "but this system has none that can be used: open the database where there is one, or import",
        ),
        ("KeyringError", "which does not work (KeyringError): unlock the pair in Keys to ask it again."),
        ("ZeroDivisionError", "which does not work (ZeroDivisionError): unlock the pair in Keys to ask it again."),
    ],
)
def test_each_fault_is_a_sentence(keyring_file: KeyringFile, fault: str, sentence: str) -> None:
    keyring_file.refuse(fault)
    with pytest.raises(KeysLocked) as locked:
        KeyVault().pair(STORED)
    assert str(locked.value).startswith("The private key is in the system's keyring, " + sentence)
    assert locked.value.__context__ is None, "a backend's own error may quote anything"


def test_a_missing_entry_and_another_ones_key_are_told_apart(keyring_file: KeyringFile) -> None:
    with pytest.raises(KeysLocked, match=f'has no entry "{STORED.place}" of webpush-admin'):
        KeyVault().pair(STORED)
    for text in (VapidKeys.generate().private_key, "", "garbage", "é" * 43):
        keyring_file.put(entry_of(PAIR), text)
        with pytest.raises(InvalidKeys, match="does not hold the private key of this pair") as wrong:
            KeyVault().pair(STORED)
        assert not isinstance(wrong.value, KeysLocked)
    keyring_file.put(entry_of(PAIR), PAIR.private_key)
    assert KeyVault().pair(STORED) == PAIR


def test_many_who_need_the_key_make_one_prompt(keyring_file: KeyringFile, prompting: type[Prompting]) -> None:
    keyring_file.put(entry_of(PAIR), PAIR.private_key)
    vault = KeyVault()
    found: list[VapidKeys] = []
    threads = [threading.Thread(target=lambda: found.append(vault.pair(STORED))) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert prompting.prompt.wait(10)
    assert vault.is_locked(STORED), "a look does not wait for the prompt"
    prompting.answered.set()
    for thread in threads:
        thread.join()
    assert (found, prompting.asked) == ([PAIR] * 5, 1)


def test_a_lock_during_the_prompt_wins(keyring_file: KeyringFile, prompting: type[Prompting]) -> None:
    keyring_file.put(entry_of(PAIR), PAIR.private_key)
    vault = KeyVault()
    told: list[str] = []

    def ask() -> None:
        with pytest.raises(KeysLocked) as locked:
            vault.pair(STORED)
        told.append(str(locked.value))

    thread = threading.Thread(target=ask)
    thread.start()
    assert prompting.prompt.wait(10)
    vault.lock()
    prompting.answered.set()
    thread.join()
    assert told == ["The private key is in the system's keyring: unlock it in Keys."]
    assert vault.is_locked(STORED)
    assert vault.unlock(STORED, NO_SECRET) == PAIR
    assert vault.pair(STORED) == PAIR


def test_while_the_keyring_asks_its_user_others_write_and_a_close_waits_for_nobody(
    store: Store, other: Store, keyring_file: KeyringFile, prompting: type[Prompting]
) -> None:
    store.vapid_keys()
    told: list[str] = []

    def keep() -> None:
        with pytest.raises(StoreError) as refused:
            store.keys.keep(1, IN_KEYRING)
        told.append(str(refused.value))

    thread = threading.Thread(target=keep)
    thread.start()
    assert prompting.prompt.wait(10)
    store.add_user("ada")
    other.add_user("grace")
    store.close()
    thread.join()
    assert told == ["The database is being closed."]


def test_a_keyring_that_never_answers_is_told(
    keyring_file: KeyringFile, prompting: type[Prompting], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_entries, "UNASKED_WITHIN_S", 0.01)
    keyring_file.put(entry_of(PAIR), PAIR.private_key)
    vault = KeyVault()
    with pytest.raises(KeysLocked, match="which did not answer in time: unlock the pair in Keys to ask it again"):
        vault.pair(STORED)
    # Whoever asks for it has longer.
    prompting.answered.set()
    assert vault.unlock(STORED, NO_SECRET) == PAIR


def test_who_refuses_a_prompt_is_not_asked_again(keyring_file: KeyringFile) -> None:
    vault = KeyVault()
    keyring_file.refuse("KeyringLocked")
    for _ in range(2):
        with pytest.raises(KeysLocked, match="which is locked"):
            vault.pair(STORED)
        keyring_file.refuse("")
        keyring_file.put(entry_of(PAIR), PAIR.private_key)
    assert vault.unlock(STORED, NO_SECRET) == PAIR


def test_what_was_to_be_deleted_and_was_given_up_is_not_deleted_later(
    prompting: type[Prompting], keyring_file: KeyringFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the time that somebody answers the prompt a pair may be kept in the entry again."""
    keyring_file.put("webpush-admin/one", PAIR.private_key)
    monkeypatch.setattr(keyring_entries, "ANSWER_WITHIN_S", 0.01)
    entries = KeyringEntries()
    with pytest.raises(StoreError, match="did not answer in time"):
        entries.delete("one")
    (asking,) = (thread for thread in threading.enumerate() if thread.name == "webpush-keyring")
    prompting.answered.set()
    asking.join(10)
    assert keyring_file.entries == {"webpush-admin/one": PAIR.private_key}
    monkeypatch.setattr(keyring_entries, "ANSWER_WITHIN_S", 10)
    entries.delete("one")
    assert keyring_file.path.read_text() == "{}"
