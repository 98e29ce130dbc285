"""What the views say of a subscription: its state, its service, its browser, and what is wrong with it.

Runs on: any
"""

import itertools
from collections.abc import Callable

from webpush_admin.backend.detail import Agent, KeyCheck, Problems
from webpush_admin.backend.records import State, SubscriptionInfo
from webpush_admin.backend.user_agents import browser, is_parsed, parse_all
from webpush_admin.push.answer import ACCEPTED_STATUSES
from webpush_admin.push.endpoint import check_auth, check_endpoint, check_keys, check_p256dh
from webpush_admin.push.errors import InvalidSubscription
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.services import service_name
from webpush_admin.push.subscription import MAX_KEY_CHARACTERS, Subscription
from webpush_admin.push.vapid import fingerprint, from_base64url
from webpush_admin.store.rows import SubscriptionRow


def describe(row: SubscriptionRow, policy: EndpointPolicy, sandbox_origin: str) -> SubscriptionInfo:
    """Return the row with everything that can be known without sending."""
    subscription = row.subscription
    endpoint_problem, key_problem = problems(subscription.endpoint, subscription.p256dh, subscription.auth, policy)
    in_sandbox = sandbox_origin and subscription.endpoint.startswith(f"{sandbox_origin}/")
    return SubscriptionInfo(
        subscription=subscription,
        user_name=row.user_name,
        state=State.INVALID if endpoint_problem or key_problem else _state(row),
        service="Sandbox" if in_sandbox else service_name(subscription.host),
        browser=browser(subscription.user_agent or ""),
        endpoint_problem=endpoint_problem,
        key_problem=key_problem,
        findings=row.findings,
        marked=row.suspect,
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


def problems_of_parts(endpoint: str, p256dh: str, auth: str, policy: EndpointPolicy) -> Problems:
    """Return why each part cannot be used, "" where it can: for a form, which tells it under each field."""
    return Problems(
        _problem(lambda: check_endpoint(endpoint, policy)),
        _problem(lambda: check_p256dh(p256dh)),
        _problem(lambda: check_auth(auth)),
    )


def key_check(subscription: Subscription, policy: EndpointPolicy) -> KeyCheck:
    """Return how each part was judged, its length, and the fingerprint of p256dh."""
    p256dh, auth = _decoded(subscription.p256dh), _decoded(subscription.auth)
    return KeyCheck(
        problems_of_parts(subscription.endpoint, subscription.p256dh, subscription.auth, policy),
        len(subscription.endpoint),
        None if p256dh is None else len(p256dh),
        None if auth is None else len(auth),
        "" if p256dh is None else fingerprint(subscription.p256dh),
    )


def agent(user_agent: str) -> Agent:
    """Return browser, system and device with their versions, each "" where it is not known."""
    if not is_parsed(user_agent):
        return Agent()
    parsed = parse_all(user_agent)
    client, system, device = parsed.user_agent, parsed.os, parsed.device
    return Agent(
        _with_version(client.family, client.major, client.minor) if client else "",
        _with_version(system.family, system.major, system.minor) if system else "",
        _device(device.family, device.brand, device.model) if device else "",
    )


def _problem(check: Callable[[], object]) -> str:
    try:
        check()
    except InvalidSubscription as error:
        return str(error)
    return ""


def _decoded(key: str) -> bytes | None:
    if not 0 < len(key) <= MAX_KEY_CHARACTERS:
        return None
    try:
        return from_base64url(key)
    except ValueError:
        return None


def _with_version(family: str, *numbers: str | None) -> str:
    version = ".".join(itertools.takewhile(bool, (number or "" for number in numbers)))
    return f"{family} {version}".strip()


def _device(family: str, brand: str | None, model: str | None) -> str:
    # The family often is the maker's name with the model, or a word for "some desktop".
    named = model if model and brand and model.startswith(brand) else " ".join(part for part in (brand, model) if part)
    return named or family


def _state(row: SubscriptionRow) -> State:
    status = row.subscription.last_status
    if row.suspect or status in (404, 410):
        return State.SUSPECT
    if status is None:
        return State.NEW
    return State.OK if status in ACCEPTED_STATUSES else State.FAILING
