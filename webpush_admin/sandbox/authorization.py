"""The rules of RFC 8292: who a push request says it comes from, and whether that is signed.

Runs on: child process
"""

import json
import re
import time
from collections.abc import Callable
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from webpush_admin.sandbox import base64url
from webpush_admin.sandbox.decrypt import parse_point
from webpush_admin.sandbox.refusal import RequestRefused

LONGEST_LIFE_S: Final = 24 * 3600
"""Source: RFC 8292, section 2."""

REMEMBERED: Final = 1024

_SCHEME = re.compile(r"vapid +(.*)", re.IGNORECASE | re.DOTALL)
# One auth-param: a token, and a token or a quoted string without escapes. Source: RFC 9110, section 11.2.
_PARAMETER = re.compile(r"""\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*=\s*(?:([^\s",;=]+)|"([^"\\]*)")\s*""")


class AuthorizationJudge:
    """Judges Authorization values for one push service, and remembers those that were in order until they expire.

    Args:
        origin: The audience that the claims must name.
        wall_clock: Seconds since the epoch.
    """

    def __init__(self, origin: str, wall_clock: Callable[[], float] = time.time) -> None:
        self._origin = origin
        self._wall_clock = wall_clock
        self._remembered: dict[str, tuple[float, bytes]] = {}

    def application_server_key(self, value: str | None) -> bytes:
        """Return the 65 bytes of the key that signed the Authorization value.

        Raises:
            RequestRefused: 401.

        Source: RFC 8292, sections 2 and 3.
        """
        if value is None:
            raise RequestRefused(401, "The Authorization header is missing (RFC 8292, section 2).")
        now = self._wall_clock()
        remembered = self._remembered.get(value)
        # Only the lower limit can be crossed as time goes on; a clock that was set back is judged anew.
        if remembered is not None and 0 < remembered[0] - now <= LONGEST_LIFE_S:
            return remembered[1]
        token, key_text = _parameters(value)
        point, claims = _verified(token, key_text)
        self._check_claims(claims, now)
        if len(self._remembered) >= REMEMBERED:
            self._remembered.clear()
        self._remembered[value] = (claims["exp"], point)
        return point

    def _check_claims(self, claims: dict[str, Any], now: float) -> None:
        audience = claims.get("aud")
        if self._origin not in (audience if isinstance(audience, list) else [audience]):
            problem = "The aud claim is not the origin of this push service (RFC 8292, section 2)."
            raise RequestRefused(401, problem)
        expiry = claims.get("exp")
        if isinstance(expiry, bool) or not isinstance(expiry, int | float):
            raise RequestRefused(401, "The exp claim is missing or not a number (RFC 8292, section 2).")
        if not expiry > now:
            raise RequestRefused(401, "The token has expired (RFC 8292, section 2).")
        if not expiry <= now + LONGEST_LIFE_S:
            raise RequestRefused(401, "The token expires more than 24 hours from now (RFC 8292, section 2).")
        subject = claims.get("sub")
        if not isinstance(subject, str) or not re.match(r"mailto:.|https://.", subject):
            raise RequestRefused(401, "The sub claim is not a mailto: or https: URI (RFC 8292, section 2.1).")


def _parameters(value: str) -> tuple[str, str]:
    """Return the parameters t and k of the vapid scheme."""
    scheme = _SCHEME.fullmatch(value)
    if scheme is None:
        raise RequestRefused(401, "The Authorization scheme is not vapid (RFC 8292, section 3).")
    parameters: dict[str, str] = {}
    for part in scheme[1].split(","):
        parameter = _PARAMETER.fullmatch(part)
        if parameter is None or parameter[1].lower() in parameters:
            raise RequestRefused(401, "The Authorization parameters are malformed (RFC 8292, section 3).")
        parameters[parameter[1].lower()] = parameter[2] or parameter[3] or ""
    if "t" not in parameters:
        raise RequestRefused(401, "The Authorization parameter t is missing (RFC 8292, section 3.1).")
    if "k" not in parameters:
        raise RequestRefused(401, "The Authorization parameter k is missing (RFC 8292, section 3.2).")
    return parameters["t"], parameters["k"]


def _verified(token: str, key_text: str) -> tuple[bytes, dict[str, Any]]:
    """Return the point that k names and the claims that it has signed."""
    try:
        point = base64url.decode(key_text)
        key = parse_point(point)
    except ValueError:
        raise RequestRefused(401, "The parameter k is not a point on P-256 (RFC 8292, section 3.2).") from None
    try:
        header_text, claims_text, signature_text = token.split(".")
        header = _json_object(header_text)
        claims = _json_object(claims_text)
        signature = base64url.decode(signature_text)
    except (ValueError, RecursionError):
        raise RequestRefused(401, "The parameter t is not a JSON Web Token (RFC 7519, section 7.2).") from None
    if header.get("alg") != "ES256":
        raise RequestRefused(401, "The token is not signed with ES256 (RFC 8292, section 2).")
    if header.get("typ") != "JWT":
        raise RequestRefused(401, "The header of the token does not say typ JWT (RFC 7519, section 5.1).")
    if "crit" in header:
        raise RequestRefused(401, "The token asks for extensions that are unknown here (RFC 7515, section 4.1.11).")
    if len(signature) != 64:
        raise RequestRefused(401, "The signature is not 64 bytes (RFC 7518, section 3.4).")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    signed = f"{header_text}.{claims_text}".encode("ascii")
    try:
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise RequestRefused(401, "The signature of the token is not by the key k (RFC 8292, section 2).") from None
    return point, claims


def _json_object(text: str) -> dict[str, Any]:
    parsed = json.loads(base64url.decode(text))
    if not isinstance(parsed, dict):
        raise ValueError("not a JSON object")
    return parsed
