"""Passphrases of the command line: typed on a terminal, read from a file, and what is locked without."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest

from tests.backend.desk import Town
from tests.send_desk import arguments
from tests.vapid_desk import KeyDesk
from webpush_admin.cli import main
from webpush_admin.cli.terminal import INTERRUPTED
from webpush_admin.push.key_formats import read_keys
from webpush_admin.push.secret import Secret
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import Temper

ROOT: Final = Path(__file__).parents[1]
SECRET: Final = "correct horse battery staple"
DEADLINE_S: Final = 30

PROGRAM: Final = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from webpush_admin.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> KeyDesk:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(), isatty=lambda: False))
    folder = tmp_path / "desk"
    folder.mkdir()
    return KeyDesk(folder, capsys)


class Terminal:
    """A verb that runs on a terminal of its own."""

    def __init__(self, *words: str) -> None:
        self.told = ""
        self._ours, theirs = os.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"},
        )
        os.close(theirs)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def type(self, question: str, keys: str) -> None:
        """Press keys once the question stands there."""
        before = self.told.count(question)
        while self.told.count(question) <= before and self._read():
            pass
        assert self.told.count(question) > before, self.told
        os.write(self._ours, keys.encode())

    def end(self) -> int:
        """Return the exit code."""
        while self._read():
            pass
        return self.process.wait(DEADLINE_S)

    def _read(self) -> bool:
        try:
            data = os.read(self._ours, 4096)
        except OSError:
            # So Linux tells that nobody has the other end open any more.
            return False
        self.told += data.decode()
        return bool(data)


on_terminals = pytest.mark.skipif(not hasattr(os, "openpty"), reason="terminals of POSIX")


@on_terminals
def test_a_passphrase_is_typed_twice_for_what_is_made_and_never_shown(desk: KeyDesk) -> None:
    path = desk.folder / "encrypted.pem"
    words = ["vapid", "export", "--database", desk.url, "--format", "pkcs8", "--encrypt", "--output", str(path)]
    with Terminal(*words) as terminal:
        terminal.type("Passphrase of what is written: ", f"{SECRET}\n")
        terminal.type("Passphrase of what is written, once more: ", "something else\n")
        assert terminal.end() == 2
    assert "was not the same twice: nothing was changed." in terminal.told
    assert not path.exists()
    with Terminal(*words) as terminal:
        terminal.type("Passphrase of what is written: ", f"{SECRET}\n")
        terminal.type("once more: ", f"{SECRET}\n")
        assert terminal.end() == 0, terminal.told
    assert SECRET not in terminal.told
    assert read_keys(path.read_bytes(), Secret(SECRET)).keys == desk.keys


@on_terminals
def test_a_passphrase_that_was_typed_wrong_is_asked_for_again_and_ctrl_c_ends_the_question(desk: KeyDesk) -> None:
    passphrase = desk.write("passphrase", SECRET)
    path = desk.folder / "encrypted.pem"
    desk.run("export", "--format", "pkcs8", "--passphrase-file", str(passphrase), "--output", str(path))
    other = desk.folder / "other.db"
    assert main(["vapid", "generate", "--database", f"sqlite:///{other}"]) == 0
    words = ["vapid", "import", str(path), "--database", f"sqlite:///{other}", "--json"]
    with Terminal(*words) as terminal:
        terminal.type("Passphrase of what is imported: ", "wrong\n")
        terminal.type("Passphrase of what is imported: ", "\x03")
        assert terminal.end() == INTERRUPTED, terminal.told
    assert "Stopped: nothing was changed." in terminal.told
    assert "Traceback" not in terminal.told
    with Terminal(*words) as terminal:
        terminal.type("Passphrase of what is imported: ", "wrong\n")
        terminal.type("Passphrase of what is imported: ", f"{SECRET}\n")
        assert terminal.end() == 0, terminal.told
    assert json.loads(terminal.told.splitlines()[-1])["public_key"] == desk.keys.public_key
    assert SECRET not in terminal.told


def test_a_pair_in_a_file_is_locked_until_its_passphrase_is_there(
    desk: KeyDesk, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    town = Town(desk.path, sandbox)
    town.add_user(Temper.CREATED)
    passphrase, path = str(desk.write("passphrase", f"{SECRET}\n")), desk.folder / "kept.pem"
    kept = desk.json("keep", "--in", "file", "--key-file", str(path), "--passphrase-file", passphrase)
    assert (kept["home"], kept["place"], kept["fingerprint"]) == ("file", str(path), desk.keys.fingerprint)
    assert read_keys(path.read_bytes(), Secret(SECRET)).keys == desk.keys
    found = desk.json("show")
    assert found["fingerprint"] == desk.keys.fingerprint
    assert found["pairs"][0]["locked"] is True
    assert f"in a file ({path}), locked" in desk.run("show")
    # Locked: nothing is signed, written or moved.
    new = desk.folder / "new.pem"
    export = ["export", "--format", "jwk", "--output", str(new)]
    for verb, *more in (export, ["keep", "--in", "database"]):
        told = desk.refusal(verb, "--database", desk.url, *more)
        assert f"The passphrase of the file of {desk.keys.fingerprint} is needed" in told
        assert "--unlock-passphrase-file FILE" in told
    assert main(arguments(town, "--all", "--title", "T")) == 2
    assert "give --passphrase-file FILE, or use a terminal." in capsys.readouterr().err
    wrong = str(desk.write("wrong", "something else\n"))
    assert main(arguments(town, "--all", "--title", "T", "--passphrase-file", wrong)) == 2
    told = capsys.readouterr().err
    assert "passphrase" in told
    assert "something else" not in told
    assert not new.exists()
    assert town.arrived() == (0, 0, 0, 0, 0)
    # With it, all of that goes.
    assert main(arguments(town, "--all", "--title", "T", "--passphrase-file", passphrase)) == 0
    assert "Accepted 1 of 1" in capsys.readouterr().err
    desk.run(*export, "--unlock-passphrase-file", passphrase)
    assert read_keys(new.read_bytes()).keys == desk.keys
    moved = desk.json("keep", "--in", "database", "--unlock-passphrase-file", passphrase)
    assert (moved["home"], moved["place"], moved["locked"]) == ("database", "", False)
    # A file that was left is the operator's.
    assert path.exists()
    assert main(arguments(town, "--all", "--title", "T")) == 0


@pytest.mark.skipif(os.name != "posix", reason="pipes with names")
def test_a_passphrase_may_come_through_a_pipe(desk: KeyDesk, capsys: pytest.CaptureFixture[str]) -> None:
    reading, writing = os.pipe()
    os.write(writing, f"{SECRET}\n".encode())
    os.close(writing)
    path = desk.folder / "encrypted.pem"
    try:
        desk.run("export", "--format", "pkcs8", "--passphrase-file", f"/dev/fd/{reading}", "--output", str(path))
    finally:
        os.close(reading)
    assert read_keys(path.read_bytes(), Secret(SECRET)).keys == desk.keys
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
