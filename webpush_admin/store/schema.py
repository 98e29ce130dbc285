"""The tables, version 1, as SQLAlchemy Core states them.

A plain version table instead of Alembic: there is one schema, of one file format, and it is ours alone. SQLite's DDL is
transactional, so a later step from version n to n+1 is one function inside one `BEGIN IMMEDIATE`, and a killed process
leaves the old file or the new one; Alembic's batch mode for SQLite does not promise that, and would bring a folder of
scripts, a configuration and a dependency. The table also serves on a database server, where `PRAGMA application_id`,
which tells our files from anybody else's, does not exist.

The tables are STRICT: whoever else writes to the file, a number never comes back from a column of text.

Runs on: any
"""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    inspect,
)
from sqlalchemy.engine import Dialect

from webpush_admin.push.errors import StoreError
from webpush_admin.store.identity import APPLICATION_ID, VERSION

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Return milliseconds since 1970 of an aware datetime.

    Raises:
        TypeError: The datetime is naive.
    """
    return (moment - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """Return aware UTC; what no datetime can hold becomes the earliest or the latest."""
    try:
        return _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        return _LATEST if ms > 0 else _EARLIEST


def name_key(name: str) -> str:
    """Return what names are sorted and searched by: without case in every script, which SQLite knows for ASCII only."""
    return unicodedata.normalize("NFKC", name).casefold()


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC, stored as whole milliseconds since 1970."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  # named by TypeDecorator
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # named by TypeDecorator
        return None if value is None else from_ms(value)


class UserId(TypeDecorator[UUID]):
    """A UUID, stored as 32 hexadecimal digits."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # named by TypeDecorator
        return None if value is None else value.hex

    def process_result_value(self, value: str | None, dialect: Dialect) -> UUID | None:  # noqa: ARG002  # named by TypeDecorator
        try:
            return None if value is None else UUID(value)
        except ValueError:
            raise StoreError("The database holds a user whose id is no UUID.") from None


metadata = MetaData()

versions = Table(
    "schema_version",
    metadata,
    Column("only", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    CheckConstraint("only = 1"),
    sqlite_strict=True,
)

settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)

users = Table(
    "users",
    metadata,
    Column("id", UserId, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("users_by_name", "name_key", "id"),
    sqlite_strict=True,
)

vapid_keys = Table(
    "vapid_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_key", Text, nullable=False),
    # A retired pair keeps its public half for the history; nothing can be signed with it any more.
    Column("private_key", Text),
    Column("created_at", Moment, nullable=False),
    Column("retired_at", Moment),
    Column("active", Integer, nullable=False),
    CheckConstraint("active IN (0, 1) AND (active = 0 OR private_key IS NOT NULL)"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)
Index("one_active_pair", vapid_keys.c.active, unique=True, sqlite_where=vapid_keys.c.active == 1)

subscriptions = Table(
    "subscriptions",
    metadata,
    # AUTOINCREMENT: the number of a deleted row is never given to another one, so a late prune cannot hit it.
    Column("id", Integer, primary_key=True),
    Column("user_id", UserId, ForeignKey("users.id"), nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("p256dh", Text, nullable=False),
    Column("auth", Text, nullable=False),
    Column("user_agent", Text),
    Column("created_at", Moment, nullable=False),
    Column("last_status", Integer),
    Column("last_success_at", Moment),
    Column("first_404_at", Moment),
    Column("vapid_key_id", Integer, ForeignKey("vapid_keys.id")),
    UniqueConstraint("user_id", "endpoint"),
    Index("subscriptions_by_user", "user_id", "id"),
    Index("subscriptions_by_endpoint", "endpoint", "id"),
    Index("subscriptions_by_created_at", "created_at", "id"),
    Index("subscriptions_by_last_status", "last_status", "id"),
    Index("subscriptions_by_last_success_at", "last_success_at", "id"),
    # Narrow beside the wide rows: a far page by id skips its offset here, with many more rows to a page of the file.
    Index("subscriptions_by_id", "id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

COLUMNS: Final = {table.name: tuple(column.name for column in table.columns) for table in metadata.tables.values()}
"""What every file of this version has, in this order."""


def make_tables(connection: Connection) -> None:
    """Make the tables in a database without any, and mark it as ours."""
    if inspect(connection).get_table_names():
        # Another process has made them since we looked; whoever looks again judges them.
        return
    metadata.create_all(connection)
    connection.execute(versions.insert().values(only=1, version=VERSION))
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
