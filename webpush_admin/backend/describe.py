"""What the views say of a subscription: its state, its service, its browser, and what is wrong with it.

Runs on: any
"""

from functools import lru_cache

from ua_parser import parse

from webpush_admin.backend.records import State, SubscriptionInfo
from webpush_admin.push.answer import ACCEPTED_STATUSES
from webpush_admin.push.endpoint import check_endpoint, check_keys
from webpush_admin.push.errors import InvalidSubscription
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.services import service_name
from webpush_admin.push.subscription import Subscription
from webpush_admin.store.rows import SubscriptionRow

_PARSED_CHARACTERS = 512
"""A user agent is parsed with some hundred patterns; a longer one is hostile or useless."""


def describe(row: SubscriptionRow, policy: EndpointPolicy, sandbox_origin: str) -> SubscriptionInfo:
    """Return the row with everything that can be known without sending."""
    subscription = row.subscription
    endpoint_problem, key_problem = problems(subscription.endpoint, subscription.p256dh, subscription.auth, policy)
    in_sandbox = sandbox_origin and subscription.endpoint.startswith(f"{sandbox_origin}/")
    return SubscriptionInfo(
        subscription=subscription,
        user_name=row.user_name,
        state=State.INVALID if endpoint_problem or key_problem else _state(subscription),
        service="Sandbox" if in_sandbox else service_name(subscription.host),
        browser=browser(subscription.user_agent or ""),
        endpoint_problem=endpoint_problem,
        key_problem=key_problem,
    )


def problems(endpoint: str, p256dh: str, auth: str, policy: EndpointPolicy) -> tuple[str, str]:
    """Return why the endpoint and why the keys cannot be used, "" for each where they can."""
    endpoint_problem = key_problem = ""
    try:
        check_endpoint(endpoint, policy)
    except InvalidSubscription as error:
        endpoint_problem = str(error)
    try:
        check_keys(p256dh, auth)
    except InvalidSubscription as error:
        key_problem = str(error)
    return endpoint_problem, key_problem


def browser(user_agent: str) -> str:
    """Return browser and system as in "Firefox 141 on Linux", "" where neither is known."""
    # Asked before the cache, which would keep a long one.
    return _parsed(user_agent) if 0 < len(user_agent) <= _PARSED_CHARACTERS else ""


@lru_cache(maxsize=4096)
def _parsed(user_agent: str) -> str:
    parsed = parse(user_agent)
    agent, system = parsed.user_agent, parsed.os
    name = " ".join(part for part in (agent.family, agent.major) if part) if agent else ""
    if name and system:
        return f"{name} on {system.family}"
    return name or (system.family if system else "")


def _state(subscription: Subscription) -> State:
    status = subscription.last_status
    if status is None:
        return State.NEW
    if status in ACCEPTED_STATUSES:
        return State.OK
    return State.SUSPECT if status in (404, 410) else State.FAILING
