"""Who answers for the pushes: what an operator may type.

Runs on: any
"""

import pytest

from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.subject import normalised_subject


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("mailto:ops@example.org", "mailto:ops@example.org"),
        (" ops@example.org ", "mailto:ops@example.org"),
        ("MAILTO:mailto:ops@example.org", "mailto:ops@example.org"),
        ("https://example.org/contact", "https://example.org/contact"),
        ("https://example.org", "https://example.org"),
    ],
)
def test_a_subject_is_normalised(typed: str, subject: str) -> None:
    assert normalised_subject(typed) == subject


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ops",
        "mailto:",
        "mailto:ops",
        "http://example.org",
        "ops@",
        "@example.org",
        "a@b@c",
        "mailto:<a@b.c>",
        "https://",
        "https://a b",
        "ops@example.org, b@example.org",
        "ops@exa mple.org",
        "mailto:a@b.c\nX: y",
    ],
)
def test_a_subject_that_apple_would_refuse_is_refused(typed: str) -> None:
    with pytest.raises(InvalidKeys, match="subject"):
        normalised_subject(typed)
