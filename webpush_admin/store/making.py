"""Makes the tables of a new file, and this version of an older one.

Runs on: any
"""

from typing import Final

from sqlalchemy import Connection, inspect, select

from webpush_admin.store.identity import DATABASE, VERSION, Kind
from webpush_admin.store.schema import COLUMNS, metadata, requests, subscriptions, versions

_HISTORY_BY_ORIGIN: Final = 2
"""The version in which one request was kept of each send and origin, whoever signed it."""


def make_tables(connection: Connection, kind: Kind = DATABASE) -> None:
    """Make the tables in a file without any, and mark it as ours."""
    if inspect(connection).get_table_names():
        # Another process has made them since we looked; whoever looks again judges them.
        return
    metadata.create_all(connection, [metadata.tables[name] for name in sorted(kind.tables[VERSION])], checkfirst=False)
    connection.execute(versions.insert().values(only=1, version=VERSION))
    connection.exec_driver_sql(f"PRAGMA application_id={kind.application_id}")


def version_of(connection: Connection) -> int:
    """Return the version of a database."""
    return int(connection.execute(select(versions.c.version)).scalar_one())


def upgrade(connection: Connection) -> None:
    """Make this version of an older one, inside a transaction: the file is the old one or the new one."""
    before = version_of(connection)
    # Another process may have been faster.
    if before < VERSION:
        if before == _HISTORY_BY_ORIGIN:
            _rebuild_requests(connection)
        missing = DATABASE.tables[VERSION] - DATABASE.tables[before]
        metadata.create_all(connection, [metadata.tables[name] for name in sorted(missing)], checkfirst=False)
        _make_indexes(connection)
        connection.execute(versions.update().values(version=VERSION))


def _rebuild_requests(connection: Connection) -> None:
    """Give the requests another uniqueness, which SQLite cannot change in place; no other table refers to them."""
    columns = ", ".join(COLUMNS[requests.name])
    connection.exec_driver_sql(f"ALTER TABLE {requests.name} RENAME TO old_requests")
    requests.create(connection)
    # The names are the schema's.
    connection.exec_driver_sql(f"INSERT INTO {requests.name} ({columns}) SELECT {columns} FROM old_requests")
    connection.exec_driver_sql("DROP TABLE old_requests")


def _make_indexes(connection: Connection) -> None:
    there = {index["name"] for index in inspect(connection).get_indexes(subscriptions.name)}
    for index in sorted(subscriptions.indexes, key=lambda index: str(index.name)):
        if index.name not in there:
            index.create(connection)
