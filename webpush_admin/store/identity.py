"""What tells our database files from anybody else's.

Runs on: any
"""

from typing import Final

APPLICATION_ID: Final = 0x57504144
"""`PRAGMA application_id` of our files: "WPAD". Source: https://www.sqlite.org/pragma.html#pragma_application_id"""

VERSION: Final = 1
"""Of the schema, as `schema_version` holds it."""

TABLES: Final = frozenset({"schema_version", "settings", "users", "vapid_keys", "subscriptions"})
"""What every file of ours has, and no other table."""
