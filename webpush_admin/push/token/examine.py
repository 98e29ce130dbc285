"""Takes a pasted token apart and tells, in a fixed order, what is right and wrong with it.

Runs on: any
"""

from collections.abc import Sequence
from datetime import datetime

from webpush_admin.push.lint.key_finding import KeyFinding, Severity
from webpush_admin.push.token.claims import (
    audience_origin,
    check_audience,
    check_expiry,
    check_header,
    check_sub,
    check_times,
    concerned,
)
from webpush_admin.push.token.parts import as_text, read_parts
from webpush_admin.push.token.pasted import ALONE, Pasted, read_pasted
from webpush_admin.push.token.records import KnownPair, TokenReport
from webpush_admin.push.token.signature import KEY, check_key, check_signature, read_key
from webpush_admin.push.vapid import fingerprint


def examine(text: str, now: datetime, pairs: Sequence[KnownPair] = ()) -> TokenReport:
    """Return what is to be said of what was pasted.

    Args:
        text: An Authorization header, a block of headers, a cURL command, or a JWT; hostile.
        now: Aware.
        pairs: Key pairs whose signature it may be, the active one first.

    Raises:
        InvalidKeys: There is nothing in it that could be a token, or far too much of it.
    """
    pasted = read_pasted(text)
    parts = read_parts(pasted.token)
    found = [*pasted.findings]
    if pasted.token:
        found += parts.findings
    if parts.header is not None:
        found += check_header(parts.header)
    origin = audience_origin(pasted.endpoint)
    if parts.claims is not None:
        now_s = now.timestamp()
        found += check_audience(parts.claims, origin)
        found += check_expiry(parts.claims, now_s)
        found += check_times(parts.claims, now_s)
        found += check_sub(parts.claims, concerned(parts.claims.get("aud"), origin))
    key, about_key = _key(pasted, pairs)
    found += about_key
    found += check_signature(parts, key, pairs)
    return TokenReport(
        scheme=pasted.scheme,
        header=as_text(parts.header),
        claims=as_text(parts.claims),
        public_key=key or pasted.key[:200],
        fingerprint=fingerprint(key),
        findings=tuple(found),
    )


def _key(pasted: Pasted, pairs: Sequence[KnownPair]) -> tuple[str, list[KeyFinding]]:
    if pasted.key:
        key, wrong = read_key(pasted.key)
        return key, [*wrong, *([check_key(key, pairs)] if key else [])]
    if pasted.scheme == ALONE:
        return "", []
    if pasted.scheme == "vapid":
        told = "The public key is missing: no k= stands behind the token."
        return "", [KeyFinding(KEY, Severity.BAD, told, "Send “vapid t=<token>, k=<public key>”.")]
    told = f"The public key did not come with it: beside {pasted.scheme} it stands in Crypto-Key, as p256ecdsa=."
    return "", [
        KeyFinding(KEY, Severity.WARN, told, "Paste that header too, or send “vapid t=<token>, k=<public key>”.")
    ]
