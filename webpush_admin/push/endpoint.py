"""The one validator of endpoints and receivers' keys: for forms, for imports, and again before each send.

Runs on: any
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from webpush_admin.push.errors import InvalidSubscription
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.subscription import MAX_ENDPOINT_CHARACTERS as MAX_ENDPOINT_CHARACTERS
from webpush_admin.push.subscription import MAX_KEY_CHARACTERS as MAX_KEY_CHARACTERS
from webpush_admin.push.vapid import from_base64url

P256DH_BYTES: Final = 65
AUTH_BYTES: Final = 16

_PRINTABLE = re.compile(r"[!-~]+")
_FORBIDDEN = re.compile(r'[\\"<>^`{|}]')
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?P<fragment>#.*)?"
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_INSIDE: Final = ("local", "internal", "lan", "home.arpa", "localhost", "onion")
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_CURVE: Final = ec.SECP256R1()
_P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_OFF_CURVE: Final = "p256dh is not a point on the curve P-256."


@dataclass(frozen=True, slots=True, repr=False)
class Endpoint:
    """An endpoint that was checked; `url` is sent exactly as it stood in the row.

    Attributes:
        url: A capability: whoever has it can push.
        host: Lower case, an IPv6 address without brackets.
        port: As connected to.
        origin: Audience of the VAPID claims (RFC 8292, section 2).
        target: Path and query to the letter: what the request line asks for.
    """

    url: str
    host: str
    port: int
    origin: str
    target: str

    def __repr__(self) -> str:
        return f"Endpoint({self.origin})"


@dataclass(frozen=True, slots=True, repr=False)
class ReceiverKeys:
    """The decoded keys of a subscription; `auth` is secret. Source: RFC 8291, sections 3.1 and 3.2."""

    p256dh: bytes
    auth: bytes
    point: ec.EllipticCurvePublicKey
    """What `p256dh` says, parsed once: encrypting for it needs no second look."""

    def __repr__(self) -> str:
        return "ReceiverKeys()"


def check_endpoint(url: str, policy: EndpointPolicy) -> Endpoint:
    """Check what an endpoint says; the address that it leads to is checked when it is connected to.

    Raises:
        InvalidSubscription: A sentence that says what is wrong, without the URL.

    Source: RFC 8030, section 8.3 (https only); RFC 3986.
    """
    if not isinstance(url, str) or not url:
        raise InvalidSubscription("The endpoint is empty.")
    if len(url) > MAX_ENDPOINT_CHARACTERS:
        raise InvalidSubscription(f"The endpoint has {len(url)} characters; {MAX_ENDPOINT_CHARACTERS} are allowed.")
    if not _PRINTABLE.fullmatch(url) or _FORBIDDEN.search(url):
        raise InvalidSubscription("The endpoint holds a character that a URL cannot have.")
    parts = _URL.fullmatch(url)
    if parts is None:
        raise InvalidSubscription("The endpoint is no URL.")
    if parts["fragment"] is not None:
        raise InvalidSubscription("The endpoint has a fragment (#), which is never sent.")
    host, port, origin = _place(parts["scheme"].lower(), parts["authority"], policy)
    return Endpoint(url, host, port, origin, (parts["path"] or "/") + (parts["query"] or ""))


@lru_cache(maxsize=1024)
def _place(scheme: str, authority_text: str, policy: EndpointPolicy) -> tuple[str, int, str]:
    """Return host, port and origin; a million endpoints name a dozen services.

    Raises:
        InvalidSubscription: See `check_endpoint`.
    """
    if "@" in authority_text:
        raise InvalidSubscription("The endpoint carries a user name or password.")
    authority = _AUTHORITY.fullmatch(authority_text)
    if authority is None:
        raise InvalidSubscription("The endpoint's host or port cannot be read.")
    host = authority["host"].strip("[]").lower()
    port = int(authority["port"]) if authority["port"] else _DEFAULT_PORTS.get(scheme, 0)
    _check_scheme_and_port(scheme, host, port, policy)
    _check_host(host, port, bracketed=authority["host"].startswith("["), policy=policy)
    return (
        host,
        port,
        f"{scheme}://{authority['host'].lower()}" + ("" if port == _DEFAULT_PORTS[scheme] else f":{port}"),
    )


def _check_scheme_and_port(scheme: str, host: str, port: int, policy: EndpointPolicy) -> None:
    if scheme not in _DEFAULT_PORTS or (scheme == "http" and not policy.allows_plain_http(host, port)):
        raise InvalidSubscription("The endpoint must begin with https://.")
    if port != _DEFAULT_PORTS[scheme] and not 1024 <= port <= 65535:
        raise InvalidSubscription(f"The endpoint's port {port} is not allowed: 443, or 1024 to 65535.")


def _check_host(host: str, port: int, *, bracketed: bool, policy: EndpointPolicy) -> None:
    literal = _literal(host, bracketed=bracketed)
    if literal:
        refusal = policy.refusal(literal, port)
        if refusal:
            raise InvalidSubscription(refusal)
        return
    if policy.allow_loopback and host == "localhost":
        return
    refusal = _name_refusal(host)
    if refusal:
        raise InvalidSubscription(refusal)


@lru_cache(maxsize=1024)
def _name_refusal(host: str) -> str:
    """Return why a host is no name on the public internet, "" where it is: a million endpoints name a dozen hosts."""
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return "The endpoint's host is no host name."
    if len(labels) < 2:
        return "The endpoint's host has only one label; push services have public names."
    if any(host == inside or host.endswith(f".{inside}") for inside in _INSIDE):
        return f"The endpoint's host ends in .{labels[-1]}, which is not on the public internet."
    return ""


def _literal(host: str, *, bracketed: bool) -> str:
    """Return an IP address literal in its one spelling, "" for a name."""
    try:
        if bracketed:
            return str(IPv6Address(host))
        if _NUMERIC_LABEL.fullmatch(host.rsplit(".", 1)[-1]):
            return str(IPv4Address(host))
    except ValueError:
        raise InvalidSubscription("The endpoint's host is an IP address in a spelling that is not allowed.") from None
    return ""


def check_keys(p256dh: str, auth: str) -> ReceiverKeys:
    """Decode and check a subscription's keys.

    Raises:
        InvalidSubscription: A sentence that says what is wrong, without the keys.

    Source: RFC 8291, sections 3.1 and 3.2.
    """
    encoded = _decoded(p256dh, "p256dh")
    return ReceiverKeys(encoded, check_auth(auth), _check_point(encoded))


def check_p256dh(text: str) -> bytes:
    """Decode and check the public key alone, as a form does with its field; return its 65 bytes.

    Raises:
        InvalidSubscription: A sentence that says what is wrong, without the key.
    """
    encoded = _decoded(text, "p256dh")
    _check_form(encoded)
    if not _is_on_curve(encoded):
        raise InvalidSubscription(_OFF_CURVE)
    return encoded


def check_auth(text: str) -> bytes:
    """Decode and check the authentication secret alone; return its 16 bytes.

    Raises:
        InvalidSubscription: A sentence that says what is wrong, without the secret.
    """
    secret = _decoded(text, "auth")
    if len(secret) != AUTH_BYTES:
        raise InvalidSubscription(f"auth has {len(secret)} bytes instead of {AUTH_BYTES}; it may have been cut.")
    return secret


def _decoded(text: str, name: str) -> bytes:
    if not isinstance(text, str) or not text:
        raise InvalidSubscription(f"{name} is missing.")
    if len(text) > MAX_KEY_CHARACTERS:
        raise InvalidSubscription(f"{name} has {len(text)} characters; {MAX_KEY_CHARACTERS} are allowed.")
    try:
        return from_base64url(text)
    except ValueError:
        raise InvalidSubscription(f"{name} is not base64url; it may have been cut.") from None


def _check_form(encoded: bytes) -> None:
    if len(encoded) != P256DH_BYTES:
        raise InvalidSubscription(f"p256dh has {len(encoded)} bytes instead of {P256DH_BYTES}; it may have been cut.")
    if encoded[0] != 4:
        raise InvalidSubscription("p256dh is not an uncompressed point: its first byte must be 4.")


def _check_point(encoded: bytes) -> ec.EllipticCurvePublicKey:
    _check_form(encoded)
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, encoded)
    except ValueError:
        raise InvalidSubscription(_OFF_CURVE) from None


def _is_on_curve(encoded: bytes) -> bool:
    """Return whether an uncompressed point is on P-256: a third of what it takes to parse it for encrypting.

    Source: SEC 1, section 2.3.4; SP 800-186, section 3.2.1.3.
    """
    x, y = int.from_bytes(encoded[1:33], "big"), int.from_bytes(encoded[33:], "big")
    return x < _P and y < _P and (y * y - (x * x - 3) * x - _B) % _P == 0
