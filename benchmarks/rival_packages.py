"""Installs what `benchmarks.dispatch` compares with and this project does not need, into a folder for one run.

A package that cannot be had here is told with the reason: the other clients are measured all the same.

Runs on: any
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

DEADLINE_S: Final = 120.0
SHOWN_CHARACTERS: Final = 300


class Registry(Enum):
    """Where a package comes from."""

    PYPI = "PyPI"
    NPM = "npm"


@dataclass(frozen=True, slots=True)
class Package:
    """A package in the one version that figures are told of."""

    registry: Registry
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.registry.value})"


class NotInstalled(Exception):
    """It cannot be had here; the text says why."""


def install(package: Package, folder: Path) -> None:
    """Install a package, without running any script of it.

    Args:
        package: What.
        folder: Theirs; whoever made it removes it.

    Raises:
        NotInstalled: See there.
    """
    command = _pip(package, folder) if package.registry is Registry.PYPI else _npm(package, folder)
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotInstalled(f"{package} was not installed within {DEADLINE_S:.0f} seconds.") from None
    except OSError as error:
        raise NotInstalled(f"{package} could not be installed: {error}.") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-SHOWN_CHARACTERS:]
        raise NotInstalled(f"{package} could not be installed: {said}")


def _pip(package: Package, folder: Path) -> list[str]:
    # A wheel alone: nothing is compiled, and nothing of the package runs before it is measured.
    chosen = ["--quiet", "--no-input", "--no-deps", "--only-binary=:all:", f"--target={folder}"]
    return [sys.executable, "-m", "pip", "install", *chosen, f"{package.name}=={package.version}"]


def _npm(package: Package, folder: Path) -> list[str]:
    program = shutil.which("npm")
    if program is None or shutil.which("node") is None:
        raise NotInstalled(f"{package} needs node and npm (Debian packages nodejs and npm).")
    chosen = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", f"--prefix={folder}"]
    return [program, "install", *chosen, f"{package.name}@{package.version}"]
