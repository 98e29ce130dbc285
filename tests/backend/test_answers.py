"""The memory of what came back: bounded, the newest first, without tokens.

Runs on: worker loop
"""

import asyncio
from datetime import UTC, datetime, timedelta

from tests.backend.desk import AUTH, HI, P256DH, Desk, Town
from webpush_admin.backend.answers import KEPT_ANSWERS, KEPT_SUBSCRIPTIONS, Answered, Answers
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.encryption import encrypt
from webpush_admin.push.endpoint import check_keys
from webpush_admin.push.events import CacheCleared, PushFinished
from webpush_admin.push.message import Message
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import Temper

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENDPOINT = "https://push.example.net:8443/wp/secret-token-abcd"


def finished(
    number: int | None, status: int = 201, outcome: Outcome = Outcome.ACCEPTED, second: int = 0
) -> PushFinished:
    row = Subscription(ENDPOINT, P256DH, AUTH, id=number)
    return PushFinished(Delivery(row, outcome, status, elapsed_s=0.02), False, AT + timedelta(seconds=second))


def of(answers: Answers, number: int) -> tuple[Answered, ...]:
    return asyncio.run(answers.of(number))


def test_the_newest_twenty_of_each_are_kept() -> None:
    answers = Answers()
    for second in range(KEPT_ANSWERS + 5):
        answers.hear(finished(1, second=second))
    kept = of(answers, 1)
    assert [answer.at.second for answer in kept] == list(range(KEPT_ANSWERS + 4, 4, -1))
    assert of(answers, 2) == ()


def test_who_answered_longest_ago_is_forgotten_first() -> None:
    answers = Answers()
    for number in range(KEPT_SUBSCRIPTIONS):
        answers.hear(finished(number))
    answers.hear(finished(0))
    answers.hear(finished(KEPT_SUBSCRIPTIONS))
    assert len(of(answers, 0)) == 2
    assert of(answers, 1) == ()
    assert len(of(answers, KEPT_SUBSCRIPTIONS)) == 1


def test_a_row_that_is_not_stored_and_other_events_are_passed_over() -> None:
    answers = Answers()
    answers.hear(finished(None))
    answers.hear(CacheCleared(1, "", AT))
    assert answers._of == {}


def test_what_was_sent_is_told_without_the_token() -> None:
    answers = Answers()
    message = Message(title="Hi", ttl_s=30, urgency="high", topic="news")
    answers.begin(message)
    answers.hear(finished(1))
    (answer,) = of(answers, 1)
    assert answer.url == "https://push.example.net:8443/…abcd"
    assert answer.headers is not None
    assert (answer.headers.ttl_s, answer.headers.urgency, answer.headers.topic) == (30, "high", "news")
    assert answer.headers.content_length == len(encrypt(message.payload(), check_keys(P256DH, AUTH)))
    assert "secret" not in repr(answer)


def test_no_request_is_told_where_none_was_made() -> None:
    answers = Answers()
    answers.begin(HI)
    for outcome in (Outcome.BLOCKED, Outcome.NOT_SENT):
        answers.hear(finished(1, outcome=outcome))
    assert all(answer.headers is None and not answer.url for answer in of(answers, 1))


def test_a_broadcast_shares_its_texts() -> None:
    answers = Answers()
    for number in range(2):
        row = Subscription(ENDPOINT, P256DH, AUTH, id=number)
        body = "".join(["the same ", "body"])
        answers.hear(PushFinished(Delivery(row, Outcome.REJECTED, 400, "No.", body), False, AT))
    assert of(answers, 0)[0].body is of(answers, 1)[0].body


def test_a_real_send_is_remembered_as_it_went_out(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.GONE)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            rows = [info.subscription for info in await desk.rows()]
            ids = [row.id or 0 for row in rows]
            await desk.backend.sending.to_subscriptions(ids, HI)
            await desk.backend.sending.to_user(user_id, HI)
            fine, gone = [await desk.backend.answers.of(number) for number in ids]
            assert [answer.status for answer in fine] == [201, 201]
            assert [answer.test for answer in gone] == [False, True]
            assert {answer.outcome for answer in gone} == {Outcome.GONE}
            assert gone[0].reason
            assert fine[0].elapsed_s > 0
            assert fine[0].url.startswith("http://127.0.0.1:")
            assert rows[0].endpoint not in fine[0].url

    asyncio.run(scenario())
