"""What tells our database files from anybody else's.

Runs on: any
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

VERSION: Final = 3
"""Of the schema, as `schema_version` holds it."""

HISTORY_SINCE: Final = 2
"""The version that brought the tables of the history."""

_FIRST: Final = frozenset({"schema_version", "settings", "users", "vapid_keys", "subscriptions"})


class Kind(NamedTuple):
    """A kind of file that we make.

    Attributes:
        application_id: `PRAGMA application_id`. Source: https://www.sqlite.org/pragma.html#pragma_application_id
        tables: What every file of a version has, and no other table, by version.
    """

    application_id: int
    tables: Mapping[int, frozenset[str]]


_SECOND: Final = _FIRST | {"sends", "requests", "deliveries", "suspects"}
_HISTORY: Final = frozenset({"schema_version", "settings", "sends", "requests", "deliveries"})

DATABASE: Final = Kind(0x57504144, {1: _FIRST, 2: _SECOND, 3: _SECOND | {"key_places"}})
"""A database; "WPAD"."""

HISTORY: Final = Kind(0x57504148, {2: _HISTORY, 3: _HISTORY})
"""The history of a database that is not written to, in a file of its own; "WPAH"."""

HISTORY_ENDING: Final = ".history"
"""Of the name of such a file, behind the name of its database."""
