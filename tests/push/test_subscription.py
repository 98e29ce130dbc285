"""A row as it is shown, and what makes two rows the same.

Runs on: any
"""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.push.material import AUTH, P256DH, row
from webpush_admin.push.subscription import Subscription, endpoint_host, endpoint_tail


def test_a_row_shows_neither_its_path_nor_its_keys() -> None:
    subscription = row(7, endpoint="https://Push.Example.net/send/capability-1234")
    assert repr(subscription) == "Subscription(id=7, push.example.net/…1234)"
    for shown in (repr(subscription), str(subscription), f"{[subscription]}"):
        assert "capability" not in shown
        assert AUTH not in shown
        assert P256DH not in shown


@pytest.mark.parametrize(
    ("endpoint", "tail"),
    [
        ("https://push.example.net/send/abcdWXYZ", "WXYZ"),
        ("https://ntfy.example.net/upAbCdEf?up=1", "CdEf"),
        ("https://push.example.net/a/WXYZ?12345678901", "WXYZ"),
        ("https://push.example.net/w/?token=1234567890ab", "90ab"),
        ("https://push.example.net/a?b?c", "et/a"),
        ("?up=1", ""),
        ("abc", "abc"),
    ],
)
def test_the_tail_tells_endpoints_apart(endpoint: str, tail: str) -> None:
    assert endpoint_tail(endpoint) == tail


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://push.example.net:8443/a", "push.example.net"),
        ("https://user:word@push.example.net/a", "push.example.net"),
        ("https://[2606:4700::1111]/a", "2606:4700::1111"),
        ("https://[half/a", ""),
        ("no url at all", ""),
        ("", ""),
    ],
)
def test_the_host_is_read_where_there_is_one(endpoint: str, host: str) -> None:
    assert endpoint_host(endpoint) == Subscription(endpoint, P256DH, AUTH).host == host


@pytest.mark.parametrize("scheme", ["https", "http", "HTTPS"])
@given(st.text("abcXYZ019.:-_@[]%/?#\\ \n\t\u00e9", max_size=30))
def test_the_quick_way_to_a_host_leads_to_the_same(scheme: str, rest: str) -> None:
    url = f"{scheme}://{rest}"
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        host = ""
    assert endpoint_host(url) == host


@given(st.text())
def test_whatever_stands_in_a_row_can_be_shown(endpoint: str) -> None:
    assert len(endpoint) <= 4 or "…" in row(1, endpoint="x" + endpoint).masked


def test_the_identity_is_id_endpoint_and_key_and_nothing_else() -> None:
    known = row(1)
    assert known.identity == replace(known, auth="x", last_status=410, user_agent="y").identity
    for other in (replace(known, id=2), replace(known, endpoint="https://x.net/"), replace(known, p256dh="z")):
        assert other.identity != known.identity
