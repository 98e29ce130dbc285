"""A pair as a file, in each format; what is written here is read again by `read_keys`.

Runs on: any
"""

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.key_formats.records import EnvStyle, KeyFormat
from webpush_admin.push.secret import NO_SECRET, Secret
from webpush_admin.push.subject import normalised_subject
from webpush_admin.push.vapid import VapidKeys, from_base64url, to_base64url

ENCRYPTABLE: Final = frozenset({KeyFormat.PKCS8, KeyFormat.DER})
"""The others have no way of it that the programs which read them know."""

NOT_ENCRYPTABLE: Final = (
    "Only PKCS#8, in PEM or DER, can be encrypted: choose one of them, or leave the passphrase out."
)
TOO_LONG: Final = "The passphrase is too long: 1,023 bytes are the most that can be used."

_PASSPHRASE_BYTES: Final = 1023
"""The most that `cryptography` takes."""
_PLAIN_IN_SUBJECTS: Final = ":/?#[]@!$&()*+,;=%"
_UNQUOTED: Final = re.compile(r"[A-Za-z0-9@:/._+~%?=&-]*")
_CONTAINERS: Final = MappingProxyType(
    {
        KeyFormat.PEM: (Encoding.PEM, PrivateFormat.TraditionalOpenSSL),
        KeyFormat.PKCS8: (Encoding.PEM, PrivateFormat.PKCS8),
        KeyFormat.DER: (Encoding.DER, PrivateFormat.PKCS8),
    }
)


def write_keys(
    keys: VapidKeys,
    form: KeyFormat,
    *,
    passphrase: Secret = NO_SECRET,
    subject: str = "",
    style: EnvStyle = EnvStyle.PLAIN,
) -> bytes:
    """Return a pair as a file, private key and all.

    Args:
        keys: The pair.
        form: As what.
        passphrase: To encrypt with; for PKCS#8 in PEM and DER.
        subject: Goes along where the format has a place for it.
        style: Whose names `KeyFormat.ENV` has.

    Raises:
        InvalidKeys: The halves do not belong together, a subject that goes along is none, or the format cannot be
                encrypted.
    """
    keys.check()
    if passphrase and form not in ENCRYPTABLE:
        raise InvalidKeys(NOT_ENCRYPTABLE)
    if form in _CONTAINERS:
        encoding, container = _CONTAINERS[form]
        return _private_key(keys).private_bytes(encoding, container, _encryption(passphrase))
    if form is KeyFormat.ENV:
        subject = normalised_subject(subject) if subject else ""
        # What would need quotes means the same in percent signs. Source: RFC 3986, section 2; RFC 6068, section 2.
        return _STYLES[style](keys, quote(subject, safe=_PLAIN_IN_SUBJECTS)).encode("ascii")
    return _TEXTS[form](keys).encode("ascii")


def _private_key(keys: VapidKeys) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64url(keys.private_key), "big"), ec.SECP256R1())


def _encryption(passphrase: Secret) -> KeySerializationEncryption:
    if not passphrase:
        return NoEncryption()
    secret = passphrase.text.encode("utf-8", "surrogatepass")
    if len(secret) > _PASSPHRASE_BYTES:
        raise InvalidKeys(TOO_LONG)
    return BestAvailableEncryption(secret)


def _raw(keys: VapidKeys) -> str:
    return f"{keys.public_key}\n{keys.private_key}\n"


def _jwk(keys: VapidKeys) -> str:
    """Source: RFC 7518, section 6.2."""
    point = from_base64url(keys.public_key)
    members = {
        "kty": "EC",
        "crv": "P-256",
        "x": to_base64url(point[1:33]),
        "y": to_base64url(point[33:]),
        "d": keys.private_key,
    }
    return json.dumps(members, indent=2) + "\n"


def _json(keys: VapidKeys) -> str:
    return json.dumps({"publicKey": keys.public_key, "privateKey": keys.private_key}) + "\n"


def _plain(keys: VapidKeys, subject: str) -> str:
    lines = f"VAPID_PUBLIC_KEY={keys.public_key}\nVAPID_PRIVATE_KEY={keys.private_key}\n"
    return lines + (f"VAPID_SUBJECT={_quoted(subject)}\n" if subject else "")


def _mastodon(keys: VapidKeys, subject: str) -> str:
    """As `rails mastodon:webpush:generate_vapid_key` prints them; the subject is the server's contact address."""
    del subject
    return f"VAPID_PRIVATE_KEY={keys.private_key}\nVAPID_PUBLIC_KEY={keys.public_key}\n"


def _rails(keys: VapidKeys, subject: str) -> str:
    """For `bin/rails credentials:edit`."""
    lines = f"vapid:\n  public_key: {keys.public_key}\n  private_key: {keys.private_key}\n"
    return lines + (f'  subject: "{subject}"\n' if subject else "")


def _ntfy(keys: VapidKeys, subject: str) -> str:
    """For server.yml, as `ntfy webpush keys` prints them."""
    lines = f"web-push-public-key: {keys.public_key}\nweb-push-private-key: {keys.private_key}\n"
    return lines + (f'web-push-email-address: "{subject.removeprefix("mailto:")}"\n' if subject else "")


def _coder(keys: VapidKeys, subject: str) -> str:
    """For psql, as Coder itself writes them into its table; it has no subject."""
    del subject
    return (
        "INSERT INTO site_configs (key, value) VALUES\n"
        f"    ('webpush_vapid_public_key', '{keys.public_key}'),\n"
        f"    ('webpush_vapid_private_key', '{keys.private_key}')\n"
        "ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value;\n"
    )


def _quoted(subject: str) -> str:
    """Return a subject as a value of `.env`: in quotes only where it must be, since not everybody strips them."""
    return subject if _UNQUOTED.fullmatch(subject) else f"'{subject}'"


_TEXTS: Final[Mapping[KeyFormat, Callable[[VapidKeys], str]]] = MappingProxyType(
    {KeyFormat.RAW: _raw, KeyFormat.JWK: _jwk, KeyFormat.JSON: _json}
)
_STYLES: Final[Mapping[EnvStyle, Callable[[VapidKeys, str], str]]] = MappingProxyType(
    {
        EnvStyle.PLAIN: _plain,
        EnvStyle.MASTODON: _mastodon,
        EnvStyle.RAILS: _rails,
        EnvStyle.NTFY: _ntfy,
        EnvStyle.CODER: _coder,
    }
)
