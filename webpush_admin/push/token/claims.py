"""What is wrong with the header and the claims of a VAPID token.

Runs on: any
"""

import json
import re
from collections.abc import Iterator, Mapping
from math import inf
from typing import Any, Final
from urllib.parse import urlsplit

from webpush_admin.push.lint.key_finding import KeyFinding, Severity
from webpush_admin.push.lint.subject import SET_IT, check_subject
from webpush_admin.push.services import SERVICES_BY_ID, service_for, service_name
from webpush_admin.push.token.times import in_words, moment

DAY_S: Final = 24 * 3600
"""The longest that a token may be valid. Source: RFC 8292, section 2."""

TIGHT_S: Final = 60
"""So close to the day, a clock that is a little behind makes it too long."""

_MILLISECONDS_FROM: Final = 10**11
"""As seconds that is the year 5138, as milliseconds 1973."""

SHOWN_CHARACTERS: Final = 120

_SIGN_ES256: Final = "Sign with ES256: ECDSA on P-256 with SHA-256."
_SIGN_ORIGIN: Final = "Sign a token for each push service, with scheme and host of the endpoint as aud."
_ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_LOCAL: Final = re.compile(r"(?:localhost|127\.[0-9.]+|\[::1\])(?::|$)")


def check_header(header: Mapping[str, Any]) -> Iterator[KeyFinding]:
    """Tell what the JOSE header says. Source: RFC 8292, section 2; RFC 7515, section 4.1."""
    algorithm, kind = header.get("alg"), header.get("typ")
    wrong = False
    if algorithm != "ES256":
        wrong = True
        said = "names no algorithm (alg)" if algorithm is None else f"says alg {_quoted(algorithm)}"
        yield _bad("Header", f"The header {said}; push services take ES256 alone.", _SIGN_ES256)
    if not (isinstance(kind, str) and kind.lower() == "jwt"):
        wrong = True
        said = "does not say typ JWT" if kind is None else f"says typ {_quoted(kind)} instead of JWT"
        yield KeyFinding(
            "Header", Severity.WARN, f"The header {said}; some push services refuse that.", "Set typ to JWT."
        )
    if "crit" in header:
        wrong = True
        yield _bad("Header", "The header asks for extensions (crit) that no push service knows.", "Leave crit out.")
    if not wrong:
        yield KeyFinding("Header", Severity.GOOD, "Signed with ES256, as RFC 8292 asks.")


def check_audience(claims: Mapping[str, Any], origin: str) -> Iterator[KeyFinding]:
    """Tell whether `aud` is the origin of the push service; `origin` is the endpoint's, "" where that is not known.

    Source: RFC 8292, section 2; RFC 6454, section 6.1.
    """
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) == 1:
        told = "aud is a list of one; Mozilla autopush and others read a text only."
        yield KeyFinding("aud", Severity.WARN, told, "Give the origin as a text.")
        audience = audience[0]
    if audience is None:
        yield _bad("aud", "aud is missing: the token says for no push service that it is meant.", _SIGN_ORIGIN)
        return
    if not isinstance(audience, str):
        yield _bad("aud", f"aud is {_quoted(audience)}, not the text of an origin.", _SIGN_ORIGIN)
        return
    flaw = _audience_flaw(audience)
    if flaw:
        yield _bad("aud", f"aud is {_quoted(audience)}, {flaw}.", _SIGN_ORIGIN)
    if origin and audience_origin(audience) != origin:
        told = f"aud is {_quoted(audience)}, but the endpoint's origin is {origin[:SHOWN_CHARACTERS]}."
        yield _bad("aud", told, _SIGN_ORIGIN)
    elif not flaw:
        yield _audience_as_it_is(audience, bool(origin))


def _audience_as_it_is(audience: str, compared: bool) -> KeyFinding:
    shown = audience[:SHOWN_CHARACTERS]
    service = service_for(urlsplit(audience).hostname or "")
    if compared or service:
        whose = "the endpoint's origin" if compared else "the origin"
        told = f"aud is {shown}, {whose}" + (f": {service.name}." if service else ".")
        return KeyFinding("aud", Severity.GOOD, told)
    if _LOCAL.match(audience.partition("://")[2]):
        return KeyFinding("aud", Severity.NOTE, f"aud is {shown}, on this machine: a push service for tests.")
    told = f"aud is {shown}, which is no push service that is known here."
    action = "It must be the origin of the endpoint, not of your own site: compare them."
    return KeyFinding("aud", Severity.WARN, told, action)


def audience_origin(audience: str) -> str:
    """Return the origin of a URL: lower case, without a default port; "" where it has none."""
    try:
        parts = urlsplit(audience.strip())
        port = parts.port
    except ValueError:
        return ""
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in ("http", "https") or not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{shown}" + (f":{port}" if port is not None and port != usual else "")


def _audience_flaw(audience: str) -> str:
    """Return what keeps a text from being an origin, as the end of a sentence; "" where nothing does."""
    lower = audience.lower()
    if not lower.startswith(("https://", "http://")):
        return "which is no origin: it begins with https://"
    after = audience.partition("://")[2]
    if after.count("/") == 1 and after.endswith("/"):
        return "which is no origin: the slash at the end is one too many"
    if re.search(r"[/?#]", after):
        return "which is no origin: no path may follow the host"
    if lower.startswith("http://") and not _LOCAL.match(lower[len("http://") :]):
        return "but every push service is on https"
    if audience != lower or audience_origin(audience) != audience or not _ORIGIN.fullmatch(audience):
        return "which is not how an origin is written: lower case, and no port where it is the usual one"
    return ""


def check_expiry(claims: Mapping[str, Any], now_s: float) -> Iterator[KeyFinding]:
    """Tell whether the token is valid now, and not for too long.

    Source: RFC 8292, section 2; RFC 7519, section 4.1.4.
    """
    given = claims.get("exp")
    for_hours = "Set exp to the time in seconds, plus some hours."
    if given is None:
        yield _bad("exp", "exp is missing: a token that never ends is refused.", for_hours)
        return
    expiry = _number(given)
    if expiry is None:
        kind = "a text" if isinstance(given, str) else "not a number"
        yield _bad("exp", f"exp is {_quoted(given)}, {kind}; a number of seconds is asked for.", for_hours)
        return
    if expiry >= _MILLISECONDS_FROM and moment(expiry / 1000):
        told = f"exp is in milliseconds: {_quoted(given)} would be {moment(expiry / 1000)}."
        yield _bad("exp", told, "Divide by 1000, and leave the fraction out.")
        return
    at = moment(expiry)
    if not at:
        yield _bad("exp", f"exp is {_quoted(given)}, which is no time.", for_hours)
        return
    yield _expiry_at(at, expiry - now_s)
    if isinstance(given, float):
        told = f"exp is {_quoted(given)}, with a fraction; Mozilla autopush reads whole seconds only."
        yield KeyFinding("exp", Severity.WARN, told, "Round it down.")


def _expiry_at(at: str, left_s: float) -> KeyFinding:
    if left_s <= 0:
        told = f"The token expired {in_words(left_s)} ago, at {at}."
        return _bad("exp", told, "Sign a new one; where it was new, look at this machine's clock.")
    if left_s > DAY_S:
        told = f"The token is valid for {in_words(left_s)}, until {at}; 24 h is the most that push services take."
        return _bad("exp", told, "Set exp to 12 hours from now; where it says so, look at this machine's clock.")
    if left_s > DAY_S - TIGHT_S:
        told = f"The token is valid for 24 h to the minute, until {at}: too long, where the clock is a little ahead."
        return KeyFinding("exp", Severity.WARN, told, "Set exp to 12 hours from now.")
    return KeyFinding("exp", Severity.GOOD, f"The token is valid for {in_words(left_s)} more, until {at}.")


def check_times(claims: Mapping[str, Any], now_s: float) -> Iterator[KeyFinding]:
    """Tell where the token says that it is not valid yet, or was made later than now. Source: RFC 7519, section 4.1."""
    for name, severity, what in (
        ("nbf", Severity.BAD, "The token is not valid before"),
        ("iat", Severity.WARN, "The token says that it was made at"),
    ):
        given = claims.get(name)
        if given is None:
            continue
        at = _number(given)
        if at is None:
            yield _bad(name, f"{name} is {_quoted(given)}, not a number of seconds.", f"Leave {name} out.")
        elif at >= _MILLISECONDS_FROM:
            yield _bad(name, f"{name} is {_quoted(given)}: no time in seconds.", "Divide milliseconds by 1000.")
        elif at > now_s:
            told = f"{what} {moment(at)}, which is {in_words(at - now_s)} from now."
            yield KeyFinding(name, severity, told, "Look at the clock of the machine that signed it.")


def check_sub(claims: Mapping[str, Any], services: Mapping[str, int]) -> Iterator[KeyFinding]:
    """Tell what push services make of `sub`. Source: RFC 8292, section 2.1."""
    subject = claims.get("sub", "")
    if not isinstance(subject, str):
        yield _bad("sub", f"sub is {_quoted(subject)}, not a text.", SET_IT)
        return
    yield from check_subject(subject, services, claim=True)


def concerned(audience: object, origin: str) -> dict[str, int]:
    """Return the push services that a token is meant for, all of them where that cannot be told."""
    told = origin or (audience_origin(audience) if isinstance(audience, str) else "")
    if not told:
        return {service.name: 0 for service in SERVICES_BY_ID.values()}
    return {service_name(urlsplit(told).hostname or ""): 0}


def _bad(about: str, sentence: str, action: str) -> KeyFinding:
    return KeyFinding(about, Severity.BAD, sentence, action)


def _number(value: object) -> float | None:
    """Return a number, None for everything else; what is too large for one is infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return inf


def _quoted(value: object) -> str:
    """Return a value as JSON writes it, in ASCII, cut where it is long."""
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "an object"
    return json.dumps(value[:SHOWN_CHARACTERS] if isinstance(value, str) else value)[: SHOWN_CHARACTERS * 6]
