"""What a window imports at its first paint loads no SQLAlchemy.

Runs on: any
"""

import subprocess
import sys
from pathlib import Path

import pytest

import webpush_admin.store
from webpush_admin.store import Store


@pytest.mark.parametrize(
    "statement",
    ["import webpush_admin.store.rows", "from webpush_admin.store import User", "import webpush_admin.store"],
)
def test_records_load_nothing_heavy(statement: str) -> None:
    program = (
        f"{statement}\nimport sys\n"
        "print(*sorted({'sqlalchemy', 'sqlite3', 'cryptography', 'py_vapid'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""


def test_a_look_at_a_file_loads_no_sqlalchemy(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path / 'push.db'}").close()
    program = (
        "import sys\nfrom webpush_admin.store.opening import look, path_of\n"
        "print(look(path_of(sys.argv[1])).name, 'sqlalchemy' in sys.modules)"
    )
    command = [sys.executable, "-c", program, f"sqlite:///{tmp_path / 'push.db'}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["OURS", "False"]


def test_the_names_are_there() -> None:
    for name in webpush_admin.store.__all__:
        assert getattr(webpush_admin.store, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = webpush_admin.store.Nothing
