"""What narrows the log of events: kinds, failures, one user, and words that its lines must have.

Runs on: GUI thread
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from webpush_admin.gui.models.event_kinds import EVENT_KINDS, FAILING_TYPES, EventGroup, is_failure
from webpush_admin.gui.models.event_lines import NameOf, shown_line, user_of
from webpush_admin.gui.models.event_ring import LoggedEvent, about
from webpush_admin.gui.models.event_what import translate

Sieve = Callable[[Iterable[LoggedEvent]], list[LoggedEvent]]
"""Returns which of these match, in their order."""

# Part of an id: whoever pastes one means the user.
_OF_AN_ID: Final = re.compile("[0-9a-f][0-9a-f-]{7,35}")

# What may be found in a time of the day. A word has no blank in it, so that it is within one column or nowhere.
_OF_A_TIME: Final = re.compile("[0-9:.]+")


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Every attribute narrows, the default shows everything. Where events are missing that is always shown.

    Attributes:
        groups: Kinds of these groups; of all where there is none.
        failures: Pushes and reads that failed, and nothing else.
        user_id: What concerns this user, or everybody.
        search: Words that the line must have, all of them, in any order; or the beginning of a user's id.
    """

    groups: frozenset[EventGroup] = frozenset()
    failures: bool = False
    user_id: UUID | None = None
    search: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self != EVERYTHING

    @property
    def words(self) -> tuple[str, ...]:
        """What is looked for."""
        return tuple(self.search.casefold().split())

    def kinds_text(self) -> str:
        """Return which kinds are shown, in words; "" for all."""
        chosen = [group.title for group in EventGroup if group in self.groups]
        if self.failures:
            chosen.insert(0, translate("Events", "Only failures"))
        return ", ".join(chosen)

    def with_group(self, group: EventGroup, shown: bool) -> "EventFilter":
        """Return it with one more group, or with one less."""
        return replace(self, groups=self.groups | {group} if shown else self.groups - {group})

    def sieve(self, name_of: NameOf) -> Sieve:
        """Return what picks those that match: the type decides first, a line is written only for what is left."""
        tests: list[Callable[[LoggedEvent], bool]] = []
        if self.failures:
            tests.append(lambda event: type(event) in _GAPS or is_failure(event))
        if self.words:
            tests.append(_having(self.words, name_of))
        types, user_id = self._types(), self.user_id

        def sift(events: Iterable[LoggedEvent]) -> list[LoggedEvent]:
            left = list(events) if types is None else [event for event in events if type(event) in types]
            if user_id is not None:
                left = about(user_id, left)
            for test in tests:
                left = [event for event in left if test(event)]
            return left

        return sift

    def _types(self) -> frozenset[type] | None:
        if not self.groups and not self.failures:
            return None
        types = frozenset(kind for kind, told in EVENT_KINDS.items() if not self.groups or told.group in self.groups)
        return (types & FAILING_TYPES if self.failures else types) | _GAPS


EVERYTHING: Final = EventFilter()

_GAPS: Final = frozenset(kind for kind, told in EVENT_KINDS.items() if told.group is EventGroup.GAPS)


def _having(words: tuple[str, ...], name_of: NameOf) -> Callable[[LoggedEvent], bool]:
    with_id = any(_OF_AN_ID.fullmatch(word) for word in words)
    timed = any(_OF_A_TIME.fullmatch(word) for word in words)

    def has(event: LoggedEvent) -> bool:
        if type(event) in _GAPS:
            return True
        line = shown_line(event, name_of, timed=timed).casefold()
        if with_id:
            line = f"{line} {user_of(event)}"
        for word in words:  # noqa: SIM110 - a generator for each line costs as much as the search in it
            if word not in line:
                return False
        return True

    return has
