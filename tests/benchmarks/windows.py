"""Windows of the benchmarks as tests open them: soon there, and without a screen.

Runs on: any
"""

from pathlib import Path

from benchmarks.surroundings import for_windows


def for_tests(folder: Path) -> dict[str, str]:
    """Return an environment for windows without a screen, and with the bytecode that others have compiled already.

    Nothing is judged by its speed here, and compiling takes longer than what is measured.
    """
    environment = {**for_windows(folder), "QT_QPA_PLATFORM": "offscreen"}
    del environment["PYTHONPYCACHEPREFIX"]
    return environment
