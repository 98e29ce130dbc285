"""The list of people: "All users" first, then everybody with the number of their subscriptions.

Runs on: GUI thread
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.records import Page
from webpush_admin.gui.models.columns import Column, translate
from webpush_admin.gui.models.requests import Stretch
from webpush_admin.gui.models.words import ago, counted, exact_utc
from webpush_admin.store.rows import User, UserQuery

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


async def people_page(backend: "Backend", query: UserQuery, stretch: Stretch) -> Page[Person]:
    """Return a stretch of the list, in which "All users" is line 0. Runs on: worker loop."""
    first = stretch.offset == 0
    offset, limit = (0, stretch.limit - 1) if first else (stretch.offset - 1, stretch.limit)
    page = await backend.people.page(query, offset, limit, stretch.stamp)
    rows = tuple(None if row is None else Person(row.user, row.subscriptions) for row in page.rows)
    if first:
        rows = (Person(None, await backend.subscriptions.count()), *rows)
    return Page(stretch.offset, rows, None if page.total is None else page.total + 1)


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
    Column("name", str(QT_TRANSLATE_NOOP("Columns", "User")), 0, text=_name, tip=_tip, order_by="name"),
    Column(
        "subscriptions",
        str(QT_TRANSLATE_NOOP("Columns", "Subs.")),
        64,
        text=lambda person: f"{person.subscriptions:,}",
        tip=_tip,
        right_aligned=True,
        muted=True,
        order_by="subscriptions",
    ),
    Column(
        "created",
        str(QT_TRANSLATE_NOOP("Columns", "Created")),
        96,
        text=lambda person: ago(person.user.created_at) if person.user else "",
        tip=_tip,
        muted=True,
        order_by="created_at",
        hidden=True,
    ),
)
