"""What is told by real answers: whether pair and clock are right, and whose fault a refusal is; and of tokens."""

import asyncio
import logging

import pytest

from tests.backend.desk import HI, Desk, Town
from tests.backend.key_reports import (
    BAD,
    GOOD,
    NOTE,
    REAL,
    WARN,
    change,
    checked,
    fingerprint_of,
    host_of,
    of,
    with_store,
)
from tests.push.tokens import jwt, vapid
from webpush_admin.backend import key_checks
from webpush_admin.backend.key_records import Severity
from webpush_admin.push.errors import InvalidKeys, StoreError
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import Authorizations, VapidKeys
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel


def test_the_right_pair_is_told_by_what_services_answered(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.CREATED)
    before, after = checked(town, user_id)
    number, origin = fingerprint_of(town), town.sandbox.origin
    for report in (before, after):
        assert of(report, "Key pair") == [
            (GOOD, f"The two halves of the pair ({number}) belong together, on P-256."),
        ]
        assert of(report, "Subscriptions") == [
            (GOOD, "All 2 subscriptions were made with the active pair."),
            (NOTE, "By push service: Sandbox 2."),
        ]
        assert of(report, "Token") == [
            (GOOD, f"A token signed now for {origin} verifies against the active pair, and is valid for 12 h.")
        ]
    unknown = "No push of the active pair was accepted yet, so whether it matches the subscriptions is not known."
    assert of(before, "Answers") == [(NOTE, unknown)]
    assert of(before, "Clock") == [(NOTE, "No answer with a date came yet, so the clock cannot be compared.")]
    matches = (
        "The active pair matches: 2 subscriptions accepted a push that it signed, and none answered “another key”."
    )
    assert of(after, "Answers") == [(GOOD, matches)]
    ((severity, sentence),) = of(after, "Clock")
    assert severity is GOOD
    assert sentence.startswith("The clock agrees with that of the push services, ")


def test_another_key_and_claims_are_told_by_service(town: Town) -> None:
    tempers = (Temper.CREATED, Temper.MOZILLA_401_KEY, Temper.FCM_403_KEY, Temper.FCM_403_SENDER, Temper.APPLE_403_JWT)
    report = checked(town, town.add_user(*tempers, Temper.APPLE_403_PUBLIC_KEY))[1]
    verdict, *others = of(report, "Answers")
    who = "FCM (Chrome) 2, Mozilla autopush 1"
    told = (
        f"3 subscriptions belong to another key, by their newest answers ({who}); 1 accepted a push of the active pair."
    )
    assert verdict == (BAD, told)
    assert [(severity, sentence.partition(":")[0]) for severity, sentence in others] == [
        (BAD, "1 subscription was answered “token not accepted” (Apple)"),
        (BAD, "1 subscription was answered “VAPID public key is not valid” (Apple)"),
    ]


def test_a_pair_that_matches_nothing_is_told_until_a_newer_answer_says_otherwise(town: Town) -> None:
    user_id = town.add_user(Temper.OTHER_KEY)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk, subject=REAL)
            await desk.backend.sending.to_user(user_id, HI)
            found = of(await desk.backend.keys.checks.check(), "Answers")
            told = (
                "The active pair does not match: none accepted a push, and 1 subscription was answered “another key” "
            )
            assert found == [(BAD, f"{told}({host_of(town)}).")]
            (endpoint,) = [row.subscription.endpoint for row in await desk.rows()]
            town.sandbox.set_temper([endpoint], Temper.CREATED)
            await desk.backend.sending.to_user(user_id, HI)
            ((severity, sentence),) = of(await desk.backend.keys.checks.check(), "Answers")
            assert (severity, sentence[:24]) == (GOOD, "The active pair matches:")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("shift_ms", "severity", "begins", "ends"),
    [
        (-7 * 60_000, WARN, "This machine's clock was 7 min behind", "tokens fail from 12 h on."),
        (-13 * 3_600_000, BAD, "This machine's clock was 13 h behind", "every token has expired when it arrives."),
        (13 * 3_600_000, BAD, "This machine's clock was 12 h 59 min ahead of", "every token is valid for too long."),
    ],
)
def test_a_clock_that_is_off_is_told(town: Town, shift_ms: int, severity: Severity, begins: str, ends: str) -> None:
    # Ten seconds more: a Date has no fractions, and is that of a moment before it was written down here.
    more_ms = shift_ms + (10_000 if shift_ms > 0 else -10_000) * (shift_ms < 0)
    user_id = town.add_user(*[Temper.CREATED] * 5)
    shifted = checked(town, user_id, then=f"UPDATE deliveries SET at = at + {more_ms - (shift_ms > 0) * 30_000}")[2]
    found, *back = of(shifted, "Clock")
    assert found[0] is severity
    assert found[1].startswith(begins)
    assert "by the newest 5 answers, until 20" in found[1]
    assert found[1].endswith(ends)
    assert [one[1].partition(" now")[2] for one in back] == (
        [": the clock was set back since."] if shift_ms > 0 else []
    )


def test_one_wrong_date_among_many_does_not_matter_and_what_is_no_date_is_passed_over(town: Town) -> None:
    user_id = town.add_user(*[Temper.CREATED] * 5)
    dates = ("Sun, 06 Nov 1994 08:49:37 GMT", "yesterday", "Sat, 06 Nov 2094 08:49:37 GMT")
    cases = " ".join(f'WHEN {number} THEN \'[["date","{date}"]]\'' for number, date in enumerate(dates, 1))
    report = checked(town, user_id, then=f"UPDATE deliveries SET headers = CASE id {cases} ELSE headers END")[2]
    ((severity, sentence),) = of(report, "Clock")
    assert severity is GOOD
    assert "by the newest 4 answers" in sentence


def test_the_history_of_a_database_that_is_only_read_is_looked_at_where_it_is(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.APPLE_403_KEY)
    found = of(checked(town, user_id, read_only=True)[1], "Answers")
    # Its rows learn of nothing: also who accepted is known by the history alone.
    told = "1 subscription belongs to another key, by their newest answers (Apple); "
    assert found == [(BAD, f"{told}1 accepted a push of the active pair.")]


def test_it_ends_where_nobody_wants_it_any_more(town: Town) -> None:
    town.add_user(Temper.CREATED)
    stopped = Cancel()
    stopped.cancel()

    def refuse(store: Store) -> None:
        with pytest.raises(StoreError, match="Stopped"):
            key_checks._check(store, stopped, REAL, "")

    # SQLite asks every some thousand steps whether to go on.
    change(
        town.path,
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO subscriptions "
        "(user_id, endpoint, p256dh, auth, created_at) "
        "SELECT user_id, 'https://push.example.net/' || i, p256dh, auth, created_at FROM subscriptions, n",
    )
    with_store(town, refuse)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            check = asyncio.create_task(desk.backend.keys.checks.check())
            await asyncio.sleep(0)
            check.cancel()
            with pytest.raises(asyncio.CancelledError):
                await check
            assert (await desk.backend.keys.checks.check()).findings

    asyncio.run(scenario())


def test_a_token_is_held_against_the_pairs_here_and_is_kept_nowhere(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.add_user(Temper.CREATED)
    old = VapidKeys.generate()
    made: list[VapidKeys] = []

    def add(store: Store) -> None:
        store.keys.add(old, "spring")
        made.append(store.vapid_keys())

    with_store(town, add)
    caplog.set_level(logging.DEBUG)
    ours = Authorizations(made[0], REAL).header("https://fcm.googleapis.com")
    theirs = Authorizations(old, REAL).header("https://fcm.googleapis.com")

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            token = desk.backend.keys.checks.token
            report = await token(Secret(f"Authorization: {ours}"))
            assert {finding.severity for finding in report.findings} == {GOOD}
            report = await token(Secret(theirs))
            assert [one.about for one in report.findings if one.severity is not GOOD] == ["Public key"]
            assert "“spring”" in next(one.sentence for one in report.findings if one.about == "Public key")
            report = await token(Secret(vapid(jwt())))
            assert [one.severity for one in report.findings if one.about == "Public key"] == [WARN]
            with pytest.raises(InvalidKeys, match="There is no token in it"):
                await token(Secret("hello"))
            for text in (ours, theirs):
                signature = text.split(".")[2].partition(",")[0]
                assert signature not in caplog.text + repr(desk.told) + repr(report)
                assert signature.encode() not in town.path.read_bytes()

    asyncio.run(scenario())
