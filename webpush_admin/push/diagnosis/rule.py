"""One rule: which answers it speaks of, and what it says about them.

Runs on: any
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from webpush_admin.push.answer import Diagnosis, DiagnosisAction, Failure

ACCEPTED: Final = frozenset({200, 201, 202})
GONE_FOR_GOOD: Final = "invalid"
"""Stands where a service's id stands: for hosts that are gone for good."""

ANY_SERVICE: Final = ""

_MAY_PRUNE: Final = frozenset({404, 410})
"""Only these statuses can mean that a row is dead. Source: RFC 8030, section 7.3; RFC 9110, section 15.5.11."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Speaks of an answer where everything that it names is there; of several rules of a service the narrowest wins.

    Attributes:
        name: Kept in the history: never changed, never given to another rule.
        action: See `DiagnosisAction`.
        meaning: A few words, in lower case unless a name begins them.
        cause: One sentence, why a service answers so.
        remedy: One sentence, what to do.
        source: A document, or the service's code.
        service: The id of a `PushService`, `ANY_SERVICE` or `GONE_FOR_GOOD`.
        statuses: One of these; empty in a rule for answers that never came, or for what no other rule speaks of.
        failures: One of these, where no answer came.
        texts: One of these stands in the body, whatever the case of its letters.
        errnos: One of these is the `errno` of the JSON object that the body is.
        headers: Each of these is there, by name in lower case; where words are given, one of them in its value.
        again_after: The first of several such answers in a row is at least so long ago.
        second_hand: Known from hearsay: the words say "often".

    Raises:
        ValueError: It would prune for an answer that must never prune.
    """

    name: str
    action: DiagnosisAction
    meaning: str
    cause: str
    remedy: str
    source: str
    service: str = ANY_SERVICE
    statuses: frozenset[int] = frozenset()
    failures: frozenset[Failure] = frozenset()
    texts: tuple[str, ...] = ()
    errnos: frozenset[int] = frozenset()
    headers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    again_after: timedelta | None = None
    second_hand: bool = False
    diagnosis: Diagnosis = field(init=False, compare=False, repr=False)
    """What it says, made once."""

    def __post_init__(self) -> None:
        may_prune = bool(self.statuses) and self.statuses <= _MAY_PRUNE and not self.failures
        if self.action is DiagnosisAction.PRUNE and not may_prune and self.service != GONE_FOR_GOOD:
            raise ValueError(f"{self.name}: only 404 and 410 can mean that a row is dead")
        made = Diagnosis(self.name, self.action, self.meaning, self.cause, self.remedy, self.source)
        object.__setattr__(self, "diagnosis", made)
        object.__setattr__(self, "texts", tuple(text.casefold() for text in self.texts))

    @property
    def narrowness(self) -> int:
        """How many things it names; words of a header are one more than the header."""
        words = any(words for _, words in self.headers)
        named = (self.statuses or self.failures, self.texts, self.errnos, self.headers, words, self.again_after)
        return sum(bool(one) for one in named)


def one(*statuses: int) -> frozenset[int]:
    """Return these statuses or error numbers as a rule takes them."""
    return frozenset(statuses)
