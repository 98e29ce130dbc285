"""What people paste.

Runs on: any
"""

import json

import pytest

from webpush_admin.gui.models.push_subscription_json import looks_like_json, read_push_subscription

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
