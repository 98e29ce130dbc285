"""Everything about one subscription: each key judged for itself, its key pair, its browser, its answers.

Runs on: worker loop
"""

import asyncio
import sqlite3

import pytest

from tests.backend.desk import AUTH, HI, P256DH, Desk, Town
from webpush_admin.backend.demo import BROWSERS
from webpush_admin.backend.describe import agent, key_check
from webpush_admin.backend.detail import Agent, KeyOrigin, Problems, SubscriptionDetail
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.vapid import fingerprint
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.rows import Finding

FINE = "https://push.example.net/1"
OFF_THE_CURVE = "B" + "A" * 86


@pytest.mark.parametrize(
    ("values", "wrong", "lengths"),
    [
        ((FINE, P256DH, AUTH), set(), (65, 16)),
        ((FINE, P256DH + "=", AUTH + "=="), set(), (65, 16)),
        (("", P256DH, AUTH), {"endpoint"}, (65, 16)),
        ((FINE, P256DH[:60], AUTH), {"p256dh"}, (45, 16)),
        ((FINE, OFF_THE_CURVE, AUTH), {"p256dh"}, (65, 16)),
        ((FINE, "not base64!", AUTH), {"p256dh"}, (None, 16)),
        ((FINE, P256DH, "AAAA"), {"auth"}, (65, 3)),
        ((FINE, "", ""), {"p256dh", "auth"}, (None, None)),
        (("x", "A" * 1_000_000, "A" * 1_000_000), {"endpoint", "p256dh", "auth"}, (None, None)),
    ],
)
def test_each_part_is_judged_for_itself(
    values: tuple[str, str, str], wrong: set[str], lengths: tuple[int | None, int | None]
) -> None:
    check = key_check(Subscription(*values), EndpointPolicy())
    assert {part for part, problem in check.problems._asdict().items() if problem} == wrong
    assert (check.p256dh_bytes, check.auth_bytes) == lengths
    assert check.endpoint_characters == len(values[0])
    assert check.fingerprint == ("" if lengths[0] is None else fingerprint(values[1]))
    assert all(value not in "".join(check.problems) for value in values if len(value) > 1)


def test_a_user_agent_is_taken_apart() -> None:
    engine = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36"
    known = agent(f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {engine}")
    assert known.browser.startswith("Chrome Mobile 141")
    assert known.system == "Android 14"
    assert known.device == "Samsung SM-S918B"
    assert all(agent(text).browser for text in BROWSERS)
    assert agent("") == Agent()
    assert agent("x" * 1_000_000) == Agent()


def test_a_detail_holds_everything(town: Town) -> None:
    town.add_user(Temper.CREATED)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            (info,) = await desk.rows()
            number = info.subscription.id or 0
            details = desk.backend.details

            async def look(**more: Finding) -> SubscriptionDetail:
                detail = await details.of(number, **more)
                assert detail is not None
                return detail

            before = await look(findings=Finding.IDLE)
            assert before.info.subscription == info.subscription
            assert before.info.findings is Finding.IDLE
            assert before.keys.problems == Problems()
            assert before.key_origin is KeyOrigin.ACTIVE
            assert before.answers == ()
            await desk.backend.sending.to_subscriptions([number], HI)
            assert [answer.status for answer in (await look()).answers] == [201]
            _write(town, "UPDATE vapid_keys SET active = 0, retired_at = 1, private_key = NULL")
            assert (await look()).key_origin is KeyOrigin.OLDER
            _write(town, "UPDATE subscriptions SET vapid_key_id = NULL")
            assert (await look()).key_origin is KeyOrigin.UNKNOWN
            assert await details.of(number + 1) is None

    asyncio.run(scenario())


def _write(town: Town, statement: str) -> None:
    with sqlite3.connect(town.path) as connection:
        connection.execute(statement)
    connection.close()
