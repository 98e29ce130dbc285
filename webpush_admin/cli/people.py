"""The user that a verb is told of, by name or by id.

Runs on: any
"""

import argparse
from functools import partial
from typing import Any, Final, Protocol
from uuid import UUID

from webpush_admin.push.errors import PushError
from webpush_admin.store.engine import Database
from webpush_admin.store.importing.resolving import ask, has_user, users_called

MAX_LISTED: Final = 20
"""Ids of users of one name that are told."""


class Options(Protocol):
    """A parser, or a part of one."""

    def add_argument(self, *names: str, **settings: Any) -> object:
        """As `argparse` has it."""
        ...


def add_user_options(parser: argparse.ArgumentParser, whose: str) -> None:
    """Add --user and --user-id, of which one may be given."""
    add_users(parser.add_mutually_exclusive_group(), whose)


def add_users(one_of_them: Options, whose: str) -> None:
    """Add --user and --user-id to options of which one may be given."""
    one_of_them.add_argument("--user", metavar="NAME", help=f"{whose}, by the exact name")
    one_of_them.add_argument("--user-id", metavar="ID", help=f"{whose}, by id")


def chosen_user(parsed: argparse.Namespace, database: Database) -> UUID | None:
    """Return the user that was asked for, None where none was.

    Raises:
        PushError: There is no such user, or several have the name.
    """
    if parsed.user_id is not None:
        try:
            found = UUID(parsed.user_id)
        except ValueError:
            raise PushError("The id of a user is a UUID, as in 123e4567-e89b-42d3-a456-426614174000.") from None
        if not ask(database, [found.hex], has_user)[0]:
            raise PushError("There is no user with this id.")
        return found
    if parsed.user is None:
        return None
    ids = ask(database, [parsed.user], partial(users_called, limit=MAX_LISTED + 1))[0]
    if len(ids) > 1:
        raise PushError(f"Several users have this name: name one of them by --user-id. They are {_listed(ids)}.")
    if not ids:
        raise PushError("There is no user with exactly this name.")
    return UUID(ids[0])


def _listed(ids: list[str]) -> str:
    told = ", ".join(str(UUID(one)) for one in ids[:MAX_LISTED])
    return f"{told} and more" if len(ids) > MAX_LISTED else told
