"""Runs a part of a benchmark in a Python process of its own, so that what is measured finds nothing warm or loaded.

Runs on: any
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
DEADLINE_S: Final = 300.0


class MeasurementFailed(Exception):
    """The process ended with an error, or said nothing that could be read; the text says what it wrote."""


class TookTooLong(MeasurementFailed):
    """The process was killed at its deadline."""


def measure(
    module: str,
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    deadline_s: float = DEADLINE_S,
) -> dict[str, Any]:
    """Run `python -m module arguments` and return the JSON object on the last line that it prints.

    Args:
        module: Found in this checkout, whatever the directory.
        arguments: As on a command line.
        environment: Added to ours.
        deadline_s: After this many seconds the process is killed.

    Raises:
        MeasurementFailed: See there.
    """
    command = [sys.executable, "-m", module, *arguments]
    return measure_command(module, command, environment=environment, deadline_s=deadline_s)


def measure_command(
    name: str,
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    deadline_s: float = DEADLINE_S,
) -> dict[str, Any]:
    """Run a command of any kind and return the JSON object on the last line that it prints; see `measure`.

    Raises:
        MeasurementFailed: See there.
    """
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=deadline_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TookTooLong(f"{name} did not end within {deadline_s:.0f} seconds.") from None
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise MeasurementFailed(f"{name} ended with exit status {done.returncode}.\n{done.stderr.strip()}")
    try:
        found = json.loads(lines[-1])
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise MeasurementFailed(f"{name} printed no JSON object: {lines[-1][:200]}")
    return found


def tell(progress: str) -> None:
    """Write a line for the person who waits; standard output is for the JSON alone."""
    print(progress, file=sys.stderr, flush=True)
