"""Names the Debian packages whose libraries Qt needs and this system lacks; prints nothing where all are there.

Runs on: any

The wheel of Qt brings Qt itself; what it links to outside was read from its libraries' NEEDED entries.
Usage: python check_system.py [window]; with "window" the libraries of X11 and Wayland are asked for too.
"""

import ctypes
import importlib
import sys
from typing import Final

ALWAYS: Final = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
"""What QtWidgets and the offscreen platform load: enough for the tour and the tests."""

WINDOW: Final = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What a window on a real screen needs besides."""


def missing_packages(libraries: dict[str, str]) -> list[str]:
    """Return the packages of the libraries that the loader does not find, each once."""
    missing: dict[str, None] = {}
    for soname, package in libraries.items():
        try:
            ctypes.CDLL(soname)
        except OSError:
            missing[package] = None
    return list(missing)


def main() -> int:
    """Print the missing packages; return 1 where none is missing and Qt still does not load."""
    if not sys.platform.startswith("linux"):
        return 0
    missing = missing_packages(ALWAYS | WINDOW if "window" in sys.argv[1:] else ALWAYS)
    if missing:
        print(*missing)
        return 0
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        print(f"Qt does not load: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
