"""Who is sent to, and what: users in a real database, whose subscriptions each have a key pair of their own.

Runs on: any
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from webpush_admin.push import Message
from webpush_admin.push.vapid import to_base64url
from webpush_admin.store import Store

SUBJECT: Final = "mailto:benchmarks@example.org"

MESSAGE: Final = Message(
    title="Build 4711 has finished: green",
    body="All 1,284 checks of the nightly build are green; its packages are ready for release today.",
    icon="https://app.example.org/icons/build-192.png",
    ttl_s=60,
)
"""A notification as applications send them: 200 bytes of JSON."""


def make_database(path: Path, origin: str, *, users: int, subscriptions_each: int) -> None:
    """Make a database of users whose subscriptions all lead to one push service; nothing stays open.

    Args:
        path: A file that does not exist.
        origin: Scheme, host and port of the push service.
        users: How many.
        subscriptions_each: Of every user.
    """
    store = Store.open(f"sqlite:///{path}")
    try:
        store.vapid_keys()
        addresses = [address_at(origin) for _ in range(users * subscriptions_each)]
        fill(store, addresses, subscriptions_each=subscriptions_each)
    finally:
        store.close()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a push goes and for whom it is encrypted, as a browser tells it."""

    endpoint: str
    p256dh: str
    auth: str


def address_at(origin: str) -> Address:
    """Return a new address at a push service, with a key pair that nobody keeps."""
    public_key = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    # As long as the endpoints of the large services.
    endpoint = f"{origin}/wpush/v2/{secrets.token_urlsafe(96)}"
    return Address(endpoint, to_base64url(point), secrets.token_urlsafe(16))


def fill(store: Store, addresses: Sequence[Address], *, subscriptions_each: int) -> None:
    """Add the addresses to new users, so many to each."""
    for start in range(0, len(addresses), subscriptions_each):
        user = store.add_user(f"user {start // subscriptions_each:05}")
        for address in addresses[start : start + subscriptions_each]:
            store.add_subscription(
                user.id,
                endpoint=address.endpoint,
                p256dh=address.p256dh,
                auth=address.auth,
                user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0",
            )
