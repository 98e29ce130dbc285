"""Which columns of a table are shown, in what order and how wide, as the settings keep it.

Runs on: GUI thread
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from webpush_admin.gui.models.columns import Column

VERSION: Final = 1
LEAST_PIXELS: Final = 40
MOST_PIXELS: Final = 2000
_MOST_CHARACTERS: Final = 20_000


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """What the operator made of a table's columns; the default is what the columns say themselves.

    Attributes:
        order: Keys of all columns from left to right; empty for the order of the columns.
        shown: Keys of what is shown; None for what fits, as nothing was chosen by hand.
        widths: Pixels by key, of columns whose width was chosen by hand.
    """

    order: tuple[str, ...] = ()
    shown: frozenset[str] | None = None
    widths: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return it as the settings keep it."""
        shown = None if self.shown is None else sorted(self.shown)
        kept = {"version": VERSION, "order": self.order, "shown": shown, "widths": dict(self.widths)}
        return json.dumps(kept)


UNTOUCHED: Final = ColumnLayout()


def read_layout(text: object, columns: tuple[Column[Any], ...]) -> ColumnLayout:
    """Return the layout that was kept, fit for these columns; what cannot be read is no layout.

    Columns that are no more are left out. One that the layout does not know takes its place beside its neighbour, and
    is shown unless columns like it are hidden at first.
    """
    if not isinstance(text, str) or len(text) > _MOST_CHARACTERS:
        return UNTOUCHED
    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        return UNTOUCHED
    if not isinstance(kept, dict) or kept.get("version") != VERSION:
        return UNTOUCHED
    order, shown, widths = kept.get("order"), kept.get("shown"), kept.get("widths")
    if not (_are_keys(order) and (shown is None or _are_keys(shown)) and isinstance(widths, dict)):
        return UNTOUCHED
    new = {column.key for column in columns if column.key not in order and not column.hidden} if order else set()
    known = {column.key for column in columns}
    seen = None if shown is None else frozenset((known & set(shown)) | new)
    return ColumnLayout(
        order=arranged(tuple(order), columns) if order else (),
        # Nothing at all would be a table without a way back.
        shown=seen or None,
        widths={
            key: min(MOST_PIXELS, max(LEAST_PIXELS, width))
            for key, width in widths.items()
            if key in known and type(width) is int
        },
    )


def arranged(order: tuple[str, ...], columns: tuple[Column[Any], ...]) -> tuple[str, ...]:
    """Return the keys of all columns in this order; those that it leaves out follow their neighbour at the left."""
    known = [column.key for column in columns]
    keys = [key for key in dict.fromkeys(order) if key in known]
    for number, key in enumerate(known):
        if key not in keys:
            keys.insert(keys.index(known[number - 1]) + 1 if number else 0, key)
    return tuple(keys)


def _are_keys(kept: object) -> bool:
    return isinstance(kept, list) and all(isinstance(key, str) for key in kept)
