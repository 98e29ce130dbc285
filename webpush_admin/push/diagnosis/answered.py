"""One answer held against rules: its body is read when a rule asks for it, and once.

Runs on: any
"""

import json
from datetime import UTC, datetime
from typing import Final

from webpush_admin.push.answer import Answer
from webpush_admin.push.diagnosis.rule import Rule

READ_BYTES: Final = 4096
"""Of a body: more is never looked at."""


class Answered:
    """One answer and the time at which it came.

    Args:
        answer: Its body and its headers are hostile.
        first_404_at: Aware; when the row's 404s began, None where there was none.
        now: Aware; None asks the clock where a rule needs it.
    """

    __slots__ = ("_answer", "_errno", "_first_404_at", "_now", "_text")

    def __init__(self, answer: Answer, first_404_at: datetime | None, now: datetime | None) -> None:
        self._answer = answer
        self._first_404_at = first_404_at
        self._now = now
        self._text: str | None = None
        self._errno: int | None = None

    def fulfils(self, rule: Rule) -> bool:
        """Whether everything is there that a rule names beside the status."""
        if rule.failures and self._answer.failure not in rule.failures:
            return False
        if rule.headers and not all(self._has(name, words) for name, words in rule.headers):
            return False
        if rule.again_after is not None:
            now = self._now or datetime.now(UTC)
            if self._first_404_at is None or now - self._first_404_at < rule.again_after:
                return False
        if rule.texts:
            text = self._body()
            if not any(wanted in text for wanted in rule.texts):
                return False
        if rule.errnos:
            self._body()
            return self._errno in rule.errnos
        return True

    def _has(self, name: str, words: tuple[str, ...]) -> bool:
        values = [value.casefold() for known, value in self._answer.headers if known == name]
        return any(not words or any(word in value for word in words) for value in values)

    def _body(self) -> str:
        if self._text is None:
            text = self._answer.body[:READ_BYTES].decode("utf-8", "replace")
            self._text = text.casefold()
            self._errno = _errno(text)
        return self._text


def _errno(text: str) -> int | None:
    """Return the `errno` of a JSON object, None where the text is anything else."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    number = told.get("errno") if isinstance(told, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None
