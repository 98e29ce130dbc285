"""Reads out of an endpoint what the push services put into it: tokens masked, since they are the capability.

Runs on: any
"""

from collections.abc import Callable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from webpush_admin.backend.detail import EndpointPart, PartKind
from webpush_admin.push.subscription import MAX_ENDPOINT_CHARACTERS, endpoint_tail

Read = Callable[[SplitResult], tuple[EndpointPart, ...]]

_INTERFACES: Final = ("/fcm/send/", "/wp/", "/wpush/v1/", "/wpush/v2/", "/w/", "/push/")
"""What all endpoints of a service begin with; word for word, so that no part of a token is ever taken for it."""


def endpoint_parts(endpoint: str, service: str) -> tuple[EndpointPart, ...]:
    """Return what host and path say, nothing where the endpoint cannot be read.

    Args:
        endpoint: Not validated.
        service: The push service's name as `push.services` has it, "Sandbox", or a host.
    """
    # A longer one cannot be used, and says so.
    if not 0 < len(endpoint) <= MAX_ENDPOINT_CHARACTERS or not endpoint.isascii():
        return ()
    try:
        url = urlsplit(endpoint)
    except ValueError:
        return ()
    if not url.hostname or "@" in url.netloc:
        return ()
    return _READERS.get(service, _unknown)(url)


def _masked(kind: PartKind, text: str) -> tuple[EndpointPart, ...]:
    return (EndpointPart(kind, endpoint_tail(text), len(text)),) if text else ()


def _after_interface(url: SplitResult) -> tuple[tuple[EndpointPart, ...], str]:
    """Return the part of the path that all endpoints of a service share, and what is left."""
    found = next((known for known in _INTERFACES if url.path.startswith(known)), "")
    if not found:
        return (), url.path.removeprefix("/")
    return (EndpointPart(PartKind.INTERFACE, found),), url.path.removeprefix(found)


def _fcm(url: SplitResult) -> tuple[EndpointPart, ...]:
    """`/fcm/send/` or `/wp/`, then the registration token: the installation's id, a colon, the secret."""
    interface, token = _after_interface(url)
    installation, colon, secret = token.partition(":")
    if not colon:
        return (*interface, *_masked(PartKind.CAPABILITY, token))
    return (*interface, *_masked(PartKind.INSTANCE, installation), *_masked(PartKind.CAPABILITY, secret))


def _mozilla(url: SplitResult) -> tuple[EndpointPart, ...]:
    """`/wpush/v2/` is for the key that the page subscribed with, `/wpush/v1/` for any. Source: autopush."""
    interface, token = _after_interface(url)
    bound = {"/wpush/v1/": PartKind.UNBOUND, "/wpush/v2/": PartKind.BOUND}
    known = tuple(EndpointPart(bound[part.text]) for part in interface if part.text in bound)
    return (*interface, *known, *_masked(PartKind.CAPABILITY, token))


def _apple(url: SplitResult) -> tuple[EndpointPart, ...]:
    return _masked(PartKind.CAPABILITY, url.path.removeprefix("/"))


def _wns(url: SplitResult) -> tuple[EndpointPart, ...]:
    """The host names a data centre; the token stands in the query, where it belongs to the capability."""
    interface, rest = _after_interface(url)
    name, _, token = url.query.partition("=")
    told = _masked(PartKind.CAPABILITY, token) if name == "token" else _masked(PartKind.QUERY, url.query)
    return (
        EndpointPart(PartKind.DATA_CENTRE, (url.hostname or "").split(".", 1)[0]),
        *interface,
        *_masked(PartKind.PATH, rest),
        *told,
    )


def _sandbox(url: SplitResult) -> tuple[EndpointPart, ...]:
    interface, token = _after_interface(url)
    return (*interface, *_masked(PartKind.CAPABILITY, token))


def _unknown(url: SplitResult) -> tuple[EndpointPart, ...]:
    """Nobody knows which part is the secret one: all of it is."""
    return (*_masked(PartKind.PATH, url.path.removeprefix("/")), *_masked(PartKind.QUERY, url.query))


_READERS: Final[dict[str, Read]] = {
    "FCM (Chrome)": _fcm,
    "Mozilla autopush": _mozilla,
    "Apple": _apple,
    "WNS (Edge)": _wns,
    "Sandbox": _sandbox,
}
"""By the names of `push.services`; a test holds them together."""
