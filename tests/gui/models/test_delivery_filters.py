"""The filters of the table of deliveries: words, chips that are taken away, and what the history is asked.

Runs on: any
"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.gui.models.history_rows import AT
from webpush_admin.gui.models.delivery_filters import ALL, NAMES, DeliveryFilters, outcome_choice, title_of
from webpush_admin.gui.models.time_range import Recent, TimeRange
from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import ALL_DELIVERIES, DeliveryFilter

EVERYTHING_SET = DeliveryFilters(
    search="ada",
    send=7,
    subscription_id=3,
    user_id=UUID(int=7),
    user_name="Ada",
    outcome=Outcome.REJECTED,
    service="Apple",
    rule="any-410-gone",
    at=TimeRange(Recent.WEEK),
)


def test_without_any_everything_is_asked_for() -> None:
    assert ALL.where(AT) == ALL_DELIVERIES
    assert ALL.words() == {}
    assert ALL.sentence() == ""


def test_what_another_view_wants_is_taken_word_for_word() -> None:
    asked = EVERYTHING_SET.where(AT)
    assert DeliveryFilters.of(asked).where(AT) == asked
    assert DeliveryFilters.of(ALL_DELIVERIES) == ALL


def test_all_of_them_are_asked_at_once() -> None:
    assert EVERYTHING_SET.where(AT) == DeliveryFilter(
        "ada", 7, 3, UUID(int=7), False, Outcome.REJECTED, "Apple", "any-410-gone", AT - timedelta(days=7)
    )
    assert tuple(EVERYTHING_SET.words()) == NAMES
    assert EVERYTHING_SET.words()["rule"] == "subscription removed (any-410-gone)"
    assert EVERYTHING_SET.words()["send"] == "#7"
    assert EVERYTHING_SET.sentence().startswith("“ada” · Send: #7 · User: Ada")


@pytest.mark.parametrize("name", NAMES)
def test_each_is_taken_away_alone(name: str) -> None:
    left = EVERYTHING_SET.without(name)
    assert set(EVERYTHING_SET.words()) - set(left.words()) == {name}
    assert left.search == "ada"
    assert title_of(name)


def test_failed_is_one_choice_among_the_outcomes() -> None:
    failed = DeliveryFilters(failed=True)
    assert failed.words() == {"outcome": "failed"}
    assert failed.without("outcome") == ALL
    assert outcome_choice(None, failed=False) == ""


def test_the_counts_of_sends_tell_of_some_filters_only() -> None:
    assert DeliveryFilters(send=7, failed=True).counted_by_sends
    assert not DeliveryFilters(service="Apple").counted_by_sends
    assert not replace(ALL, search="a").counted_by_sends
