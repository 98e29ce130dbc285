"""One message as it goes out: its headers per origin, signed, and its body per receiver.

Runs on: worker loop
"""

from typing import Final

from webpush_admin.push.answer import SentRequest
from webpush_admin.push.encryption import encrypt
from webpush_admin.push.endpoint import Endpoint, ReceiverKeys
from webpush_admin.push.lane import Request
from webpush_admin.push.message import Message
from webpush_admin.push.vapid import MAX_ORIGINS, Authorizations, from_base64url

RECORD_OVERHEAD_BYTES: Final = 86 + 1 + 16
"""Around the payload: salt, record size and our key; the delimiter; the tag. Source: RFC 8188, section 2; RFC 8291."""

_SHOWN_AUTHORIZATION: Final = "vapid t=[struck],k={key}"


class Outgoing:
    """Builds the requests of one message for everybody who gets it.

    Args:
        message: What is sent.
        authorizations: Sign for it.
    """

    def __init__(self, message: Message, authorizations: Authorizations) -> None:
        self._payload = message.payload()
        self._common = _header_lines(message)
        self._authorizations = authorizations
        self._by_origin: dict[str, tuple[str, list[str], SentRequest]] = {}

    def request(self, endpoint: Endpoint, keys: ReceiverKeys) -> Request:
        """Return the request for one receiver, encrypted with a key pair and a salt of its own."""
        return Request(endpoint, self._signed(endpoint.origin)[1], encrypt(self._payload, keys))

    def sent(self, origin: str) -> SentRequest:
        """Return what each receiver at an origin was sent, without what is secret."""
        known = self._by_origin.get(origin)
        return self._signed(origin)[2] if known is None else known[2]

    def _signed(self, origin: str) -> tuple[str, list[str], SentRequest]:
        """Return one list of lines per origin: a lane that is given the same list again has nothing to set."""
        # The Authorization is never a local of a loop: a traceback that tells its locals would show it.
        known = self._by_origin.get(origin)
        if known is None or known[0] is not self._authorizations.header(origin):
            if len(self._by_origin) >= MAX_ORIGINS:
                self._by_origin.clear()
            known = self._by_origin[origin] = (
                self._authorizations.header(origin),
                [*self._common, f"Authorization: {self._authorizations.header(origin)}"],
                self._record(origin),
            )
        return known

    def _record(self, origin: str) -> SentRequest:
        size = len(self._payload) + RECORD_OVERHEAD_BYTES
        jwt_header, jwt_claims = _decoded(self._authorizations.header(origin))
        key = self._authorizations.public_key
        lines = [line for line in self._common if not line.endswith(":")]
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]
        return SentRequest(
            origin=origin,
            headers=(
                *((name, value) for name, value in headers),
                ("Authorization", _SHOWN_AUTHORIZATION.format(key=key)),
                ("Content-Length", str(size)),
            ),
            body_bytes=size,
            payload_bytes=len(self._payload),
            jwt_header=jwt_header,
            jwt_claims=jwt_claims,
            public_key=key,
        )


def _decoded(authorization: str) -> tuple[str, str]:
    """Return header and claims of the token in an Authorization; its signature is left behind."""
    token = authorization.partition("t=")[2].partition(",")[0]
    header, claims = token.split(".")[:2]
    return from_base64url(header).decode(), from_base64url(claims).decode()


def _header_lines(message: Message) -> list[str]:
    """Return what every receiver gets. Source: RFC 8030, section 5; RFC 8291, section 4."""
    lines = [
        f"TTL: {message.ttl_s}",
        f"Urgency: {message.urgency}",
        "Content-Encoding: aes128gcm",
        "Content-Type: application/octet-stream",
        # libcurl would wait for a 100 Continue before a larger body; push services send none.
        "Expect:",
    ]
    if message.topic is not None:
        lines.append(f"Topic: {message.topic}")
    return lines
