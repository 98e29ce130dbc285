"""Whom a message may go to, in words, and never to more than was meant.

Runs on: GUI thread
"""

import asyncio
from typing import cast
from uuid import UUID

from webpush_admin.backend.backend import Backend
from webpush_admin.gui.models.audience import Audience, Reach, audiences, count_verb
from webpush_admin.gui.models.target import Target
from webpush_admin.store.rows import Chosen, SubscriptionFilter, SubscriptionQuery

ADA = UUID(int=1)
FILTERED = Chosen(7, query=SubscriptionQuery(where=SubscriptionFilter(search="a")))


def test_the_narrowest_comes_first_and_everybody_last() -> None:
    found = audiences(Target(ADA, "Ada", (3, 4), users=1, subscriptions=2, filtered=FILTERED), everybody=100)
    assert [audience.reach for audience in found] == [Reach.SELECTION, Reach.FILTER, Reach.USER, Reach.ALL]
    assert [audience.words() for audience in found] == [
        "Selected: 2 subscriptions",
        "What the filter shows: 7 subscriptions",
        "User Ada",
        "Everybody: 100 subscriptions",
    ]
    assert [audience.label() for audience in found] == ["2 selected", "7 filtered", "Ada (0)", "all 100"]
    assert [audience.target.to_all for audience in found] == [False, True, False, True]


def test_what_is_selected_but_cannot_be_sent_to_is_not_replaced_by_more() -> None:
    found = audiences(Target(subscriptions=20_000, problem="Too many."), everybody=100_000)
    assert found[0].reach is Reach.SELECTION
    assert found[0].target.problem == "Too many."
    assert not found[0].target.to_all


def test_a_filter_that_shows_nothing_is_not_replaced_by_everybody() -> None:
    found = audiences(Target(problem="The filters hide some."), everybody=100_000)
    assert [audience.reach for audience in found] == [Reach.FILTER, Reach.ALL]
    assert found[0].target.problem == "The filter shows no subscription."
    assert found[0].explanation(read_only=False) == found[0].target.problem
    assert not found[0].target.to_all
    # Nothing is asked for it: without a number it would be counted as everybody.
    backend = cast("Backend", None)
    assert asyncio.run(count_verb(found[:1])(backend)) == found[:1]


def test_numbers_and_hostile_names() -> None:
    user = audiences(Target(ADA, "<b>A</b>\u202e", users=1, subscriptions=1))[0]
    assert user.words() == "User <b>A</b><U+202E>: 1 subscription"
    counted = user.with_count(1, 1234)
    assert counted.label().endswith("(1,234)")
    everybody = Audience(Reach.ALL, Target()).with_count(40, 100)
    assert everybody.explanation(read_only=False).startswith("40 users. ")
    assert "read-only" in everybody.explanation(read_only=True)
    failed = Audience(Reach.FAILED, Target(subscriptions=3, send=12))
    assert audiences(Target(), 5, failed)[0].words() == "Failed in send 12: 3 subscriptions"
    assert not failed.target.to_all
