"""One row by itself: every finding by name, what is not one, and what a column cut off.

Runs on: any
"""

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.conftest import AUTH, P256DH
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.vapid import to_base64url
from webpush_admin.store.checks import GROUPS, OTHER_HOSTS, SANDBOX, Checks, is_endpoint_cut
from webpush_admin.store.rows import IDLE_DAYS, NOTHING_FOUND, Finding
from webpush_admin.store.schema import to_ms

NOW = datetime(2026, 11, 22, tzinfo=UTC)
RECENT = to_ms(NOW - timedelta(days=1))
TOKEN = "A" * 140
FCM = f"https://fcm.googleapis.com/fcm/send/dGVzdA:APA91b{TOKEN}"
ORIGIN = "http://127.0.0.1:8411"


def _mozilla(version: str, blocks: int) -> str:
    return f"https://updates.push.services.mozilla.com/wpush/{version}/{to_base64url(os.urandom(57 + 16 * blocks))}"


def _found(endpoint: str = FCM, p256dh: str = P256DH, auth: str = AUTH, newest_ms: int = RECENT) -> Finding:
    return Finding(Checks(EndpointPolicy(), "", NOW).check(endpoint, p256dh, auth, newest_ms)[0])


def _off_curve() -> str:
    return P256DH[:-2] + ("A" if P256DH[-2] != "A" else "B") + P256DH[-1]


@pytest.mark.parametrize(
    "endpoint",
    [
        FCM,
        _mozilla("v1", 3),
        _mozilla("v2", 5),
        "https://web.push.apple.com/Q" + TOKEN,
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%2b" + TOKEN + "%3d",
    ],
)
def test_a_subscription_of_a_known_service_is_healthy(endpoint: str) -> None:
    assert _found(endpoint) is NOTHING_FOUND


@pytest.mark.parametrize(
    ("endpoint", "found"),
    [
        ("", Finding.ENDPOINT),
        ("http://fcm.googleapis.com/fcm/send/a", Finding.ENDPOINT),
        ("https://fcm.googleapis.com/fcm/send/a b", Finding.ENDPOINT),
        ("https://127.0.0.1/a", Finding.ENDPOINT),
        ("https://push.example.net/a", Finding.UNKNOWN_HOST),
        ("https://permanently-removed.invalid/fcm/send/a", Finding.RESERVED_HOST),
        ("http://permanently-removed.invalid/fcm/send/a", Finding.RESERVED_HOST | Finding.ENDPOINT),
        ("https://invalid.example.net/a", Finding.UNKNOWN_HOST),
    ],
)
def test_an_endpoint_is_told_by_what_is_wrong_with_it(endpoint: str, found: Finding) -> None:
    assert _found(endpoint) is found


@pytest.mark.parametrize(
    ("p256dh", "auth", "found"),
    [
        (_off_curve(), AUTH, Finding.P256DH),
        ("", AUTH, Finding.P256DH),
        (P256DH[:80], AUTH, Finding.P256DH | Finding.TRUNCATED),
        ("not base64", AUTH, Finding.P256DH),
        (AUTH, AUTH, Finding.P256DH),
        (P256DH, "", Finding.AUTH),
        (P256DH, AUTH[:16], Finding.AUTH | Finding.TRUNCATED),
        (P256DH, AUTH + AUTH, Finding.AUTH),
        (AUTH, P256DH, Finding.P256DH | Finding.AUTH),
    ],
)
def test_each_key_is_told_by_itself(p256dh: str, auth: str, found: Finding) -> None:
    assert _found(p256dh=p256dh, auth=auth) is found


def test_idle_is_what_accepted_nothing_for_270_days() -> None:
    limit = NOW - timedelta(days=IDLE_DAYS)
    assert _found(newest_ms=to_ms(limit)) is NOTHING_FOUND
    assert _found(newest_ms=to_ms(limit) - 1) is Finding.IDLE


def test_the_running_sandbox_is_a_service_of_its_own() -> None:
    policy = EndpointPolicy(allow_loopback=True, loopback_port=8411)
    checks = Checks(policy, ORIGIN, NOW)
    found, group, service = checks.check(f"{ORIGIN}/push/abc", P256DH, AUTH, RECENT)
    assert (found, GROUPS[group], service) == (0, SANDBOX, SANDBOX)
    other = checks.check("http://127.0.0.1:8412/push/abc", P256DH, AUTH, RECENT)
    assert (Finding(other[0]), GROUPS[other[1]]) == (Finding.ENDPOINT, OTHER_HOSTS)


def test_unknown_hosts_are_one_group_but_services_of_their_own() -> None:
    checks = Checks(EndpointPolicy(), "", NOW)
    first = checks.check("https://one.example.net/a", P256DH, AUTH, RECENT)
    second = checks.check("https://two.example.net/a", P256DH, AUTH, RECENT)
    assert GROUPS[first[1]] == GROUPS[second[1]] == OTHER_HOSTS
    assert (first[2], second[2]) == ("one.example.net", "two.example.net")


@pytest.mark.parametrize(("version", "blocks"), [("v1", 3), ("v2", 5)])
def test_a_mozilla_endpoint_is_known_to_be_cut_at_any_length(version: str, blocks: int) -> None:
    whole = _mozilla(version, blocks)
    assert not is_endpoint_cut(whole, "updates.push.services.mozilla.com")
    # 191 characters are the whole of the first kind, and a common width of columns.
    cuts = [
        length
        for length in range(60, len(whole))
        if not is_endpoint_cut(whole[:length], "updates.push.services.mozilla.com")
    ]
    assert all((length - 51) * 3 // 4 % 16 == 9 for length in cuts)
    assert len(cuts) <= len(whole) // 16


@pytest.mark.parametrize("length", [255, 256, 500, 512, 767, 1000, 1024])
def test_an_endpoint_as_long_as_a_column_was_probably_cut(length: int) -> None:
    endpoint = f"https://push.example.net/{'a' * 2000}"
    assert is_endpoint_cut(endpoint[:length], "push.example.net")
    assert not is_endpoint_cut(endpoint[: length + 1 + (length == 255)], "push.example.net")


def test_a_narrow_column_cuts_every_known_service_and_not_every_other() -> None:
    for length in (64, 80, 100, 128):
        assert is_endpoint_cut(FCM[:length], "fcm.googleapis.com")
    assert not is_endpoint_cut(("https://up.example.net/" + "a" * 100)[:64], "up.example.net")


@pytest.mark.parametrize("letters", range(440, 475))
def test_a_whole_wns_token_is_not_taken_for_a_cut_one(letters: int) -> None:
    host = "wns2-par02p.notify.windows.com"
    padding = -letters % 4
    if padding < 3:
        whole = f"https://{host}/w/?token={'B' * letters}{'%3d' * padding}"
        assert not is_endpoint_cut(whole, host)
    cut = f"https://{host}/w/?token={'B' * 600}"[:255]
    assert is_endpoint_cut(cut, host)
    assert is_endpoint_cut(f"https://{host}/w/?token=BBBB%", host)


@given(st.text(max_size=200), st.text(max_size=120), st.text(max_size=60))
def test_whatever_is_in_a_row_is_judged(endpoint: str, p256dh: str, auth: str) -> None:
    assert _found(endpoint, p256dh, auth) & (Finding.ENDPOINT | Finding.UNKNOWN_HOST | Finding.RESERVED_HOST)
