"""One thing that was checked about keys, subject, answers or a token: how it came out, in one sentence.

Runs on: any
"""

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much it matters."""

    GOOD = "good"
    NOTE = "note"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class KeyFinding:
    """One thing that was checked.

    Attributes:
        about: "Key pair", "Subject", "Subscriptions", "Answers", "Clock", and so on.
        severity: How it came out.
        sentence: What was found, in words and numbers.
        action: What to do, "" for nothing.
    """

    about: str
    severity: Severity
    sentence: str
    action: str = ""
