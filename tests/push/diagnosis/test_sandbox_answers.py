"""Every recorded answer can be had from the sandbox, over real HTTP, and the real dispatcher diagnoses it.

Runs on: any
"""

import asyncio
from collections.abc import Sequence

from tests.push.diagnosis.recorded import ALL, Recorded
from tests.push.material import HI, Bench
from webpush_admin.push.answer import SHOWN_BODY_CHARACTERS, SHOWN_HEADERS, Delivery, Failure, Outcome
from webpush_admin.push.diagnosis import diagnose
from webpush_admin.push.lane import Limits
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import Temper

IMPATIENT = Limits(connect_s=2.0, first_byte_s=1.0, attempt_s=2.0)
"""Nothing here takes long, but for a service that says nothing."""

UNANSWERED = {Failure.BROKEN, Failure.MALFORMED, Failure.TIMEOUT}
"""What a socket of the sandbox can show; tests of the lane show the others on sockets of their own."""


def _given(bench: Bench, recorded: Sequence[Recorded]) -> list[Delivery]:
    """Send one push to each of as many endpoints, which answer as it was recorded; nothing is tried twice."""
    tempers = [Temper[one.temper] for one in recorded if one.temper is not None]
    rows = bench.subscribe(*tempers)

    async def sent() -> list[Delivery]:
        async with bench.dispatcher(limits=IMPATIENT) as dispatcher:

            async def tested(row: Subscription) -> Delivery:
                return await dispatcher.test(row, HI)

            return list(await asyncio.gather(*map(tested, rows)))

    return asyncio.run(sent())


def test_every_recorded_answer_comes_from_the_sandbox_with_its_diagnosis(bench: Bench) -> None:
    recorded = [one for one in ALL if one.temper is not None]
    # Each temper is used: an operator finds nothing in the window that is not known here.
    assert {one.temper for one in recorded} == set(Temper.__members__) - {"SLOW"}
    missing = [one for one in ALL if one.temper is None and one.rule != "any-404-again"]
    assert all(one.answer.status is None and one.answer.failure not in UNANSWERED for one in missing)
    for one, delivery in zip(recorded, _given(bench, recorded), strict=True):
        assert delivery.status == one.answer.status, one.temper
        # The row is new: what was recorded after an hour of 404s is the first one here.
        expected = diagnose(one.host, one.answer)
        assert delivery.diagnosis == expected, one.temper
        assert delivery.body == one.answer.body.decode().strip()[:SHOWN_BODY_CHARACTERS]
        shown = {(name, value) for name, value in one.answer.headers if name in SHOWN_HEADERS - {"location"}}
        assert shown <= set(delivery.headers), one.temper
        assert (delivery.outcome is Outcome.GONE) is (expected is not None and expected.action.name == "PRUNE")
        assert delivery.attempts == 1
    assert len(bench.rows) == len(recorded), "a test prunes nothing"
