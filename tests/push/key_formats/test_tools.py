"""openssl, py-vapid's command line and node read what is written here, and what they write is read here."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.node import needs_node, run_node, run_web_push
from webpush_admin.push.key_formats import KeyFormat, read_keys, write_keys
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import VapidKeys, from_base64url, to_base64url

SECRET: Final = Secret("correct horse ß battery")
KEYS: Final = VapidKeys.generate()

needs_openssl: Final = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")


def openssl(*arguments: str, given: bytes = b"") -> bytes:
    """Return what openssl prints; the passphrase is in its environment."""
    ended = subprocess.run(
        ["openssl", *arguments], input=given, capture_output=True, env={"PASSPHRASE": SECRET.text}, timeout=60
    )
    assert ended.returncode == 0, ended.stderr.decode()
    return ended.stdout


def point(written: bytes, *arguments: str) -> str:
    """Return the public key as openssl derives it from a private key."""
    return to_base64url(openssl("pkey", *arguments, "-pubout", "-outform", "DER", given=written)[-65:])


@needs_openssl
def test_openssl_reads_what_is_written() -> None:
    def written(form: KeyFormat) -> bytes:
        return write_keys(KEYS, form)

    assert point(written(KeyFormat.PEM)) == KEYS.public_key
    assert point(written(KeyFormat.PKCS8)) == KEYS.public_key
    assert point(written(KeyFormat.DER), "-inform", "DER") == KEYS.public_key
    for form, container in ((KeyFormat.PKCS8, "PEM"), (KeyFormat.DER, "DER")):
        encrypted = write_keys(KEYS, form, passphrase=SECRET)
        assert point(encrypted, "-inform", container, "-passin", "env:PASSPHRASE") == KEYS.public_key
    for form in (KeyFormat.PEM, KeyFormat.PKCS8):
        text = openssl("ec", "-text", "-noout", given=written(form)).decode()
        assert from_base64url(KEYS.private_key).hex() in "".join(text.split()).replace(":", "")


@needs_openssl
def test_what_openssl_writes_is_read() -> None:
    made = openssl("ecparam", "-name", "prime256v1", "-genkey")
    public_key = point(made)
    encrypted = ("-passout", "env:PASSPHRASE")
    for arguments in (
        ("ec",),
        ("ec", "-outform", "DER"),
        ("ec", "-conv_form", "compressed"),
        ("ec", "-no_public"),
        ("ec", "-text"),
        ("ec", "-aes128", *encrypted),
        ("pkcs8", "-topk8", "-nocrypt"),
        ("pkcs8", "-topk8", "-nocrypt", "-outform", "DER"),
        ("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512", *encrypted),
        ("pkcs8", "-topk8", "-v2", "aes-128-cbc", "-outform", "DER", *encrypted),
    ):
        found = read_keys(openssl(*arguments, given=made), SECRET)
        assert found.keys.public_key == public_key, arguments
        assert ("encrypted" in found.form) == ("env:PASSPHRASE" in arguments)


def vapid(folder: Path, *arguments: str) -> str:
    """Return what py-vapid's command line prints in a folder."""
    command = [str(Path(sys.executable).with_name("vapid")), *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_py_vapid_reads_what_is_written(tmp_path: Path) -> None:
    for form in (KeyFormat.PEM, KeyFormat.PKCS8):
        (tmp_path / "our.pem").write_bytes(write_keys(KEYS, form))
        printed = vapid(tmp_path, "--private-key", "our.pem", "--applicationServerKey")
        assert printed.strip().endswith(KEYS.public_key)


def test_what_py_vapid_writes_is_read(tmp_path: Path) -> None:
    vapid(tmp_path, "--gen")
    found = read_keys((tmp_path / "private_key.pem").read_bytes())
    printed = vapid(tmp_path, "--private-key", "private_key.pem", "--applicationServerKey")
    assert printed.strip().endswith(found.keys.public_key)


HEADERS: Final = """
const webpush = require('web-push');
const given = JSON.parse(require('fs').readFileSync(0));
const {subject, publicKey, privateKey} = given;
const made = webpush.getVapidHeaders('https://push.example.org', subject, publicKey, privateKey, 'aes128gcm');
const crypto = require('crypto');
const [head, claims, signature] = made.Authorization.match(/t=([^,]+)/)[1].split('.');
const key = crypto.createPublicKey({key: JSON.parse(given.jwk), format: 'jwk'});
const right = {key, dsaEncoding: 'ieee-p1363'};
console.log(crypto.verify('sha256', `${head}.${claims}`, right, Buffer.from(signature, 'base64url')));
const secret = {key: given.encrypted, passphrase: given.passphrase};
for (const one of [given.pem, given.pkcs8, secret, {key: JSON.parse(given.jwk), format: 'jwk'}])
  console.log(crypto.createPrivateKey(one).export({format: 'jwk'}).d);
"""


@needs_node
def test_node_signs_with_what_is_written() -> None:
    def text(form: KeyFormat, passphrase: Secret | None = None) -> str:
        return write_keys(KEYS, form, passphrase=passphrase or Secret("")).decode()

    given = {
        **json.loads(text(KeyFormat.JSON)),
        "subject": "mailto:ops@example.org",
        "jwk": text(KeyFormat.JWK),
        "pem": text(KeyFormat.PEM),
        "pkcs8": text(KeyFormat.PKCS8),
        "encrypted": text(KeyFormat.PKCS8, SECRET),
        "passphrase": SECRET.text,
    }
    assert run_node(HEADERS, given=json.dumps(given)).split() == ["true", *[KEYS.private_key] * 4]


@needs_node
def test_what_web_push_prints_is_read() -> None:
    for printed in (run_web_push("generate-vapid-keys", "--json"), run_web_push("generate-vapid-keys")):
        found = read_keys(printed.encode())
        assert found.form == "what web-push prints"
        assert found.keys.public_key in printed
        assert found.keys.private_key in printed
