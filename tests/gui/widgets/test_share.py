"""The bar of a share, as it is painted."""

from collections.abc import Iterator
from typing import Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from webpush_admin.gui.models.columns import PILL_ROLE, SHARE_ROLE
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.widgets.share import ShareDelegate

WIDTH: Final = 160
BAR_ENDS: Final = 100
"""Behind it stands the number."""


@pytest.fixture
def table(qtbot: QtBot, theme: Theme) -> Iterator[QTableView]:
    model = QStandardItemModel()
    for share, role in ((0.0, "bad"), (1e-6, "bad"), (0.5, "warn"), (1.0, "bad"), (None, "bad")):
        item = QStandardItem("–" if share is None else f"{share:.0%}")
        item.setData(share, SHARE_ROLE)
        item.setData(role, PILL_ROLE)
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        model.appendRow(item)
    made = QTableView()
    model.setParent(made)
    made.setModel(model)
    made.setItemDelegate(ShareDelegate(theme, made))
    made.setColumnWidth(0, WIDTH)
    made.resize(300, 260)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.hide()
    made.deleteLater()


def _alike(one: QColor, other: QColor) -> bool:
    # The ends of a bar are round: their pixels are half of the ground.
    return abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue()) < 200


def test_a_bar_is_as_long_as_its_share_and_in_the_colour_of_its_role(table: QTableView, theme: Theme) -> None:
    picture = table.viewport().grab().toImage()
    lengths = []
    for row, role in enumerate(("bad", "bad", "warn", "bad", "bad")):
        middle = table.visualRect(table.model().index(row, 0)).center().y()
        colour = QColor(theme.tokens.role(role))
        near = [
            x for x in range(BAR_ENDS) if any(_alike(picture.pixelColor(x, middle + y), colour) for y in (-1, 0, 1))
        ]
        lengths.append(len(near))
    none, least, half, whole, nothing = lengths
    assert none == nothing == 0
    assert 0 < least < 4
    assert whole > 80
    assert whole <= BAR_ENDS
    assert abs(half - whole / 2) < 4
