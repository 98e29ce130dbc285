"""The browsers by the marks in their user agents, as a filter tells them apart; free of SQLAlchemy.

The database itself looks for the marks, so that a million rows need no parser. What a row shows of its browser comes
from a parser of user agents, and may know more.

Runs on: any
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Browser:
    """One browser.

    Attributes:
        name: What the filter shows.
        marks: The user agent holds one of these.
        others: And none of these, by which others who name the same marks are told apart.
    """

    name: str
    marks: tuple[str, ...]
    others: tuple[str, ...] = ()


BROWSERS: Final = (
    Browser("Chrome", ("Chrome/", "CriOS/"), ("Edg", "OPR/", "SamsungBrowser/", "YaBrowser/", "Vivaldi/")),
    Browser("Firefox", ("Firefox/", "FxiOS/"), ("Seamonkey/",)),
    Browser("Safari", ("Safari/",), ("Chrome/", "Chromium/", "CriOS/", "FxiOS/", "EdgiOS/", "OPiOS/", "Android")),
    Browser("Edge", ("Edg/", "EdgA/", "EdgiOS/", "Edge/")),
    Browser("Opera", ("OPR/", "OPiOS/", "Opera/")),
    Browser("Samsung Internet", ("SamsungBrowser/",)),
)
"""In the order of the filter's list."""

OTHER: Final = "other"
"""A user agent of none of them."""

UNKNOWN: Final = "unknown"
"""No user agent at all."""


def browser_name(user_agent: str | None) -> str:
    """Return the name by which the filter finds a user agent, `OTHER` or `UNKNOWN`."""
    if not user_agent:
        return UNKNOWN
    for browser in BROWSERS:
        if any(mark in user_agent for mark in browser.marks) and not any(mark in user_agent for mark in browser.others):
            return browser.name
    return OTHER
