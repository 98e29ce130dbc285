"""Reads the head of an answer, and tells why there is none, in words.

Runs on: worker loop
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import pycurl

from webpush_admin.push.answer import Failure

MAX_HEADERS: Final = 64
MAX_HEADER_BYTES: Final = 8192

CURLE_HTTP2_STREAM: Final = 92
"""pycurl has no name for it. Source: libcurl-errors(3)."""
CURLE_TOO_LARGE: Final = 100
"""The same."""

MAYBE: Final = "; it may have arrived"
"""Takes the place of {maybe} in a reason where it is so."""

UNSEEN: Final = "The service turned the request away without looking at it."

_FAILURES: Final = {
    pycurl.E_COULDNT_RESOLVE_HOST: (Failure.DNS, "The host name could not be resolved."),
    pycurl.E_COULDNT_CONNECT: (Failure.REFUSED, "The connection was refused."),
    pycurl.E_GOT_NOTHING: (Failure.BROKEN, "The connection was closed without an answer{maybe}."),
    pycurl.E_RECV_ERROR: (Failure.BROKEN, "The connection broke before an answer came{maybe}."),
    pycurl.E_SEND_ERROR: (Failure.BROKEN, "The connection broke while sending{maybe}."),
    pycurl.E_SEND_FAIL_REWIND: (Failure.BROKEN, "The connection broke before an answer came{maybe}."),
    pycurl.E_PEER_FAILED_VERIFICATION: (Failure.TLS, "The service's TLS certificate is not valid for it."),
    pycurl.E_SSL_CONNECT_ERROR: (Failure.TLS, "No TLS connection could be made."),
    pycurl.E_SSL_CACERT_BADFILE: (Failure.TLS, "The file of certificate authorities cannot be read."),
    pycurl.E_PARTIAL_FILE: (Failure.BROKEN, "The answer ended too early{maybe}."),
    pycurl.E_HTTP2: (Failure.BROKEN, "The HTTP/2 connection broke{maybe}."),
    CURLE_HTTP2_STREAM: (Failure.BROKEN, "The service reset the HTTP/2 stream{maybe}."),
    CURLE_TOO_LARGE: (Failure.MALFORMED, "The headers of the answer have no end{maybe}."),
    pycurl.E_UNSUPPORTED_PROTOCOL: (Failure.MALFORMED, "What answered does not speak HTTP{maybe}."),
    pycurl.E_FTP_WEIRD_SERVER_REPLY: (Failure.MALFORMED, "What answered does not speak HTTP{maybe}."),
}

_NOT_REWOUND: Final = "necessary data rewind was not possible"
"""All that libcurl says where nothing went wrong before it would have sent a body once more."""

_ENDS: Final = (b"\r\n", b"\n")


def read_head(lines: Sequence[bytes]) -> tuple[int | None, tuple[tuple[str, str], ...]]:
    """Return the final status and its headers; None and nothing where the head did not come to its end.

    The status line is the verdict: what breaks behind complete headers does not change it.
    """
    begins, ends = -1, -1
    for number, line in enumerate(lines):
        if line[:5] == b"HTTP/":
            begins, ends = number, -1
        elif ends < 0 and line in _ENDS:
            ends = number
    if begins < 0 or ends < begins:
        return None, ()
    words = lines[begins].split(None, 2)
    # Three digits: RFC 9110, section 15.
    status = int(words[1]) if len(words) > 1 and len(words[1]) == 3 and words[1].isdigit() else 0
    if status < 200:
        return None, ()
    head = lines[begins + 1 : min(ends, begins + 1 + MAX_HEADERS)]
    size = 0
    for number, line in enumerate(head):
        size += len(line)
        if size > MAX_HEADER_BYTES:
            head = head[:number]
            break
    return status, tuple([_field(line) for line in head])


@lru_cache(maxsize=256)
def _field(line: bytes) -> tuple[str, str]:
    """Return a name and a value; a service sends nearly the same lines with every answer."""
    name, _, value = line.decode("latin-1").partition(":")
    return name.strip().lower(), value.strip()


def failed(code: int, detail: str, *, multiplexed: bool) -> tuple[Failure, str]:
    """Return what an error of libcurl means.

    Args:
        code: Its number.
        detail: What libcurl says of it, "" for nothing.
        multiplexed: The connection spoke HTTP/2, if it had come to that.
    """
    if code == pycurl.E_SEND_FAIL_REWIND and detail == _NOT_REWOUND:
        # Over HTTP/2 a connection that dies has another code, or a detail that says so. What is left is REFUSED_STREAM,
        # and GOAWAY for the streams behind the last one. Source: RFC 9113, sections 8.7 and 6.8.
        if multiplexed:
            return Failure.BROKEN, UNSEEN
        # It speaks of our body, which is no concern of an operator.
        detail = ""
    failure, reason = _FAILURES.get(code, (Failure.OTHER, "The request failed{maybe}."))
    return failure, f"{reason} ({detail})" if detail else reason


def failed_in_head(lines: Sequence[bytes]) -> tuple[Failure, str]:
    """Return what to say where libcurl is content with a head, and there is no status in it all the same."""
    if any(line in _ENDS for line in lines):
        return Failure.MALFORMED, "What answered does not speak HTTP{maybe}."
    return Failure.MALFORMED, "The answer broke off within its headers{maybe}."
