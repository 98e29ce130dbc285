"""The rules of the house: who may import whom, and what no file may hold."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "webpush_admin"
MODULES = sorted(PACKAGE.rglob("*.py"))
CODE = sorted(
    [*MODULES, *(path for part in ("tests", "benchmarks", "packaging") for path in (ROOT / part).rglob("*.py"))]
)

MAX_FILE_LINES = 300
MAX_CLASS_LINES = 250
THREADS = ("worker loop", "GUI thread", "child process", "any")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"}

# Put together here, so that this file does not hold what it looks for.
CALLS_NOT_MADE = {
    "processEvents" + "(": "it runs strangers' code in the middle of ours; wait for a signal",
    "time.sleep" + "(": "it stands in place of a signal",
}
IGNORES = re.compile(r"#\s*(?:type:\s*ignore(?:\[[^\]]*\])?|noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?)(?P<reason>.*)")
PLACES_OF_ONE_MACHINE = ("/wo" + "rk/", "index" + "-url", "find" + "-links", "pypi" + ".org/simple", "/ho" + "me/")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    # In a process of its own, with the tree's own package first on the path.
    command = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_nobody_imports_what_is_above() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


VIOLATIONS = {
    "push imports store": ("push/errors.py", "import webpush_admin.store.rows"),
    "push imports the sandbox": ("push/stats.py", "import webpush_admin.sandbox.records"),
    "push looks up": ("push/message.py", "import webpush_admin.push.answer"),
    "push speaks SQL": ("push/stats.py", "import sqlalchemy"),
    "store imports Qt": ("store/rows.py", "import PySide6.QtCore"),
    "backend reaches Qt by a detour": ("backend/records.py", "import webpush_admin.gui.resource_files"),
    "store imports the transport": ("store/schema.py", "import webpush_admin.push.transport"),
    "rows bring SQLAlchemy": ("store/rows.py", "import webpush_admin.store.schema"),
    "the sandbox borrows from the core": ("sandbox/records.py", "import webpush_admin.push.message"),
    "the sandbox borrows the core's cryptography": ("sandbox/records.py", "import http_ece"),
    "the window speaks SQL": ("gui/resource_files.py", "import sqlalchemy"),
    "the window starts a thread": ("gui/resource_files.py", "import threading"),
    "the window's foundation looks up": ("gui/resource_files.py", "import webpush_admin.gui.context"),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "webpush_admin", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(module: Path, line: str) -> None:
    """Put an import at the end, where `from __future__` cannot forbid it."""
    module.write_text(f"{module.read_text()}\n{line}\n")


@pytest.mark.parametrize(("file", "line"), VIOLATIONS.values(), ids=VIOLATIONS.keys())
def test_a_planted_import_is_found(copy: Path, file: str, line: str) -> None:
    plant(copy / "webpush_admin" / file, line)
    result = lint_imports(copy)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout


def test_a_view_that_imports_another_is_found(copy: Path) -> None:
    views = copy / "webpush_admin/gui/views"
    views.mkdir(exist_ok=True)
    (views / "__init__.py").touch()
    for name in ("left", "right"):
        (views / f"{name}.py").touch()
    plant(views / "left.py", "import webpush_admin.gui.views.right")
    result = lint_imports(copy)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Views never import each other BROKEN" in result.stdout


def test_a_module_says_what_it_is_and_where_it_runs() -> None:
    found = []
    for path in MODULES:
        docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
        sentence, *others = docstring.split("\n")
        runs_on = [line.removeprefix("Runs on:").strip() for line in others if line.startswith("Runs on:")]
        if not sentence.endswith((".", "!", "?")):
            found.append(f"{relative(path)}: the first line of the docstring is one sentence")
        if len(runs_on) != 1 or not runs_on[0].startswith(THREADS):
            found.append(f"{relative(path)}: one line of the docstring says 'Runs on: {' | '.join(THREADS)}'")
    assert not found


def test_a_file_is_short_and_named_by_meaning() -> None:
    found = []
    for path in CODE:
        lines = len(path.read_text().splitlines())
        if lines > MAX_FILE_LINES:
            found.append(f"{relative(path)}: {lines} lines: split it by meaning")
        if EMPTY_NAMES & set(path.stem.lower().split("_")):
            found.append(f"{relative(path)}: name it by what it knows")
    assert not found


def test_a_class_is_short_and_no_manager() -> None:
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                if (node.end_lineno or 0) - node.lineno >= MAX_CLASS_LINES:
                    found.append(f"{relative(path)}: {node.name} is too long: split it by meaning")
                if re.search(r"(Manager|Helper|Utils?)$", node.name):
                    found.append(f"{relative(path)}: {node.name}: name it by what it knows")
    assert not found


def test_a_file_waits_for_signals_and_explains_what_it_ignores() -> None:
    found = []
    for path in CODE:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            place = f"{relative(path)}, line {number}"
            found += [f"{place}: {reason}" for call, reason in CALLS_NOT_MADE.items() if call in line]
            ignore = IGNORES.search(line)
            if ignore is not None and path != Path(__file__) and not ignore["reason"].strip(" #-:,"):
                found.append(f"{place}: an ignore needs its reason beside it")
    assert not found


def tracked_files() -> list[Path]:
    """Return what git would carry; outside of a checkout, what lies here."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return [*CODE, *ROOT.glob("*.*")]
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_file_knows_one_machine() -> None:
    found = []
    for path in tracked_files():
        if not path.is_file() or path.suffix in {".otf", ".ttf", ".png", ".db"}:
            continue
        # Some test data is in another encoding on purpose.
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{relative(path)}: {place}" for place in PLACES_OF_ONE_MACHINE if place in text]
    assert not found
