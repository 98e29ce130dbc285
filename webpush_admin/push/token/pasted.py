"""Finds token, key and endpoint in what was pasted: a header, a block of headers, a cURL command, JSON, or a bare JWT.

Runs on: any
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.lint.key_finding import KeyFinding, Severity
from webpush_admin.push.token.unwrapping import unwrapped

MAX_PASTED_BYTES: Final = 16 * 1024

ALONE: Final = "JWT alone"
_SPELLINGS: Final = {"vapid": "vapid", "webpush": "WebPush", "bearer": "Bearer"}

_PERCENT: Final = re.compile(
    r"(?:vapid|webpush|bearer)%20|\b[tk]%3D|%2C(?:%20)?k(?:%3D|=)|authorization%3A", re.IGNORECASE
)
_NAMED: Final = re.compile(r"""(["']?)\b(authorization|crypto-key)["']?\s*(?:=>|[:=])\s*(["']?)\s*""", re.IGNORECASE)
_SCHEME: Final = re.compile(r"(vapid|webpush|bearer)\b\s*", re.IGNORECASE)
_SCHEME_INSIDE: Final = re.compile(r"\b(?:vapid|webpush|bearer)\s+(?=\S*[=.])", re.IGNORECASE)
_OTHER_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9_-]{1,30})[ =]\S")
# A token or a quoted string, whose end may have been left out. Source: RFC 9110, section 11.2.
_PARAMETER: Final = re.compile(r"""\b([A-Za-z0-9]{1,12})\s*=\s*(?:"([^"]*)"?|([^\s,;"']*))""")
_JWT: Final = re.compile(r"(?<![A-Za-z0-9+/=_-])eyJ[A-Za-z0-9+/=_-]*(?:\.[A-Za-z0-9+/=_-]*){1,4}")
_DOTTED: Final = re.compile(r"[A-Za-z0-9+/=_-]+(?:\.[A-Za-z0-9+/=_-]*)+")
_ALONE_KEY: Final = re.compile(r"(?<![A-Za-z0-9_.=/+-])B[A-Za-z0-9_-]{86}=?(?![A-Za-z0-9_.-])")

_ENDPOINT: Final = re.compile(r"""\bendpoint["']?\s*[:=]\s*["']?(https?://[^\s"'<>\\,]+)""", re.IGNORECASE)
_ELSEWHERE: Final = re.compile(
    r"""\b(?:origin|referer|location|link|sub|aud|k|t)["']?\s*[:=]\s*["'<]?\s*$""", re.IGNORECASE
)
_URL: Final = re.compile(r"""https?://[^\s"'<>\\,`^]+""", re.IGNORECASE)
_HOST: Final = re.compile(
    r"""(?:^|["'])(?::authority|host)["']?\s*:\s*["']?([A-Za-z0-9.:\[\]-]{1,255})""", re.IGNORECASE | re.MULTILINE
)
_LOCAL: Final = re.compile(r"(?:localhost|127\.|\[::1\])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, repr=False)
class Pasted:
    """What was found. Its repr tells nothing: the token can be used until it expires.

    Attributes:
        scheme: "vapid", "WebPush", "Bearer", `ALONE`, or another one as it was written.
        token: The JWT, "" where there is none.
        key: The public key that came with it, "" where none did.
        endpoint: The URL that the request went to, or the origin of it; "" where that is not known.
        findings: About how it was written.
    """

    scheme: str
    token: str
    key: str
    endpoint: str
    findings: tuple[KeyFinding, ...]


def read_pasted(text: str) -> Pasted:
    """Find out what was pasted.

    Raises:
        InvalidKeys: There is too much of it, or nothing in it that could be a token.
    """
    size = len(text.encode("utf-8", "replace"))
    if size > MAX_PASTED_BYTES:
        raise InvalidKeys(f"The text has {size:,} bytes; a request's headers fit into {MAX_PASTED_BYTES:,}.")
    notes: list[KeyFinding] = []
    if _PERCENT.search(text):
        text = unquote(text, errors="replace")
        notes.append(_form(Severity.NOTE, "The text was percent-encoded and was decoded; a header is sent as it is."))
    whole = unwrapped(text)
    named = _named_values(whole)
    value = named.get("authorization")
    found = _from_value(value, headed=True) if value is not None else _from_text(whole)
    if found is None:
        raise InvalidKeys("There is no token in it: paste an Authorization header, the headers of a request, or a JWT.")
    scheme, token, key, about = found
    if scheme != "vapid" and not key:
        key = _crypto_key(named.get("crypto-key", whole if value is None else ""))
    return Pasted(scheme, token, key, _endpoint(whole), (*notes, *about))


def _named_values(whole: str) -> dict[str, str]:
    """Return the values of the headers that matter, by their names in lower case; the first one of each counts."""
    found: dict[str, str] = {}
    for match in _NAMED.finditer(whole):
        # The name and its value are quoted together, as for cURL, or each by itself, as in JSON.
        quote = match[3] or match[1]
        rest = whole[match.end() :].partition("\n")[0]
        value = rest.partition(quote)[0] if quote else rest.rstrip(" \t'\"},;\\")
        found.setdefault(match[2].lower(), value.strip())
    return found


_Found = tuple[str, str, str, list[KeyFinding]]
"""Scheme, token, key, and what is to be said of their form."""


def _from_text(whole: str) -> _Found | None:
    """Look for a token in a text that names no header."""
    inside = _SCHEME_INSIDE.search(whole)
    if inside:
        return _from_value(whole[inside.start() :].partition("\n")[0].strip(" \t'\"`"), headed=False)
    parameters = {match[1].lower() for match in _PARAMETER.finditer(whole)}
    if "t" in parameters:
        return _from_value(whole.replace("\n", " ").strip(" \t'\"`"), headed=False)
    jwt = _JWT.search(whole) or _DOTTED.fullmatch(whole.strip(" \t\n'\"`"))
    if jwt is None:
        word = whole.strip(" \t\n'\"`")
        return (ALONE, word, "", [_alone()]) if re.fullmatch(r"[A-Za-z0-9+/=_-]{20,}", word) else None
    key = _ALONE_KEY.search(whole[: jwt.start()] + " " + whole[jwt.end() :])
    return ALONE, jwt[0], key[0] if key else "", [_alone()]


def _from_value(value: str, *, headed: bool) -> _Found:
    """Take the value of an Authorization header apart; `headed` where the header's name was there."""
    scheme = _SCHEME.match(value)
    if scheme is None and not _PARAMETER.match(value):
        jwt = _JWT.match(value)
        if jwt:
            said = _form(
                Severity.BAD,
                "The Authorization header begins with the token; the word vapid and t= are missing before it.",
                "Send “vapid t=<token>, k=<public key>”.",
            )
            return ALONE, jwt[0], "", [said]
        return _of_another_scheme(value)
    if scheme is not None and scheme[1].lower() != "vapid":
        return _of_a_draft(scheme, value)
    if scheme is None and value.lower().startswith("key="):
        return _of_another_scheme(value)
    return _of_vapid(value[scheme.end() :] if scheme else value, named=scheme is not None, headed=headed)


def _of_vapid(text: str, *, named: bool, headed: bool) -> _Found:
    given: dict[str, str] = {}
    about: list[KeyFinding] = []
    for match in _PARAMETER.finditer(text):
        name = match[1].lower()
        if name in given and name in ("t", "k"):
            about.append(_form(Severity.BAD, f"The parameter {name} is given twice.", "Send it once."))
        given.setdefault(name, match[2] if match[2] is not None else match[3])
    if not named:
        told = "The word vapid is missing before t= and k=."
        about.append(_form(Severity.BAD if headed else Severity.NOTE, told, "Send “vapid t=<token>, k=<public key>”."))
    token = given.get("t", "")
    if not token:
        jwt = _JWT.search(text)
        token = jwt[0] if jwt else ""
        told = "The parameter t, the token itself, is missing."
        if token:
            told = "The parameter t= is missing before the token."
        about.append(_form(Severity.BAD, told, "Send “vapid t=<token>, k=<public key>”."))
    if re.search(r"[A-Za-z0-9_-]\s*;\s*[tk]\s*=", text):
        about.append(_form(Severity.BAD, "t and k are separated by a semicolon.", "Put a comma between them."))
    elif re.search(r"[A-Za-z0-9_=\"-]\s+[tk]\s*=", text) and "t" in given and "k" in given and "," not in text:
        about.append(_form(Severity.BAD, "Nothing separates t and k but a space.", "Put a comma between them."))
    if not about:
        about.append(_form(Severity.GOOD, "An Authorization header of the scheme vapid, as RFC 8292 writes it."))
    return "vapid", token, given.get("k", ""), about


def _of_a_draft(scheme: re.Match[str], value: str) -> _Found:
    name = _SPELLINGS[scheme[1].lower()]
    rest = value[scheme.end() :]
    parameters = {match[1].lower(): match[2] or match[3] for match in _PARAMETER.finditer(rest)}
    token = parameters.get("t", "") or rest.split(",")[0].partition(" ")[0].strip("\"'")
    said = _form(
        Severity.WARN,
        f"The scheme {name} is that of a draft; the standard's is vapid, and Apple takes no other.",
        "Send “vapid t=<token>, k=<public key>”, with aes128gcm.",
    )
    return name, token, parameters.get("k", ""), [said]


def _of_another_scheme(value: str) -> _Found:
    other = _OTHER_SCHEME.match(value)
    if value.lower().startswith("key="):
        told = "The header has an old server key of GCM or FCM (key=…) and no VAPID token."
    elif other:
        told = f"The scheme of the header is {other[1]}, not vapid."
    else:
        told = "The Authorization header holds no token."
    jwt = _JWT.search(value)
    action = "Send “vapid t=<token>, k=<public key>”."
    return other[1] if other else ALONE, jwt[0] if jwt else "", "", [_form(Severity.BAD, told, action)]


def _crypto_key(value: str) -> str:
    """Return the public key of a Crypto-Key header. Source: draft-ietf-webpush-vapid-01, section 4."""
    found = re.search(r"""\bp256ecdsa\s*=\s*"?([^\s,;"']+)""", value, re.IGNORECASE)
    return found[1] if found else ""


def _endpoint(whole: str) -> str:
    named = _ENDPOINT.search(whole)
    if named:
        return named[1]
    for match in _URL.finditer(whole):
        if not _ELSEWHERE.search(whole[max(0, match.start() - 40) : match.start()]):
            return match[0]
    host = _HOST.search(whole)
    if host is None:
        return ""
    return f"{'http' if _LOCAL.match(host[1]) else 'https'}://{host[1]}"


def _alone() -> KeyFinding:
    return _form(Severity.NOTE, "A JWT alone: in a request it stands after “vapid t=”, with k= behind it.")


def _form(severity: Severity, sentence: str, action: str = "") -> KeyFinding:
    return KeyFinding("Form", severity, sentence, action)
