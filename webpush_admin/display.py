"""Asks whether there is a display before Qt does, which ends in an abort where none answers.

Runs on: any
"""

import os
import sys
from pathlib import Path
from typing import Final

NOT_SET: Final = "There is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set)"
NO_ANSWER: Final = "The display that DISPLAY or WAYLAND_DISPLAY names does not answer"
WITHOUT_ONE: Final = "`make tour` shows the program without one."

_PATIENCE_S: Final = 3.0
_X_SOCKETS: Final = "/tmp/.X11-unix"  # noqa: S108 - where every X server has them
_X_PORT: Final = 6000


def display_problem() -> str:
    """Return why no window can be opened, as a sentence; "" where one can, or where only Qt can tell."""
    if not sys.platform.startswith("linux"):
        return ""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform and not platform.startswith(("xcb", "wayland")):
        # "offscreen" and its like need no display.
        return ""
    if os.environ.get("WAYLAND_SOCKET"):
        # A connection that is open already.
        return ""
    x_display = os.environ.get("DISPLAY", "")
    wayland_display = os.environ.get("WAYLAND_DISPLAY", "")
    if not x_display and not wayland_display:
        return f"{NOT_SET}; {WITHOUT_ONE}"
    # Qt tries both, one after the other.
    if (x_display and _x_answers(x_display)) or (wayland_display and _wayland_answers(wayland_display)):
        return ""
    return f"{NO_ANSWER}; {WITHOUT_ONE}"


def _x_answers(display: str) -> bool:
    """Whether somebody listens on "[protocol/][host]:number[.screen]". Source: X(7), "Display names"."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not (number.isascii() and number.isdecimal()):
        return False
    host = host.rpartition("/")[2]
    if host in ("", "unix"):
        path = f"{_X_SOCKETS}/X{number}"
        # Servers in a container often offer the abstract name alone.
        return _listens_at(path) or _listens_at(f"\0{path}")
    import socket

    try:
        socket.create_connection((host.strip("[]"), _X_PORT + int(number)), timeout=_PATIENCE_S).close()
    except (OSError, OverflowError, UnicodeError):
        return False
    return True


def _wayland_answers(display: str) -> bool:
    """Whether somebody listens on a name in XDG_RUNTIME_DIR, or on a path. Source: wl_display_connect(3)."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(folder or Path(display).is_absolute()) and _listens_at(str(Path(folder, display)))


def _listens_at(address: str) -> bool:
    # Imported here: most displays need no question, and the first paint waits for this module.
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_PATIENCE_S)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True
