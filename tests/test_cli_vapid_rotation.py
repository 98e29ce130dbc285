"""`webpush-admin vapid rotate`, `undo-rotation` and `check`: another pair in force, the way back, and what is wrong."""

import os
import signal
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.vapid_desk import SUBJECT, KeyDesk
from webpush_admin.backend import key_rotation
from webpush_admin.backend.work import Work
from webpush_admin.cli import main
from webpush_admin.cli.terminal import INTERRUPTED
from webpush_admin.push.vapid import Authorizations, VapidKeys

DEADLINE_S = 10.0


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> KeyDesk:
    folder = tmp_path / "desk"
    folder.mkdir()
    made = KeyDesk(folder, capsys)
    made.add_subscriptions(3)
    return made


def private_keys(path: Path) -> list[str | None]:
    with closing(sqlite3.connect(path)) as raw:
        return [key for (key,) in raw.execute("SELECT private_key FROM vapid_keys ORDER BY id")]


def test_rotate_deletes_what_was_counted_and_undo_brings_it_back(desk: KeyDesk) -> None:
    rotated = desk.json("rotate", "--delete-subscriptions", "3")
    assert rotated["public_key"] != desk.keys.public_key
    assert (rotated["deleted_subscriptions"], rotated["bound_subscriptions"]) == (3, 0)
    backup = Path(rotated["backup"])
    assert backup.parent == desk.folder
    assert backup.name.startswith("push-before-rotation-2")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert rotated["backup_has_key"] is True
    assert private_keys(backup) == [desk.keys.private_key]
    assert private_keys(desk.path)[0] is None
    found = desk.json("show")
    assert (found["fingerprint"], found["subscriptions"]) == (rotated["fingerprint"], 0)
    assert found["last_backup"] == str(backup)
    assert f"Last backup    {backup}" in desk.run("show")
    # The backup is known, so it need not be named.
    undone = desk.json("undo-rotation")
    assert undone == {
        "public_key": desk.keys.public_key,
        "fingerprint": desk.keys.fingerprint,
        "restored": 3,
        "there_again": 0,
        "bound": 0,
    }
    assert desk.json("show")["subscriptions"] == 3
    desk.run("rotate", "--keep-subscriptions", "--backup", str(desk.folder / "second.db"))
    assert "Private key  in the database" in desk.run("undo-rotation")


def test_rotate_keeps_the_subscriptions_with_the_old_pair_and_takes_one_that_is_there(desk: KeyDesk) -> None:
    other = desk.json("generate", "--label", "next")
    backup = desk.folder / "before.db"
    named = other["fingerprint"]
    told = desk.run("rotate", "--keep-subscriptions", "--to", named, "--backup", str(backup)).splitlines()
    assert told[:5] == [
        f"Public key   {other['public_key']}",
        f"Fingerprint  {named}",
        "Deleted      0 subscriptions",
        "Kept         3 subscriptions, sent to with the old pair",
        f"Backup       {backup}",
    ]
    assert "The backup holds the old private key" in told[5]
    assert [(pair["state"], pair["subscriptions"]) for pair in desk.json("show")["pairs"]] == [
        ("active", 0),
        ("inactive", 3),
    ]
    told = desk.run("undo-rotation", "--backup", str(backup)).splitlines()
    assert told[0] == f"Public key   {desk.keys.public_key}"
    assert desk.json("show")["public_key"] == desk.keys.public_key


def test_a_new_pair_goes_into_an_encrypted_file(desk: KeyDesk) -> None:
    passphrase, path = desk.write("passphrase", "correct horse\n"), desk.folder / "new.pem"
    where = ["--keep-in", "file", "--key-file", str(path), "--passphrase-file", str(passphrase)]
    rotated = desk.json("rotate", "--delete-subscriptions", "3", *where)
    assert path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert private_keys(desk.path) == [None, ""]
    (active, _) = desk.json("show")["pairs"]
    assert (active["home"], active["place"], active["locked"]) == ("file", str(path), True)
    # A pair that is locked can be rotated away: its file stays, and is told of.
    again = desk.json("rotate", "--delete-subscriptions", "0", "--backup", str(desk.folder / "locked.db"))
    assert again["backup_has_key"] is False
    assert path.exists()
    assert rotated["public_key"] != again["public_key"]


@pytest.mark.parametrize("moment", ["counting", "rotating"])
def test_ctrl_c_changes_nothing(
    desk: KeyDesk, moment: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    verb = {"counting": "count_cost", "rotating": "_told"}[moment]
    real = getattr(key_rotation, verb)

    def interrupted(*given: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        found = real(*given)
        if not isinstance(given[0], Work):
            return found
        return _waiting(given[0], found)

    monkeypatch.setattr(key_rotation, verb, interrupted)
    before = desk.content()
    assert main(["vapid", "rotate", "--database", desk.url, "--delete-subscriptions", "3"]) == INTERRUPTED
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "webpush-admin: Stopped: nothing was changed.\n")
    assert desk.content() == before


def _waiting(work: Work, go_on: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Return what goes on once the main thread has heard the signal."""
    never = threading.Event()

    def wait(done: int, total: int) -> None:
        for _ in range(int(DEADLINE_S / 0.01)):
            if work.cancel.raised:
                break
            never.wait(0.01)
        go_on(done, total)

    return wait


def test_check_tells_findings_in_lines_and_what_is_bad_by_its_exit_code(desk: KeyDesk) -> None:
    found = desk.json("check")
    assert (found["public_key"], found["fingerprint"]) == (desk.keys.public_key, desk.keys.fingerprint)
    assert {finding["about"] for finding in found["findings"]} >= {"Key pair", "Subject"}
    assert all(finding["severity"] != "bad" for finding in found["findings"])
    lines = [line for line in desk.run("check").splitlines() if not line.startswith(" ")]
    assert len(lines) == len(found["findings"])
    assert all(line[:6] in ("good  ", "note  ", "warn  ") for line in lines)
    assert desk.keys.private_key not in str(found) + str(lines)
    with closing(sqlite3.connect(desk.path)) as raw:
        raw.execute("UPDATE vapid_keys SET private_key = ?", (VapidKeys.generate().private_key,))
        raw.commit()
    assert any(line.startswith("bad   Key pair: ") for line in desk.run("check", code=1).splitlines())


def test_check_takes_a_token_apart_and_repeats_no_signature(desk: KeyDesk) -> None:
    header = Authorizations(desk.keys, SUBJECT).header("https://push.example.net")
    token = desk.write("token", f"Authorization: {header}\n")
    found = desk.json("check", "--token-file", str(token))
    assert found["public_key"] == desk.keys.public_key
    assert (found["token"]["scheme"], found["token"]["fingerprint"]) == ("vapid", desk.keys.fingerprint)
    assert '"aud": "https://push.example.net"' in found["token"]["claims"]
    told = desk.run("check", "--token-file", str(token))
    assert told.startswith("Scheme       vapid\nFingerprint  ")
    signature = header.partition(",")[0].rpartition(".")[2]
    assert signature not in told + str(found)
    stranger = Authorizations(VapidKeys.generate(), SUBJECT).header("https://push.example.net")
    token.write_text(stranger.replace(stranger.rpartition("k=")[2], desk.keys.public_key))
    assert "bad   " in desk.run("check", "--token-file", str(token), code=1)
