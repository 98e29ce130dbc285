"""A file with a secret is its owner's alone from the first moment, whole, or not there."""

import os
import stat
from pathlib import Path

import pytest

from webpush_admin.push.errors import PushError, StoreError
from webpush_admin.store.private_files import read_start, write_new


def test_it_is_written_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    seen: list[bytes] = []

    def is_right(again: bytes) -> bool:
        seen.append(again)
        return stat.S_IMODE(path.stat().st_mode) == 0o600

    before = os.umask(0)
    try:
        write_new(path, b"secret", is_right)
    finally:
        os.umask(before)
    assert seen == [b"secret"] == [path.read_bytes()]


def test_what_is_there_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"kept")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("there", "link"):
        with pytest.raises(StoreError, match="exists already"):
            write_new(tmp_path / name, b"secret", lambda _: True)
    assert (tmp_path / "there").read_bytes() == b"kept"
    assert not (tmp_path / "elsewhere").exists()


def test_what_cannot_be_read_again_is_not_left(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with pytest.raises(StoreError, match="could not be read again"):
        write_new(path, b"secret", lambda _: False)

    def stopped(_: bytes) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_new(path, b"secret", stopped)
    assert [*tmp_path.iterdir()] == []


def test_no_more_is_read_than_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert [read_start(path, most) for most in (3, 4, 5, 9)] == [b"1234", b"12345", b"12345", b"12345"]
    path.chmod(0)
    if not os.access(path, os.R_OK):
        with pytest.raises(PushError, match="cannot be read: check the permissions"):
            read_start(path, 9)
