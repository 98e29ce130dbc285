"""What SQLite refuses, as one sentence without SQL, parameters or secrets.

Runs on: any
"""

import sqlite3
from pathlib import Path
from typing import Final

CLOSED: Final = "The database is closed."
STOPPED: Final = "Stopped: nothing was changed."
READ_ONLY: Final = "The database is open read-only: nothing was changed."

_SENTENCES: Final = {
    sqlite3.SQLITE_ERROR: "{name} does not have the tables that it should have.",
    sqlite3.SQLITE_PERM: "{name} cannot be opened: the permissions of the file or its folder do not allow it.",
    sqlite3.SQLITE_BUSY: "{name} is locked by another program.",
    sqlite3.SQLITE_LOCKED: "{name} is locked by another program.",
    sqlite3.SQLITE_NOMEM: "There is not enough memory to work with {name}.",
    sqlite3.SQLITE_READONLY: "{name} is read-only: nothing was changed.",
    sqlite3.SQLITE_INTERRUPT: "Reading {name} took too long and was stopped.",
    sqlite3.SQLITE_IOERR: "{name} cannot be read or written: the disk reports an error.",
    sqlite3.SQLITE_CORRUPT: "{name} is damaged: its content contradicts itself.",
    sqlite3.SQLITE_FULL: "The disk is full: nothing was changed in {name}.",
    sqlite3.SQLITE_CANTOPEN: "{name} cannot be opened: check the permissions of the file and its folder.",
    sqlite3.SQLITE_PROTOCOL: "{name} is locked by another program.",
    sqlite3.SQLITE_TOOBIG: "A text is too long for {name}.",
    sqlite3.SQLITE_CONSTRAINT: "{name} refused the change: it breaks a rule of its tables.",
    sqlite3.SQLITE_AUTH: "{name} cannot be opened: access was denied.",
    sqlite3.SQLITE_NOTADB: "{name} is not an SQLite database, or it is encrypted.",
}


def shown_name(path: Path) -> str:
    """Return a file name in quotes for a sentence, with what cannot be printed replaced."""
    # "." and "/" have no name.
    name = path.name or str(path)
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name)
    return f'"{shown}"'


def is_damage(error: sqlite3.Error) -> bool:
    """Return whether SQLite says that the file contradicts itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def sentence(error: BaseException, path: Path) -> str:
    """Return what happened to the database file at `path`, for an operator."""
    name = shown_name(path)
    if isinstance(error, UnicodeEncodeError):
        return "A text holds half a character (a lone surrogate): nothing was changed."
    if isinstance(error, OverflowError):
        return "A number is too large for the database: nothing was changed."
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
            return CLOSED
        return f"{name} cannot be used ({type(error).__name__})."
    # The low byte is the kind of error, what is above it only refines it.
    told = _SENTENCES.get(code & 0xFF, "{name} cannot be used (SQLite error {code}).")
    return told.format(name=name, code=code)
