"""What is wrong with one row by itself: everything that the audit finds out without looking at other rows.

Runs on: any
"""

import binascii
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import unquote

from webpush_admin.push.endpoint import AUTH_BYTES, P256DH_BYTES, check_auth, check_endpoint, check_p256dh
from webpush_admin.push.errors import InvalidSubscription
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.services import SERVICES, service_name
from webpush_admin.push.subscription import endpoint_host
from webpush_admin.store.rows import IDLE_DAYS, Finding
from webpush_admin.store.schema import to_ms

SANDBOX: Final = "Sandbox"
OTHER_HOSTS: Final = "Other hosts"
GROUPS: Final = (*(service.name for service in SERVICES), SANDBOX, OTHER_HOSTS)
"""What the audit counts by: strangers may name a host each, so those that nobody knows are one group."""

NARROW_COLUMNS: Final = frozenset({64, 80, 100, 128})
"""Widths of columns that no endpoint of a known push service fits into."""

WIDE_COLUMNS: Final = frozenset({255, 256, 500, 512, 767, 1000, 1024})
"""Widths of columns that applications keep endpoints in: one of exactly this length was probably cut.

191 is not among them: that is how long Firefox's first kind of endpoint is.
"""

_MOZILLA_PATHS: Final = ("/wpush/v1/", "/wpush/v2/")
_FERNET_OVERHEAD: Final = 57
"""Version, time, initialisation vector and signature around blocks of 16 bytes. Source: the Fernet specification."""

_BASE64: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/")
_P256DH_CHARACTERS: Final = -(-P256DH_BYTES * 4 // 3)
_AUTH_CHARACTERS: Final = -(-AUTH_BYTES * 4 // 3)


class Checks:
    """Judges rows one by one.

    Args:
        policy: Which addresses may be sent to.
        sandbox_origin: Of the running sandbox, "" where none runs.
        now: Aware; what idle is measured from.
    """

    def __init__(self, policy: EndpointPolicy, sandbox_origin: str, now: datetime) -> None:
        self._policy = policy
        self._sandbox = f"{sandbox_origin}/" if sandbox_origin else ""
        self._idle_before_ms = to_ms(now - timedelta(days=IDLE_DAYS))

    def check(self, endpoint: str, p256dh: str, auth: str, newest_ms: int) -> tuple[int, int, str]:
        """Return the `Finding`s of a row, its place in `GROUPS`, and its push service, by its host where unknown.

        They come as a plain number: a flag of an enumeration takes as long as half of the checks.

        Args:
            endpoint: As it stands in the row.
            p256dh: Likewise.
            auth: Likewise.
            newest_ms: When a push was accepted last, or when the row was made where none was.
        """
        found = 0
        try:
            host = check_endpoint(endpoint, self._policy).host
        except InvalidSubscription:
            found = Finding.ENDPOINT
            host = endpoint_host(endpoint)
        service, group = self._service(endpoint, host)
        if group == _OTHER:
            if host == "invalid" or host.endswith(".invalid"):
                found |= Finding.RESERVED_HOST
            elif not found:
                found |= Finding.UNKNOWN_HOST
        try:
            check_p256dh(p256dh)
        except InvalidSubscription:
            found |= Finding.P256DH
            if p256dh.startswith("B") and _is_cut(p256dh, _P256DH_CHARACTERS):
                found |= Finding.TRUNCATED
        try:
            check_auth(auth)
        except InvalidSubscription:
            found |= Finding.AUTH
            if _is_cut(auth, _AUTH_CHARACTERS):
                found |= Finding.TRUNCATED
        if is_endpoint_cut(endpoint, host):
            found |= Finding.TRUNCATED
        if newest_ms < self._idle_before_ms:
            found |= Finding.IDLE
        return found, group, service

    def group_of(self, endpoint: str) -> int:
        """Return the place of an endpoint, or of the beginning of one, in `GROUPS`."""
        return self._service(endpoint, endpoint_host(endpoint))[1]

    def _service(self, endpoint: str, host: str) -> tuple[str, int]:
        if self._sandbox and endpoint.startswith(self._sandbox):
            return SANDBOX, _SANDBOX
        service = service_name(host)
        return service, _GROUP_OF.get(service, _OTHER)


_GROUP_OF: Final = {service.name: number for number, service in enumerate(SERVICES)}
_SANDBOX: Final = GROUPS.index(SANDBOX)
_OTHER: Final = GROUPS.index(OTHER_HOSTS)


def is_endpoint_cut(endpoint: str, host: str) -> bool:
    """Return whether an endpoint looks as if its column had been too short for it.

    Firefox's endpoints end in a token whose length is one of few: there it is certain. Elsewhere it is a guess by the
    width of the column, which Edge's long tokens confirm or deny, since whole ones fill their base64.
    """
    if endpoint.endswith("%") or endpoint[-2:-1] == "%":
        # In the middle of an escaped character.
        return True
    if host.endswith(".push.services.mozilla.com"):
        for path in _MOZILLA_PATHS:
            _, separator, token = endpoint.partition(path)
            if separator:
                return not _is_fernet(token)
    if len(endpoint) in NARROW_COLUMNS:
        return service_name(host) != host
    if len(endpoint) not in WIDE_COLUMNS:
        return False
    if host.endswith(".notify.windows.com"):
        return len(unquote(endpoint.partition("token=")[2])) % 4 != 0
    return True


def _is_fernet(token: str) -> bool:
    stripped = token.rstrip("=")
    try:
        decoded = urlsafe_b64decode(stripped + "=" * (-len(stripped) % 4))
    except (binascii.Error, ValueError):
        return False
    return len(decoded) > _FERNET_OVERHEAD and (len(decoded) - _FERNET_OVERHEAD) % 16 == 0


def _is_cut(key: str, whole: int) -> bool:
    return 0 < len(key) < whole and _BASE64.issuperset(key)
