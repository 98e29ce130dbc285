"""What is told of a message before it is sent.

Runs on: any
"""

import base64
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webpush_admin.push.lint import (
    LintFinding,
    Severity,
    careful_bytes,
    fitting_topic,
    lint,
    lint_subject,
    lint_topic,
    room_bytes,
)
from webpush_admin.push.message import MAX_PAYLOAD_BYTES, Action, Message
from webpush_admin.push.services import SERVICES, SERVICES_BY_ID, PushService

APPLE, FCM, MOZILLA, WNS = (SERVICES_BY_ID[name] for name in ("apple", "fcm", "mozilla", "wns"))
SUBJECT = "mailto:ops@push.city"


def told(message: Message, *services: PushService, subject: str = SUBJECT) -> dict[str, LintFinding]:
    return {finding.field: finding for finding in lint(message, subject, services or SERVICES)}


def test_there_is_nothing_to_say_of_a_plain_message() -> None:
    assert (
        lint(Message(title="Hi", body="There", url="https://a.city/", tag="x", topic="news"), SUBJECT, SERVICES) == ()
    )
    assert lint(Message(title="Hi"), "", SERVICES) == (), "a subject that is not set yet is asked for"


def test_a_ttl_of_zero_is_refused_where_wns_is_concerned() -> None:
    found = told(Message(title="Hi", ttl_s=0))["ttl"]
    assert found.severity is Severity.REFUSED
    assert "WNS" in found.sentence
    assert told(Message(title="Hi", ttl_s=0), FCM)["ttl"].severity is Severity.WARNING
    assert told(Message(title="Hi", ttl_s=5), WNS)["ttl"].severity is Severity.HINT
    assert "ttl" not in told(Message(title="Hi", ttl_s=2_419_200))
    short = PushService("Short", ("short.city",), "short", max_ttl_s=86_400)
    assert "1 days" in told(Message(title="Hi", ttl_s=86_401), short)["ttl"].sentence


def test_without_a_title_ios_revokes() -> None:
    assert "iOS" in told(Message(title=" ", body="x"), APPLE)["title"].sentence
    assert "iOS" not in told(Message(title="", body="x"), FCM)["title"].sentence


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://localhost:8080/i.png", "localhost"),
        ("https://127.0.0.1/i.png", "localhost"),
        ("https://[::1]/i.png", "localhost"),
        ("http://a.city/i.png", "http"),
        ("data:image/png;base64,AAAA", "bytes"),
        ("ftp://a.city/i.png", "no address"),
    ],
)
@pytest.mark.parametrize("field", ["icon", "image", "badge"])
def test_pictures_that_nobody_can_load(field: str, url: str, word: str) -> None:
    arguments: dict[str, Any] = {field: url}
    assert word in told(Message(title="Hi", **arguments))[field].sentence


def test_a_relative_picture_is_fine_but_not_in_a_declarative_message() -> None:
    assert told(Message(title="Hi", icon="/i.png")) == {}
    assert (
        "Safari" in told(Message(title="Hi", icon="/i.png", declarative=True, url="https://a.city/"))["icon"].sentence
    )


def test_links_and_buttons() -> None:
    assert "localhost" in told(Message(title="Hi", url="http://localhost/"))["url"].sentence
    assert "javascript" in told(Message(title="Hi", url="javascript:alert(1)"))["url"].sentence
    button = Action("Open", "https://a.city/")
    assert "3 buttons" in told(Message(title="Hi", actions=(button,) * 3))["actions"].sentence
    assert "no URL" in told(Message(title="Hi", actions=(Action("Open", ""),)))["actions"].sentence
    assert "no label" in told(Message(title="Hi", actions=(Action(" ", "https://a.city/"),)))["actions"].sentence


def test_a_declarative_message_needs_a_service_worker_elsewhere() -> None:
    message = Message(title="Hi", declarative=True, url="https://a.city/")
    assert told(message)["payload"].severity is Severity.HINT
    assert told(message, APPLE) == {}


@pytest.mark.parametrize(
    ("raw", "severity", "word"),
    [
        ("", Severity.WARNING, "Nothing"),
        ("hello", Severity.HINT, "plain text"),
        ('{"title":', Severity.WARNING, "JSON"),
        ('{"web_push":8031}', Severity.WARNING, "8031"),
        ('{"web_push":true}', Severity.WARNING, "true"),
        ('{"web_push":8030}', Severity.WARNING, "notification"),
        ('{"web_push":8030,"notification":{"navigate":"https://a.city/"}}', Severity.WARNING, "title"),
        ('{"web_push":8030,"notification":{"title":"Hi"}}', Severity.WARNING, "navigate"),
    ],
)
def test_raw_payloads(raw: str, severity: Severity, word: str) -> None:
    found = told(Message(title="", raw=raw))["payload"]
    assert (found.severity, word in found.sentence) == (severity, True)


def test_raw_payloads_of_which_there_is_nothing_to_say() -> None:
    whole = {"web_push": 8030, "notification": {"title": "Hi", "navigate": "https://a.city/"}}
    for raw in (json.dumps(whole), '{"a":1}', "[]", '"text"', "3"):
        assert told(Message(title="", raw=raw)) == {}


def test_sizes() -> None:
    assert {room_bytes(service) for service in SERVICES} == {MAX_PAYLOAD_BYTES}
    assert careful_bytes(MOZILLA) < MAX_PAYLOAD_BYTES
    message = Message(title="", raw=f'"{"x" * careful_bytes(MOZILLA)}"')
    assert "Phones" in told(message)["payload"].sentence
    assert told(message, FCM, APPLE, WNS) == {}
    small = PushService("Small", ("small.city",), "small", max_body_bytes=1103, careful_body_bytes=1103)
    assert told(message, small)["payload"].severity is Severity.REFUSED


@pytest.mark.parametrize("topic", ["x" * 33, "a b", "ä", "a=", "a\n"])
def test_a_bad_topic_is_offered_its_fingerprint(topic: str) -> None:
    (found,) = lint_topic(topic, SERVICES)
    assert found.severity is Severity.REFUSED
    wanted = base64.urlsafe_b64encode(hashlib.sha256(topic.encode()).digest())[:32].decode()
    assert found.offer == fitting_topic(topic) == wanted


@given(st.text(max_size=60))
def test_what_is_offered_for_a_topic_is_always_taken(topic: str) -> None:
    for found in lint_topic(topic, SERVICES):
        assert lint_topic(found.offer, SERVICES) == ()
        Message(title="Hi", topic=found.offer)


@pytest.mark.parametrize("length", [1, 5, 29])
def test_apple_refuses_lengths_that_base64_cannot_have(length: int) -> None:
    assert "Apple" in lint_topic("x" * length, SERVICES)[0].sentence
    assert lint_topic("x" * length, (FCM, MOZILLA, WNS)) == ()
    assert lint_topic("x" * (length + 1), SERVICES) == ()


@pytest.mark.parametrize(
    ("subject", "severity"),
    [
        ("mailto: ops@push.city", Severity.REFUSED),
        ("mailto:<ops@push.city>", Severity.REFUSED),
        ("ops@push.city", Severity.REFUSED),
        ("mailto:mailto:ops@push.city", Severity.REFUSED),
        ("mailto:ops", Severity.REFUSED),
        ("https://", Severity.REFUSED),
        ("https://[", Severity.REFUSED),
        ("mailto:ops@localhost", Severity.WARNING),
        ("mailto:ops@example.org", Severity.WARNING),
        ("https://push.example", Severity.WARNING),
    ],
)
def test_subjects_that_services_dislike(subject: str, severity: Severity) -> None:
    assert [finding.severity for finding in lint_subject(subject)] == [severity]


def test_the_worst_comes_first_and_everything_has_a_source_and_a_remedy() -> None:
    message = Message(
        title="",
        ttl_s=0,
        topic="x",
        icon="http://localhost/",
        image="data:",
        actions=(Action("", ""),) * 3,
        url="file:x",
    )
    found = lint(message, "nobody", SERVICES)
    order = [list(Severity).index(finding.severity) for finding in found]
    assert order == sorted(order)
    assert len({finding.field for finding in found}) == 8
    for finding in found:
        assert finding.source
        assert finding.sentence.endswith(".")
        assert finding.remedy.endswith(".")
