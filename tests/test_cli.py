"""Wrong use ends in one sentence and exit code 2, before Qt or SQLAlchemy are loaded."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from importlib.abc import MetaPathFinder
from pathlib import Path

import pytest

from webpush_admin import __version__
from webpush_admin.cli import WRONG_USE, main
from webpush_admin.gui.launch import LaunchOptions
from webpush_admin.store import Store

ROOT = Path(__file__).parents[1]

FIRST_PAINT = """
import sys
from webpush_admin.gui.app import Application
def look(self):
    heavy = {"sqlalchemy", "pycurl", "pywebpush", "py_vapid", "http_ece", "aiohttp"}
    print("loaded:", *sorted(heavy & set(sys.modules)))
    self.end(0)
Application._on_first_painted = look
from webpush_admin.cli import main
sys.exit(main(sys.argv[1:]))
"""


def _unmarked(path: Path) -> None:
    Store.open(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA application_id=0")


@pytest.mark.parametrize("read_only", [False, True])
def test_the_window_is_told_what_to_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, read_only: bool) -> None:
    told: list[LaunchOptions] = []

    def run_window(options: LaunchOptions) -> int:
        told.append(options)
        return 0

    monkeypatch.setattr("webpush_admin.gui.app.run", run_window)
    url = f"sqlite:///{tmp_path / 'push.db'}"
    # Made by another program, it is opened all the same: read-only.
    _unmarked(tmp_path / "push.db")
    more = ["--read-only", "--metrics", "9464"] if read_only else []
    assert main(["--database", url, *more]) == 0
    assert told == [LaunchOptions(url, read_only=read_only, metrics=9464 if read_only else None)]


CHECKS = """
import sys
from webpush_admin.cli import main
try:
    main(sys.argv[1:])
finally:
    print("loaded:", *sorted({name for name in sys.modules if name in ("sqlalchemy", "PySide6", "aiohttp", "pycurl")}))
"""


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "HOME", "XDG_CONFIG", "LD_"))}
    return subprocess.run(
        [sys.executable, *command],
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the one sentence that the arguments are refused with."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == WRONG_USE == 2
    told = capsys.readouterr()
    assert told.out == ""
    return one_sentence(told.err)


def one_sentence(told: str) -> str:
    assert told.startswith("webpush-admin: ")
    assert told.endswith(".\n")
    assert told.count("\n") == 1
    return told


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = tmp_path / "push.db"
    Store.open(f"sqlite:///{path}").close()
    return path


def test_the_version_is_told() -> None:
    done = run("-m", "webpush_admin", "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"webpush-admin {__version__}\n", "")


def test_help_names_every_argument(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    told = capsys.readouterr().out
    for name in ("--database", "--read-only", "--subject", "--ca-file", "--demo", "--tour", "--metrics", "--version"):
        assert name in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--nonsense",), "--nonsense"),
        (("push.db",), "push.db"),
        (("a\nb\x1b[2J",), "a\ufffdb\ufffd[2J"),
        (("--database",), "expected one argument"),
        (("--data", "sqlite:///push.db"), "--data"),
        (("--tour", "pictures"), "--tour goes with --demo"),
        (("--read-only",), "--read-only goes with --database"),
        (("--demo", "--read-only"), "--read-only goes with --database"),
        (("--demo", "--database", "sqlite:///push.db"), "leave --database out"),
        (("--demo", "--subject", "mailto:ops@example.org"), "leave --subject and --ca-file out"),
        (("--subject", "nobody"), "must be an e-mail address"),
        (("--subject", "http://example.org"), "must be an e-mail address"),
        (("--database", "postgresql://ada:hush@db.example.org/push"), "PostgreSQL is not supported yet"),
        (("--database", "mysql://ada:hush@db.example.org/push"), "mysql:// are not known"),
        (("--database", "push.db"), "named by a URL"),
        (("--database", ""), "named by a URL"),
        (("--database", "sqlite://"), "in memory is not supported"),
        (("--ca-file", "missing.pem"), "missing.pem, cannot be read"),
        (("--metrics",), "expected one argument"),
        *((("--metrics", port), "from 1024 to 65535, or 0") for port in ("", "x", "-1", "80", "1023", "65536", "٩٤٦٤")),
    ],
)
def test_wrong_use_is_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    sentence = refusal(capsys, *arguments)
    assert told in sentence
    assert "hush" not in sentence


def _other_application(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE notes(id INTEGER)")


def _newer(path: Path) -> None:
    Store.open(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE schema_version SET version = version + 1")
        raw.commit()


def _corrupt_header(path: Path) -> None:
    Store.open(f"sqlite:///{path}").close()
    content = bytearray(path.read_bytes())
    content[:16] = b"SQLite format 4\0"
    path.write_bytes(content)


UNUSABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, 'There is no file "push.db"; File > New database'),
    "empty": (Path.touch, 'There is no database in the file "push.db"'),
    "folder": (Path.mkdir, "is a directory"),
    "text": (lambda path: path.write_text("no database\n" * 100), "is not an SQLite database"),
    "corrupt header": (_corrupt_header, "is not an SQLite database"),
    "another application": (_other_application, "is the database of another application"),
    "newer": (_newer, "was made by a newer version of webpush-admin"),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_an_unusable_database_is_told_and_left_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str
) -> None:
    make, told = UNUSABLE[kind]
    path = tmp_path / "push.db"
    make(path)
    before = [(entry.name, entry.stat().st_mtime_ns) for entry in tmp_path.iterdir()]
    assert told in refusal(capsys, "--database", f"sqlite:///{path}")
    assert [(entry.name, entry.stat().st_mtime_ns) for entry in tmp_path.iterdir()] == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX")
def test_pipes_are_not_waited_for(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert "is not a regular file" in refusal(capsys, "--database", f"sqlite:///{tmp_path / 'fifo'}")
    assert "cannot be read" in refusal(capsys, "--ca-file", str(tmp_path / "fifo"))


@pytest.mark.parametrize("verb", ["import", "export", "send", "vapid"])
def test_ctrl_c_while_a_verb_is_being_loaded_is_told_like_any_other(
    verb: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = {"import": "importing", "export": "exporting", "send": "sending"}.get(verb, verb)

    class Interrupted(MetaPathFinder):
        def find_spec(self, name: str, *_others: object) -> None:
            if name == f"webpush_admin.cli.{module}":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, f"webpush_admin.cli.{module}", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])
    assert main([verb]) == 130
    assert capsys.readouterr() == ("", "webpush-admin: Stopped: nothing was changed.\n")


def test_a_missing_folder_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "does not exist" in refusal(capsys, "--database", f"sqlite:///{tmp_path}/missing/push.db")
    assert "is a directory" in refusal(capsys, "--database", "sqlite:///.")


def test_a_database_that_may_not_be_read_is_told(
    capsys: pytest.CaptureFixture[str], ours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing is forbidden to root, so the system's answer is changed and not the mode.
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.R_OK)
    assert "cannot be read: its permissions" in refusal(capsys, "--database", f"sqlite:///{ours}")


def test_a_file_without_certificates_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate")
    assert "holds none in PEM form" in refusal(capsys, "--ca-file", str(tmp_path / "ca.pem"))
    assert "cannot be read" in refusal(capsys, "--ca-file", str(tmp_path))


def test_a_folder_for_pictures_that_cannot_be_made_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("file", "file/pictures"):
        assert "cannot be made or written to" in refusal(capsys, "--demo", "--tour", str(tmp_path / folder))


def test_the_checks_load_neither_qt_nor_sqlalchemy(ours: Path) -> None:
    # Everything passes but the display.
    done = run("-c", CHECKS, "--database", f"sqlite:///{ours}", "--subject", "mailto:ops@example.org")
    assert done.returncode == WRONG_USE
    assert done.stdout.strip() == "loaded:"
    assert "no display" in one_sentence(done.stderr)


def test_at_first_paint_nothing_heavy_is_loaded_with_a_database_either(ours: Path) -> None:
    done = run("-c", FIRST_PAINT, "--database", f"sqlite:///{ours}", QT_QPA_PLATFORM="offscreen")
    assert (done.returncode, done.stdout.strip()) == (0, "loaded:"), done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asked on Linux only")
@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "There is no display"),
        ({"DISPLAY": ":4711"}, "does not answer"),
        ({"WAYLAND_DISPLAY": "wayland-4711", "XDG_RUNTIME_DIR": "/"}, "does not answer"),
        ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":4711"}, "does not answer"),
    ],
)
def test_without_a_display_the_tour_is_named(environment: dict[str, str], told: str) -> None:
    done = run("-m", "webpush_admin", **environment)
    assert (done.returncode, done.stdout) == (WRONG_USE, "")
    assert told in one_sentence(done.stderr)
    assert "`make tour`" in done.stderr


@pytest.mark.parametrize("arguments", [("--nonsense",), ("--database", "postgresql://db.example.org/push")])
def test_the_module_ends_with_the_same_code(arguments: tuple[str, ...]) -> None:
    done = run("-m", "webpush_admin", *arguments)
    assert (done.returncode, done.stdout) == (WRONG_USE, "")
    one_sentence(done.stderr)
