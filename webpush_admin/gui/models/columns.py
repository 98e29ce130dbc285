"""A table's column as data.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, Qt

Row = TypeVar("Row")

translate: Final = QCoreApplication.translate
"""By this name the translator's tools find the words of rows too: its first argument is the context."""

PILL_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
"""Item data: the pill's role ("ok", "warn", "bad", "muted"), or None where the cell is no pill."""

SHARE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 2
"""Item data: how much of a bar is filled, 0.0 to 1.0, or None where the cell has no bar."""


TIME_PIXELS: Final = 116
"""What "17:11:29.481" takes in the font of fixed width, with the cell's margins."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column.

    Attributes:
        key: Its name in settings; unique in the table.
        title: What the header says, marked for translation in the context "Columns".
        width: Pixels at first; 0 takes what room is left.
        text: What the cell says; hidden characters are escaped by the model.
        tip: The tooltip, escaped by the model; "" for none.
        right_aligned: For numbers.
        mono: In the font of fixed width, for ids and endpoints.
        order_by: What the query sorts by, "" where it cannot.
        role: The pill's role; None where the cell is no pill.
        muted: In the quiet colour.
        hidden: Shown only where the operator asks for it.
        least: Pixels that it shrinks to where that keeps others in sight; 0 where it does not.
        meaning: One sentence for the header's tooltip, marked for translation as the title is; "" for none.
        descends: The first click on its header sorts downwards: of a counter one looks for the largest.
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
    hidden: bool = False
    least: int = 0
    meaning: str = ""
    descends: bool = False

    @property
    def shown_title(self) -> str:
        """The title in the operator's language."""
        return QCoreApplication.translate("Columns", self.title)

    @property
    def shown_meaning(self) -> str:
        """What the column says, in the operator's language; "" where nobody needs to be told."""
        return QCoreApplication.translate("Columns", self.meaning) if self.meaning else ""


def translated(text: str) -> str:
    """Return a text of a cell or of its tooltip in the operator's language; marked as the titles are."""
    return QCoreApplication.translate("Columns", text)


@dataclass(frozen=True, slots=True)
class Cells:
    """One row made ready for painting: everything that `data()` hands out.

    Attributes:
        texts: By column.
        roles: By column: the pill's role, or None.
    """

    texts: tuple[str, ...]
    roles: tuple[str | None, ...]
