"""What came back from a subscription stands in the history: the newest first, without tokens, also after a restart."""

import asyncio

from tests.backend.desk import AUTH, HI, P256DH, Desk, Town
from webpush_admin.backend.answers import SHOWN_ANSWERS, Answered, answers_of
from webpush_admin.push.answer import Outcome
from webpush_admin.push.encryption import encrypt
from webpush_admin.push.endpoint import check_keys
from webpush_admin.push.message import Message
from webpush_admin.sandbox.records import Temper


async def of(desk: Desk, number: int) -> tuple[Answered, ...]:
    return await desk.session.read(lambda store: answers_of(store, number))


def test_what_was_sent_is_told_as_it_went_out_without_the_token(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.GONE)
    town.add_endpoint(user_id, "https://127.0.0.1/elsewhere")
    message = Message(title="Hi", ttl_s=30, urgency="high", topic="news")

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            rows = [info.subscription for info in await desk.rows()]
            ids = [row.id or 0 for row in rows]
            assert await of(desk, ids[0]) == ()
            await desk.backend.sending.to_subscriptions(ids, HI)
            await desk.backend.sending.to_user(user_id, message)
            fine, gone, blocked = [await of(desk, number) for number in ids]
            assert [answer.status for answer in fine] == [201, 201]
            assert [answer.test for answer in gone] == [False, True]
            assert {answer.outcome for answer in gone} == {Outcome.GONE}
            assert gone[0].reason
            assert fine[0].elapsed_s > 0
            assert fine[0].url == f"{town.sandbox.origin}/…{rows[0].endpoint[-4:]}"
            headers = fine[0].headers
            assert headers is not None
            assert (headers.ttl_s, headers.urgency, headers.topic) == (30, "high", "news")
            assert headers.content_length == len(encrypt(message.payload(), check_keys(P256DH, AUTH)))
            assert {(answer.outcome, answer.url, answer.headers) for answer in blocked} == {(Outcome.BLOCKED, "", None)}
            assert rows[0].endpoint not in repr(fine)
        async with Desk() as desk:
            await town.open(desk)
            assert await of(desk, ids[0]) == fine

    asyncio.run(scenario())


def test_the_newest_are_told(town: Town) -> None:
    town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            for number in range(SHOWN_ANSWERS + 2):
                await desk.backend.sending.to_subscriptions([1], Message(title="Hi", ttl_s=number))
            told = [answer.headers.ttl_s for answer in await of(desk, 1) if answer.headers]
            assert told == list(range(SHOWN_ANSWERS + 1, 1, -1))

    asyncio.run(scenario())
