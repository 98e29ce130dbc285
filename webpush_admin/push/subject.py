"""The VAPID subject: who answers for the pushes.

Runs on: any
"""

import re

from webpush_admin.push.errors import InvalidKeys

_MAILTO = re.compile(r"mailto:[^\s<>@,:]+@[^\s<>@,:]+")
_MAILTO_PREFIXES = re.compile(r"(?:mailto:)*", re.IGNORECASE)
_HTTPS = re.compile(r"https://[^\s<>\"@]+")


def normalised_subject(subject: str) -> str:
    """Return the `sub` claim for what an operator typed: a bare address gets its `mailto:`, once.

    Raises:
        InvalidKeys: Neither an e-mail address nor an https URL; Apple refuses anything else.

    Source: RFC 8292, section 2.1.
    """
    text = subject.strip()
    if "@" in text and not text.startswith("https:"):
        text = "mailto:" + _MAILTO_PREFIXES.sub("", text, count=1)
    if _MAILTO.fullmatch(text) or _HTTPS.fullmatch(text):
        return text
    raise InvalidKeys("The VAPID subject must be an e-mail address (mailto:ops@example.org) or an https URL.")


def subject_as_signed(subject: str) -> str:
    """Return what a kept subject is signed as; as it stands where nothing can be signed with it."""
    try:
        return normalised_subject(subject)
    except InvalidKeys:
        return subject
