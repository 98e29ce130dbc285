"""One subscription in words.

Runs on: any
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.gui.models.history_rows import ROW
from webpush_admin.backend.detail import Agent, EndpointPart, KeyCheck, KeyOrigin, PartKind, Problems
from webpush_admin.gui.models import detail
from webpush_admin.gui.models.detail import (
    ANSWER_COLUMNS,
    agent_text,
    auth_verdict,
    endpoint_verdict,
    last_request,
    nothing_sent,
    p256dh_verdict,
    part_text,
    since,
)
from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import DeliveryRow

AT = datetime(2026, 11, 22, 12, 30, 5, tzinfo=UTC)
REFUSED = replace(
    ROW, at=AT, outcome=Outcome.REJECTED, status=404, rule="any-404-expired", body="gone?", pruned=False, attempts=2
)
BLOCKED = replace(REFUSED, outcome=Outcome.BLOCKED, status=None, rule="", reason="The address is not allowed.")
SENT = replace(REFUSED, outcome=Outcome.ACCEPTED, status=201, rule="", body="", attempts=1)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (EndpointPart(PartKind.INTERFACE, "/wpush/v2/"), "Interface: /wpush/v2/"),
        (EndpointPart(PartKind.BOUND), "Made for one VAPID key"),
        (EndpointPart(PartKind.CAPABILITY, "wXyZ", 1204), "Token: …wXyZ, 1,204 characters"),
    ],
)
def test_parts_are_told_in_words(part: EndpointPart, text: str) -> None:
    assert part_text(part) == text


def test_each_key_says_what_is_wrong_or_how_long_it_is() -> None:
    fine = KeyCheck(Problems(), 188, 65, 16, "1a31")
    assert endpoint_verdict(fine) == "Endpoint ok: 188 characters."
    assert p256dh_verdict(fine) == "p256dh ok: 65 bytes, on P-256."
    assert auth_verdict(fine) == "auth ok: 16 bytes."
    wrong = KeyCheck(Problems("No URL.", "No point.", "Too short."), 3, None, 3, "")
    assert (endpoint_verdict(wrong), p256dh_verdict(wrong), auth_verdict(wrong)) == wrong.problems


def _cells(row: DeliveryRow) -> dict[str, str]:
    return {column.key: column.text(row) for column in ANSWER_COLUMNS}


def test_an_answer_of_the_history_is_told_with_its_meaning() -> None:
    assert _cells(replace(REFUSED, at=datetime.now(UTC)))["at"].count(":") == 2
    cells = _cells(REFUSED)
    assert (cells["outcome"], cells["elapsed"]) == ("404 rejected", "38 ms")
    assert cells["meaning"] == "expired, perhaps: watch the row"
    assert cells["at"] == f"{AT:%Y-%m-%d}" or AT.date() == datetime.now(UTC).date()
    assert "gone?" in {column.key: column.tip(REFUSED) for column in ANSWER_COLUMNS}["meaning"]
    assert _cells(BLOCKED)["outcome"] == "blocked"
    assert _cells(replace(SENT, outcome=None, status=None))["outcome"] == "under way"


def test_why_there_is_no_request_to_be_copied() -> None:
    assert "Nothing has been sent" in nothing_sent(())
    assert "blocked here" in nothing_sent((BLOCKED,))
    assert nothing_sent((BLOCKED, SENT)) == ""
    assert last_request((BLOCKED, SENT, REFUSED)) is SENT
    assert last_request((BLOCKED, replace(SENT, outcome=None))) is None


def test_times_are_words() -> None:
    now = datetime.now(UTC)
    assert since(None, "never") == "never"
    assert since(now, "never") == "now"
    assert since(now - timedelta(minutes=14, seconds=5), "never") == "14 min ago"
    assert since(AT - timedelta(days=900), "never").startswith("2024-")


def test_what_is_known_of_a_browser_stands_in_lines() -> None:
    assert agent_text(Agent("Firefox 141.0", "", "Samsung SM-S918B")) == "Firefox 141.0\nSamsung SM-S918B"
    assert agent_text(Agent()) == ""


def test_every_word_of_the_backend_is_marked_for_translation() -> None:
    words = {kind.value for kind in (*PartKind, *KeyOrigin)}
    assert words == set(detail._MARKED)
