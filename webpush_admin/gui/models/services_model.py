"""The table of push services: all of them together on top, and an order that does not jump with each number.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, Qt

from webpush_admin.gui.models.cell_model import Index
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.models.named_lines import NamedLines
from webpush_admin.gui.models.services import ServiceLine, in_order
from webpush_admin.gui.theme import text_font

ORDER_S: Final = 2.0
"""Rows change their places at most this often: numbers move faster than anybody can follow a row."""

_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_FONT: Final = int(Qt.ItemDataRole.FontRole)


class ServicesModel(NamedLines[ServiceLine]):
    """The first row is of all push services together; the others are sorted by value."""

    def __init__(self, columns: tuple[Column[ServiceLine], ...], parent: QObject | None = None) -> None:
        super().__init__(columns, {"error_share": lambda line: line.error_share}, parent)
        self._key, self._descending = columns[0].key, False
        self._ordered_s = 0.0
        self._bold = text_font(bold=True)

    def sort_by(self, key: str, *, descending: bool) -> None:
        """Sort by another column, at once."""
        self._key, self._descending = key, descending
        self._put(self._sorted(self._lines))

    def show_readings(self, lines: Sequence[ServiceLine], taken_s: float) -> None:
        """Show newer numbers.

        Args:
            lines: Of all push services together, and of each.
            taken_s: Monotonic seconds at which they were so.
        """
        newer = {line.name: line for line in lines}
        kept = [newer[line.name] for line in self._lines if line.name in newer]
        if len(kept) < len(lines) or taken_s - self._ordered_s >= ORDER_S:
            self._ordered_s = taken_s
            kept = self._sorted(lines)
        self.show_lines(kept)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Hand out what was made ready; the row of all stands out."""
        if role == _FONT and index.row() == 0:
            return self._bold
        return super().data(index, role)

    def _sorted(self, lines: Sequence[ServiceLine]) -> list[ServiceLine]:
        whole = [line for line in lines if line.is_whole]
        services = [line for line in lines if not line.is_whole]
        return [*whole, *in_order(services, self._key, descending=self._descending)]
