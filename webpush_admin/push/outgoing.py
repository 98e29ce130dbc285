"""One message as it goes out: its headers per origin, signed, and its body per receiver.

Runs on: worker loop
"""

from dataclasses import dataclass
from typing import Final

from webpush_admin.push.answer import SentRequest
from webpush_admin.push.encryption import encrypt
from webpush_admin.push.lane import Request
from webpush_admin.push.message import Message
from webpush_admin.push.receiver import Receiver
from webpush_admin.push.signers import Signers
from webpush_admin.push.vapid import MAX_ORIGINS, Authorizations, from_base64url

RECORD_OVERHEAD_BYTES: Final = 86 + 1 + 16
"""Around the payload: salt, record size and our key; the delimiter; the tag. Source: RFC 8188, section 2; RFC 8291."""

_SHOWN_AUTHORIZATION: Final = "vapid t=[struck],k={key}"

_Place = tuple[str, int | None]
"""An origin, and the number of the older pair that signs; None for the active one."""


@dataclass(frozen=True, slots=True, repr=False)
class _Signed:
    """What everybody at one origin gets who is signed for by one pair."""

    authorization: str
    lines: list[str]
    record: SentRequest


class Outgoing:
    """Builds the requests of one message for everybody who gets it.

    Args:
        message: What is sent.
        signers: Sign for it.
    """

    def __init__(self, message: Message, signers: Signers) -> None:
        self._payload = message.payload()
        self._common = _header_lines(message)
        self._active = signers.active
        self._bound = signers.bound
        self._by_place: dict[_Place, _Signed] = {}

    def request(self, receiver: Receiver) -> Request:
        """Return the request for one receiver, encrypted with a key pair and a salt of its own."""
        assert receiver.target is not None, "who cannot be sent to was settled"
        endpoint, keys = receiver.target
        # What is signed is never a local, here and below: a traceback that tells its locals would show it.
        return Request(
            endpoint,
            self._signed(endpoint.origin, receiver.subscription.vapid_key_id).lines,
            encrypt(self._payload, keys),
        )

    def sent(self, receiver: Receiver) -> SentRequest:
        """Return what a receiver was sent, without what is secret; all at one origin and of one pair share it."""
        assert receiver.target is not None, "who cannot be sent to was settled"
        origin, key_id = receiver.target[0].origin, receiver.subscription.vapid_key_id
        known = self._by_place.get((origin, key_id if key_id in self._bound else None))
        return self._signed(origin, key_id).record if known is None else known.record

    def _signed(self, origin: str, key_id: int | None) -> _Signed:
        """Return one list of lines per place: a lane that is given the same list again has nothing to set."""
        signs = self._bound.get(key_id, self._active)
        place = (origin, None if signs is self._active else key_id)
        known = self._by_place.get(place)
        if known is None or known.authorization is not signs.header(origin):
            if len(self._by_place) >= MAX_ORIGINS:
                self._by_place.clear()
            known = self._by_place[place] = _Signed(
                signs.header(origin),
                [*self._common, f"Authorization: {signs.header(origin)}"],
                self._record(origin, signs),
            )
        return known

    def _record(self, origin: str, signs: Authorizations) -> SentRequest:
        size = len(self._payload) + RECORD_OVERHEAD_BYTES
        # Its signature is left behind.
        jwt_header, jwt_claims = (
            from_base64url(part).decode() for part in signs.header(origin).partition("t=")[2].split(".")[:2]
        )
        key = signs.public_key
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
