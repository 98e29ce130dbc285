"""`webpush-admin import`: exit codes, sentences, Ctrl+C, and no window."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Final
from uuid import uuid4

import pytest

from webpush_admin.cli import WRONG_USE, main
from webpush_admin.cli.importing import SOME_REFUSED
from webpush_admin.cli.terminal import INTERRUPTED, TerminalWork
from webpush_admin.store import Store

ROOT: Final = Path(__file__).parents[1]
DATA: Final = ROOT / "tests" / "data" / "import"
STOPPED: Final = "webpush-admin: Stopped: nothing was changed.\n"

LOADED = """
import sys
from webpush_admin.cli import main
code = main(sys.argv[1:])
print(*sorted({"PySide6", "aiohttp", "pycurl"} & set(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'push.db'}")
    yield store
    store.close()


@pytest.fixture
def url(store: Store) -> str:
    return f"sqlite:///{store.path}"


def state(store: Store) -> tuple[object, ...]:
    """Return everything that an import may change."""
    return store.counts(), store.keys_created_at()


def sentence(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr().err
    assert told.startswith("webpush-admin: ")
    assert told.endswith(".\n")
    assert told.count("\n") == 1
    return told


def test_a_file_is_imported_and_counted(store: Store, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(DATA / "array.json"), "--database", url]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.splitlines() == [
        "JSON array, 3 records",
        "Added: 3",
        "Replaced: 0",
        "Unchanged: 0",
        "Users added: 2",
    ]
    assert store.counts() == (2, 3)
    assert store.keys_created_at() is not None


def test_a_dry_run_changes_nothing(store: Store, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(store)
    assert main(["import", str(DATA / "array.json"), "--database", url, "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "To add: 3\n" in told
    assert "this was a dry run" in told
    assert state(store) == before


def test_refused_records_end_in_one_and_change_nothing(
    store: Store, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["import", str(DATA / "refused_in_array.json"), "--database", url]
    before = state(store)
    assert main(arguments) == SOME_REFUSED == 1
    told = capsys.readouterr()
    assert told.err == "webpush-admin: 3 records are refused: nothing was imported.\n"
    assert "  Line 4: The object has a name twice.\n" in told.out
    assert state(store) == before
    assert main([*arguments, "--skip-refused"]) == SOME_REFUSED
    told = capsys.readouterr()
    assert told.err == "webpush-admin: 3 records are refused; the others were imported.\n"
    assert store.counts() == (1, 2)


def test_many_refused_are_cut_and_hostile_names_are_harmless(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(DATA / "refused.jsonl"), "--database", url]) == SOME_REFUSED
    told = capsys.readouterr().out
    assert "  and 10 more; --json tells the first 1,000\n" in told
    assert all(character.isprintable() or character == "\n" for character in told)


def test_the_report_as_json(store: Store, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["import", str(DATA / "refused_in_array.json"), "--database", url, "--json"]
    assert main(arguments) == SOME_REFUSED
    report = json.loads(capsys.readouterr().out)
    assert (report["imported"], report["added"], report["refused"], len(report["problems"])) == (False, 2, 3, 3)
    assert report["problems"][1]["line"] == 4
    assert main([*arguments, "--skip-refused"]) == SOME_REFUSED
    report = json.loads(capsys.readouterr().out)
    assert (report["imported"], report["added"], report["users_added"]) == (True, 2, 1)


def test_the_user_is_chosen_by_name_or_by_id(store: Store, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    ada = store.add_user("Ada")
    arguments = ["import", str(DATA / "push_subscription.json"), "--database", url]
    assert main(arguments) == SOME_REFUSED
    assert main([*arguments, "--user", "Ada"]) == 0
    assert len(store.subscriptions_of(ada.id)) == 1
    assert main([*arguments, "--user-id", str(ada.id)]) == 0
    store.add_user("Ada")
    capsys.readouterr()
    for options, told in (
        (["--user", "Ada"], "Several users have this name"),
        (["--user", "ada"], "no user with exactly this name"),
        (["--user-id", str(uuid4())], "no user with this id"),
        (["--user-id", "17"], "is a UUID"),
    ):
        assert main([*arguments, *options]) == WRONG_USE
        assert told in sentence(capsys)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("import",), "required: FILE, --database"),
        (("import", "missing.json", "--database", "DATABASE"), 'There is no file "missing.json"'),
        (("import", ".", "--database", "DATABASE"), "is a directory"),
        (("import", "x", "--database", "sqlite:///missing.db"), 'There is no file "missing.db"'),
        (("import", "x", "--database", "postgresql://db/push"), "PostgreSQL is not supported yet"),
        (("import", "x", "--database", "DATABASE", "--user", "a", "--user-id", "b"), "not allowed with"),
        (("export", "--database", "DATABASE"), "required: --format"),
        (("export", "--database", "DATABASE", "--format", "xml"), "invalid choice"),
        (("export", "--database", "DATABASE", "--format", "csv", "--json"), "give --output FILE"),
        (("export", "--database", "DATABASE", "--format", "csv", "--state", "invalid"), "invalid choice"),
        (("export", "--database", "DATABASE", "--format", "csv", "--output", "."), "is a directory"),
        (("export", "--database", "DATABASE", "--format", "csv", "--created-to", "x"), "a day is written as in"),
        (("export", "--database", "DATABASE", "--format", "csv", "--user", "nobody"), "no user with exactly"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(
    url: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    given = [url if argument == "DATABASE" else argument for argument in arguments]
    try:
        code: object = main(given)
    except SystemExit as stopped:
        code = stopped.code
    assert code == WRONG_USE == 2
    assert told in sentence(capsys)


def test_an_unusable_file_ends_in_two(store: Store, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(store)
    for name in ("unusable_cut.json", "unusable_words.txt", "unusable_latin_1.csv"):
        assert main(["import", str(DATA / name), "--database", url, "--skip-refused"]) == WRONG_USE
        sentence(capsys)
    assert state(store) == before


def test_standard_input_is_read_to_its_end(url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "webpush_admin", "import", "-", "--database", url, "--json"],
        input=(DATA / "array.json").read_bytes(),
        capture_output=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["added"] == 3


def test_neither_verb_loads_qt_or_a_network(url: str) -> None:
    for arguments in (
        ["import", str(DATA / "array.json"), "--database", url],
        ["export", "--database", url, "--format", "csv", "--state", "new"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
        )
        assert (done.returncode, done.stderr) == (0, "\n")


@pytest.mark.parametrize("doing", ["Reading", "Importing"])
def test_ctrl_c_changes_nothing(
    store: Store,
    url: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    doing: str,
) -> None:
    def press(work: TerminalWork, _done: int, _total: int | None = None) -> None:
        if work._doing == doing:
            os.kill(os.getpid(), signal.SIGINT)

    before = state(store)
    monkeypatch.setattr(TerminalWork, "advance", press)
    assert main(["import", str(DATA / "array.json"), "--database", url]) == INTERRUPTED
    assert capsys.readouterr() == ("", STOPPED)
    assert state(store) == before


def test_ctrl_c_while_standard_input_is_waited_for(
    store: Store, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            os.kill(os.getpid(), signal.SIGINT)
            return b"[]"

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=Silent()))
    assert main(["import", "-", "--database", url]) == INTERRUPTED
    assert capsys.readouterr().err == STOPPED


def test_progress_is_for_terminals(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from webpush_admin.store.cancel import Cancel

    TerminalWork(Cancel(), "Reading").advance(1000, 20_000)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    work = TerminalWork(Cancel(), "Reading")
    work.advance(1000, 20_000)
    work.end()
    assert capsys.readouterr().err == "\r\x1b[KReading: [#.............................]   5%  1,000 of 20,000\r\x1b[K"


def test_who_is_missing_is_told_with_the_options_that_name_one(
    store: Store, url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    record = json.loads((DATA / "array.json").read_text(encoding="utf-8"))[0]
    nobodys = {name: value for name, value in record.items() if not name.startswith("user")}
    (tmp_path / "one.json").write_text(json.dumps(nobodys), encoding="utf-8")
    assert main(["import", str(tmp_path / "one.json"), "--database", url]) == SOME_REFUSED
    assert "does not say whose it is: give --user or --user-id." in capsys.readouterr().out


def test_the_file_of_another_program_is_not_written_to(
    store: Store, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store.close()
    with closing(sqlite3.connect(store.path)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
        raw.execute("PRAGMA application_id=0")
    before = store.path.read_bytes()
    assert main(["import", str(DATA / "array.json"), "--database", url]) == WRONG_USE
    assert "was made by another program" in sentence(capsys)
    assert store.path.read_bytes() == before
    assert main(["import", str(DATA / "array.json"), "--database", url, "--dry-run"]) == 0
    assert store.path.read_bytes() == before
