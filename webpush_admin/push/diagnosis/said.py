"""What a service said in words, out of a sentence, a JSON object, a page of HTML or a header.

Runs on: any
"""

import html
import json
import re
from collections.abc import Sequence
from typing import Final

SAID_CHARACTERS: Final = 120

_TOLD_BY_HEADER: Final = "x-wns-error-description"
_KEYS: Final = ("message", "reason", "error_description", "detail", "error", "title")
_TITLE: Final = re.compile(r"<title[^>]{0,100}>([^<]{1,300})", re.IGNORECASE)


def said(body: str, headers: Sequence[tuple[str, str]]) -> str:
    """Return at most 120 characters in one line, without the full stop at their end; "" where nothing was said."""
    for name, value in headers:
        if name == _TOLD_BY_HEADER and value:
            return _one_line(value)
    text = body.strip()
    if text.startswith("{"):
        return _one_line(_of_object(text))
    if text.startswith("<"):
        title = _TITLE.search(text)
        return _one_line(html.unescape(title[1])) if title else ""
    return _one_line(text.partition("\n")[0])


def _of_object(text: str) -> str:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(told, dict):
        return ""
    # FCM's newer answers wrap theirs: {"error": {"message": ...}}.
    inner = told.get("error")
    for place in (told, inner if isinstance(inner, dict) else {}):
        for key in _KEYS:
            value = place.get(key)
            if isinstance(value, str) and value.strip():
                return value
    return ""


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    shown = line if len(line) <= SAID_CHARACTERS else f"{line[: SAID_CHARACTERS - 1]}…"
    return shown.rstrip(".")
