"""The push resources of the sandbox, each with its receiver's keys and its temper.

Runs on: child process
"""

import secrets
from collections.abc import Sequence

from webpush_admin.sandbox import base64url
from webpush_admin.sandbox.decrypt import Receiver, parse_point
from webpush_admin.sandbox.records import Temper
from webpush_admin.sandbox.wire import Row


class Endpoint:
    """One push resource.

    Attributes:
        url: Where pushes are sent to; its last part cannot be guessed.
        receiver: The imaginary browser.
        temper: How it answers now.
        bound_to: The 65 bytes of the only application server key that may send, None for any.
        received: Requests that named it.
    """

    __slots__ = ("bound_to", "received", "receiver", "temper", "url")

    def __init__(self, url: str, temper: Temper, bound_to: bytes | None) -> None:
        self.url = url
        self.receiver = Receiver()
        self.temper = temper
        self.bound_to = bound_to
        self.received = 0


class EndpointTable:
    """Every push resource by the path of its URL.

    Args:
        origin: Scheme, host and port, without a slash at the end.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._by_path: dict[str, Endpoint] = {}

    def get(self, path: str) -> Endpoint | None:
        """Return the push resource of a path, None where there is none."""
        return self._by_path.get(path)

    def create(self, tempers: Sequence[Temper], application_server_key: str | None) -> list[Row]:
        """Make one subscription per temper; return endpoint, p256dh, auth and temper name of each.

        Raises:
            ValueError: The application server key is not a point on P-256; nothing is made.
        """
        bound_to = None
        if application_server_key is not None:
            bound_to = base64url.decode(application_server_key)
            parse_point(bound_to)
        rows: list[Row] = []
        for temper in tempers:
            path = f"/push/{secrets.token_urlsafe(32)}"
            endpoint = Endpoint(self._origin + path, temper, bound_to)
            self._by_path[path] = endpoint
            receiver = endpoint.receiver
            rows.append(
                (endpoint.url, base64url.encode(receiver.point), base64url.encode(receiver.auth), temper.name),
            )
        return rows

    def set_temper(self, urls: Sequence[str], temper: Temper) -> None:
        """Change the temper of all of these, or of none.

        Raises:
            KeyError: One of them is not here.
        """
        chosen = [self._by_path[url.removeprefix(self._origin)] for url in urls]
        for endpoint in chosen:
            endpoint.temper = temper

    def rows(self) -> list[Row]:
        """Return URL, temper name and number of requests of each, in the order they were made."""
        return [(endpoint.url, endpoint.temper.name, endpoint.received) for endpoint in self._by_path.values()]
