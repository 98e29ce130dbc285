"""Findings in words: every one has them, the tables and the summary count right, and the summary names nobody.

Runs on: any
"""

from datetime import UTC, datetime

import pytest

from webpush_admin.backend.audit_records import AuditedService, AuditReport
from webpush_admin.gui.models.audit import (
    FINDING_COLUMNS,
    SERVICE_COLUMNS,
    checked,
    finding_lines,
    flagged,
    share,
    summary,
)
from webpush_admin.gui.models.findings import WORDS, found_words, pill, role, tip
from webpush_admin.store.rows import NOTHING_FOUND, Finding

FOUND = {Finding.IDLE: 12, Finding.P256DH: 1_400}
REPORT = AuditReport(
    at=datetime(2026, 11, 22, 14, 22, 7, tzinfo=UTC),
    took_s=1.5,
    checked=100_000,
    healthy=98_590,
    flagged=1_410,
    found=FOUND,
    services=(AuditedService("Apple", 99_000, 1_410, FOUND), AuditedService("Other hosts", 1_000, 0, {})),
    changed_since=True,
)


def test_every_finding_has_words_of_its_own() -> None:
    assert set(WORDS) == set(Finding)
    for what in ("title", "short", "meaning"):
        assert len({getattr(words, what) for words in WORDS.values()}) == len(WORDS)
    for words in WORDS.values():
        assert words.meaning.endswith(".")
        assert words.remedy.endswith(".")
        assert words.shown_title == words.title


def test_a_cell_tells_the_worst_and_how_many_more() -> None:
    assert pill(NOTHING_FOUND) == tip(NOTHING_FOUND) == ""
    assert pill(Finding.IDLE) == "idle"
    assert pill(Finding.IDLE | Finding.P256DH | Finding.TRUNCATED) == "p256dh +2"
    assert tip(Finding.IDLE | Finding.P256DH).count("\n") == 1
    assert [words.title for words in found_words(Finding.IDLE | Finding.P256DH)] == [
        "Unusable public key",
        "Idle for 270 days",
    ]


@pytest.mark.parametrize(
    ("found", "expected"),
    [(Finding.IDLE, "warn"), (Finding.P256DH | Finding.IDLE, "bad"), (Finding.RESERVED_HOST, "bad")],
)
def test_red_is_what_cannot_be_used(found: Finding, expected: str) -> None:
    assert role(found) == expected


def test_the_table_has_every_finding_those_of_none_last() -> None:
    lines = finding_lines(REPORT)
    assert [line.finding for line in lines[:2]] == [Finding.P256DH, Finding.IDLE]
    assert {line.finding for line in lines} == set(Finding)
    texts = [[column.text(line) for column in FINDING_COLUMNS] for line in lines]
    assert texts[0] == ["Unusable public key", WORDS[Finding.P256DH].meaning, "1,400", "1.4 %"]
    assert texts[1][2:] == ["12", "< 0.1 %"]
    assert texts[2][2:] == ["0", "0"]
    roles = [column.role(line) if column.role else None for line in lines[1:3] for column in FINDING_COLUMNS[:1]]
    assert roles == ["warn", "muted"]


def test_a_service_has_a_column_for_every_finding() -> None:
    row = {column.key: column.text(REPORT.services[0]) for column in SERVICE_COLUMNS}
    assert row == {
        "service": "Apple",
        "checked": "99,000",
        "flagged": "1,410",
        **{finding.name or "": "0" for finding in Finding},
        "P256DH": "1,400",
        "IDLE": "12",
    }


@pytest.mark.parametrize(
    ("count", "of", "expected"),
    [(0, 0, "0"), (0, 9, "0"), (1, 9, "11.1 %"), (9, 9, "100.0 %"), (1, 1_000_000, "< 0.1 %")],
)
def test_a_share_is_never_nought_of_something(count: int, of: int, expected: str) -> None:
    assert share(count, of) == expected


def test_the_summary_is_text_with_every_count() -> None:
    assert (checked(REPORT), flagged(REPORT)) == ("100,000 checked, 98,590 healthy", "1,410 with findings")
    assert summary(REPORT, "push.db").splitlines() == [
        "Audit of push.db, 2026-11-22 14:22:07 UTC",
        "100,000 checked, 98,590 healthy, 1,410 with findings",
        "Subscriptions have changed since; the counts are of what is left.",
        "",
        "  Unusable public key: 1,400 (1.4 %)",
        "  Idle for 270 days: 12 (< 0.1 %)",
        "",
        "Apple: 99,000 subscriptions",
        "  Unusable public key: 1,400 (1.4 %)",
        "  Idle for 270 days: 12 (< 0.1 %)",
        "",
        "Other hosts: 1,000 subscriptions",
        "  nothing found",
    ]
