"""An independent sender for the tests: pywebpush encrypts, py_vapid signs, http.client sends."""

import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode
from pywebpush import WebPusher

from webpush_admin.sandbox.records import SandboxSubscription


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def error(self) -> str:
        told: str = json.loads(self.body)["error"]
        return told


@dataclass
class Push:
    """A request that can be made wrong before it is sent; a header of None is left out."""

    url: str
    body: bytes
    method: str = "POST"
    headers: dict[str, str | None] = field(default_factory=dict)

    def send(self, connection: http.client.HTTPConnection | None = None) -> Reply:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        used = connection or http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        try:
            headers = {name: value for name, value in self.headers.items() if value is not None}
            used.request(self.method, parts.path, self.body, headers)
            answer = used.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode())
        finally:
            if connection is None:
                used.close()


class Sender:
    """One application server with its VAPID key pair."""

    def __init__(self) -> None:
        self.vapid = Vapid02()
        self.vapid.generate_keys()
        point = self.vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_key: str = b64urlencode(point)

    def claims(self, origin: str, **changed: object) -> dict[str, object]:
        """Return good claims; a changed one of None is left out."""
        claims: dict[str, object] = {"aud": origin, "exp": int(time.time()) + 3600, "sub": "mailto:ops@example.org"}
        return {name: value for name, value in (claims | changed).items() if value is not None}

    def authorization(self, claims: dict[str, object]) -> str:
        signed: dict[str, str] = self.vapid.sign(claims)
        return signed["Authorization"]

    def push(self, subscription: SandboxSubscription, payload: bytes = b'{"title":"Hi"}', **changed: object) -> Push:
        """Return a good request, signed with good claims but for those that are changed."""
        parts = urlsplit(subscription.endpoint)
        info: dict[str, Any] = {
            "endpoint": subscription.endpoint,
            "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
        }
        body: bytes = WebPusher(info).encode(payload, content_encoding="aes128gcm")["body"]
        origin = f"{parts.scheme}://{parts.netloc}"
        headers: dict[str, str | None] = {
            "TTL": "60",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": self.authorization(self.claims(origin, **changed)),
        }
        return Push(subscription.endpoint, bytes(body), headers=headers)
