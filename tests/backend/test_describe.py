"""What is said of a subscription before anything is sent to it."""

from uuid import UUID

import pytest

from tests.backend.desk import AUTH, P256DH
from webpush_admin.backend.demo import BROWSERS
from webpush_admin.backend.describe import describe, problems
from webpush_admin.backend.records import State, SubscriptionInfo
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.subscription import Subscription
from webpush_admin.store.rows import SubscriptionRow

POLICY = EndpointPolicy()
SANDBOX = "http://127.0.0.1:4000"


def described(
    endpoint: str = "https://push.example.net/1", policy: EndpointPolicy = POLICY, **fields: object
) -> SubscriptionInfo:
    known = {"endpoint": endpoint, "p256dh": P256DH, "auth": AUTH, "id": 1, "user_id": UUID(int=1)}
    return describe(SubscriptionRow(Subscription(**{**known, **fields}), "ada"), policy, SANDBOX)  # type: ignore[arg-type]  # the fields that a test names


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (None, State.NEW),
        (200, State.OK),
        (201, State.OK),
        (202, State.OK),
        (204, State.FAILING),
        (299, State.FAILING),
        (300, State.FAILING),
        (404, State.SUSPECT),
        (410, State.SUSPECT),
        (413, State.FAILING),
        (429, State.FAILING),
        (503, State.FAILING),
    ],
)
def test_the_last_answer_makes_the_state(status: int | None, state: State) -> None:
    assert described(last_status=status).state is state


@pytest.mark.parametrize(
    ("fields", "endpoint_is_wrong", "keys_are_wrong"),
    [
        ({}, False, False),
        ({"endpoint": "ftp://push.example.net/1"}, True, False),
        ({"endpoint": "http://push.example.net/1"}, True, False),
        ({"endpoint": "https://10.0.0.1/1"}, True, False),
        ({"p256dh": P256DH[:64]}, False, True),
        ({"auth": "AAAA"}, False, True),
        ({"endpoint": "", "p256dh": ""}, True, True),
    ],
)
def test_what_cannot_be_used_is_invalid_whatever_was_answered(
    fields: dict[str, str], endpoint_is_wrong: bool, keys_are_wrong: bool
) -> None:
    info = described(**{"last_status": 201, **fields})  # type: ignore[arg-type]  # the fields that a test names
    assert bool(info.endpoint_problem) == endpoint_is_wrong
    assert bool(info.key_problem) == keys_are_wrong
    assert info.state is (State.INVALID if fields else State.OK)


@pytest.mark.parametrize(
    ("endpoint", "service"),
    [
        ("https://fcm.googleapis.com/fcm/send/x", "FCM (Chrome)"),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", "Mozilla autopush"),
        ("https://web.push.apple.com/x", "Apple"),
        ("https://wns2-par02p.notify.windows.com/w/?token=x", "WNS (Edge)"),
        ("https://push.example.net/1", "push.example.net"),
        ("https://evil-push.apple.com.example.net/1", "evil-push.apple.com.example.net"),
    ],
)
def test_the_service_is_named_by_its_host(endpoint: str, service: str) -> None:
    assert described(endpoint).service == service


def test_the_sandbox_is_named_by_its_port() -> None:
    policy = EndpointPolicy(allow_loopback=True, loopback_port=4000)
    inside = described(f"{SANDBOX}/push/x", policy)
    assert (inside.service, inside.state) == ("Sandbox", State.NEW)
    other = described("http://127.0.0.1:40001/push/x", policy)
    assert (other.service, other.state) == ("127.0.0.1", State.INVALID)


def test_a_row_shows_its_browser() -> None:
    assert described(user_agent=BROWSERS[-1]).browser == "Firefox 144 on Linux"


@pytest.mark.parametrize("agent", [None, "", "\0", "curl", "<b>x</b>", "(" * 512, "Mozilla/5.0 " + "a" * 500])
def test_odd_user_agents_are_no_browser(agent: str | None) -> None:
    assert " on " not in described(user_agent=agent).browser


@pytest.mark.parametrize(
    "endpoint", ["", "x", "https://", "https://[", "https://\0/", "https://a b/", "https://x:99999/", "h" * 1_000_000]
)
def test_hostile_endpoints_are_described_all_the_same(endpoint: str) -> None:
    info = described(endpoint)
    assert info.state is State.INVALID
    assert len(info.endpoint_problem) < 300
    assert "\n" not in info.endpoint_problem


def test_problems_are_told_apart() -> None:
    assert problems("https://push.example.net/1", P256DH, AUTH, POLICY) == ("", "")
    endpoint_problem, key_problem = problems("", "", "", POLICY)
    assert endpoint_problem
    assert key_problem
