"""The hosts that a database's endpoints lead to, found without reading every row.

Runs on: any
"""

from typing import Final

from sqlalchemy import Connection, func, select

from webpush_admin.push.subscription import endpoint_host
from webpush_admin.store.schema import subscriptions

_S: Final = subscriptions.c
_PREFIX: Final = "https://"

MAX_HOSTS: Final = 500
"""More hosts than any honest database has; what is beyond counts as nobody's."""

AFTER_ALL_TEXT: Final = "\U0010ffff"
"""Sorts behind every text that begins like what stands before it."""


def hosts(connection: Connection) -> list[str]:
    """Return the hosts of all endpoints, at most `MAX_HOSTS`; one step in the index for each.

    Endpoints that are no https URL are passed over.
    """
    found: list[str] = []
    after = _PREFIX
    while len(found) < MAX_HOSTS:
        next_one = connection.execute(
            select(func.substr(_S.endpoint, 1, 300)).where(_S.endpoint > after).order_by(_S.endpoint).limit(1)
        ).scalar()
        if next_one is None or not next_one.startswith(_PREFIX):
            break
        authority = next_one[len(_PREFIX) :].partition("/")[0]
        host = endpoint_host(next_one)
        if host and host not in found:
            found.append(host)
        after = _PREFIX + authority + "/" + AFTER_ALL_TEXT
    return found
