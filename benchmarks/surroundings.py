"""Where windows are measured: with nobody's settings, compiled bytecode, and no screen where there is none.

Runs on: any
"""

import os
from pathlib import Path


def for_windows(folder: Path) -> dict[str, str]:
    """Return an environment for windows: settings and logs of their own, bytecode kept, no screen where there is none.

    Args:
        folder: Theirs; whoever made it removes it.
    """
    found = {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
    }
    if not any(os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")):
        found["QT_QPA_PLATFORM"] = "offscreen"
    return found
