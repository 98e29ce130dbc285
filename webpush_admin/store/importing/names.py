"""How other programs call what a subscription consists of: columns of their tables, names in their JSON.

Runs on: any
"""

from typing import Final

ENDPOINT: Final = ("endpoint", "registration_id")
P256DH: Final = (
    "p256dh",
    "p256dh_key",
    "key_p256dh",
    "endpoint_p256dh_key",
    "public_key",
    "publickey",
    "ua_public",
)
AUTH: Final = ("auth", "auth_key", "key_auth", "endpoint_auth_key", "auth_token")
KEYS: Final = ("keys",)
WHOLE: Final = ("subscription", "data", "subscription_json", "subscription_attributes")
"""Where the whole PushSubscription stands, as an object or as its text."""

USER_NAME: Final = ("user_name", "username", "user", "name")
USER_ID: Final = ("user_id", "userid", "uid", "account_id", "profile_id", "subscribable_id", "person_id")
USER_AGENT: Final = ("user_agent", "useragent")
CREATED_AT: Final = ("created_at", "createdat", "inserted_at", "date_created")
LAST_STATUS: Final = ("last_status",)
LAST_SUCCESS_AT: Final = ("last_success_at",)
FIRST_404_AT: Final = ("first_404_at",)

MASKED_ENDPOINT: Final = "endpoint_masked"
"""Only in our own exports: enough to recognise an endpoint, too little to use it."""

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
        MASKED_ENDPOINT,
    )
)


def normalised(name: str) -> str:
    """Return a name as these tuples spell it: "User-ID" and "user id" are "user_id"."""
    return name.strip().lower().replace("-", "_").replace(" ", "_")
