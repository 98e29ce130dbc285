"""Makes one line of each header again, where a terminal, a mail or a document has broken it into several.

Runs on: any
"""

import re
from typing import Final

# What a line begins with that goes on with nothing: a header, an option, a request line, an address, a bracket.
_BEGINS: Final = re.compile(
    r"""--?[A-Za-z][\w-]*\s|curl\b|[{}\[\]"'(]|(?:POST|PUT|GET|HTTP/\S*)\s|https?://|:?[A-Za-z][A-Za-z0-9_-]{0,60}\s*:(?!//)""",
    re.IGNORECASE,
)
_PARAMETER: Final = re.compile(r"(?:[tk]|p256ecdsa|dh)\s*=", re.IGNORECASE)
_SCHEME_AT_END: Final = re.compile(r"\b(?:vapid|webpush|bearer)$", re.IGNORECASE)
_KEY: Final = re.compile(r"B[A-Za-z0-9_-]{86}=?")
_OF_A_TOKEN: Final = re.compile(r"[A-Za-z0-9+/=._-]")
_GOES_ON: Final = re.compile(r"\s*[\\^`]$")
"""A command that goes on in the next line, in the shells of Linux, Windows and PowerShell."""


def unwrapped(text: str) -> str:
    """Return a text with the pieces of a broken line put together."""
    lines: list[str] = []
    begins = True
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        # cURL writes "> " before what it sends when it is asked to tell.
        line = raw.strip().removeprefix("> ").strip()
        if not line:
            begins = True
            continue
        goes_on = _GOES_ON.search(line)
        line = _GOES_ON.sub("", line)
        if begins or _BEGINS.match(line) or (_KEY.fullmatch(line) and not lines[-1].endswith("=")):
            lines.append(line)
        else:
            lines[-1] += ("" if _is_one_word(lines[-1], line) else " ") + line
        begins = goes_on is not None
    return "\n".join(lines)


def _is_one_word(before: str, line: str) -> bool:
    if not before or not line or _PARAMETER.match(line) or _SCHEME_AT_END.search(before):
        return False
    return bool(_OF_A_TOKEN.match(before[-1]) and _OF_A_TOKEN.match(line))
