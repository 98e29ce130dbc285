"""From an answer to a delivery: the status is the verdict, and what a service quotes is struck.

Runs on: any
"""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(429), "Rate limit: the push service answered 429 Too Many Requests."),
        (Answer(999), "Not an answer of a push service: the push service answered 999."),
        (Answer(503, body=b"{}"), "Service trouble: the push service answered 503 Service Unavailable."),
        (
            Answer(500, body=b"  all is\tlost.\nReally.\n"),
            'Service trouble: the push service answered 500 Internal Server Error, "all is lost".',
        ),
        (
            Answer(403, body=b'{"error":{"code":403,"message":"no such project"}}'),
            'Not authorised: the push service answered 403 Forbidden, "no such project".',
        ),
        (
            Answer(404, body=b"<HTML><HEAD>\n<TITLE>Not &amp; found</TITLE></HEAD>"),
            'Expired, perhaps: the push service answered 404 Not Found, "Not & found".',
        ),
        (
            Answer(404, body=b'{"reason":"not found"}'),
            "Expired, perhaps: the push service answered 404 Not Found.",
        ),
        (
            Answer(400, headers=(("x-wns-error-description", "The Topic is odd."),), body=b"<html>"),
            'Request refused as malformed: the push service answered 400 Bad Request, "The Topic is odd".',
        ),
        (
            Answer(500, body=b"x" * 4096),
            f'Service trouble: the push service answered 500 Internal Server Error, "{"x" * 119}…".',
        ),
    ],
)
def test_a_reason_says_what_it_means_and_then_what_was_answered(answer: Answer, reason: str) -> None:
    assert judge(row(), answer).reason == reason


def test_a_push_that_was_taken_and_dropped_is_accepted_with_a_reason() -> None:
    endpoint = "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAC"
    delivery = judge(row(endpoint=endpoint), Answer(201, headers=(("x-wns-status", "dropped"),)))
    assert delivery.outcome is Outcome.ACCEPTED
    assert delivery.diagnosis is not None
    assert delivery.reason == "Accepted and dropped: the push service answered 201 Created."


def test_a_second_404_an_hour_later_is_gone() -> None:
    now = datetime.now(UTC)
    again = judge(row(first_404_at=now - timedelta(minutes=61)), Answer(404))
    soon = judge(row(first_404_at=now - timedelta(minutes=59)), Answer(404))
    assert (again.outcome, soon.outcome) == (Outcome.GONE, Outcome.REJECTED)


def test_the_headers_that_tell_something_are_kept_without_secrets() -> None:
    endpoint = "https://push.example.net/send/capability-0123456789"
    token = "eyJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQifQ.c2lnbmF0dXJl"
    headers = (
        ("location", "https://push.example.net/message/0123456789abcdef"),
        ("set-cookie", "a=b"),
        ("ttl", "60"),
        ("server", f"saw {endpoint}"),
        ("www-authenticate", f"vapid t={token}"),
        ("x-wns-debug-trace", "y" * 500),
        ("topic", "…" + endpoint[-8:]),
    )
    for status in (201, 500):
        kept = judge(row(endpoint=endpoint), Answer(status, headers=headers)).headers
        assert kept == (
            ("location", f"https://push.example.net/{STRUCK}"),
            ("ttl", "60"),
            ("server", f"saw {STRUCK}"),
            ("www-authenticate", f"vapid {STRUCK}"),
            ("x-wns-debug-trace", "y" * 300),
            ("topic", "…" + endpoint[-8:]),
        )


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("/message/secret", STRUCK),
        ("https://user:secret@push.example.net/x", STRUCK),
        ("https://push.example.net?secret", STRUCK),
        ("https://[2001:db8::1]:8443/secret", f"https://[2001:db8::1]:8443/{STRUCK}"),
        ("", STRUCK),
    ],
)
def test_a_location_is_shown_without_what_it_names(location: str, shown: str) -> None:
    assert judge(row(), Answer(201, headers=(("location", location),))).headers == (("location", shown),)


@pytest.mark.parametrize(
    "quoted",
    [
        r'{"url":"https:\/\/push.example.net\/send\/cap-0123456789:APA91bX_y\/tail0123?token=BwY%3d99887766"}',
        "https%3A%2F%2Fpush.example.net%2Fsend%2Fcap-0123456789%3AAPA91bX_y%2Ftail0123%3Ftoken%3DBwY%253d99887766",
        "<p>https://push.example.net/send/cap-0123456789:APA91bX_y/tail0123?token&#61;BwY%3d99887766",
        "token APA91bX_y is not known",
    ],
)
def test_an_endpoint_is_struck_however_it_is_quoted(quoted: str) -> None:
    endpoint = "https://push.example.net/send/cap-0123456789:APA91bX_y/tail0123?token=BwY%3d99887766"
    shown = judge(row(endpoint=endpoint), Answer(500, body=quoted.encode()))
    for piece in ("cap-0123456789", "APA91bX_y", "tail0123", "99887766"):
        assert piece not in shown.body + shown.reason


def test_a_plain_word_of_a_path_is_no_secret() -> None:
    subscription = row(endpoint="https://push.example.net/subscription/0123456789abcdef")
    assert judge(subscription, Answer(500, body=b"no subscription")).body == "no subscription"


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


PIECES = st.sampled_from(
    ("capability-0123456789", AUTH, P256DH, "https://push.example.net/", "send", "\\/", " ", '"', "\x00")
)


@given(
    status=st.one_of(st.none(), st.integers(100, 999)),
    body=st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=8).map(lambda parts: "".join(parts).encode())),
    headers=st.lists(
        st.tuples(st.sampled_from(("location", "server", "x-odd")), st.one_of(st.text(max_size=60), PIECES)), max_size=4
    ),
)
def test_whatever_is_answered_no_secret_is_shown(
    status: int | None, body: bytes, headers: list[tuple[str, str]]
) -> None:
    subscription = row(endpoint="https://push.example.net/send/capability-0123456789")
    sent = tuple((name, value.replace("\n", " ")) for name, value in headers)
    delivery = judge(subscription, Answer(status, headers=sent, body=body, failure=Failure.OTHER))
    shown = "\n".join((delivery.reason, delivery.body, *(value for _, value in delivery.headers)))
    for secret in ("capability", AUTH, P256DH):
        assert secret not in shown
    assert [name for name, _ in delivery.headers] == [name for name, _ in sent if name != "x-odd"]


def test_a_short_path_is_left_alone() -> None:
    assert judge(row(endpoint="https://push.example.net/a"), Answer(500, body=b"a fault")).body == "a fault"


def test_a_body_made_to_be_searched_for_long_is_not() -> None:
    started_s = time.monotonic()
    for body in (b"eyJ" * 1365, b"k=" * 2048, b"t=aaaaaaaaaaaaaaaaaaaa" * 186, b"eyJ." * 1024):
        judge(row(), Answer(500, body=body))
    # Generous: it takes a few milliseconds; a search that explodes would take minutes.
    assert time.monotonic() - started_s < 5.0
