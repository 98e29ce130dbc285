"""Reads and writes the JSON that a browser's `PushSubscription.toJSON()` gives, as people paste it into tickets.

Runs on: any
"""

import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from webpush_admin.push.subscription import Subscription, endpoint_tail

MAX_CHARACTERS: Final = 20_000

MAX_HOST_CHARACTERS: Final = 253
"""Of a name in the DNS; what is longer is no host."""

LEFT_OUT: Final = "..."
"""In ASCII: anything else would be an escape in the JSON, which hides no character."""


@dataclass(frozen=True, slots=True, repr=False)
class PastedSubscription:
    """The three values of a subscription, not validated. They are secrets: there is no repr."""

    endpoint: str
    p256dh: str
    auth: str


def looks_like_json(text: str) -> bool:
    """Whether this is meant as an object rather than as an endpoint."""
    return text.lstrip().startswith("{")


def find_push_subscription(text: str) -> PastedSubscription | None:
    """Return the PushSubscription in a text that was pasted in the middle of another, None where there is none."""
    if len(text) > MAX_CHARACTERS:
        return None
    begin, end = text.find("{"), text.rfind("}")
    return read_push_subscription(text[begin : end + 1]) if 0 <= begin < end else None


def read_push_subscription(text: str) -> PastedSubscription | None:
    """Return the endpoint and keys, or None where the text is not a PushSubscription.

    Source: Push API, section 8.1 (PushSubscriptionJSON).
    """
    if len(text) > MAX_CHARACTERS:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    # Applications often wrap it: {"subscription": {...}}.
    inner = value.get("subscription", value)
    keys = inner.get("keys") if isinstance(inner, dict) else None
    if not isinstance(keys, dict):
        return None
    parts = (inner.get("endpoint"), keys.get("p256dh"), keys.get("auth"))
    if not all(isinstance(part, str) and part for part in parts):
        return None
    endpoint, p256dh, auth = parts
    return PastedSubscription(str(endpoint), str(p256dh), str(auth))


def write_push_subscription(subscription: Subscription, *, secrets: bool) -> str:
    """Return the subscription in the same shape.

    Args:
        subscription: Hostile text is escaped, as JSON does it.
        secrets: With the endpoint's token and with auth; otherwise the endpoint is masked and auth left out.
    """
    host = subscription.host[:MAX_HOST_CHARACTERS]
    scheme = "http" if subscription.endpoint.lower().startswith("http://") else "https"
    origin = f"{scheme}://{f'[{host}]' if ':' in host else host}{_port(subscription.endpoint)}"
    masked = f"{origin}/{LEFT_OUT}{endpoint_tail(subscription.endpoint)}" if host else LEFT_OUT
    value = {
        "endpoint": subscription.endpoint if secrets else masked,
        "expirationTime": None,
        "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth if secrets else LEFT_OUT},
    }
    return json.dumps(value, indent=2) + "\n"


def _port(endpoint: str) -> str:
    try:
        port = urlsplit(endpoint).port
    except ValueError:
        return ""
    return "" if port is None else f":{port}"
