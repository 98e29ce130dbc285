"""A cache behind its table model, which answers when a test says so, by a clock that a test moves.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from webpush_admin.backend.cache_records import CachedUser, CachePage
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.models.cache_places import CachePlaces
from webpush_admin.gui.models.cache_question import Question
from webpush_admin.gui.models.cached_users import cache_columns
from webpush_admin.push.places import Place, PlaceState

TTL_S = 180.0


def user(number: int, **place: Any) -> CachedUser:
    """Return a user who was read ten seconds ago."""
    told: dict[str, Any] = {"generation": 0, "state": PlaceState.FRESH, "rows": 2, "age_s": 10.0, "left_s": 170.0}
    return CachedUser(f"user {number}", Place(UUID(int=number), **{**told, **place}))


class Asked:
    """One question that has not been answered."""

    def __init__(self, question: Question, done: Callable[[CachePage], None], failed: Callable[[str], None]) -> None:
        self.question, self.done, self.failed = question, done, failed
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class CacheSource:
    """Users in an order; `now_s` is the clock of both sides."""

    def __init__(self, count: int) -> None:
        self.users: list[CachedUser | None] = [user(number) for number in range(count)]
        self.now_s = 1000.0
        self.asked: list[Asked] = []
        self.model = CachePlaces(cache_columns(lambda: self.now_s), self.fetch, lambda: self.now_s)

    def fetch(self, question: Question, done: Callable[[CachePage], None], failed: Callable[[str], None]) -> Job[Any]:
        self.asked.append(Asked(question, done, failed))
        return cast("Job[Any]", self.asked[-1])

    def answer(self) -> int:
        """Answer everything that is asked; return how many questions that were."""
        answered = 0
        while self.asked:
            asked = self.asked.pop(0)
            if not asked.cancelled:
                answered += 1
                asked.done(self.page(asked.question))
        return answered

    def page(self, question: Question) -> CachePage:
        rows = tuple(self.users[question.offset : question.offset + question.limit])
        return CachePage(question.offset, rows, len(self.users), self.now_s)

    def change(self, number: int, **place: Any) -> None:
        """Let something be different for one user."""
        at = next(place for place, user in enumerate(self.users) if user and user.user_id == UUID(int=number))
        before = self.users[at]
        assert before is not None
        self.users[at] = replace(before, place=replace(before.place, **place))

    def ask(self) -> None:
        """Ask as each second does, and answer."""
        self.model.ask()
        self.answer()

    def shown(self) -> list[int]:
        """Return the numbers of the users that are in memory, in their order."""
        return [line.user.user_id.int for _, line in self.model.rows_here()]
