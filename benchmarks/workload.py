"""Who is sent to, and what: users in a real database, whose subscriptions each have a key pair of their own.

Runs on: any
"""

import secrets
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
        for number in range(users):
            user = store.add_user(f"user {number:05}")
            for _ in range(subscriptions_each):
                store.add_subscription(
                    user.id,
                    # As long as the endpoints of the large services.
                    endpoint=f"{origin}/wpush/v2/{secrets.token_urlsafe(96)}",
                    p256dh=_receiver_key(),
                    auth=secrets.token_urlsafe(16),
                    user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0",
                )
    finally:
        store.close()


def _receiver_key() -> str:
    public_key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return to_base64url(public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
