"""Decides what a URL and the file behind it are, before anything is written: ours, new, or refused in words.

The command line asks before there is a window, so nothing here loads SQLAlchemy.

Runs on: any
"""

import os
import sqlite3
import stat
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple

from webpush_admin.push.errors import StoreError
from webpush_admin.store.faults import sentence, shown_name
from webpush_admin.store.identity import DATABASE, VERSION, Kind

BUSY_TIMEOUT_MS: Final = 3000

SMALLEST_PAGE_BYTES: Final = 512
"""No database is smaller. Source: https://www.sqlite.org/fileformat.html, section 1.3.2"""

_PREFIX: Final = "sqlite:///"


class Found(Enum):
    """What is behind a path."""

    NOTHING = "nothing"
    EMPTY = "empty"
    """A file of no bytes, or an SQLite database without a single table."""
    OURS = "ours"
    UNMARKED = "unmarked"
    """Exactly our tables, but not our mark: another program has made the file, for instance from a dump of ours."""


class Access(NamedTuple):
    """Whether a file is opened for writing.

    Attributes:
        reason: Why not, as a sentence; "" where it is.
        unlockable: It could be, if the operator wants it.
    """

    reason: str = ""
    unlockable: bool = False


def path_of(url: str) -> Path:
    """Return the file that a URL names: everything behind "sqlite:///", as it stands.

    Nothing is decoded and there are no options, so that every path can be written: also one with a space, %, # or ?.

    Raises:
        StoreError: Another scheme, or no file.
    """
    scheme, separator, _ = url.partition("://")
    kind = scheme.lower().partition("+")[0]
    if not separator:
        raise StoreError("A database is named by a URL such as sqlite:///push.db.")
    if kind in ("postgresql", "postgres"):
        raise StoreError("PostgreSQL is not supported yet; use an SQLite file, as in sqlite:///push.db.")
    if scheme.lower() != "sqlite":
        shown = "".join(character for character in scheme[:20] if character.isalnum() or character in "+-.")
        raise StoreError(
            f"Databases of the kind {shown}:// are not known; use an SQLite file, as in sqlite:///push.db."
        )
    path = url[len(_PREFIX) :]
    if url[len(scheme) : len(_PREFIX)] != ":///":
        if url[len("sqlite://") :]:
            raise StoreError("The URL of an SQLite file has three slashes before its path, as in sqlite:///push.db.")
        path = ""
    if path in ("", ":memory:"):
        raise StoreError("A database in memory is not supported; name a file, as in sqlite:///push.db.")
    if "\0" in path:
        raise StoreError("The path of the database holds a NUL character.")
    return Path(path)


def url_of(path: Path) -> str:
    """Return the URL that names a file: what `path_of` takes apart."""
    return f"{_PREFIX}{path}"


def uri_of(path: Path, mode: str) -> str:
    """Return SQLite's own URI for a file; `mode` is "rw", or one of `reading_mode`."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def reading_mode(path: Path) -> str:
    """Return how to open a file that is only read: nothing beside it may be left behind.

    To read a database with a write-ahead log, SQLite makes the log where there is none. Where that cannot be done, or
    could not be undone, the file is taken for immutable: nobody with our rights writes to it, and whoever has it open
    looks whether somebody else does.
    """
    return "ro" if not hindrance(path) or _beside(path) else "ro&immutable=1"


def hindrance(path: Path) -> str:
    """Return why a file cannot be written to, as a sentence; "" where it can."""
    if not os.access(path, os.W_OK):
        return f"{shown_name(path)} cannot be written to: its permissions do not allow it."
    if not os.access(path.resolve().parent, os.W_OK):
        return f"{shown_name(path)} cannot be written to: the permissions of its folder do not allow it."
    return ""


def access(path: Path, found: Found, read_only: bool | None) -> Access:
    """Decide whether a database is opened for writing.

    Args:
        path: There is a database.
        found: What `look` has found.
        read_only: What was asked for; None lets the file decide.

    Raises:
        StoreError: It was to be written to, and cannot.
    """
    hindered = hindrance(path)
    if hindered:
        if read_only is False:
            raise StoreError(hindered)
        return Access(hindered)
    if read_only:
        return Access(f"{shown_name(path)} was opened read-only, as asked for.", unlockable=True)
    if read_only is None and found is Found.UNMARKED:
        why = "was made by another program, although it has the tables of webpush-admin: it is only read at first."
        return Access(f"{shown_name(path)} {why}", unlockable=True)
    return Access()


def look(path: Path, columns: Mapping[str, Sequence[str]] | None = None, kind: Kind = DATABASE) -> Found:
    """Find out what a file is, without changing a byte of it or its journal mode.

    The file is never opened except through SQLite: closing another descriptor of it would drop the locks of every
    connection that this process has on it. Source: https://www.sqlite.org/howtocorrupt.html, section 2.2.

    Args:
        path: May be missing.
        columns: Tables and their columns, in order, that one of ours must have, those of its version; None leaves them
            unjudged.
        kind: What one of ours is here.

    Raises:
        StoreError: It is nothing that can be used, in one sentence.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise StoreError(f"The folder of {shown_name(path)} does not exist.") from None
        return Found.NOTHING
    except NotADirectoryError:
        raise StoreError(f"The folder of {shown_name(path)} is not a folder.") from None
    except (OSError, ValueError):
        raise StoreError(f"{shown_name(path)} cannot be looked at: check the path and its permissions.") from None
    if stat.S_ISDIR(status.st_mode):
        raise StoreError(f"{shown_name(path)} is a directory.")
    if not stat.S_ISREG(status.st_mode):
        raise StoreError(f"{shown_name(path)} is not a regular file.")
    if not os.access(path, os.R_OK):
        raise StoreError(f"{shown_name(path)} cannot be read: its permissions do not allow it.")
    if status.st_size == 0:
        return Found.EMPTY
    if status.st_size < SMALLEST_PAGE_BYTES:
        # SQLite itself would take a few bytes of anything for an empty database, and write over them.
        raise StoreError(f"{shown_name(path)} is not an SQLite database, or it is encrypted.")
    log_was_there = has_log(path)
    uri = uri_of(path, reading_mode(path))
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
            return _look_inside(connection, path, columns or {}, kind)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        refusal = sentence(error, path)
    finally:
        if not log_was_there:
            sweep(path)
    raise StoreError(refusal)


def has_log(path: Path) -> bool:
    """Return whether a write-ahead log lies beside a file."""
    return log_of(path).exists()


def state_beside(path: Path) -> tuple[int, ...]:
    """Return numbers of which one is another whenever the file or its log was written to by somebody."""
    numbers: list[int] = []
    for one in (path, log_of(path)):
        with suppress(OSError):
            status = one.stat()
            numbers += (status.st_ino, status.st_size, status.st_mtime_ns)
    return tuple(numbers)


def sweep(path: Path) -> None:
    """Remove the empty write-ahead log that a connection with mode=ro made and may not remove.

    SQLite removes it itself, under its own locks, when the last connection that may write is closed: here one that has
    read once and never written. The file is not touched; if somebody else has it open, or has written, nothing happens.
    """
    try:
        if log_of(path).stat().st_size or hindrance(path):
            return
    except OSError:
        return
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(uri_of(path, "rw"), uri=True, timeout=0, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA query_only=ON")
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()


def log_of(path: Path) -> Path:
    """Return where the write-ahead log of a file is, or would be."""
    # SQLite looks for it beside the file itself, not beside a link to it.
    real = path.resolve()
    return real.with_name(f"{real.name}-wal")


def _beside(path: Path) -> bool:
    """Return whether a log lies beside the file, without which it is not complete."""
    real = path.resolve()
    return has_log(path) or real.with_name(f"{real.name}-journal").exists()


def _look_inside(connection: sqlite3.Connection, path: Path, columns: Mapping[str, Sequence[str]], kind: Kind) -> Found:
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON"):
        connection.execute(f"PRAGMA {pragma}")
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    tables = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not tables and application_id == 0:
        return Found.EMPTY
    own = frozenset(name for name in tables if not name.startswith("sqlite_"))
    if application_id != kind.application_id and (application_id != 0 or own not in kind.tables.values()):
        raise StoreError(f"{shown_name(path)} is the database of another application.")
    if "schema_version" not in tables:
        raise StoreError(f"{shown_name(path)} does not have the tables that it should have.")
    row = connection.execute("SELECT version FROM schema_version").fetchone()
    version = row[0] if row is not None and isinstance(row[0], int) else 0
    if version > VERSION:
        raise StoreError(
            f"{shown_name(path)} was made by a newer version of webpush-admin (schema {version}, not {VERSION})."
        )
    judged = {table: names for table, names in columns.items() if table in kind.tables.get(version, ())}
    if version not in kind.tables or any(_columns(connection, table) != [*judged[table]] for table in judged):
        raise StoreError(f"{shown_name(path)} does not have the tables that it should have.")
    return Found.OURS if application_id == kind.application_id else Found.UNMARKED


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [str(name) for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def make_file(path: Path) -> bool:
    """Make a file that nobody else can read, from its first moment on; return whether it was us."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        # A link that leads nowhere, or somebody was faster: the schema is made inside a transaction, by one of us.
        if path.is_file():
            return False
        raise StoreError(f"{shown_name(path)} is a link to a file that does not exist.") from None
    except OSError:
        raise StoreError(f"{shown_name(path)} cannot be made: check the permissions of its folder.") from None
    return True
