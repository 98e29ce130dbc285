"""Templates in the settings: kept, found again, and never more than there is room for.

Runs on: GUI thread
"""

import json

import pytest

from webpush_admin.gui.models.draft import Draft, message_of
from webpush_admin.gui.models.templates import (
    MOST_DRAFT_CHARACTERS,
    MOST_TEMPLATES,
    SAMPLES,
    Templates,
    fits,
    read_templates,
)
from webpush_admin.push.lint import Severity, lint
from webpush_admin.push.services import SERVICES


def test_they_are_kept_and_come_back() -> None:
    saved = Templates(SAMPLES)
    assert read_templates(saved.to_json()) == (saved, 0)
    assert read_templates(None) == (Templates(), 0)


def test_names_are_one_whatever_their_case() -> None:
    first, second = Draft(title="1"), Draft(title="2")
    saved = Templates().with_one("News", first).with_one("Other", first).with_one("NEWS", second)
    assert list(saved) == ["NEWS", "Other"]
    assert saved["NEWS"] == second
    assert saved.name_of(second) == "NEWS"
    assert list(saved.renamed("NEWS", "A").without("other")) == ["A"]


@pytest.mark.parametrize(
    "text",
    [
        1,
        "",
        "{",
        "[" * 100_000,
        "[]",
        '{"version": 2, "saved": []}',
        '{"version": 1, "saved": {}}',
        '{"version": 1, "saved": [1]}',
        '{"version": 1, "saved": [{"name": "", "draft": {}}]}',
        '{"version": 1, "saved": [{"name": "a", "draft": {"title": 1}}]}',
        "x" * 2_000_000,
    ],
)
def test_what_cannot_be_read_is_counted_and_left_out(text: object) -> None:
    assert read_templates(text) == (Templates(), 1)


def test_there_are_never_more_than_there_is_room_for() -> None:
    kept = [{"name": str(number), "draft": {}} for number in range(MOST_TEMPLATES + 2)]
    read, lost = read_templates(json.dumps({"version": 1, "saved": kept}))
    assert (len(read.saved), lost, read.full) == (MOST_TEMPLATES, 2, True)
    assert not fits(Draft(body="x" * MOST_DRAFT_CHARACTERS))


def test_the_samples_can_be_sent_and_nobody_refuses_them() -> None:
    for name, draft in SAMPLES:
        findings = lint(message_of(draft), "", SERVICES)
        assert not [found for found in findings if found.severity is not Severity.HINT], name
