"""The tables, version 3, as SQLAlchemy Core states them.

A plain version table instead of Alembic: there is one schema, of one file format, and it is ours alone. SQLite's DDL is
transactional, so a step from version n to n+1 is one function inside one `BEGIN IMMEDIATE`, and a killed process
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
    REAL,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect

from webpush_admin.push.errors import StoreError

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


OUTCOME_COLUMNS: Final = ("accepted", "gone", "rejected", "unreachable", "blocked", "not_sent", "unknown")
"""Of `sends`, in the order of `history.codes`."""

NOT_ACCEPTED: Final = "outcome > 0"
DIAGNOSED: Final = "rule <> ''"
"""Of partial indexes: SQLite uses one where a query says exactly this. Source: https://www.sqlite.org/partialindex.html"""

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
    # NULL: a retired pair keeps its public half for the history; nothing can be signed with it any more.
    # "": it is kept elsewhere, see `key_places`.
    Column("private_key", Text),
    Column("created_at", Moment, nullable=False),
    Column("retired_at", Moment),
    Column("active", Integer, nullable=False),
    CheckConstraint("active IN (0, 1) AND (active = 0 OR private_key IS NOT NULL)"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)
Index("one_active_pair", vapid_keys.c.active, unique=True, sqlite_where=vapid_keys.c.active == 1)

key_places = Table(
    "key_places",
    metadata,
    # A pair without a row here has no label, and its private key in `vapid_keys`.
    Column("key_id", Integer, ForeignKey("vapid_keys.id", ondelete="CASCADE"), primary_key=True),
    Column("label", Text, nullable=False, server_default=""),
    # Of `key_rows.Home`.
    Column("home", Text, nullable=False, server_default="database"),
    # The path of the file, or the name of the entry in the keyring.
    Column("place", Text, nullable=False, server_default=""),
    sqlite_strict=True,
)

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
    # What a pair is still needed for is counted from it.
    Index("subscriptions_by_vapid_key_id", "vapid_key_id", "id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

sends = Table(
    "sends",
    metadata,
    # AUTOINCREMENT, here and below: a number of the history never means something else later.
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment),
    # Of `history.codes`.
    Column("state", Integer, nullable=False),
    # Who runs it, see `side.Owner`; when it was heard of last.
    Column("owner", Text),
    Column("heard_at", Moment, nullable=False),
    Column("target", Text, nullable=False),
    Column("test", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("ttl_s", Integer, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("topic", Text),
    Column("payload_bytes", Integer, nullable=False),
    Column("payload", Text),
    Column("targets", Integer, nullable=False),
    # Totals of its deliveries, which stay when these are forgotten.
    Column("intended", Integer, nullable=False, server_default="0"),
    *(Column(outcome, Integer, nullable=False, server_default="0") for outcome in OUTCOME_COLUMNS),
    Column("pruned", Integer, nullable=False, server_default="0"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("send", Integer, nullable=False),
    Column("origin", Text, nullable=False),
    # A JSON array of pairs.
    Column("headers", Text, nullable=False),
    Column("body_bytes", Integer, nullable=False),
    Column("payload_bytes", Integer, nullable=False),
    Column("jwt_header", Text, nullable=False),
    Column("jwt_claims", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    # Rows that are bound to an older pair are signed for by that.
    UniqueConstraint("send", "origin", "public_key"),
    sqlite_strict=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("send", Integer, ForeignKey("sends.id"), nullable=False),
    Column("at", Moment, nullable=False),
    # No foreign keys: what a row was sent to may be gone.
    Column("subscription_id", Integer),
    Column("user_id", UserId),
    Column("host", Text, nullable=False),
    Column("tail", Text, nullable=False),
    # Of `history.codes`; NULL while it is under way.
    Column("outcome", Integer),
    Column("status", Integer),
    Column("rule", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("body", Text, nullable=False, server_default=""),
    Column("elapsed_s", REAL, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("pruned", Integer, nullable=False, server_default="0"),
    Column("held", Integer, nullable=False, server_default="0"),
    # Number in `requests`, and the answer's headers as a JSON array of pairs.
    Column("request", Integer),
    Column("headers", Text),
    Index("deliveries_by_send", "send"),
    Index("deliveries_by_at", "at"),
    Index("deliveries_by_subscription", "subscription_id"),
    Index("deliveries_by_user", "user_id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)
# Few rows are in these: what is under way, what was not accepted, what there is something to say of.
_OPEN: Final = (deliveries.c.send, deliveries.c.subscription_id)
Index("open_deliveries", *_OPEN, sqlite_where=text("outcome IS NULL"), unique=True)
Index("deliveries_by_outcome", deliveries.c.outcome, sqlite_where=text(NOT_ACCEPTED))
Index("deliveries_by_rule", deliveries.c.rule, sqlite_where=text(DIAGNOSED))

suspects = Table(
    "suspects",
    metadata,
    # Marks of subscriptions that were deleted stay until the database is opened again: an undo brings these back, and
    # nobody else gets their ids.
    Column("subscription_id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    sqlite_strict=True,
)

COLUMNS: Final = {table.name: tuple(column.name for column in table.columns) for table in metadata.tables.values()}
"""What every file of this version has, in this order; one of an older version has fewer tables."""
