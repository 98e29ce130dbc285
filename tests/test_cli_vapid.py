"""`webpush-admin vapid`: pairs are made, listed, taken and written, and private keys go where they were asked for."""

import io
import json
import os
import stat
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest

from tests.vapid_desk import SUBJECT, KeyDesk
from webpush_admin.cli import main
from webpush_admin.push.key_formats import KeyFormat, read_keys, write_keys
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store

LINES: Final = ["Public key", "Fingerprint", "State", "Private key"]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> KeyDesk:
    folder = tmp_path / "desk"
    folder.mkdir()
    return KeyDesk(folder, capsys)


@pytest.mark.parametrize("there", [False, True])
def test_generate_makes_a_missing_or_an_empty_file_and_the_first_pair_is_active(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], there: bool
) -> None:
    path = tmp_path / "new push.db"
    if there:
        path.touch(0o600)
    command = ["vapid", "generate", "--database", f"sqlite:///{path}"]
    assert main([*command, "--json", "--label", "shop"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["state"], made["label"], made["home"], made["id"]) == ("active", "shop", "database", 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    store = Store.open(f"sqlite:///{path}")
    try:
        keys = store.vapid_keys()
    finally:
        store.close()
    assert (made["public_key"], made["fingerprint"]) == (keys.public_key, keys.fingerprint)
    assert main(command) == 0
    printed = capsys.readouterr()
    *described, note = printed.out.splitlines()
    assert [line[:11].strip() for line in described] == LINES
    assert note == "The new pair is inactive, since another pair is active. Rotate to it to have it sign."
    assert printed.err == ""


def test_show_lists_every_pair_and_makes_none(desk: KeyDesk, tmp_path: Path) -> None:
    other = desk.json("generate", "--label", "next one")
    desk.add_subscriptions(3)
    found = desk.json("show")
    assert (found["public_key"], found["fingerprint"]) == (desk.keys.public_key, desk.keys.fingerprint)
    assert (found["subject"], found["subscriptions"], found["last_backup"]) == (SUBJECT, 3, None)
    assert [(pair["state"], pair["subscriptions"], pair["label"]) for pair in found["pairs"]] == [
        ("active", 3, ""),
        ("inactive", 0, "next one"),
    ]
    told = desk.run("show").splitlines()
    assert told[:2] == [f"Subject        {SUBJECT}", "Subscriptions  3"]
    assert told[3].startswith(f"1  active    {desk.keys.fingerprint}  ")
    assert told[3].endswith("  3 subscriptions  in the database")
    assert told[4] == f"   {desk.keys.public_key}"
    assert told[6].startswith(f"2  inactive  {other['fingerprint']}  ")
    assert told[6].endswith("  0 subscriptions  in the database  next one")
    empty = KeyDesk.__new__(KeyDesk)
    empty.__dict__.update(desk.__dict__, url=f"sqlite:///{tmp_path / 'empty.db'}")
    Store.open(empty.url).close()
    assert empty.json("show") == {
        "public_key": "",
        "fingerprint": "",
        "subject": "",
        "subscriptions": 0,
        "last_backup": None,
        "pairs": [],
    }
    assert "There is no key pair yet" in empty.run("show")


@pytest.mark.parametrize("form", KeyFormat)
def test_every_format_is_written_for_its_owner_alone_and_taken_again(desk: KeyDesk, form: KeyFormat) -> None:
    path = desk.folder / f"keys.{form.value}"
    told = desk.json("export", "--format", form.value, "--output", str(path))
    assert told == {
        "public_key": desk.keys.public_key,
        "fingerprint": desk.keys.fingerprint,
        "format": form.value,
        "path": str(path),
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    elsewhere = f"sqlite:///{desk.folder / 'elsewhere.db'}"
    Store.open(elsewhere).close()
    desk.url = elsewhere
    taken = desk.json("import", str(path), "--label", "from a file")
    assert (taken["public_key"], taken["state"], taken["label"]) == (desk.keys.public_key, "active", "from a file")
    store = Store.open(elsewhere)
    try:
        assert store.vapid_keys() == desk.keys
    finally:
        store.close()


class Piped(io.BytesIO):
    """Standard input that is a pipe."""

    def isatty(self) -> bool:
        return False


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=Piped(data), isatty=lambda: False))


@pytest.mark.parametrize("form", [KeyFormat.JSON, KeyFormat.DER])
def test_standard_input_is_imported_and_standard_output_written(
    tmp_path: Path, form: KeyFormat, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    desk = KeyDesk(tmp_path, capfdbinary)
    keys = VapidKeys.generate()
    piped(monkeypatch, write_keys(keys, form))
    assert main(["vapid", "import", "-", "--database", desk.url, "--json"]) == 0
    taken = json.loads(capfdbinary.readouterr().out)
    assert (taken["public_key"], taken["state"]) == (keys.public_key, "inactive")
    for named in (keys.fingerprint, keys.fingerprint.replace(" ", "").upper(), str(taken["id"]), keys.public_key):
        arguments = ["export", "--database", desk.url, "--format", form.value, "--output", "-", "--key", named]
        assert main(["vapid", *arguments]) == 0
        printed = capfdbinary.readouterr()
        assert read_keys(printed.out).keys == keys
        assert printed.err == b""


def test_settings_have_the_names_that_were_asked_for(desk: KeyDesk) -> None:
    assert "VAPID_PRIVATE_KEY" in desk.run("export", "--format", "env", "--output", "-")
    told = desk.run("export", "--format", "env", "--style", "coder", "--output", "-")
    assert desk.keys.private_key in told
    assert "VAPID_PRIVATE_KEY=" not in told.splitlines()[0] or "CODER" in told


def test_what_is_encrypted_is_written_and_read_with_the_passphrase_of_a_file(
    desk: KeyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    passphrase = desk.write("passphrase", "Zoë's long one \r\nsecond line\n")
    path = desk.folder / "encrypted.pem"
    export = ["export", "--format", "pkcs8", "--passphrase-file", str(passphrase)]
    assert str(path) in desk.run(*export, "--output", str(path))
    assert path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert read_keys(path.read_bytes(), Secret("Zoë's long one ")).keys == desk.keys
    assert "already" in desk.refusal("import", str(path), "--database", desk.url, "--passphrase-file", str(passphrase))
    piped(monkeypatch, path.read_bytes())
    desk.url = f"sqlite:///{desk.folder / 'elsewhere.db'}"
    Store.open(desk.url).close()
    assert desk.json("import", "-", "--passphrase-file", str(passphrase))["public_key"] == desk.keys.public_key


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_a_passphrase_file_that_others_can_read_is_told_and_used(
    desk: KeyDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    passphrase = desk.write("passphrase", "open to all\n")
    passphrase.chmod(0o644)
    path = desk.folder / "encrypted.pem"
    arguments = ["--format", "pkcs8", "--passphrase-file", str(passphrase), "--output", str(path)]
    assert main(["vapid", "export", "--database", desk.url, *arguments]) == 0
    printed = capsys.readouterr()
    assert "can be read by others" in printed.err
    assert "open to all" not in printed.err + printed.out
    assert read_keys(path.read_bytes(), Secret("open to all")).keys == desk.keys
