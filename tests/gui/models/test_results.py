"""Answers in words, and the report for a ticket.

Runs on: any
"""

from datetime import UTC, datetime
from uuid import UUID

from webpush_admin.backend.records import SendSummary
from webpush_admin.gui.models.results import Result, Tally, report
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.subscription import Subscription

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
USER = UUID(int=7)
ROW = Subscription("https://push.example.org/secret-path/abcd", "BPpublic", "auth-secret", id=3, user_id=USER)


def _result(outcome: Outcome, *, test: bool = True, **more: object) -> Result:
    return Result(Delivery(ROW, outcome, **more), test, AT)  # type: ignore[arg-type]  # fields by keyword


def test_only_what_a_test_found_gone_or_a_failed_prune_left_can_be_pruned() -> None:
    assert _result(Outcome.GONE).prunable
    assert not _result(Outcome.GONE, test=False).prunable, "a dispatch prunes by itself, a moment after its answer"
    assert _result(Outcome.GONE, test=False, prune_failed=True).prunable
    assert not _result(Outcome.GONE, pruned=True).prunable
    assert not _result(Outcome.REJECTED).prunable


def test_the_report_masks_endpoints_and_escapes_names() -> None:
    results = [
        _result(Outcome.ACCEPTED, status=201, elapsed_s=0.038),
        _result(Outcome.REJECTED, status=403, reason="Another key.", body="<b>\u202e"),
    ]
    text = report("Test to Ada: 1 accepted", results, lambda user_id: "Ada\u202e" if user_id == USER else "?")
    assert "secret-path" not in text
    assert "auth-secret" not in text
    assert "push.example.org/…abcd" in text
    assert "Ada<U+202E>" in text
    assert "201  accepted  38 ms" in text
    assert "403  rejected" in text
    assert "Another key. <b><U+202E>" in text
    assert "\u202e" not in text


def test_counts_follow_what_is_pruned_and_tried_again() -> None:
    tally = Tally()
    gone, failed = _result(Outcome.GONE), _result(Outcome.REJECTED, status=503)
    tally.add([gone, failed, _result(Outcome.ACCEPTED)])
    assert tally.line(None, 3) == "1 accepted, 1 gone, 1 rejected"
    assert tally.prunable == {3}
    tally.exchange(failed, _result(Outcome.ACCEPTED))
    assert tally.line(None, 3) == "2 accepted, 1 gone"
    tally.remove({3}, 1)
    assert not tally.prunable
    summary = SendSummary(targets=4, accepted=1, gone=1, failed=1, pruned=0, elapsed_s=0.2, held=1)
    told = "1 of 4 accepted · 1 gone · 1 removed · 1 failed · 1 tried again · 200 ms · the newest 3 answers shown"
    assert tally.line(summary, 3) == told
