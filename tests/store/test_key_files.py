"""Encrypted files of private keys: new, of their owner alone, read again; and what else may lie in their place.

Runs on: any
"""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from webpush_admin.push.errors import InvalidKeys, KeysLocked, PassphraseNeeded, StoreError
from webpush_admin.push.key_formats import KeyFormat, write_keys
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import key_files

PASSPHRASE = Secret("Straße 1 ✓")
PAIR = VapidKeys.generate()


def test_many_pairs_come_back(tmp_path: Path) -> None:
    for number in range(60):
        pair, path = VapidKeys.generate(), tmp_path / f"{number}.pem"
        key_files.write(path, pair, PASSPHRASE)
        assert key_files.read(path, pair.public_key, PASSPHRASE) == pair
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "keys.pem"
    key_files.write(path, PAIR, Secret("correct horse"))
    command = ["openssl", "pkey", "-in", str(path), "-passin", "pass:correct horse", "-check", "-noout"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Key is valid" in done.stdout, done.stderr


def test_what_cannot_be_read_again_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(*_: object, **__: object) -> bytes:
        return write_keys(VapidKeys.generate(), KeyFormat.PKCS8, passphrase=PASSPHRASE)

    path = tmp_path / "keys.pem"
    for data in (other, lambda *_, **__: b"", lambda *_, **__: b"garbage"):
        monkeypatch.setattr(key_files, "write_keys", data)
        with pytest.raises(StoreError, match="could not be read again: it does not count"):
            key_files.write(path, PAIR, PASSPHRASE)
        assert not path.exists()


def test_a_full_disk_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="the disk reports an error"):
        key_files.write(tmp_path / "keys.pem", PAIR, PASSPHRASE)
    assert [*tmp_path.iterdir()] == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "keys.pem").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="exists already"):
        key_files.write(tmp_path / "keys.pem", PAIR, PASSPHRASE)


def test_what_lies_in_its_place_is_told(tmp_path: Path) -> None:
    path = tmp_path / "keys.pem"
    with pytest.raises(KeysLocked, match="is not there: put it back, or import it"):
        key_files.read(path, PAIR.public_key, PASSPHRASE)
    key_files.write(path, VapidKeys.generate(), PASSPHRASE)
    with pytest.raises(InvalidKeys, match="not the one that was kept in it"):
        key_files.read(path, PAIR.public_key, PASSPHRASE)
    with pytest.raises(PassphraseNeeded):
        key_files.read(path, PAIR.public_key, Secret("wrong"))
    path.write_bytes(b"x" * (key_files.MAX_BYTES + 1))
    with pytest.raises(KeysLocked, match="is something else by now"):
        key_files.read(path, PAIR.public_key, PASSPHRASE)
    path.write_bytes(b"garbage")
    with pytest.raises(InvalidKeys):
        key_files.read(path, PAIR.public_key, PASSPHRASE)
    path.unlink()
    path.mkdir()
    with pytest.raises(KeysLocked):
        key_files.read(path, PAIR.public_key, PASSPHRASE)
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(KeysLocked, match="is something else by now"):
        key_files.read(path, PAIR.public_key, PASSPHRASE)
