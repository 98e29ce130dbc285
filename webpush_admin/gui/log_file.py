"""The log file: where it lies, and how secrets are kept out of it.

Runs on: any
"""

import logging
import re
from pathlib import Path
from typing import Final

_BYTES: Final = 1_000_000
_FILES: Final = 3

_URL: Final = re.compile(r"(https?://)(?:[^/\s@]*@)?([^/\s?#]*)\S*")
# Twenty characters of base64 in a row are a key, a secret, a token or the tail of an endpoint.
_SECRET: Final = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_FRAME: Final = re.compile(r'\s+File "')


def struck(text: str) -> str:
    """Return the text without what may be a secret: only the place in a traceback stays as it is."""
    return "\n".join(line if _FRAME.match(line) else _struck_line(line) for line in text.split("\n"))


def log_folder() -> Path:
    """Return the folder of the log file, made where it is missing."""
    # Imported here: the first paint does not need it.
    from platformdirs import user_log_path

    return user_log_path("webpush-admin", appauthor=False, ensure_exists=True)


def start_log(folder: Path) -> Path:
    """Write every warning of the process, and what the application tells, to a file; return its path."""
    # Imported here: the first paint does not need it.
    from logging.handlers import RotatingFileHandler

    path = folder / "webpush-admin.log"
    handler = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(_StruckFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("webpush_admin").setLevel(logging.INFO)
    return path


class _StruckFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return struck(super().format(record))


def _struck_line(line: str) -> str:
    return _SECRET.sub("…", _URL.sub(r"\1\2/…", line))
