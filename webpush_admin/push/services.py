"""The push services by name: which host belongs to whom.

Runs on: any
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class PushService:
    """A service and its hosts; a host that begins with a dot stands for every name below it."""

    name: str
    hosts: tuple[str, ...]


SERVICES: Final = (
    PushService("FCM (Chrome)", ("fcm.googleapis.com", "jmt17.google.com", "android.googleapis.com")),
    PushService("Mozilla autopush", (".push.services.mozilla.com",)),
    PushService("Apple", (".push.apple.com",)),
    PushService("WNS (Edge)", (".notify.windows.com",)),
)


@lru_cache(maxsize=1024)
def service_name(host: str) -> str:
    """Return the service's name, or the host itself where it is not known."""
    for service in SERVICES:
        if any(host == known or (known.startswith(".") and host.endswith(known)) for known in service.hosts):
            return service.name
    return host
