"""Messages that the operator gave a name to, and some that come along.

Runs on: GUI thread
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.gui.models.draft import TEST_DRAFT, Draft, Shape, from_object, to_object

VERSION: Final = 1
MOST_TEMPLATES: Final = 50
MOST_NAME_CHARACTERS: Final = 60
MOST_DRAFT_CHARACTERS: Final = 20_000
"""Of one template: five times what a push can carry."""
_MOST_CHARACTERS: Final = 1_200_000

SAMPLES: Final[tuple[tuple[str, Draft], ...]] = (
    (
        str(QT_TRANSLATE_NOOP("TemplatesButton", "Test")),
        TEST_DRAFT,
    ),
    (
        str(QT_TRANSLATE_NOOP("TemplatesButton", "News with picture and buttons")),
        Draft(
            title="The museum is open again",
            body="From Saturday on, ten to six.\nThe first hour is free.",
            icon="https://www.example.org/icon-192.png",
            image="https://www.example.org/hall.jpg",
            url="https://www.example.org/news/open",
            tag="opening",
            buttons=(
                ("Tickets", "https://www.example.org/tickets"),
                ("Not now", "https://www.example.org/later"),
            ),
            ttl="1 day",
        ),
    ),
    (
        str(QT_TRANSLATE_NOOP("TemplatesButton", "Reminder that replaces itself")),
        Draft(
            title="Your table is ready in 15 min",
            body="Ask at the entrance.",
            tag="table",
            topic="my-table",
            urgency="high",
            ttl="5 min",
            url="https://www.example.org/table",
        ),
    ),
    (
        str(QT_TRANSLATE_NOOP("TemplatesButton", "Declarative Web Push")),
        Draft(
            shape=Shape.DECLARATIVE,
            title="One new message",
            body="Safari shows this without a service worker.",
            url="https://www.example.org/messages",
        ),
    ),
    (
        str(QT_TRANSLATE_NOOP("TemplatesButton", "JSON of your own")),
        Draft(shape=Shape.JSON, raw_json='{\n  "type": "refresh",\n  "version": 3\n}'),
    ),
)


@dataclass(frozen=True, slots=True)
class Templates:
    """Names and what they stand for, in the order in which they were saved."""

    saved: tuple[tuple[str, Draft], ...] = ()

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.saved)

    def __contains__(self, name: str) -> bool:
        return any(name.casefold() == other.casefold() for other in self)

    def __getitem__(self, name: str) -> Draft:
        return dict(self.saved)[name]

    @property
    def full(self) -> bool:
        """Whether there is no room for another one."""
        return len(self.saved) >= MOST_TEMPLATES

    def name_of(self, draft: Draft) -> str:
        """Return under which name it is saved, "" where it is not."""
        return next((name for name, kept in self.saved if kept == draft), "")

    def with_one(self, name: str, draft: Draft) -> "Templates":
        """Return them with one more at the end, in the place of one of the same name."""
        if name in self:
            return Templates(
                tuple((name, draft) if kept.casefold() == name.casefold() else (kept, old) for kept, old in self.saved)
            )
        return Templates((*self.saved, (name, draft)))

    def without(self, name: str) -> "Templates":
        """Return them without one."""
        return Templates(tuple(one for one in self.saved if one[0].casefold() != name.casefold()))

    def renamed(self, name: str, new: str) -> "Templates":
        """Return them with another name for one, at the same place."""
        return Templates(tuple((new if kept == name else kept, draft) for kept, draft in self.saved))

    def to_json(self) -> str:
        """Return them as the settings keep them."""
        kept = [{"name": name, "draft": to_object(draft)} for name, draft in self.saved]
        return json.dumps({"version": VERSION, "saved": kept})


def fits(draft: Draft) -> bool:
    """Whether a draft is small enough to be kept."""
    return len(json.dumps(to_object(draft))) <= MOST_DRAFT_CHARACTERS


def read_templates(text: object) -> tuple[Templates, int]:
    """Return the templates that were kept, and how many could not be read; all that is unreadable counts as one."""
    if text is None:
        return Templates(), 0
    if not isinstance(text, str) or len(text) > _MOST_CHARACTERS:
        return Templates(), 1
    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        return Templates(), 1
    if not isinstance(kept, dict) or kept.get("version") != VERSION or not isinstance(kept.get("saved"), list):
        return Templates(), 1
    read, lost = Templates(), 0
    for one in kept["saved"]:
        try:
            name, draft = one["name"], from_object(one["draft"])
        except (KeyError, TypeError, ValueError):
            lost += 1
            continue
        if isinstance(name, str) and 0 < len(name) <= MOST_NAME_CHARACTERS and name not in read and not read.full:
            read = read.with_one(name, draft)
        else:
            lost += 1
    return read, lost
