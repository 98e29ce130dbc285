"""A table's column as data.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from PySide6.QtCore import Qt

Row = TypeVar("Row")

PILL_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
"""Item data: the pill's role ("ok", "warn", "bad", "muted"), or None where the cell is no pill."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column.

    Attributes:
        key: Its name in settings; unique in the table.
        title: What the header says.
        width: Pixels at first; 0 takes what room is left.
        text: What the cell says; hidden characters are escaped by the model.
        tip: The tooltip, escaped by the model; "" for none.
        right_aligned: For numbers.
        mono: In the font of fixed width, for ids and endpoints.
        order_by: What the query sorts by, "" where it cannot.
        role: The pill's role; None where the cell is no pill.
        muted: In the quiet colour.
    """

    key: str
    title: str
    width: int
    text: Callable[[Row], str]
    tip: Callable[[Row], str]
    right_aligned: bool = False
    mono: bool = False
    order_by: str = ""
    role: Callable[[Row], str] | None = None
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Cells:
    """One row made ready for painting: everything that `data()` hands out.

    Attributes:
        texts: By column.
        roles: By column: the pill's role, or None.
    """

    texts: tuple[str, ...]
    roles: tuple[str | None, ...]
