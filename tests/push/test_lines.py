"""Pushes that wait: taken out in their turn, withdrawn without a look at anybody else's.

Runs on: any
"""

from tests.push.material import receivers
from tests.push.model_feed import ModelFeed
from webpush_admin.push.feed import Push
from webpush_admin.push.lines import Lines
from webpush_admin.push.pace import Origin, Pace

ORIGIN = Origin("https://push.example.net", Pace())


def _push(feed: ModelFeed, number: int = 1) -> Push:
    push = Push(feed, number, receivers(number)[0])
    push.origin = ORIGIN
    return push


def test_what_is_due_comes_first_and_then_whose_turn_it_is() -> None:
    lines, feed = Lines(), ModelFeed()
    late, soon, next_one = _push(feed, 1), _push(feed, 2), _push(feed, 3)
    lines.wait_until(20.0, late)
    lines.wait_until(10.0, soon)
    lines.wait_for(ORIGIN, next_one)
    assert lines.due_s == 10.0
    assert lines.next(5.0) is None
    lines.next_of(ORIGIN)
    assert [lines.next(15.0), lines.next(15.0), lines.next(15.0)] == [soon, next_one, None]
    assert list(feed.parked) == [late]


def test_a_turn_that_nobody_takes_is_the_next_ones() -> None:
    lines, mine, other = Lines(), ModelFeed(), ModelFeed()
    first, behind = _push(mine), _push(other)
    for push in (first, behind):
        lines.wait_for(ORIGIN, push)
    lines.next_of(ORIGIN)
    assert lines.withdraw(mine) == (first,)
    assert lines.next(0.0) is behind
    assert lines.next(0.0) is None


def test_nobody_wakes_for_what_was_withdrawn() -> None:
    lines, feed = Lines(), ModelFeed()
    push = _push(feed)
    push.attempts = 1
    lines.wait_until(10.0, push)
    assert lines.retrying == 1
    lines.withdraw(feed)
    assert (lines.retrying, lines.due_s, lines.next(20.0)) == (0, None, None)


def test_a_pause_keeps_its_own_until_it_is_resumed() -> None:
    lines, mine, other = Lines(), ModelFeed(), ModelFeed()
    kept = _push(mine)
    lines.wait_for_resume(kept)
    lines.resume(other)
    assert lines.next(0.0) is None
    lines.resume(mine)
    assert lines.next(0.0) is kept
