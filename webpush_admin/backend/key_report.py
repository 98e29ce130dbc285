"""Says in sentences what the facts about keys come to, in a fixed order.

Runs on: any
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Final

from webpush_admin.push.answer import Diagnosis, DiagnosisAction
from webpush_admin.push.diagnosis import RULES, diagnosis_called, rule_service
from webpush_admin.push.lint.key_finding import KeyFinding, Severity
from webpush_admin.push.services import service_name
from webpush_admin.push.token.times import in_words
from webpush_admin.push.vapid import fingerprint
from webpush_admin.store.checks import OTHER_HOSTS
from webpush_admin.store.key_answers import AnsweredAboutKeys, Dated
from webpush_admin.store.key_rows import Home, KeyPair, KeyState
from webpush_admin.store.key_usage import KeyUsage

CLOCK_WARN_S: Final = 5 * 60
CLOCK_BAD_S: Final = 12 * 3600
"""Tokens are signed for half a day: beyond that they have ended, or last too long."""

SHOWN_SERVICES: Final = 6
SHOWN_RULES: Final = 5
SHOWN_PAIRS: Final = 20

_ABOUT_KEYS: Final = frozenset({DiagnosisAction.RESUBSCRIBE, DiagnosisAction.FIX_KEY, DiagnosisAction.FIX_CLAIMS})
KEY_RULES: Final = tuple(rule.name for rule in RULES if rule.action in _ABOUT_KEYS)
"""The diagnoses that speak of keys, claims or the clock."""

_CONFIGURATION: Final = tuple(rule.name for rule in RULES if rule.action in _ABOUT_KEYS - {DiagnosisAction.RESUBSCRIBE})


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What was read, and nothing secret.

    Attributes:
        now: Aware UTC.
        pairs: Every pair, the active one first.
        problem: Why the active pair cannot sign, as a sentence; "" where it can.
        locked: Its private key is elsewhere, and cannot be had now.
        usage: What the subscriptions were made with, and where they are.
        accepted: Subscriptions that accepted a push that the active pair has signed.
        answered: Whose newest answer speaks of keys.
        dated: The newest answers that name the time.
    """

    now: datetime
    pairs: tuple[KeyPair, ...]
    problem: str
    locked: bool
    usage: KeyUsage
    accepted: int = 0
    answered: tuple[AnsweredAboutKeys, ...] = ()
    dated: tuple[Dated, ...] = field(default=())

    @property
    def active(self) -> KeyPair | None:
        """The pair that signs, None where there is none."""
        return next((pair for pair in self.pairs if pair.state is KeyState.ACTIVE), None)

    @property
    def kept(self) -> Mapping[int, KeyPair]:
        """The inactive pairs that have a private key, by their numbers."""
        return {pair.id: pair for pair in self.pairs if pair.state is KeyState.INACTIVE}


def shown_pair(pair: KeyPair) -> str:
    """Return what a pair is called: by its label, if it has one, and its fingerprint."""
    label = f"“{pair.label[:60]}” " if pair.label else ""
    return f"{label}({fingerprint(pair.public_key)})"


def judge_pair(facts: KeyFacts) -> Iterator[KeyFinding]:
    """Tell whether the active pair can sign."""
    active = facts.active
    if active is None:
        rows = facts.usage.total
        told = "No key pair is active: nothing can be signed."
        action = "Generate one." if not rows else f"Import the pair that {_rows(rows)} {_were(rows)} made with."
        yield KeyFinding("Key pair", Severity.BAD, told, action)
    elif facts.locked:
        where = "the system's keyring" if active.home is Home.KEYRING else f"the file {active.place[:200]}"
        told = f"The private key of the pair {shown_pair(active)} is in {where} and is locked: it cannot be checked."
        yield KeyFinding("Key pair", Severity.BAD, told, "Unlock it; until then nothing is sent.")
    elif facts.problem:
        action = "Import the pair again from where it came from, or undo the newest rotation."
        yield KeyFinding("Key pair", Severity.BAD, facts.problem, action)
    else:
        told = f"The two halves of the pair {shown_pair(active)} belong together, on P-256."
        yield KeyFinding("Key pair", Severity.GOOD, told)


def judge_usage(facts: KeyFacts, services: Mapping[str, int]) -> Iterator[KeyFinding]:
    """Tell which pairs the subscriptions were made with, and where they are."""
    usage, active = facts.usage, facts.active
    if not usage.total:
        yield _usage(Severity.NOTE, "There are no subscriptions.")
        return
    counts = dict(usage.by_pair)
    named = {pair.id: pair for pair in facts.pairs}
    own = counts.pop(active.id, 0) if active else 0
    if own:
        all_of_them = "All " if own == usage.total else ""
        yield _usage(Severity.GOOD, f"{all_of_them}{_rows(own)} {_were(own)} made with the active pair.")
    unknown = counts.pop(None, 0)
    for number in sorted(counts, key=lambda number: -counts[number])[:SHOWN_PAIRS]:
        yield _made_with(counts[number], named.get(number or 0))
    if unknown:
        told = f"It is not known with which pair {_rows(unknown)} {_were(unknown)} made; the active one signs."
        yield _usage(Severity.NOTE, told)
    at = [f"{name} {count:,}" for name, count in _largest(services)]
    yield _usage(Severity.NOTE, f"By push service: {', '.join(at)}.")


def _made_with(count: int, pair: KeyPair | None) -> KeyFinding:
    made = f"{_rows(count)} {_were(count)} made with"
    if pair is None:
        return _usage(Severity.BAD, f"{made} a pair that is not in this database.", _LOST)
    if pair.state is KeyState.RETIRED:
        told = f"{made} the pair {shown_pair(pair)}, whose private key is gone: pushes are refused."
        return _usage(Severity.BAD, told, _LOST)
    if pair.locked:
        told = f"{made} the pair {shown_pair(pair)}, which is locked: nothing is sent."
        return _usage(Severity.WARN, told, "Unlock that pair.")
    return _usage(Severity.NOTE, f"{made} the pair {shown_pair(pair)}, which still signs.")


_LOST: Final = "Import that pair where a backup has it; else these users must subscribe again."


def judge_answers(facts: KeyFacts) -> Iterator[KeyFinding]:
    """Tell whether the pair matches the subscriptions, by what push services answered."""
    own = [one for one in facts.answered if one.key_id not in facts.kept]
    yield from _verdict(facts, _Answered.about(own, DiagnosisAction.RESUBSCRIBE))
    for pair in [*facts.kept.values()][:SHOWN_PAIRS]:
        bound = [one for one in facts.answered if one.key_id == pair.id]
        other = _Answered.about(bound, DiagnosisAction.RESUBSCRIBE)
        if other.total:
            told = f"Of those bound to the pair {shown_pair(pair)} {other.were} answered “another key”"
            yield _answers(Severity.WARN, f"{told} ({other.named}).", _RESUBSCRIBE)
    by_rule = {rule: _Answered.of([one for one in facts.answered if one.rule == rule]) for rule in _CONFIGURATION}
    for rule in sorted(by_rule, key=lambda rule: -by_rule[rule].total)[:SHOWN_RULES]:
        diagnosis = diagnosis_called(rule)
        if diagnosis is not None and by_rule[rule].total:
            yield _of_rule(diagnosis, by_rule[rule])


_RESUBSCRIBE: Final = "Import the pair that they were made with; else these users must subscribe again."


def _verdict(facts: KeyFacts, other: "_Answered") -> Iterator[KeyFinding]:
    accepted = facts.accepted
    if not facts.usage.total or facts.active is None:
        return
    if other.total and accepted:
        belong = "belongs" if other.total == 1 else "belong"
        told = f"{other.rows} {belong} to another key, by their newest answers ({other.named}); "
        told = told[:1].upper() + told[1:]
        severity = Severity.WARN if accepted > other.total else Severity.BAD
        yield _answers(severity, f"{told}{accepted:,} accepted a push of the active pair.", _RESUBSCRIBE)
    elif other.total:
        told = f"The active pair does not match: none accepted a push, and {other.were} answered “another key”"
        yield _answers(Severity.BAD, f"{told} ({other.named}).", _RESUBSCRIBE)
    elif accepted:
        told = f"The active pair matches: {_rows(accepted)} accepted a push that it signed"
        yield _answers(Severity.GOOD, f"{told}, and none answered “another key”.")
    else:
        told = "No push of the active pair was accepted yet, so whether it matches the subscriptions is not known."
        yield _answers(Severity.NOTE, told, "Send one test.")


def _of_rule(diagnosis: Diagnosis, answered: "_Answered") -> KeyFinding:
    told = f"{answered.were} answered “{diagnosis.meaning}” ({answered.named}): "
    told = told[:1].upper() + told[1:] + diagnosis.cause[:1].lower() + diagnosis.cause[1:]
    return _answers(Severity.BAD, told, diagnosis.remedy)


def judge_clock(facts: KeyFacts) -> Iterator[KeyFinding]:
    """Tell whether this machine's clock agrees with those of the push services."""
    if not facts.dated:
        yield KeyFinding("Clock", Severity.NOTE, "No answer with a date came yet, so the clock cannot be compared.")
        return
    behind_s = median((one.said - one.at).total_seconds() for one in facts.dated)
    newest = facts.dated[0].at
    count = len(facts.dated)
    by = f"by the newest {count:,} answers" if count > 1 else "by the newest answer"
    by += f", until {newest.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    action = "Let the system set the clock from the network (NTP)."
    how = f"{in_words(behind_s)} {'behind' if behind_s > 0 else 'ahead of'}"
    if abs(behind_s) >= CLOCK_BAD_S:
        what = "every token has expired when it arrives" if behind_s > 0 else "every token is valid for too long"
        told = f"This machine's clock was {how} that of the push services, {by}: {what}."
        yield KeyFinding("Clock", Severity.BAD, told, action)
    elif abs(behind_s) >= CLOCK_WARN_S:
        told = f"This machine's clock was {how} that of the push services, {by}; tokens fail from 12 h on."
        yield KeyFinding("Clock", Severity.WARN, told, action)
    else:
        told = f"The clock agrees with that of the push services, {in_words(behind_s)} apart {by}."
        yield KeyFinding("Clock", Severity.GOOD, told)
    back_s = (newest - facts.now).total_seconds()
    if back_s >= CLOCK_WARN_S:
        told = f"The newest answer was written down {in_words(back_s)} from now: the clock was set back since."
        yield KeyFinding("Clock", Severity.WARN, told, action)


@dataclass(frozen=True, slots=True)
class _Answered:
    """Subscriptions that were answered something, by service.

    Attributes:
        services: How many, by the service's name.
        more: There are more than were looked at.
    """

    services: "Counter[str]"
    more: bool

    @classmethod
    def of(cls, answered: Sequence[AnsweredAboutKeys]) -> "_Answered":
        counts: Counter[str] = Counter()
        for one in answered:
            # The sandbox imitates services: whose answer it is, the rule knows.
            counts[rule_service(one.rule) or service_name(one.host)] += one.subscriptions
        return cls(counts, any(one.more for one in answered))

    @classmethod
    def about(cls, answered: Iterable[AnsweredAboutKeys], action: DiagnosisAction) -> "_Answered":
        """Return those of which a diagnosis says to do this."""
        names = {rule.name for rule in RULES if rule.action is action}
        return cls.of([one for one in answered if one.rule in names])

    @property
    def total(self) -> int:
        """How many there are, or at least."""
        return self.services.total()

    @property
    def named(self) -> str:
        """The services, with how many each where there are several."""
        if len(self.services) == 1:
            return next(iter(self.services))
        return ", ".join(f"{name} {count:,}" for name, count in _largest(self.services))

    @property
    def rows(self) -> str:
        """How many there are, in words."""
        return f"{'at least ' if self.more else ''}{_rows(self.total)}"

    @property
    def were(self) -> str:
        """Likewise, as the beginning of a sentence."""
        return f"{self.rows} {_were(self.total)}"


def _largest(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the largest, and what the others come to."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    rest = sum(count for _, count in ordered[SHOWN_SERVICES:])
    return [*ordered[:SHOWN_SERVICES], *([(OTHER_HOSTS.lower(), rest)] if rest else [])]


def _rows(count: int) -> str:
    return f"{count:,} subscription{'' if count == 1 else 's'}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _usage(severity: Severity, sentence: str, action: str = "") -> KeyFinding:
    return KeyFinding("Subscriptions", severity, sentence, action)


def _answers(severity: Severity, sentence: str, action: str = "") -> KeyFinding:
    return KeyFinding("Answers", severity, sentence, action)
