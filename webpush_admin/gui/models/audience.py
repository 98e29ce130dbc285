"""Whom a composed message may go to: the selection, a user, what the filter shows, or all; and the verb for each.

Runs on: GUI thread
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.text import display_text
from webpush_admin.push.message import Message

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from webpush_admin.backend.backend import Backend
    from webpush_admin.backend.records import DryRun, SendSummary

NAME_CHARACTERS: Final = 40


class Reach(Enum):
    """How many a send is for."""

    FAILED = "failed"
    """Those that neither accepted a send of the history nor were gone."""
    SELECTION = "selection"
    """Single subscriptions, tested: one attempt each, and nothing is pruned."""
    USER = "user"
    FILTER = "filter"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Audience:
    """One choice.

    Attributes:
        reach: See `Reach`.
        target: As it is confirmed and sent to.
    """

    reach: Reach
    target: Target

    @property
    def subscriptions(self) -> int:
        """How many it is for, as far as is known."""
        return self.target.subscriptions

    def words(self) -> str:
        """Return whom it is for, for a list of choices and for the history; without a number that is not known."""
        words = self._name()
        if not self.subscriptions:
            return words
        many = counted(
            self.subscriptions, translate("Audience", "subscription"), translate("Audience", "subscriptions")
        )
        return f"{words}: {many}"

    def _name(self) -> str:
        if self.reach is Reach.FAILED:
            return translate("Audience", "Failed in send {0}").format(self.target.send)
        if self.reach is Reach.USER:
            return translate("Audience", "User {0}").format(display_text(self.target.user_name, NAME_CHARACTERS))
        if self.reach is Reach.FILTER:
            return translate("Audience", "What the filter shows")
        return (
            translate("Audience", "Selected") if self.reach is Reach.SELECTION else translate("Audience", "Everybody")
        )

    def label(self) -> str:
        """Return it as the button says it: "Ada (3)", "all 100"."""
        number = f"{self.subscriptions:,}"
        if self.reach is Reach.FAILED:
            return translate("Audience", "{0} failed").format(number)
        if self.reach is Reach.SELECTION:
            return translate("Audience", "{0} selected").format(number)
        if self.reach is Reach.USER:
            return f"{display_text(self.target.user_name, 18)} ({number})"
        if self.reach is Reach.FILTER:
            return translate("Audience", "{0} filtered").format(number)
        return translate("Audience", "all {0}").format(number)

    def explanation(self, *, read_only: bool) -> str:
        """Return what happens to them, in a few words."""
        if self.target.problem:
            return self.target.problem
        if self.reach is Reach.SELECTION:
            return translate("Audience", "A test: one attempt each, nothing is pruned.")
        people = ""
        if self.target.users > 1:
            people = counted(self.target.users, translate("Audience", "user"), translate("Audience", "users")) + ". "
        if read_only:
            return people + translate("Audience", "The database is read-only: gone ones stay.")
        return people + translate("Audience", "Tried again where that helps; gone ones are pruned.")

    def with_count(self, users: int, subscriptions: int) -> "Audience":
        """Return it with the numbers of the database."""
        return replace(self, target=replace(self.target, users=users, subscriptions=subscriptions))


def audiences(target: Target, everybody: int = 0, failed: Audience | None = None) -> tuple[Audience, ...]:
    """Return the choices that there are, the narrowest first.

    Args:
        target: What is selected, current and filtered in the table.
        everybody: Subscriptions of all, as far as is known.
        failed: The failed ones of a send, where somebody has asked for them.
    """
    found = [] if failed is None else [failed]
    if target.problem and target.subscriptions:
        # Selected, but not to be sent to: everybody must not come in its place.
        found.append(Audience(Reach.SELECTION, Target(subscriptions=target.subscriptions, problem=target.problem)))
    elif target.subscription_ids:
        ids = target.subscription_ids
        selection = Target(subscription_ids=ids, users=target.users, subscriptions=len(ids))
        found.append(Audience(Reach.SELECTION, selection))
    if target.filtered is not None:
        chosen = target.filtered
        found.append(Audience(Reach.FILTER, Target(subscriptions=chosen.count, filtered=chosen)))
    elif target.problem and not target.subscriptions:
        # A filter is set and shows nothing, or nothing yet: everybody must not come in its place.
        nothing = translate("Audience", "The filter shows no subscription.")
        found.append(Audience(Reach.FILTER, Target(problem=nothing)))
    if target.user_id is not None:
        # Where something is selected or filtered, the number is of that.
        known = 0 if target.subscription_ids or target.problem else target.subscriptions
        found.append(Audience(Reach.USER, Target(target.user_id, target.user_name, users=1, subscriptions=known)))
    found.append(Audience(Reach.ALL, Target(subscriptions=everybody)))
    return tuple(found)


def send_verb(
    audience: Audience, message: Message, *, keep_payload: bool
) -> "Callable[[Backend], Coroutine[Any, Any, SendSummary]]":
    """Return what sends a message to them."""
    target = audience.target
    user_id, chosen, words, number = target.user_id, target.filtered, audience.words(), target.send
    if audience.reach is Reach.FAILED:
        return lambda backend: backend.sending.retry_failed(number, message, keep_payload=keep_payload)
    if audience.reach is Reach.SELECTION:
        ids = target.subscription_ids
        return lambda backend: backend.sending.to_subscriptions(ids, message, keep_payload=keep_payload)
    if user_id is not None:
        return lambda backend: backend.sending.to_user(user_id, message, keep_payload=keep_payload)
    if chosen is not None:
        return lambda backend: backend.sending.to_chosen(chosen, message, label=words, keep_payload=keep_payload)
    return lambda backend: backend.sending.to_all(message, keep_payload=keep_payload)


def dry_run_verb(audience: Audience, message: Message) -> "Callable[[Backend], Coroutine[Any, Any, DryRun]]":
    """Return what builds a push for one of them, and sends nothing."""
    target = audience.target
    chosen = target.filtered

    async def of_filter(backend: "Backend") -> "DryRun":
        assert chosen is not None
        ids = chosen.ids[:1]
        if chosen.query is not None:
            # The first of the selection, else of the list.
            first = chosen.stretches[0][0] if chosen.stretches else 0
            page = await backend.subscriptions.page(chosen.query, first, 1, chosen.stamp)
            ids = tuple(row.subscription.id for row in page.rows if row is not None and row.subscription.id is not None)
        return await backend.sending.dry_run(ids, message)

    if audience.reach is Reach.SELECTION:
        return lambda backend: backend.sending.dry_run(target.subscription_ids, message)
    if audience.reach is Reach.FILTER:
        return of_filter
    return lambda backend: backend.sending.dry_run(target.user_id, message)


def count_verb(choices: Sequence[Audience]) -> "Callable[[Backend], Coroutine[Any, Any, tuple[Audience, ...]]]":
    """Return what counts each of them in the database, and returns them with their numbers."""

    async def count(backend: "Backend") -> tuple[Audience, ...]:
        found = []
        for choice in choices:
            chosen = choice.target.filtered
            if choice.target.problem:
                # It is not to be sent to, and without a number it would be counted as everybody.
                found.append(choice)
            elif chosen is not None:
                # How many people these are is not counted.
                found.append(choice.with_count(0, await backend.sending.count_chosen(chosen)))
            else:
                found.append(choice.with_count(*await backend.sending.count(choice.target.user_id)))
        return tuple(found)

    return count
