"""The search for secrets finds them however they are written, and nothing where there is none."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.leaks import found_in, private_key, words
from webpush_admin.push.key_formats import KeyFormat, write_keys
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys, from_base64url

KEYS = VapidKeys.generate()
RAW = from_base64url(KEYS.private_key)
PASSPHRASE = "Zoë's correct horse"

WAYS: list[Callable[[], bytes]] = [
    lambda: RAW,
    lambda: RAW[:16],
    lambda: RAW[16:],
    lambda: b"key is " + KEYS.private_key.encode(),
    lambda: KEYS.private_key.encode("utf-16"),
    lambda: base64.b64encode(RAW),
    lambda: RAW.hex(":").encode(),
    lambda: RAW.hex().upper().encode(),
    lambda: str(int.from_bytes(RAW, "big")).encode(),
    lambda: repr({"data": RAW}).encode(),
    lambda: json.dumps({"pem": base64.encodebytes(b"x" + RAW).decode()}).encode(),
    lambda: base64.b64encode(b"xx" + RAW + b"yy"),
    *(lambda form=form: write_keys(KEYS, form) for form in KeyFormat),
]


@pytest.mark.parametrize("number", range(len(WAYS)))
def test_a_private_key_is_found(tmp_path: Path, number: int) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"before\n" + WAYS[number]() + b"\nafter")
    (tmp_path / "other").write_bytes(KEYS.public_key.encode())
    assert found_in([tmp_path], [private_key("key", KEYS)]) == {"key": {"deep/file"}}


def test_nothing_is_found_where_it_is_encrypted_or_another(tmp_path: Path) -> None:
    (tmp_path / "encrypted").write_bytes(write_keys(KEYS, KeyFormat.PKCS8, passphrase=Secret(PASSPHRASE)))
    (tmp_path / "another").write_bytes(write_keys(VapidKeys.generate(), KeyFormat.PEM))
    (tmp_path / "passphrase").write_bytes(b"-----\n" + base64.b64encode(b"--" + PASSPHRASE.encode()))
    hidden = [private_key("key", KEYS), words("passphrase", PASSPHRASE)]
    assert found_in([tmp_path], hidden) == {"key": set(), "passphrase": {"passphrase"}}
