"""What became of a push: every outcome has its words, its colour and its sentence, and counts become words and bars.

Runs on: any
"""

import pytest

from webpush_admin.gui.models.outcomes import (
    FAILED_OUTCOMES,
    outcome_role,
    outcome_text,
    outcome_tip,
    shares,
    told,
)
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.subscription import Subscription

ROW = Subscription("https://push.example.org/a", "p", "a")


@pytest.mark.parametrize("outcome", [*Outcome, None])
def test_every_outcome_has_words_a_colour_and_a_sentence(outcome: Outcome | None) -> None:
    assert 0 < len(outcome_text(outcome)) <= len("unreachable")
    assert outcome_role(outcome) in ("ok", "warn", "bad", "muted")
    assert outcome_tip(outcome).endswith(".")


def test_what_became_of_the_row_is_told_too() -> None:
    assert outcome_text(Outcome.GONE, pruned=True) == "gone: removed"
    assert outcome_text(Outcome.GONE, held=True) == "gone: held"
    assert outcome_text(Outcome.UNREACHABLE, pruned=True) == "gone: removed", "a host that is gone for good"
    assert "deleted" in outcome_tip(Outcome.GONE, pruned=True)
    assert "kept" in outcome_tip(Outcome.GONE, held=True)


def test_failed_is_what_the_core_calls_failed() -> None:
    assert set(FAILED_OUTCOMES) == {outcome for outcome in Outcome if Delivery(ROW, outcome).failed}


def test_counts_become_words() -> None:
    assert told({Outcome.GONE: 1, Outcome.ACCEPTED: 1200}) == "1,200 accepted, 1 gone"


def test_counts_become_a_bar() -> None:
    counts = ((Outcome.REJECTED, 2), (Outcome.ACCEPTED, 5), (Outcome.BLOCKED, 1), (Outcome.UNKNOWN, 1))
    assert shares(counts) == [("ok", 5), ("warn", 1), ("bad", 3)]
    assert shares(counts, 12) == [("ok", 5), ("warn", 1), ("bad", 3), ("muted", 3)], "three are still to come"
    assert shares((), 0) == []
