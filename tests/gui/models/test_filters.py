"""Filters in words, towards the database, and as JSON that strangers may have touched."""

from datetime import UTC, datetime

import pytest

from webpush_admin.gui.models.filters import (
    BROWSER_NAMES,
    NO_FILTERS,
    Filters,
    condition_words,
    from_object,
    title_of,
    to_object,
)
from webpush_admin.gui.models.time_range import Recent, TimeRange
from webpush_admin.store.rows import EVERYTHING, Condition, Finding, SubscriptionFilter

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALL = Filters(
    search="ada",
    anywhere=True,
    service="Apple",
    browser="Firefox",
    condition=Condition.FAILING,
    findings=Finding.IDLE | Finding.AUTH,
    created=TimeRange(Recent.WEEK),
    success=TimeRange(earliest=datetime(2026, 1, 1, tzinfo=UTC)),
)


def test_no_filters_want_everything() -> None:
    assert NO_FILTERS.where(NOW) == EVERYTHING
    assert NO_FILTERS.words() == {}
    assert Filters(anywhere=True).where(NOW) == EVERYTHING, "an option of a search that is not there"


def test_filters_become_what_the_database_is_asked() -> None:
    assert ALL.where(NOW) == SubscriptionFilter(
        search="ada",
        anywhere=True,
        service="Apple",
        browser="Firefox",
        condition=Condition.FAILING,
        findings=Finding.IDLE | Finding.AUTH,
        created_from=datetime(2026, 11, 15, 12, tzinfo=UTC),
        success_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert Filters.of(ALL.where(NOW)).where(NOW) == ALL.where(NOW)


def test_never_is_a_question_of_its_own() -> None:
    never = Filters(success=TimeRange(Recent.NEVER))
    assert never.where(NOW) == SubscriptionFilter(never_succeeded=True)
    assert Filters.of(never.where(NOW)) == never
    assert never.sentence() == "Success: never"
    assert from_object(to_object(never)) == never


def test_each_filter_has_a_title_and_words_and_can_be_taken_away() -> None:
    words = ALL.words()
    assert list(words) == ["service", "browser", "condition", "created", "success", "findings", "anywhere"]
    for name in words:
        assert title_of(name)
        assert name not in ALL.without(name).words()
        assert len(ALL.without(name).words()) == len(words) - 1
    assert ALL.sentence().startswith("“ada” · Service: Apple · Browser: Firefox · State: failing")
    assert len({condition_words(condition) for condition in Condition}) == len(Condition)


@pytest.mark.parametrize(
    ("filters", "needs"),
    [
        (Filters(condition=Condition.INVALID), True),
        (Filters(condition=Condition.DUPLICATE), True),
        (Filters(findings=Finding.IDLE), True),
        (Filters(condition=Condition.IDLE), False),
        (NO_FILTERS, False),
    ],
)
def test_only_some_filters_need_the_audit(filters: Filters, needs: bool) -> None:
    assert filters.needs_audit is needs


def test_json_keeps_all_of_it_and_leaves_out_what_does_not_narrow() -> None:
    assert from_object(to_object(ALL)) == ALL
    assert to_object(NO_FILTERS) == {}
    for browser in BROWSER_NAMES:
        assert from_object(to_object(Filters(browser=browser))).browser == browser


@pytest.mark.parametrize(
    "kept",
    [
        [],
        {"search": 7},
        {"search": "x" * 301},
        {"condition": "splendid"},
        {"browser": "Netscape"},
        {"findings": -1},
        {"findings": 1 << 40},
        {"findings": True},
        {"created": "today"},
        {"created": {"recent": "yesteryear"}},
        {"success": {"earliest": "2026-11-01"}},
        {"success": {"earliest": "0001-01-01T00:00:00+23:59"}},
        {"success": {"latest": "soon"}},
    ],
)
def test_json_that_somebody_else_wrote_is_refused(kept: object) -> None:
    with pytest.raises(ValueError):
        from_object(kept)
