"""The hosts that a database's endpoints lead to, found without reading every row.

Runs on: any
"""

import re
from typing import Final

from sqlalchemy import Connection, func, select

from webpush_admin.push.subscription import endpoint_host
from webpush_admin.store.schema import subscriptions

_S: Final = subscriptions.c
HTTPS: Final = "https://"

MAX_STEPS: Final = 1000
"""Some hundred hosts: more than any honest database has; what is beyond counts as nobody's."""

_AUTHORITY_ENDS: Final = re.compile("[/?#]")

AFTER_ALL_TEXT: Final = "\U0010ffff"
"""Sorts behind every text that begins like what stands before it."""


def hosts(connection: Connection) -> list[str]:
    """Return the hosts of all endpoints, each once, see `authorities`."""
    named = (endpoint_host(f"{HTTPS}{authority}/") for authority in authorities(connection))
    return [*dict.fromkeys(host for host in named if host)]


def authorities(connection: Connection) -> list[str]:
    """Return what stands before the path of all endpoints, in at most `MAX_STEPS` steps through their index.

    Mostly a host, or a host and a port. Endpoints that are no https URL are passed over.
    """
    found: dict[str, None] = {}
    after = HTTPS
    for _ in range(MAX_STEPS):
        next_one = connection.execute(
            select(func.substr(_S.endpoint, 1, 300)).where(_S.endpoint > after).order_by(_S.endpoint).limit(1)
        ).scalar()
        if next_one is None or not next_one.startswith(HTTPS):
            break
        authority = _AUTHORITY_ENDS.split(next_one[len(HTTPS) :], maxsplit=1)[0]
        # Mostly a path follows; where it comes again, what follows is a query.
        after = HTTPS + authority + ("?" if authority in found else "/") + AFTER_ALL_TEXT
        found[authority] = None
    return [*found]
