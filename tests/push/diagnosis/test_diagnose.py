"""Every recorded answer leads to its action, every rule is hit by one, and nothing that anybody answers does harm.

Runs on: any
"""

import dataclasses
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.push.diagnosis.recorded import ALL, NOW, Recorded
from webpush_admin.push.answer import ACCEPTED_STATUSES, Answer, DiagnosisAction, Failure
from webpush_admin.push.diagnosis import (
    IMITATES,
    RULES,
    diagnose,
    diagnosis_called,
    gone_for_good,
    rule_service,
)
from webpush_admin.push.diagnosis.answered import Answered
from webpush_admin.push.diagnosis.rule import GONE_FOR_GOOD, Rule
from webpush_admin.push.services import SERVICES_BY_ID

HOSTS = {"mozilla": "updates.push.services.mozilla.com", "fcm": "fcm.googleapis.com", "apple": "web.push.apple.com"}
HOSTS |= {"wns": "wns2-par02p.notify.windows.com", "": "push.example.net", GONE_FOR_GOOD: "gone.invalid"}


def _named(recorded: Recorded) -> str:
    return f"{recorded.file}-{recorded.temper or recorded.rule}"


def _rule_of(host: str, answer: Answer, **when: datetime | None) -> str | None:
    found = diagnose(host, answer, **when)
    return None if found is None else found.rule


@pytest.mark.parametrize("recorded", ALL, ids=_named)
def test_a_recorded_answer_leads_to_its_action(recorded: Recorded) -> None:
    found = diagnose(recorded.host, recorded.answer, first_404_at=recorded.first_404_at, now=NOW)
    if found is None:
        assert recorded.rule is None
        assert recorded.answer.status in ACCEPTED_STATUSES
        return
    assert (found.rule, found.action) == (recorded.rule, recorded.action)


def test_every_rule_is_hit_by_a_recorded_answer() -> None:
    assert {rule.name for rule in RULES} == {recorded.rule for recorded in ALL} - {None}


def test_every_rule_has_a_name_of_its_own_and_says_what_it_must() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.service in {*SERVICES_BY_ID, "", GONE_FOR_GOOD}
        assert rule.meaning
        assert len(rule.meaning) <= 50
        assert not rule.meaning.endswith(".")
        for words in (rule.cause, rule.remedy):
            assert words.endswith(".")
            assert words[0].isupper()
            assert len(words) <= 200
        assert rule.source
        assert rule.second_hand is ("often means" in rule.cause)
        told = diagnosis_called(rule.name)
        assert told is rule.diagnosis
        assert (told.rule, told.action, told.meaning) == (rule.name, rule.action, rule.meaning)


def _made_for(rule: Rule) -> list[Answer]:
    """Return an answer for each way in which a rule can be fulfilled: each errno, text, header word and status."""
    statuses = sorted(rule.statuses) or [299]
    texts = rule.texts or ("",)
    errnos: list[int | None] = [*sorted(rule.errnos)] or [None]
    headers: list[tuple[tuple[str, str], ...]] = [
        ((name, word),) for name, words in rule.headers for word in words or ("x",)
    ] or [()]
    made: list[Answer] = []
    for status in statuses[:1] + statuses[-1:]:
        for text in texts:
            for errno in errnos:
                body = text if errno is None else json.dumps({"errno": errno, "message": f"so {text} so"})
                made += [Answer(status, headers=header, body=body.encode()) for header in headers]
    if rule.failures:
        made = [Answer(None, failure=failure) for failure in rule.failures]
    return made


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_stands_in_the_shadow_of_another(rule: Rule) -> None:
    first_404_at = NOW - rule.again_after if rule.again_after else None
    for answer in _made_for(rule):
        assert _rule_of(HOSTS[rule.service], answer, first_404_at=first_404_at, now=NOW) == rule.name


def test_the_order_of_the_rules_does_not_matter() -> None:
    """Of the rules of a service that speak of an answer, one alone names the most."""
    seen = [(recorded.host, recorded.answer, recorded.first_404_at) for recorded in ALL]
    seen += [(HOSTS[rule.service], answer, None) for rule in RULES for answer in _made_for(rule)]
    for host, answer, first_404_at in seen:
        for service in {rule.service for rule in RULES}:
            speaking = [
                rule.narrowness
                for rule in RULES
                if rule.service == service
                and (answer.status in rule.statuses if answer.status is not None else rule.failures)
                and Answered(answer, first_404_at, NOW).fulfils(rule)
            ]
            assert speaking.count(max(speaking, default=0)) <= 1, (host, answer, service)


@pytest.mark.parametrize("status", sorted(ACCEPTED_STATUSES))
@pytest.mark.parametrize("host", HOSTS.values())
def test_a_push_that_is_plainly_accepted_has_no_diagnosis(host: str, status: int) -> None:
    assert diagnose(host, Answer(status, headers=(("ttl", "60"),), body=b'{"errno":109}')) is None
    assert diagnose(host, Answer(status, headers=(("x-wns-status", "received"),))) is None


def test_the_status_alone_never_decides_for_a_service() -> None:
    for host in HOSTS.values():
        assert _rule_of(host, Answer(410)) == "any-410-gone"
        assert _rule_of(host, Answer(404)) == "any-404-expired"
        assert _rule_of(host, Answer(400)) == "any-400-request"
    # Another service's words mean nothing.
    mismatch = Answer(401, body=b'{"errno":109,"message":"VAPID public key mismatch"}')
    assert _rule_of("fcm.googleapis.com", mismatch) == "any-401-authorization"
    assert _rule_of("evil.mozilla.com.example.net", mismatch) == "any-401-authorization"
    assert _rule_of("notpush.services.mozilla.com", mismatch) == "any-401-authorization"
    assert _rule_of("autopush.push.services.mozilla.com", mismatch) == "mozilla-401-key"
    stale = Answer(404, body=b"A valid push subscription endpoint should be specified in the URL as such: x")
    assert _rule_of("push.example.net", stale) == "any-404-expired"
    # Headers of WNS mean something from WNS alone.
    assert diagnose("fcm.googleapis.com", Answer(201, headers=(("x-wns-status", "dropped"),))) is None


@pytest.mark.parametrize(
    ("minutes", "rule"),
    [(None, "any-404-expired"), (0, "any-404-expired"), (59, "any-404-expired"), (60, "any-404-again")],
)
def test_a_404_prunes_the_second_time_an_hour_later(minutes: int | None, rule: str) -> None:
    first = None if minutes is None else NOW - timedelta(minutes=minutes)
    assert _rule_of("push.example.net", Answer(404), first_404_at=first, now=NOW) == rule
    # A clock that was set back is no hour.
    assert _rule_of("push.example.net", Answer(404), first_404_at=NOW + timedelta(days=1), now=NOW) == "any-404-expired"
    # Without a time of its own it asks the clock.
    assert _rule_of("push.example.net", Answer(404), first_404_at=datetime(2020, 1, 1, tzinfo=UTC)) == "any-404-again"


def test_only_loopback_can_imitate() -> None:
    answer = Answer(401, headers=((IMITATES, "mozilla"),), body=b'{"errno":109,"message":"VAPID public key mismatch"}')
    for host in ("127.0.0.1", "localhost", "::1"):
        assert _rule_of(host, answer) == "mozilla-401-key"
    assert _rule_of("push.example.net", answer) == "any-401-authorization"
    assert _rule_of("10.0.0.1", answer) == "any-401-authorization"
    for odd in ("invalid", "nobody", "", "MOZILLA"):
        assert _rule_of("127.0.0.1", Answer(410, headers=((IMITATES, odd),))) == "any-410-gone"
        # What is gone for good is a matter of the host alone.
        assert _rule_of("127.0.0.1", Answer(None, headers=((IMITATES, odd),))) == "no-answer-other"


def test_what_is_gone_for_good_is_known_by_its_host() -> None:
    told = gone_for_good("permanently-removed.invalid")
    assert told is not None
    assert told.action is DiagnosisAction.PRUNE
    for host in ("invalid.example.net", "permanently-removed.invalid.example.net", "push.example.net", ""):
        assert gone_for_good(host) is None
    # Should an answer come after all, it is judged by what it says.
    assert _rule_of("x.invalid", Answer(403)) == "any-403-forbidden"


def test_a_rule_is_found_by_its_name_and_tells_its_service() -> None:
    assert diagnosis_called("no such rule") is None
    assert rule_service("mozilla-401-key") == "Mozilla autopush"
    assert rule_service("any-410-gone") == rule_service("no such rule") == ""


@pytest.mark.parametrize("status", [400, 401, 403, 406, 500])
def test_a_rule_that_would_prune_for_another_status_cannot_be_made(status: int) -> None:
    known = next(rule for rule in RULES if rule.name == "any-410-gone")
    with pytest.raises(ValueError, match="only 404 and 410"):
        dataclasses.replace(known, statuses=frozenset({410, status}))
    with pytest.raises(ValueError, match="only 404 and 410"):
        dataclasses.replace(known, statuses=frozenset(), failures=frozenset({Failure.DNS}))


def test_bodies_made_to_do_harm_do_none() -> None:
    nested = b'{"a":' + b"[" * 4090
    for body in (
        nested,
        b'{"errno":' + b"9" * 4080 + b"}",
        b'{"errno":true}',
        b'{"errno":[109]}',
        b"\xff" * 4096,
        b"{",
    ):
        assert _rule_of("updates.push.services.mozilla.com", Answer(401, body=body)) == "any-401-authorization"
    # No more than 4096 bytes are looked at.
    late = b" " * 4096 + b'{"errno":109}'
    assert _rule_of("updates.push.services.mozilla.com", Answer(401, body=late)) == "any-401-authorization"


WORDS = sorted(
    {text for rule in RULES for text in rule.texts} | {str(errno) for rule in RULES for errno in rule.errnos}
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    told = st.one_of(
        st.binary(max_size=300),
        st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.lists(st.sampled_from(WORDS), max_size=5).map(lambda words: " ".join(words).encode()),
        st.dictionaries(
            st.sampled_from(("errno", "message", "reason", "error")),
            st.one_of(st.integers(90, 1000), st.sampled_from(WORDS), st.none(), st.booleans(), st.lists(st.integers())),
        ).map(lambda told: json.dumps(told).encode()),
    )
    names = st.sampled_from(("x-wns-status", "x-wns-error-description", IMITATES, "location", "retry-after"))
    values = st.one_of(st.text(max_size=30), st.sampled_from(("dropped", "mozilla", "wns", GONE_FOR_GOOD)))
    status = st.one_of(st.none(), st.integers(-1, 1000), st.sampled_from((201, 400, 401, 403, 404, 410)))
    return Answer(
        draw(status),
        headers=tuple(draw(st.lists(st.tuples(names, values), max_size=4))),
        body=draw(told),
        failure=draw(st.sampled_from(Failure)),
    )


@given(
    st.one_of(st.text(max_size=30), st.sampled_from((*HOSTS.values(), "127.0.0.1", "localhost"))),
    answers(),
    st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
)
def test_whatever_is_answered_it_never_raises_and_prunes_for_404_and_410_alone(
    host: str, answer: Answer, first_404_at: datetime | None
) -> None:
    found = diagnose(host, answer, first_404_at=first_404_at, now=NOW)
    assert (found is None) <= (answer.status in ACCEPTED_STATUSES)
    if found is not None and found.action is DiagnosisAction.PRUNE:
        assert answer.status in (404, 410) or (answer.status is None and host.endswith(".invalid"))
