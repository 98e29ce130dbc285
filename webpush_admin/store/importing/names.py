"""How other programs call what a subscription consists of: columns of their tables, names in their JSON.

Runs on: any
"""

from functools import lru_cache
from typing import Final

_LONGEST: Final = 64


def normalised(name: str) -> str:
    """Return a name as these tuples hold it: "User-ID", "user id" and "userId" are "userid"."""
    # Every record has the same dozen names; longer ones are none of ours, and not worth remembering.
    return _normalised(name) if len(name) <= _LONGEST else name


@lru_cache(maxsize=1024)
def _normalised(name: str) -> str:
    return name.strip().lower().replace("_", "").replace("-", "").replace(" ", "")


def _spelled(*names: str) -> tuple[str, ...]:
    return tuple(map(normalised, names))


ENDPOINT: Final = _spelled("endpoint", "registration_id")
P256DH: Final = _spelled(
    "p256dh",
    "p256dh_key",
    "key_p256dh",
    "endpoint_p256dh_key",
    "public_key",
    "ua_public",
)
AUTH: Final = _spelled("auth", "auth_key", "key_auth", "endpoint_auth_key", "auth_token")
KEYS: Final = _spelled("keys")
WHOLE: Final = _spelled("subscription", "data", "subscription_json", "subscription_attributes")
"""Where the whole PushSubscription stands, as an object or as its text."""

USER_NAME: Final = _spelled("user_name", "user", "name")
USER_ID: Final = _spelled("user_id", "uid", "account_id", "profile_id", "subscribable_id", "person_id")
USER_AGENT: Final = _spelled("user_agent")
CREATED_AT: Final = _spelled("created_at", "inserted_at", "date_created")
LAST_STATUS: Final = _spelled("last_status")
LAST_SUCCESS_AT: Final = _spelled("last_success_at")
FIRST_404_AT: Final = _spelled("first_404_at")

MASKED_ENDPOINT: Final = "endpoint_masked"
"""Only in our own exports, as they spell it: enough to recognise an endpoint, too little to use it."""

MASKED: Final = _spelled(MASKED_ENDPOINT)

COLUMNS: Final = frozenset(
    (
        *ENDPOINT,
        *P256DH,
        *AUTH,
        *WHOLE,
        *USER_NAME,
        *USER_ID,
        *USER_AGENT,
        *CREATED_AT,
        *LAST_STATUS,
        *LAST_SUCCESS_AT,
        *FIRST_404_AT,
        *MASKED,
    )
)
