"""How long a push service keeps a message, as people write it: "60 s", "1 h", "4 weeks".

Runs on: any
"""

import re
from typing import Final

from webpush_admin.push.errors import InvalidMessage
from webpush_admin.push.message import MAX_TTL_S

_UNITS: Final = (
    ("week", 604_800, ("w", "week", "weeks")),
    ("day", 86_400, ("d", "day", "days")),
    ("h", 3600, ("h", "hour", "hours")),
    ("min", 60, ("m", "min", "minute", "minutes")),
    ("s", 1, ("", "s", "sec", "second", "seconds")),
)
_WRITTEN: Final = re.compile(r"\s*(\d{1,9})\s*([a-z]*)\s*", re.ASCII)

PRESETS_S: Final = (60, 300, 3600, 43_200, 86_400, 604_800, MAX_TTL_S)


def ttl_words(ttl_s: int) -> str:
    """Return it in the largest unit that needs no fraction; a minute stays 60 s, as the header says it."""
    if ttl_s > 60:
        for name, unit_s, _ in _UNITS:
            if ttl_s % unit_s == 0:
                count = ttl_s // unit_s
                plural = "s" if len(name) > 3 and count != 1 else ""
                return f"{count:,} {name}{plural}"
    return f"{ttl_s} s"


def read_ttl(text: str) -> int:
    """Return the seconds.

    Raises:
        InvalidMessage: It is no duration, or a longer one than any push service takes.
    """
    match = _WRITTEN.fullmatch(text.lower().replace(",", ""))
    if match is not None:
        for _, unit_s, names in _UNITS:
            if match[2] in names:
                ttl_s = int(match[1]) * unit_s
                if ttl_s > MAX_TTL_S:
                    raise InvalidMessage("The TTL may be 4 weeks at most: no push service keeps a message longer.")
                return ttl_s
    raise InvalidMessage("The TTL must be a duration such as 60 s, 5 min, 1 h, 2 days or 4 weeks.")
