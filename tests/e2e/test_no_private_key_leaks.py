"""A day with key pairs, on the command line and in the window: where was anything of a secret written?"""

import io
import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest
from pytestqt.qtbot import QtBot

from tests.e2e.key_day import Day, found, look, on_the_command_line, pem_of
from tests.e2e.key_window import Window, have_refused, in_the_window
from tests.keyring_file import KeyringFile
from webpush_admin.gui.log_file import log_folder, start_log
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.push.key_formats import read_keys
from webpush_admin.sandbox.process import Sandbox

TOLD: Final = {
    *("terminal.txt", "shown.txt", "notices.txt", "records.txt", "crashes.txt"),
    *("everything.log", "history.csv", "history.json", "events.jsonl"),
}


@pytest.fixture
def day(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    made = Day(tmp_path, capsys)
    # Whatever is written for a moment, and forgotten.
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(), isatty=lambda: False))
    root, own = logging.getLogger(), logging.getLogger("webpush_admin")
    before, levels = list(root.handlers), (root.level, own.level)
    start_log(log_folder())
    # The log of the application strikes what looks like a secret: here is one that strikes nothing and hears all.
    everything = logging.FileHandler(made.told / "everything.log")
    root.addHandler(everything)
    root.setLevel(logging.DEBUG)
    own.setLevel(logging.DEBUG)
    yield made
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(levels[0])
    own.setLevel(levels[1])


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


def test_a_private_key_is_in_no_file_but_the_one_that_was_asked_for(
    day: Day,
    sandbox: Sandbox,
    keyring_file: KeyringFile,
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    places = [tmp_path, Path.home()]
    expected = on_the_command_line(day, sandbox)
    look(places, day, expected)
    seen = Window(qtbot, window, day, sandbox.port)
    expected = in_the_window(seen, day, expected)
    have_refused(seen, day, keyring_file)
    seen.wait(window.ended, window.close)
    # Whatever was in memory alone is not in a file by now.
    look(places, day, expected)
    # Else nothing was looked at.
    assert {path.name for path in day.told.iterdir() if path.stat().st_size} == TOLD
    assert list(Path.home().rglob("webpush-admin.log"))
    assert list(Path.home().rglob("*.conf"))
    _the_search_can_fail(places, day)


def _the_search_can_fail(places: list[Path], day: Day) -> None:
    """A search that finds nothing proves nothing: here is one leak."""
    keys = read_keys(pem_of(day)).keys
    logging.getLogger("webpush_admin.gui.app").warning("Signed with %s.", keys.private_key)
    first = found(places, day)["first"]
    assert "told/everything.log" in first
    # The log of the application strikes even this.
    assert not any(name.endswith("webpush-admin.log") for name in first)
