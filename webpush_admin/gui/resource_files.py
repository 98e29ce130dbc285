"""Where icons, fonts and the style sheet lie: inside the package once installed, beside it in a checkout.

Runs on: any
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parents[1]


@lru_cache(maxsize=1)
def _root() -> Path:
    # A wheel and a frozen application carry the folder inside the package.
    inside = _PACKAGE / "resources"
    return inside if inside.is_dir() else _PACKAGE.parent / "resources"


def resource_path(name: str) -> Path:
    """Return where the resource `name` ("icons/send.svg") lies; whether it exists is the caller's question."""
    return _root() / name
