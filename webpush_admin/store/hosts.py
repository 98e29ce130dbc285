"""The hosts that a database's endpoints lead to, found without reading every row.

Runs on: any
"""

import re
from typing import Final

from sqlalchemy import Connection, func, select

from webpush_admin.push.subscription import endpoint_host
from webpush_admin.store.schema import subscriptions

_S: Final = subscriptions.c
_PREFIX: Final = "https://"

MAX_STEPS: Final = 1000
"""Some hundred hosts: more than any honest database has; what is beyond counts as nobody's."""

_AUTHORITY_ENDS: Final = re.compile("[/?#]")

AFTER_ALL_TEXT: Final = "\U0010ffff"
"""Sorts behind every text that begins like what stands before it."""


def hosts(connection: Connection) -> list[str]:
    """Return the hosts of all endpoints, in at most `MAX_STEPS` steps through their index.

    Endpoints that are no https URL are passed over.
    """
    found: list[str] = []
    after = _PREFIX
    for _ in range(MAX_STEPS):
        next_one = connection.execute(
            select(func.substr(_S.endpoint, 1, 300)).where(_S.endpoint > after).order_by(_S.endpoint).limit(1)
        ).scalar()
        if next_one is None or not next_one.startswith(_PREFIX):
            break
        authority = _AUTHORITY_ENDS.split(next_one[len(_PREFIX) :], maxsplit=1)[0]
        host = endpoint_host(next_one)
        known = host in found
        if host and not known:
            found.append(host)
        # Mostly a path follows; where the host comes again, what follows is a query.
        after = _PREFIX + authority + ("?" if known else "/") + AFTER_ALL_TEXT
    return found
