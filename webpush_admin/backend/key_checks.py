"""Verbs that check the keys, the subject and tokens, without sending anything.

Runs on: worker loop
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, TypeVar

from sqlalchemy import Connection

from webpush_admin.backend.key_records import KeyReport, TokenReport
from webpush_admin.backend.key_report import (
    KEY_RULES,
    KeyFacts,
    judge_answers,
    judge_clock,
    judge_pair,
    judge_usage,
)
from webpush_admin.backend.session import Session
from webpush_admin.push.errors import InvalidKeys, KeysLocked
from webpush_admin.push.lint.key_finding import KeyFinding, Severity
from webpush_admin.push.lint.subject import check_subject
from webpush_admin.push.secret import Secret
from webpush_admin.push.services import is_gone_for_good, service_name
from webpush_admin.push.subscription import endpoint_host
from webpush_admin.push.token.claims import audience_origin
from webpush_admin.push.token.examine import examine
from webpush_admin.push.token.records import KnownPair
from webpush_admin.push.token.times import in_words
from webpush_admin.push.vapid import LIFETIME_S, Authorizations, VapidKeys
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.checks import OTHER_HOSTS, SANDBOX
from webpush_admin.store.engine import Database
from webpush_admin.store.key_answers import answered_about_keys, count_told_accepted, newest_dates
from webpush_admin.store.key_rows import KeyPair, KeyState
from webpush_admin.store.key_usage import KeyUsage, count_accepted, key_usage
from webpush_admin.store.store import Store

T = TypeVar("T")

MOST_PAIRS: Final = 100
"""Each costs a tenth of a millisecond; no honest database has as many."""

DEADLINE_S: Final = 120.0
"""Whoever waits can go away sooner."""

_SOME_ORIGIN: Final = "https://fcm.googleapis.com"
"""What a token is signed for where there is no subscription yet."""


class KeyChecks:
    """Each verb raises PushError with a sentence."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def check(self) -> KeyReport:
        """Check the pair, the subject for each service, what rows were made with, answers, and the clock.

        It ends where the caller is cancelled.
        """
        subject, sandbox = self._session.subject, self._session.opening.sandbox
        origin = "" if sandbox is None else sandbox.origin
        return await self._session.look(lambda store, cancel: _check(store, cancel, subject, origin))

    async def token(self, text: Secret) -> TokenReport:
        """Take a JWT or an Authorization header apart, verify it, and say what is wrong with it.

        Raises:
            InvalidKeys: There is nothing in it that could be a token, or far too much of it.
        """
        return await self._session.read(lambda store: examine(text.text, datetime.now(UTC), _known(store.keys.all())))


def _check(store: Store, cancel: Cancel, subject: str, sandbox_origin: str) -> KeyReport:
    now = datetime.now(UTC)
    pairs = store.keys.all()
    keys, problem, locked = _signing(store, next((pair for pair in pairs if pair.state is KeyState.ACTIVE), None))
    usage = store.database.read(key_usage, cancel=cancel, deadline_s=DEADLINE_S)
    facts = _with_answers(store, cancel, KeyFacts(now, pairs, problem, locked, usage))
    services = _by_service(usage, sandbox_origin)
    findings = (
        *judge_pair(facts),
        *check_subject(subject, {name: count for name, count in services.items() if _looks_at_subjects(name)}),
        *judge_usage(facts, services),
        *judge_answers(facts),
        *judge_clock(facts),
        _self_test(keys, subject, _origin(usage), facts),
    )
    return KeyReport(findings, now)


def _signing(store: Store, active: KeyPair | None) -> tuple[VapidKeys | None, str, bool]:
    """Return the pair that signs, or why it cannot, and whether it is only locked."""
    if active is None:
        return None, "", False
    try:
        # Not `active()`, which would make a pair where there is none by now.
        keys = store.keys.pair(active.id)
        keys.check()
    except KeysLocked as error:
        return None, str(error), True
    except InvalidKeys as error:
        return None, str(error), False
    return keys, "", False


def _with_answers(store: Store, cancel: Cancel, facts: KeyFacts) -> KeyFacts:
    """Add what was answered since the active pair is there."""
    history, active = store.history.place.to_read(), facts.active

    def read(database: Database, work: Callable[[Connection], T]) -> T:
        return database.read(work, cancel=cancel, deadline_s=DEADLINE_S)

    dated = () if history is None else read(history, newest_dates)
    if active is None:
        return replace(facts, dated=dated)
    since = active.created_at
    accepted = read(store.database, lambda connection: count_accepted(connection, since))
    if history is None:
        return replace(facts, dated=dated, accepted=accepted)
    answered = read(history, lambda connection: answered_about_keys(connection, KEY_RULES, since))
    if store.read_only:
        # Its rows learn of no answer.
        accepted = max(accepted, read(history, lambda connection: count_told_accepted(connection, since)))
    return replace(facts, dated=dated, accepted=accepted, answered=answered)


def _by_service(usage: KeyUsage, sandbox_origin: str) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for authority, count in usage.by_authority:
        url = f"https://{authority}"
        host = endpoint_host(f"{url}/")
        counts[SANDBOX if url == sandbox_origin else service_name(host) if host else OTHER_HOSTS] += count
    rest = usage.total - counts.total()
    if rest:
        at_sandbox = bool(sandbox_origin) and usage.first.startswith(f"{sandbox_origin}/")
        counts[SANDBOX if at_sandbox else OTHER_HOSTS] += rest
    return counts


def _looks_at_subjects(service: str) -> bool:
    return service not in (SANDBOX, OTHER_HOSTS) and not is_gone_for_good(service)


def _origin(usage: KeyUsage) -> str:
    """Return the origin with the most subscriptions."""
    most = f"https://{usage.by_authority[0][0]}/" if usage.by_authority else usage.first
    return audience_origin(most) or _SOME_ORIGIN


def _self_test(keys: VapidKeys | None, subject: str, origin: str, facts: KeyFacts) -> KeyFinding:
    """Sign a token as a push would carry it, and look at it as a push service would."""
    if keys is None or not subject:
        missing = "no subject is set" if keys is not None else "the active pair cannot be used"
        return KeyFinding("Token", Severity.NOTE, f"No token can be signed to look at: {missing}.")
    try:
        header = Authorizations(keys, subject, wall_s=facts.now.timestamp).header(origin)
        report = examine(f"POST {origin}/ HTTP/1.1\nAuthorization: {header}", facts.now, _known(facts.pairs))
    except InvalidKeys as error:
        return KeyFinding("Token", Severity.BAD, f"No token can be signed: {error}", "See to what is told above.")
    # What is wrong with the subject was told above, with numbers.
    wrong = [one for one in report.findings if one.severity is Severity.BAD and one.about != "sub"]
    if wrong:
        return KeyFinding("Token", Severity.BAD, f"A token signed now is wrong: {wrong[0].sentence}", wrong[0].action)
    told = f"A token signed now for {origin} verifies against the active pair, and is valid for {in_words(LIFETIME_S)}."
    return KeyFinding("Token", Severity.GOOD, told)


def _known(pairs: tuple[KeyPair, ...]) -> tuple[KnownPair, ...]:
    """Return the pairs that a signature is held against, the active one first."""
    return tuple(
        KnownPair(
            pair.public_key, pair.label, active=pair.state is KeyState.ACTIVE, retired=pair.state is KeyState.RETIRED
        )
        for pair in pairs[:MOST_PAIRS]
    )
