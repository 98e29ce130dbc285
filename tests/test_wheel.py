"""The wheel as a stranger gets it: what it carries, and that it runs far away from the checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
RESOURCES = ROOT / "resources"


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # From a copy: a build must not write into the checkout, nor find what git would not carry.
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("webpush_admin", "resources", "tests"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist", cwd=source)
    (built,) = (source / "dist").glob("*.whl")
    return built


def test_it_carries_the_package_and_its_resources(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    wanted = {
        f"webpush_admin/resources/{path.relative_to(RESOURCES).as_posix()}"
        for path in RESOURCES.rglob("*")
        if path.is_file()
    }
    assert len(wanted) > 50
    assert wanted <= carried
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "webpush_admin").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert modules <= carried


def test_it_carries_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top.partition("-")[0] for top in tops} == {"webpush_admin"}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the installed package; what it depends on comes from this environment."""
    target = tmp_path_factory.mktemp("elsewhere")
    run(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-input"),
        *("--disable-pip-version-check", "--target", target, wheel),
        cwd=target,
    )
    return target


def test_the_installed_package_finds_its_own_resources(installed: Path) -> None:
    program = (
        "import webpush_admin; from webpush_admin.gui.resource_files import resource_path;"
        "path = resource_path('icons/webpush-admin.svg'); assert path.is_file(), path; print(path)"
    )
    found = run(sys.executable, "-c", program, cwd=installed, PYTHONPATH=str(installed)).stdout.strip()
    assert Path(found).is_relative_to(installed)


def test_the_command_line_and_the_demo_run_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    # The tour is taken in tests/e2e; here the package's own window, sandbox and resources must be found.
    program = """
import sys
from webpush_admin.gui.app import Application
from webpush_admin.gui.launch import LaunchOptions

def started(application):
    opened = application.context.database_opened
    opened.connect(lambda info: (application.window.grab().save(sys.argv[1]), application.end(0)))

application = Application(LaunchOptions(demo=True))
sys.exit(application.run(started))
"""
    # -P: nothing is imported from the working folder, so that the checkout cannot help.
    surroundings = {"PYTHONPATH": str(installed), "QT_QPA_PLATFORM": "offscreen"}
    version = run(sys.executable, "-P", "-m", "webpush_admin", "--version", cwd=tmp_path, **surroundings)
    assert version.stdout.startswith("webpush-admin ")
    run(sys.executable, "-P", "-c", program, tmp_path / "window.png", cwd=tmp_path, **surroundings)
    assert (tmp_path / "window.png").stat().st_size > 0
