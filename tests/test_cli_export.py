"""`webpush-admin export`: what it writes, to where, and what it leaves when it is stopped."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from webpush_admin.cli import WRONG_USE, main
from webpush_admin.cli.terminal import INTERRUPTED, TerminalWork
from webpush_admin.store import Store

ROOT: Final = Path(__file__).parents[1]
DATA: Final = ROOT / "tests" / "data" / "import"
TODAY: Final = datetime.now(UTC).date().isoformat()
TOMORROW: Final = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
STOPPED: Final = "webpush-admin: Stopped: nothing was changed.\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'push.db'}")
    yield store
    store.close()


@pytest.fixture
def url(store: Store) -> str:
    return f"sqlite:///{store.path}"


def test_ctrl_c_leaves_no_export(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    main(["import", str(DATA / "array.json"), "--database", url])
    capsys.readouterr()
    monkeypatch.setattr(TerminalWork, "advance", lambda *_: os.kill(os.getpid(), signal.SIGINT))
    target = tmp_path / "out" / "all.csv"
    assert main(["export", "--database", url, "--format", "csv", "--output", str(target)]) == INTERRUPTED
    assert capsys.readouterr() == ("", STOPPED)
    assert list(target.parent.iterdir()) == []


def test_an_export_is_written_and_reported(
    store: Store, url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    main(["import", str(DATA / "array.json"), "--database", url])
    capsys.readouterr()
    target = tmp_path / "all.jsonl"
    arguments = ["export", "--database", url, "--format", "jsonl", "--output", str(target)]
    assert main([*arguments, "--endpoints", "--keys"]) == 0
    assert capsys.readouterr().out.startswith(f"Exported 3 subscriptions to {target} (")
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [line["user_name"] for line in lines] == ["Ada Lovelace", "Ada Lovelace", "Zoë O’Hara"]
    assert set(lines[0]["keys"]) == {"p256dh", "auth"}
    assert main(arguments) == WRONG_USE
    assert "exists already" in capsys.readouterr().err
    assert main([*arguments, "--overwrite", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report == {"rows": 3, "bytes": target.stat().st_size, "path": str(target)}
    assert "keys" not in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ([], 3),
        (["--user", "Zoë O’Hara"], 1),
        (["--search", "ada"], 2),
        (["--service", "mozilla AUTOPUSH"], 1),
        (["--service", "fcm.googleapis.com"], 2),
        (["--browser", "unknown"], 3),
        (["--browser", "Firefox"], 0),
        (["--state", "new"], 3),
        (["--state", "ok"], 0),
        (["--created-from", TODAY, "--created-to", TOMORROW], 3),
        (["--created-from", TOMORROW], 0),
        (["--created-to", "9999-12-31"], 3),
        (["--success-from", "2020-01-01"], 0),
    ],
)
def test_an_export_is_narrowed(
    url: str, capsysbinary: pytest.CaptureFixture[bytes], options: list[str], count: int
) -> None:
    main(["import", str(DATA / "array.json"), "--database", url])
    capsysbinary.readouterr()
    assert main(["export", "--database", url, "--format", "json", *options]) == 0
    assert len(json.loads(capsysbinary.readouterr().out)) == count


def test_a_reader_that_goes_away_is_told_once(store: Store, url: str) -> None:
    command = [sys.executable, "-m", "webpush_admin", "export", "--database", url, "--format", "csv"]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    finally:
        os.close(writing)
    assert done.returncode == WRONG_USE
    assert done.stderr == "webpush-admin: Standard output was closed before everything was written.\n"


def test_an_export_by_the_command_line_is_imported_by_it(store: Store, url: str, tmp_path: Path) -> None:
    main(["import", str(DATA / "times.jsonl"), "--database", url])
    other = Store.open(f"sqlite:///{tmp_path / 'other.db'}")
    other.close()
    for kind in ("csv", "json", "jsonl"):
        target = tmp_path / f"all.{kind}"
        assert (
            main(["export", "--database", url, "--format", kind, "--endpoints", "--keys", "--output", str(target)]) == 0
        )
        assert main(["import", str(target), "--database", f"sqlite:///{other.path}"]) == 0
    again = Store.open(f"sqlite:///{other.path}")
    try:
        assert again.counts() == store.counts()
    finally:
        again.close()
