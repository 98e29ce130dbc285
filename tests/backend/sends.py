"""What tests of sends look at.

Runs on: any
"""

from collections import Counter

from tests.backend.desk import Desk, Town
from webpush_admin.backend.records import SendSummary
from webpush_admin.backend.running import Running
from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import SendRow


async def newest(desk: Desk) -> SendRow:
    """Return the newest send of the history."""
    (row,) = await desk.backend.history.sends(1)
    return row


async def numbered(desk: Desk, send: int) -> SendRow:
    """Return one of the newest sends."""
    return next(row for row in await desk.backend.history.sends(10) if row.number == send)


def running(desk: Desk) -> Running:
    """Return the send that runs."""
    send = desk.backend.sending._running
    assert send is not None
    return send


def outcomes(summary: SendSummary) -> Counter[Outcome]:
    """Return what a summary says of the outcomes, by service."""
    return Counter({outcome: count for tally in summary.by_service for outcome, count in tally.counts})


def received(town: Town) -> dict[str, int]:
    """Return how often each endpoint was sent to."""
    return {one.endpoint: one.received for one in town.sandbox.endpoints()}


def wait_for_arrivals(town: Town, count: int = 1) -> None:
    """Wait until so many requests have arrived; blocks."""
    town.wait_for(lambda counts: counts.received - town.before.received >= count)
