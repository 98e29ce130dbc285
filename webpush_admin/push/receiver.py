"""A subscription made ready for sending: validated once per read, on the thread that read it.

Runs on: any
"""

from dataclasses import dataclass
from typing import Final

from webpush_admin.push.endpoint import (
    Endpoint,
    ReceiverKeys,
    check_endpoint,
    check_keys,
)
from webpush_admin.push.errors import InvalidSubscription
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.services import is_gone_for_good
from webpush_admin.push.subscription import Subscription

GONE_FOR_GOOD: Final = "The browser has given this subscription up: there is no push service behind its endpoint."


@dataclass(frozen=True, slots=True)
class Receiver:
    """What the cache holds of a row.

    Attributes:
        subscription: The row.
        target: Where and for whom to encrypt, None where the validator refused.
        refusal: Why it refused, as a sentence; "" otherwise. So is refused what a browser has given up for good.
    """

    subscription: Subscription
    target: tuple[Endpoint, ReceiverKeys] | None
    refusal: str = ""


def prepare(subscription: Subscription, policy: EndpointPolicy) -> Receiver:
    """Validate a row; what is wrong with it becomes the receiver's refusal."""
    try:
        endpoint = check_endpoint(subscription.endpoint, policy)
        keys = check_keys(subscription.p256dh, subscription.auth)
    except InvalidSubscription as error:
        return Receiver(subscription, None, str(error))
    if is_gone_for_good(endpoint.host):
        return Receiver(subscription, None, GONE_FOR_GOOD)
    return Receiver(subscription, (endpoint, keys))
