"""`webpush-admin vapid`, used wrongly: one sentence, exit code 2, nothing changed, no file left, and no secret told."""

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest

from tests.vapid_desk import KeyDesk
from webpush_admin.push.key_formats import KeyFormat, write_keys
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import Store

SECRET: Final = "correct horse battery staple"


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> KeyDesk:
    folder = tmp_path / "desk"
    folder.mkdir()
    made = KeyDesk(folder, capsys)
    made.add_subscriptions(3)
    monkeypatch.chdir(folder)
    # A pipe without anything in it, and no terminal.
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(), isatty=lambda: False))
    made.write("passphrase", f"{SECRET}\n")
    made.write("empty", "")
    made.write("half", b"\xff\xfe\n")
    made.write("there.pem", "somebody's")
    made.write("nonsense.txt", "no key at all")
    encrypted = write_keys(VapidKeys.generate(), KeyFormat.PKCS8, passphrase=Secret(SECRET))
    made.write("encrypted.pem", encrypted)
    made.write("other.pem", write_keys(VapidKeys.generate(), KeyFormat.PEM))
    return made


PEM: Final = "export --format pem --output new.pem"

WRONG: Final[list[tuple[str, str]]] = [
    # The command line itself
    ("", "required: VERB"),
    ("destroy", "invalid choice: 'destroy'"),
    ("show --database", "expected one argument"),
    ("generate --label", "expected one argument"),
    ("show more", "an argument too many"),
    ("show --nothing", "--nothing is no option here"),
    ("show --jso", "--jso is no option here"),
    (f"import other.pem --passphrase {SECRET}", "never an argument"),
    (f"export --format pkcs8 --output new.pem --passphrase={SECRET}", "never an argument"),
    ("import", "required: FILE"),
    ("export --output new.pem", "required: --format"),
    ("export --format pem", "required: --output"),
    ("export --format xml --output new.pem", "invalid choice: 'xml'"),
    ("export --format env --style bash --output new.env", "invalid choice: 'bash'"),
    ("export --format pem --style plain --output new.pem", "--style goes with --format env"),
    ("export --format jwk --encrypt --output new.jwk", "--format pkcs8 and der are written encrypted"),
    (
        "export --format raw --passphrase-file passphrase --output new.txt",
        "--format pkcs8 and der are written encrypted",
    ),
    ("export --format pem --json --output -", "--json reports on standard output"),
    ("rotate", "One of the arguments --delete-subscriptions --keep-subscriptions is required"),
    ("rotate --delete-subscriptions 3 --keep-subscriptions", "not allowed with argument"),
    ("rotate --delete-subscriptions all", "N is the number of subscriptions"),
    ("rotate --delete-subscriptions -1", "N is the number of subscriptions"),
    ("rotate --keep-subscriptions --to 1 --keep-in database", "--keep-in is for a new pair"),
    ("rotate --keep-subscriptions --keep-in file", "needs --key-file"),
    ("rotate --keep-subscriptions --key-file new.pem", "go with --keep-in file"),
    ("rotate --keep-subscriptions --passphrase-file passphrase", "go with --keep-in file"),
    ("rotate --keep-subscriptions --keep-in cellar", "invalid choice: 'cellar'"),
    ("keep", "required: --in"),
    ("keep --in file", "needs --key-file"),
    ("keep --in keyring --key-file new.pem", "go with --in file"),
    # Files
    ("import nowhere.pem", "no such file to import"),
    ("import .", "is a folder"),
    ("import nonsense.txt", ""),
    ("import -", ""),
    ("import encrypted.pem", "passphrase of what is imported is needed: give --passphrase-file FILE"),
    ("import encrypted.pem --passphrase-file nowhere", '"nowhere" cannot be read: No such file'),
    ("import encrypted.pem --passphrase-file empty", '"empty" holds no passphrase'),
    ("import encrypted.pem --passphrase-file half", '"half" is no text in UTF-8'),
    ("import encrypted.pem --passphrase-file .", "cannot be read: Is a directory"),
    ("import encrypted.pem --passphrase-file nonsense.txt", "passphrase"),
    ("export --format pem --output there.pem", "exists already"),
    ("export --format pem --output nowhere/new.pem", "cannot be made"),
    ("export --format pkcs8 --encrypt --output new.pem", "passphrase of what is written is needed"),
    ("export --format pkcs8 --passphrase-file nowhere --output new.pem", "cannot be read"),
    (f"{PEM} --unlock-passphrase-file empty", '"empty" holds no passphrase'),
    ("keep --in file --key-file there.pem --passphrase-file passphrase", "exists already"),
    ("keep --in file --key-file new.pem", "passphrase of the new file is needed"),
    ("rotate --keep-subscriptions --backup there.pem", "exists already"),
    ("rotate --keep-subscriptions --backup nowhere/b.db", "cannot be made"),
    ("rotate --keep-subscriptions --keep-in file --key-file new.pem", "passphrase of the new file is needed"),
    ("check --token-file nowhere", "cannot be read: No such file"),
    ("undo-rotation", "No backup of a rotation is known"),
    ("undo-rotation --backup nonsense.txt", "nonsense.txt"),
    # Pairs
    (f"{PEM} --key 7", "key pair is not there"),
    (f"{PEM} --key 0000000000000000", "key pair is not there"),
    (f"{PEM} --key ACTIVE", "key pair is not there"),
    ("rotate --keep-subscriptions --to 7", "key pair is not there"),
    ("rotate --keep-subscriptions --to 1", "is the active one already"),
    ("keep --in database --key 7", "key pair is not there"),
    ("rotate --delete-subscriptions 2", "There are 3 subscriptions of the active pair, not 2"),
    ("rotate --delete-subscriptions 0", "There are 3 subscriptions of the active pair, not 0"),
]


def test_wrong_use_is_told_in_one_sentence_and_changes_nothing(desk: KeyDesk) -> None:
    before = desk.content()
    for line, told in WRONG:
        # The passphrase has blanks in it, as good ones do.
        words = [word.replace("\0", SECRET) for word in line.replace(SECRET, "\0").split()]
        # One that does not say which database would be told that first.
        whole = [*words[:1], "--database", desk.url, *words[1:]] if words and "--database" not in words else words
        sentence = desk.refusal(*whole)
        assert told in sentence, f"{line}: {sentence}"
        assert desk.keys.private_key not in sentence, line
        assert SECRET not in sentence, line
        assert desk.content() == before, line


def test_a_database_that_cannot_be_used_stays_as_it_is(desk: KeyDesk) -> None:
    before = desk.content()
    for database, told in (
        ("push.db", "named by a URL"),
        ("postgresql://host/push", "not supported yet"),
        ("sqlite:///nowhere/push.db", "folder of"),
        ("sqlite:///nonsense.txt", "not an SQLite database"),
        ("sqlite:///:memory:", "in memory"),
    ):
        for verb in ("generate", "show", "check"):
            assert told in desk.refusal(verb, "--database", database), f"{verb}: {database}"
            assert desk.content() == before


def test_only_generate_makes_a_database(desk: KeyDesk) -> None:
    path = desk.folder / "new.db"
    for empty in (False, True):
        if empty:
            path.touch()
        before = desk.content()
        for verb in ("show", "check", "keep --in database", "rotate --keep-subscriptions", "import other.pem"):
            assert '"new.db"' in desk.refusal(*verb.split(), "--database", "sqlite:///new.db")
            assert desk.content() == before


def test_what_may_be_a_private_key_is_not_repeated(desk: KeyDesk) -> None:
    key = desk.keys.private_key
    for line in (f"import {key}", f"{PEM} --key {key}", f"show {key}"):
        verb, *more = line.split()
        assert key not in desk.refusal(verb, "--database", desk.url, *more)


def test_a_database_without_a_pair_says_so(desk: KeyDesk) -> None:
    desk.url = "sqlite:///empty.db"
    Store.open(desk.url).close()
    for line in (PEM, "keep --in database"):
        verb, *more = line.split()
        assert "no active key pair" in desk.refusal(verb, "--database", desk.url, *more)
    assert not (desk.folder / "new.pem").exists()


def test_der_is_not_for_a_terminal(desk: KeyDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    told = desk.refusal("export", "--database", desk.url, "--format", "der", "--output", "-")
    assert "not for a terminal" in told


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_database_that_cannot_be_written_to_gets_no_second_pair(desk: KeyDesk) -> None:
    desk.path.chmod(0o400)
    before = desk.content()
    assert "cannot be written to" in desk.refusal("generate", "--database", desk.url)
    assert desk.content() == before
