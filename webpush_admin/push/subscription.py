"""One browser's subscription, as a database row holds it.

Runs on: any
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

MAX_ENDPOINT_CHARACTERS: Final = 2048
MAX_KEY_CHARACTERS: Final = 100
"""Of p256dh and of auth, in base64 or base64url: more than either takes."""

TELLING_QUERY_CHARACTERS: Final = 12
"""A shorter query holds no token that one endpoint could be told from another by."""

# What nearly every endpoint begins with. Anything odd is parsed as a whole.
_ORDINARY: Final = re.compile(r"https?://[A-Za-z0-9.:-]{1,255}(?=/)")


def endpoint_host(endpoint: str) -> str:
    """Return the host of an endpoint in lower case, or "" where there is none to be read."""
    # Services are few, and whoever shows a page of a list asks for some hundred hosts.
    ordinary = _ORDINARY.match(endpoint)
    return _ordinary_host(ordinary[0]) if ordinary else _host(endpoint)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


_ordinary_host: Final = lru_cache(maxsize=1024)(_host)


def endpoint_tail(endpoint: str) -> str:
    """Return four characters: all that a log may show, since an endpoint is a capability.

    They are the last ones; of the path where the query is short, such as "?up=1", and the same in every endpoint.
    """
    path, mark, query = endpoint.partition("?")
    return (path if mark and len(query) < TELLING_QUERY_CHARACTERS else endpoint)[-4:]


@dataclass(frozen=True, slots=True, repr=False)
class Subscription:
    """A PushSubscription with what the store knows of it.

    Nothing here has been validated: the row was written by somebody's browser.

    Attributes:
        endpoint: The push resource's URL. A capability: show it masked.
        p256dh: The receiver's public key, base64 or base64url.
        auth: The receiver's authentication secret, base64 or base64url. Never shown.
        id: The row's number, None for a subscription that is not stored.
        user_id: Whose it is, None for a subscription that is not stored.
        user_agent: The browser as it named itself, None where unknown.
        created_at: Aware UTC.
        last_status: HTTP status of the newest answer, None before the first.
        last_success_at: Aware UTC of the newest push that was accepted (200, 201 or 202); of several within a minute
            it may be the first.
        first_404_at: Aware UTC of the first 404 since the newest other answer.
        vapid_key_id: The key pair that it was made with, None where unknown.

    Source: Push API, section 8; RFC 8291, section 3.
    """

    endpoint: str
    p256dh: str
    auth: str
    id: int | None = None
    user_id: UUID | None = None
    user_agent: str | None = None
    created_at: datetime | None = None
    last_status: int | None = None
    last_success_at: datetime | None = None
    first_404_at: datetime | None = None
    vapid_key_id: int | None = None

    @property
    def host(self) -> str:
        """The push service's host in lower case, "" where the endpoint has none."""
        return endpoint_host(self.endpoint)

    @property
    def masked(self) -> str:
        """Host and last four characters: enough to recognise the endpoint, too little to use it."""
        return f"{self.host or 'no host'}/…{endpoint_tail(self.endpoint)}"

    @property
    def identity(self) -> tuple[int | None, str, str]:
        """What a prune matches: a row whose keys were replaced meanwhile is another subscription."""
        return self.id, self.endpoint, self.p256dh

    def __repr__(self) -> str:
        return f"Subscription(id={self.id}, {self.masked})"
