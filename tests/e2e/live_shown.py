"""Every number that the live view shows, found by walking its widgets: one that is added must be compared.

Runs on: GUI thread
"""

import re
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QLabel, QTableView, QWidget

from webpush_admin.gui.views.live import LiveView

_NUMBER: Final = re.compile(r"\d")

NO_COUNTS: Final = re.compile(r"_title$|_begins$|^window_\d+_button$|^meaning$|^explained$|^text$")
"""Names of labels and buttons whose digits are words: "p95", "5 min ago", "an answer of 410"."""

Cells = dict[str, str]


def labels(live: LiveView) -> dict[str, str]:
    """Return the texts with a number that are seen, by the names of what they are in and of the label itself."""
    found = {f"tab.{number}": live.pages.tabText(number) for number in range(live.pages.count())}
    found |= {_key(widget): text for widget, text in _texts(live) if not NO_COUNTS.search(widget.objectName())}
    return {key: text for key, text in found.items() if _NUMBER.search(text)}


def tables(live: LiveView) -> dict[str, list[Cells]]:
    """Return the rows of the tables that are seen, by name: cells by the key of their column."""
    seen = [table for table in live.findChildren(QTableView) if table.isVisible()]
    return {table.objectName(): [_row(table, number) for number in range(table.model().rowCount())] for table in seen}


def _texts(live: LiveView) -> Iterator[tuple[QWidget, str]]:
    for label in live.findChildren(QLabel):
        if label.isVisible():
            yield label, label.text()
    for button in live.findChildren(QAbstractButton):
        if button.isVisible():
            yield button, button.text()
    for box in live.findChildren(QAbstractSpinBox):
        if box.isVisible():
            yield box, box.text()


def _key(widget: QWidget) -> str:
    parent = widget.parent()
    assert parent is not None, "it is a part of the view"
    return f"{parent.objectName()}.{widget.objectName()}"


def _row(table: QTableView, number: int) -> Cells:
    model = table.model()
    keys = [column.key for column in model.columns]  # type: ignore[attr-defined]  # every table of ours has columns
    return {key: str(model.index(number, place, QModelIndex()).data() or "") for place, key in enumerate(keys)}
