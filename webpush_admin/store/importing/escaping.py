"""Keeps a spreadsheet from running what a cell holds, without losing a character.

A text that would be a formula gets an apostrophe in front. So does one that only looks as if it had got one already:
then taking off one apostrophe is always right.

Runs on: any
"""

import re
from typing import Final

_WOULD_RUN: Final = re.compile(r"'*[=+\-@\t\r]")
_WAS_KEPT: Final = re.compile(r"'+[=+\-@\t\r]")


def escaped(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if _WOULD_RUN.match(text) else text


def unescaped(text: str) -> str:
    """Return what `escaped` was given."""
    return text[1:] if _WAS_KEPT.match(text) else text
