"""Valid key material and rows made of it.

Runs on: any
"""

from typing import Any, Final

from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.receiver import Receiver, prepare
from webpush_admin.push.subscription import Subscription

P256DH: Final = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
AUTH: Final = "tBHItJI5svbpez7KI4CCXg"
SUBJECT: Final = "mailto:ops@example.org"
LOOPBACK: Final = EndpointPolicy(allow_loopback=True)


def row(number: int = 1, **fields: Any) -> Subscription:
    """Return a stored row of a made-up user."""
    known = {"endpoint": f"https://push.example.net/{number}", "p256dh": P256DH, "auth": AUTH, "id": number}
    return Subscription(**{**known, **fields})


def receivers(*numbers: int) -> tuple[Receiver, ...]:
    """Return what the cache holds for rows with these numbers."""
    return tuple(prepare(row(number), EndpointPolicy()) for number in numbers)
