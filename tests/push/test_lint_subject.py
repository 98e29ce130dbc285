"""What each push service makes of a VAPID subject.

Runs on: any
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webpush_admin.push.lint.key_finding import Severity
from webpush_admin.push.lint.subject import check_subject, lint_subject
from webpush_admin.push.services import SERVICES

APPLE, FCM, MOZILLA, WNS = "Apple", "FCM (Chrome)", "Mozilla autopush", "WNS (Edge)"
ALL = {service.name: 0 for service in SERVICES}


def _told(subject: str, services: dict[str, int]) -> list[tuple[Severity, str]]:
    return [(finding.severity, finding.sentence) for finding in check_subject(subject, services)]


@pytest.mark.parametrize("subject", ["mailto:ops@push.city", "https://push.city/who", "https://push.city"])
def test_a_subject_that_everybody_takes(subject: str) -> None:
    assert _told(subject, ALL) == [
        (Severity.GOOD, f"The subject is {subject}, in the form that RFC 8292 asks for."),
        (Severity.GOOD, "FCM (Chrome), Mozilla autopush, Apple and WNS (Edge) take it."),
    ]
    assert _told(subject, {WNS: 3})[1] == (Severity.GOOD, "WNS (Edge) takes it.")
    assert len(_told(subject, {})) == 1
    assert len(_told(subject, {"push.example.net": 1})) == 1, "what others do is not known"


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("mailto: ops@push.city", "The subject holds a space or angle brackets (mailto: ops@push.city)."),
        ("mailto:<ops@push.city>", "The subject holds a space or angle brackets (mailto:<ops@push.city>)."),
        ("ops@push.city", "The subject is an address without mailto: before it (ops@push.city)."),
        ("mailto:mailto:ops@push.city", "The subject says mailto: twice (mailto:mailto:ops@push.city)."),
        (
            "http://push.city",
            "The subject is neither mailto: with one address nor an https URL (http://push.city).",
        ),
        ("mailto:ops", "The subject names nobody (mailto:ops)."),
        ("mailto:@push.city", "The subject names nobody (mailto:@push.city)."),
        ("https://", "The subject names nobody (https://)."),
        ("https://[", "The subject names nobody (https://[)."),
    ],
)
def test_apple_refuses_what_is_no_subject_and_mozilla_may(subject: str, told: str) -> None:
    found = check_subject(subject, {APPLE: 1204, MOZILLA: 1, FCM: 7, "push.example.net": 2, WNS: 1})
    assert [(one.severity, one.sentence) for one in found] == [
        (Severity.BAD, told),
        (Severity.WARN, "Mozilla autopush expects mailto: or https: and may answer 401: 1 subscription."),
        (Severity.BAD, "Apple refuses every push with it, 403 BadJwtToken: 1,204 subscriptions."),
        (Severity.NOTE, "FCM (Chrome) and WNS (Edge) do not look at it, and take it."),
        (Severity.NOTE, "What push.example.net does with it is not known."),
    ]
    assert all(one.action for one in found if one.severity in (Severity.WARN, Severity.BAD))


def test_without_a_subject_nothing_is_sent_and_a_token_without_one_is_refused_by_apple_alone() -> None:
    here = _told("", {APPLE: 3, FCM: 2})
    assert here == [
        (Severity.BAD, "The subject is not set."),
        (Severity.BAD, "Apple refuses every push without one, 403 BadJwtToken: 3 subscriptions."),
        (Severity.NOTE, "FCM (Chrome) does not ask for one."),
    ]
    assert _told("", {MOZILLA: 0})[0][0] is Severity.BAD
    found = check_subject("", {MOZILLA: 0, FCM: 0}, claim=True)
    assert [(one.about, one.severity, one.sentence) for one in found] == [
        ("sub", Severity.WARN, "sub is not set."),
        ("sub", Severity.NOTE, "FCM (Chrome) and Mozilla autopush do not ask for one."),
    ]


@pytest.mark.parametrize("host", ["localhost", "push.localhost", "gateway.invalid"])
def test_apple_refuses_a_host_that_never_leads_anywhere_and_others_do_not_look(host: str) -> None:
    found = _told(f"mailto:ops@{host}", ALL)
    assert found == [
        (Severity.BAD, f"The subject leads to {host}, where nobody can be reached."),
        (Severity.BAD, "Apple refuses every push with it, 403 BadJwtToken."),
        (Severity.NOTE, "FCM (Chrome), Mozilla autopush and WNS (Edge) do not look at it, and take it."),
    ]
    without_apple = _told(f"https://{host}:8080/", {FCM: 5})
    assert without_apple == [
        (Severity.WARN, f"The subject leads to {host}, where nobody can be reached."),
        (Severity.NOTE, "FCM (Chrome) does not look at it, and takes it."),
    ]


@pytest.mark.parametrize("host", ["example.com", "ops.example.org", "nas.local", "server", "192.168.0.7", "a.test"])
def test_a_reserved_host_is_a_warning(host: str) -> None:
    assert [severity for severity, _ in _told(f"mailto:ops@{host}", {APPLE: 1})] == [Severity.WARN, Severity.WARN]


@given(st.text(max_size=300), st.dictionaries(st.text(max_size=9) | st.sampled_from(sorted(ALL)), st.integers(0, 9)))
def test_nothing_that_is_typed_raises(subject: str, services: dict[str, int]) -> None:
    found = check_subject(subject, services)
    assert found
    assert len({finding.sentence for finding in found}) == len(found)
    # What is written while a message is composed agrees.
    assert bool(lint_subject(subject)) == (found[0].severity is not Severity.GOOD and bool(subject))
