"""A file of keys is told from one of subscriptions by what is in it.

Runs on: any
"""

import json
from pathlib import Path

import pytest

from tests.backend.desk import AUTH, P256DH
from webpush_admin.backend.key_marks import looks_like_keys
from webpush_admin.push.key_formats import EnvStyle, KeyFormat, write_keys
from webpush_admin.push.key_formats.reading import LIMIT_BYTES
from webpush_admin.push.key_formats.writing import ENCRYPTABLE
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys

GOOD = Path(__file__).parents[1] / "data" / "keys" / "good"
KEYS = VapidKeys.generate()
RECORD = {"endpoint": "https://push.example/a-vapid-public-key", "keys": {"p256dh": P256DH, "auth": AUTH}}


def test_whatever_is_exported_is_known() -> None:
    for form in KeyFormat:
        assert looks_like_keys(write_keys(KEYS, form)), form
        if form in ENCRYPTABLE:
            assert looks_like_keys(write_keys(KEYS, form, passphrase=Secret("secret"))), form
    for style in EnvStyle:
        assert looks_like_keys(write_keys(KEYS, KeyFormat.ENV, style=style)), style
    assert looks_like_keys(f"{KEYS.private_key}\n".encode())
    # What is refused in words belongs to where the words are.
    assert looks_like_keys(b"-----BEGIN PUBLIC KEY-----\n")
    assert looks_like_keys(f"  {KEYS.public_key}".encode())


def test_whatever_can_be_imported_is_known() -> None:
    files = [path for path in GOOD.iterdir() if path.is_file()]
    assert files
    assert [path.name for path in files if not looks_like_keys(path.read_bytes())] == []


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"name\n",
        json.dumps([RECORD]).encode(),
        json.dumps(RECORD).encode(),
        b"endpoint,public_key,auth_token\nhttps://push.example/1,B,a\n",
        b"\x300 is no sequence",
        b"VAPID_PUBLIC_KEY=" + b" " * LIMIT_BYTES,
    ],
)
def test_anything_else_is_looked_at_as_subscriptions(start: bytes) -> None:
    assert not looks_like_keys(start)
