"""Filters that the operator gave a name to.

Runs on: GUI thread
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from webpush_admin.gui.models.filters import Filters, from_object, to_object

VERSION: Final = 1
MOST_SAVED: Final = 50
MOST_NAME_CHARACTERS: Final = 60
_MOST_CHARACTERS: Final = 200_000


@dataclass(frozen=True, slots=True)
class SavedFilters:
    """Names and what they stand for, in the order in which they were saved."""

    saved: tuple[tuple[str, Filters], ...] = ()

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.saved)

    def __contains__(self, name: str) -> bool:
        return any(name.casefold() == other.casefold() for other in self)

    def __getitem__(self, name: str) -> Filters:
        return dict(self.saved)[name]

    @property
    def full(self) -> bool:
        """Whether there is no room for another one."""
        return len(self.saved) >= MOST_SAVED

    def name_of(self, filters: Filters) -> str:
        """Return under which name these are saved, "" where they are not."""
        return next((name for name, kept in self.saved if kept == filters), "")

    def with_one(self, name: str, filters: Filters) -> "SavedFilters":
        """Return them with one more at the end, in the place of one of the same name."""
        return SavedFilters((*self.without(name).saved, (name, filters)))

    def without(self, name: str) -> "SavedFilters":
        """Return them without one."""
        return SavedFilters(tuple(one for one in self.saved if one[0].casefold() != name.casefold()))

    def renamed(self, name: str, new: str) -> "SavedFilters":
        """Return them with another name for one, at the same place."""
        return SavedFilters(tuple((new if kept == name else kept, filters) for kept, filters in self.saved))

    def to_json(self) -> str:
        """Return them as the settings keep them."""
        kept = [{"name": name, "filters": to_object(filters)} for name, filters in self.saved]
        return json.dumps({"version": VERSION, "saved": kept})


def read_saved(text: object) -> tuple[SavedFilters, int]:
    """Return the filters that were kept, and how many could not be read; all that is unreadable counts as one."""
    if text is None:
        return SavedFilters(), 0
    if not isinstance(text, str) or len(text) > _MOST_CHARACTERS:
        return SavedFilters(), 1
    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        return SavedFilters(), 1
    if not isinstance(kept, dict) or kept.get("version") != VERSION or not isinstance(kept.get("saved"), list):
        return SavedFilters(), 1
    read, lost = SavedFilters(), 0
    for one in kept["saved"]:
        try:
            name, filters = one["name"], from_object(one["filters"])
        except (KeyError, TypeError, ValueError):
            lost += 1
            continue
        if isinstance(name, str) and 0 < len(name) <= MOST_NAME_CHARACTERS and name not in read and not read.full:
            read = read.with_one(name, filters)
        else:
            lost += 1
    return read, lost
