"""The push services by name: which host belongs to whom, and what each of them takes.

Runs on: any
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_DAY_S: Final = 86_400

GONE_FOR_GOOD_DOMAIN: Final = ".invalid"
"""Browsers write `https://permanently-removed.invalid/` into a subscription that has ended.

Source: RFC 2606, section 2.
"""


@dataclass(frozen=True, slots=True)
class PushService:
    """A service, its hosts and its limits.

    Attributes:
        name: As an operator reads it, and as filters know it.
        hosts: One that begins with a dot stands for every name below it.
        id: As rules and recorded answers know it.
        max_body_bytes: Of the encrypted body; 103 bytes of it are not the payload's.
        careful_body_bytes: What every device behind the service takes; less than `max_body_bytes` where some sit behind
            a bridge.
        min_ttl_s: A smaller TTL is refused, or drops the message for everybody who is offline.
        max_ttl_s: A longer TTL is cut or refused.
        topic_is_base64: The topic's length must be one that base64url can have: 1, 5, 9, ... characters are refused.
    """

    name: str
    hosts: tuple[str, ...]
    id: str = ""
    max_body_bytes: int = 4096
    careful_body_bytes: int = 4096
    min_ttl_s: int = 0
    max_ttl_s: int = 28 * _DAY_S
    topic_is_base64: bool = False


SERVICES: Final = (
    PushService("FCM (Chrome)", ("fcm.googleapis.com", "jmt17.google.com", "android.googleapis.com"), "fcm"),
    PushService(
        "Mozilla autopush",
        (".push.services.mozilla.com",),
        "mozilla",
        careful_body_bytes=2700,
        max_ttl_s=30 * _DAY_S,
    ),
    PushService("Apple", (".push.apple.com",), "apple", max_ttl_s=30 * _DAY_S, topic_is_base64=True),
    PushService("WNS (Edge)", (".notify.windows.com",), "wns", max_body_bytes=5000, min_ttl_s=1),
)

SERVICES_BY_ID: Final = {service.id: service for service in SERVICES}


@lru_cache(maxsize=1024)
def service_for(host: str) -> PushService | None:
    """Return the service that a host belongs to, None where it is not known; a host is in lower case."""
    for service in SERVICES:
        if any(host == known or (known.startswith(".") and host.endswith(known)) for known in service.hosts):
            return service
    return None


def service_name(host: str) -> str:
    """Return the service's name, or the host itself where it is not known."""
    service = service_for(host)
    return host if service is None else service.name


def is_gone_for_good(host: str) -> bool:
    """Whether a host says that its subscription has ended: no name under it can ever be resolved."""
    return host.endswith(GONE_FOR_GOOD_DOMAIN)
