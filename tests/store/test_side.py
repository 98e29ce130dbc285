"""The folder beside a database belongs to one process, and goes with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from webpush_admin.store import side
from webpush_admin.store.side import SideFolder

HOLDER = """
from webpush_admin.store.side import SideFolder
folder = SideFolder()
print(folder.file("x.db").parent, flush=True)
input()
"""


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(side, "user_cache_path", lambda *_, **__: tmp_path / "cache" / "webpush-admin")


def test_a_folder_of_a_process_that_runs_is_left_alone_and_goes_once_it_was_killed() -> None:
    ours, later = SideFolder(), SideFolder()
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        theirs = Path(child.stdout.readline().decode().strip())
        kept = theirs / "undo-1.db"
        kept.touch()
        try:
            assert ours.file("x.db").parent.is_dir()
            assert kept.is_file()
        finally:
            child.kill()
    assert later.file("x.db").parent.is_dir()
    assert not theirs.exists()
    assert ours.file("x.db").parent.is_dir()
    ours.remove()
    later.remove()


def test_whether_a_folder_is_held_is_no_matter_of_process_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, other = SideFolder(), SideFolder()
    monkeypatch.setattr("os.getpid", lambda: 2**22 + 1)  # more than there are
    file = ours.file("x.db")
    file.touch()
    other.file("x.db")
    assert file.is_file()
    ours.remove()
    assert not file.parent.exists()
    other.remove()
