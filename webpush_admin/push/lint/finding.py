"""One thing to look at before sending.

Runs on: any
"""

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How bad it is."""

    REFUSED = "refused"
    """A push service says no."""
    WARNING = "warning"
    """Some people will not see what was meant."""
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing to look at before sending.

    Attributes:
        severity: See `Severity`.
        field: Which part it is about: "topic", "ttl", "title", "icon", "image", "badge", "url", "actions", "payload",
            "subject".
        sentence: What is, or will be, wrong.
        remedy: What to do.
        source: Where this is known from.
        offer: A text that could stand in the field instead, "" for none.
    """

    severity: Severity
    field: str
    sentence: str
    remedy: str
    source: str
    offer: str = ""
