"""The list of people: "All users" first, then everybody with the number of their subscriptions.

Runs on: GUI thread
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.records import Page
from webpush_admin.gui.models.columns import Column, translate
from webpush_admin.gui.models.words import counted, exact_utc
from webpush_admin.store.rows import SubscriptionQuery, User, UserQuery

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list.

    Attributes:
        user: None for the line "All users".
        subscriptions: How many there are.
    """

    user: User | None
    subscriptions: int

    @property
    def id(self) -> UUID | None:
        """The user's id, None for all."""
        return self.user.id if self.user else None


async def people_page(backend: "Backend", query: UserQuery, offset: int, limit: int) -> Page[Person]:
    """Return a stretch of the list, in which "All users" is line 0. Runs on: worker loop."""
    if offset > 0:
        page = await backend.people.page(query, offset - 1, limit)
        return Page(offset, tuple(Person(row.user, row.subscriptions) for row in page.rows), page.total + 1)
    page = await backend.people.page(query, 0, limit - 1)
    everybody = await backend.subscriptions.page(SubscriptionQuery(), 0, 1)
    rows = (Person(None, everybody.total), *(Person(row.user, row.subscriptions) for row in page.rows))
    return Page(0, rows, page.total + 1)


def _name(person: Person) -> str:
    return person.user.name if person.user else translate("People", "All users")


def _tip(person: Person) -> str:
    told = counted(
        person.subscriptions,
        translate("Columns", "subscription"),
        translate("Columns", "subscriptions"),
    )
    if person.user is None:
        return told
    since = translate("Columns", "since {time}").format(time=exact_utc(person.user.created_at))
    return "\n".join((person.user.name, told, since, str(person.user.id)))


PEOPLE_COLUMNS: Final[tuple[Column[Person], ...]] = (
    Column("name", str(QT_TRANSLATE_NOOP("Columns", "User")), 0, text=_name, tip=_tip),
    Column(
        "subscriptions",
        str(QT_TRANSLATE_NOOP("Columns", "Subscriptions")),
        56,
        text=lambda person: f"{person.subscriptions:,}",
        tip=_tip,
        right_aligned=True,
        muted=True,
    ),
)
