"""One message as it goes out: its headers per origin, signed, and its body per receiver.

Runs on: worker loop
"""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, repr=False)
class _Signed:
    """What everybody at one origin gets."""

    authorization: str
    lines: list[str]
    record: SentRequest


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
        self._by_origin: dict[str, _Signed] = {}

    def request(self, endpoint: Endpoint, keys: ReceiverKeys) -> Request:
        """Return the request for one receiver, encrypted with a key pair and a salt of its own."""
        return Request(endpoint, self._signed(endpoint.origin).lines, encrypt(self._payload, keys))

    def sent(self, origin: str) -> SentRequest:
        """Return what each receiver at an origin was sent, without what is secret."""
        known = self._by_origin.get(origin)
        return self._signed(origin).record if known is None else known.record

    def _signed(self, origin: str) -> _Signed:
        """Return one list of lines per origin: a lane that is given the same list again has nothing to set."""
        # The Authorization is never a local: a traceback that tells its locals would show it.
        known = self._by_origin.get(origin)
        if known is None or known.authorization is not self._authorizations.header(origin):
            if len(self._by_origin) >= MAX_ORIGINS:
                self._by_origin.clear()
            known = self._by_origin[origin] = _Signed(
                self._authorizations.header(origin),
                [*self._common, f"Authorization: {self._authorizations.header(origin)}"],
                self._record(origin),
            )
        return known

    def _record(self, origin: str) -> SentRequest:
        size = len(self._payload) + RECORD_OVERHEAD_BYTES
        # Its signature is left behind.
        jwt_header, jwt_claims = (
            from_base64url(part).decode()
            for part in self._authorizations.header(origin).partition("t=")[2].split(".")[:2]
        )
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
