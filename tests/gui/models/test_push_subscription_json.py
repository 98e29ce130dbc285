"""What people paste.

Runs on: any
"""

import json

import pytest

from webpush_admin.gui.models.push_subscription_json import (
    find_push_subscription,
    looks_like_json,
    read_push_subscription,
    write_push_subscription,
)
from webpush_admin.push.subscription import Subscription

KEYS = {"p256dh": "BPpublic", "auth": "secret"}


def test_a_subscription_is_read_plain_wrapped_and_with_line_breaks() -> None:
    plain = {"endpoint": "https://push.example.org/a", "expirationTime": None, "keys": KEYS}
    for text in (json.dumps(plain), json.dumps({"subscription": plain}), "\n  " + json.dumps(plain, indent=2)):
        assert looks_like_json(text)
        pasted = read_push_subscription(text)
        assert pasted is not None
        assert (pasted.endpoint, pasted.p256dh, pasted.auth) == ("https://push.example.org/a", "BPpublic", "secret")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"endpoint": "https://a.example"}',
        json.dumps({"endpoint": 1, "keys": KEYS}),
        json.dumps({"endpoint": "https://a.example", "keys": {"p256dh": "x"}}),
        json.dumps({"endpoint": "https://a.example", "keys": [KEYS]}),
        json.dumps({"subscription": "https://a.example", "keys": KEYS}),
        "[" * 100_000,
        "[" * 19_000,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    assert read_push_subscription(text) is None


def test_its_secrets_are_not_in_its_repr() -> None:
    pasted = read_push_subscription(json.dumps({"endpoint": "https://push.example.org/a", "keys": KEYS}))
    assert "secret" not in repr(pasted)
    assert "push.example.org" not in repr(pasted)


def test_one_is_found_in_the_middle_of_another_text() -> None:
    text = "https://old.example/" + json.dumps({"endpoint": "https://push.example.org/a", "keys": KEYS}) + " old"
    pasted = find_push_subscription(text)
    assert pasted is not None
    assert pasted.endpoint == "https://push.example.org/a"
    for nothing in ("", "}{", "{", "no braces", "{" * 30_000 + "}"):
        assert find_push_subscription(nothing) is None


def test_what_is_written_is_read_back_or_masked() -> None:
    row = Subscription("https://push.example.org/secret-token-abcd", "BPpublic", "s3cret", id=1)
    whole = read_push_subscription(write_push_subscription(row, secrets=True))
    assert whole is not None
    assert (whole.endpoint, whole.p256dh, whole.auth) == (row.endpoint, row.p256dh, row.auth)
    masked = write_push_subscription(row, secrets=False)
    assert json.loads(masked) == {
        "endpoint": "https://push.example.org/...abcd",
        "expirationTime": None,
        "keys": {"p256dh": "BPpublic", "auth": "..."},
    }


def test_the_port_is_kept() -> None:
    for origin in ("http://127.0.0.1:8080", "https://[::1]:444"):
        row = Subscription(f"{origin}/token-abcd", "BPpublic", "s3cret", id=1)
        assert json.loads(write_push_subscription(row, secrets=False))["endpoint"] == f"{origin}/...abcd"


@pytest.mark.parametrize(
    "endpoint",
    ["", "no url", "https://[", "\u202ehttps://x.example/abcd", "x" * 1_000_000, "https://" + "x" * 1_000_000],
)
def test_hostile_endpoints_are_masked_too(endpoint: str) -> None:
    text = write_push_subscription(Subscription(endpoint, "\u202e", "auth"), secrets=False)
    assert text.isascii()
    assert len(text) < 500
