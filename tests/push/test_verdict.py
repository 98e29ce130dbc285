"""From an answer to a delivery: the status is the verdict, and what a service quotes is struck.

Runs on: any
"""

import time

import pytest

from tests.push.material import AUTH, P256DH, SUBJECT, row
from webpush_admin.push.answer import Answer, Failure, Outcome
from webpush_admin.push.vapid import Authorizations, VapidKeys
from webpush_admin.push.verdict import STRUCK, judge


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.ACCEPTED),
        (201, Outcome.ACCEPTED),
        (202, Outcome.ACCEPTED),
        (203, Outcome.REJECTED),
        (204, Outcome.REJECTED),
        (206, Outcome.REJECTED),
        (301, Outcome.REJECTED),
        (307, Outcome.REJECTED),
        (400, Outcome.REJECTED),
        (401, Outcome.REJECTED),
        (403, Outcome.REJECTED),
        (404, Outcome.REJECTED),
        (410, Outcome.GONE),
        (413, Outcome.REJECTED),
        (429, Outcome.REJECTED),
        (500, Outcome.REJECTED),
        (599, Outcome.REJECTED),
        (999, Outcome.REJECTED),
    ],
)
def test_the_status_is_the_verdict(status: int, outcome: Outcome) -> None:
    delivery = judge(row(), Answer(status, body=b'{"success":true,"gone":true}', elapsed_s=0.5))
    assert (delivery.outcome, delivery.status, delivery.elapsed_s) == (outcome, status, 0.5)
    assert bool(delivery.reason) is (outcome is not Outcome.ACCEPTED)


def test_a_failure_names_the_number_and_its_phrase() -> None:
    assert judge(row(), Answer(429)).reason == "The push service answered 429 Too Many Requests."
    assert judge(row(), Answer(999)).reason == "The push service answered 999."


def test_no_status_is_unreachable_or_blocked_with_the_reason_of_the_transport() -> None:
    unreachable = judge(row(), Answer(None, "The connection was refused."))
    blocked = judge(row(), Answer(None, "10.0.0.1 is not on the public internet.", failure=Failure.BLOCKED))
    assert (unreachable.outcome, unreachable.reason) == (Outcome.UNREACHABLE, "The connection was refused.")
    assert blocked.outcome is Outcome.BLOCKED


def test_300_characters_of_the_body_are_kept_and_bytes_that_are_no_text_do_no_harm() -> None:
    assert judge(row(), Answer(500, body=b"x" * 4096)).body == "x" * 300
    assert judge(row(), Answer(500, body=b"\xff\xfe\x00ab\n")).body == "��\x00ab"


def test_a_body_is_struck_before_it_is_cut() -> None:
    body = ("x" * 290 + AUTH).encode()
    shown = judge(row(), Answer(400, body=body)).body
    assert shown == "x" * 290 + STRUCK
    assert AUTH[:8] not in shown


def test_everything_secret_that_a_service_quotes_is_struck() -> None:
    subscription = row(endpoint="https://push.example.net/send/capability-0123456789?k=1")
    keys = VapidKeys.generate()
    header = Authorizations(keys, SUBJECT).header("https://push.example.net")
    token = header.split("t=")[1].split(",")[0]
    body = (
        f"for {subscription.endpoint} path /send/capability-0123456789?k=1 auth={AUTH} p256dh={P256DH}"
        f" Authorization: {header} bare {token}"
    )
    shown = judge(subscription, Answer(403, f"reason {subscription.endpoint}", body=body.encode()))
    for text in (shown.body, judge(subscription, Answer(None, f"at {subscription.endpoint}")).reason):
        for secret in ("capability", AUTH, P256DH, token, token.split(".")[2], keys.public_key):
            assert secret not in text


def test_a_short_path_is_left_alone() -> None:
    assert judge(row(endpoint="https://push.example.net/a"), Answer(500, body=b"a fault")).body == "a fault"


def test_a_body_made_to_be_searched_for_long_is_not() -> None:
    started_s = time.monotonic()
    for body in (b"eyJ" * 1365, b"k=" * 2048, b"t=aaaaaaaaaaaaaaaaaaaa" * 186, b"eyJ." * 1024):
        judge(row(), Answer(500, body=body))
    # Generous: it takes a few milliseconds; a search that explodes would take minutes.
    assert time.monotonic() - started_s < 5.0
