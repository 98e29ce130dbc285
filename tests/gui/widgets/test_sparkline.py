"""The line of the last minutes."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.gui.widgets.sparkline import Point, Sparkline

RED = QColor("#ff0000")
GAP: tuple[Point, ...] = ((0.0, 1.0), (0.2, 1.0), (0.4, None), (0.6, 1.0), (0.8, None), (1.0, 1.0))


class Painted(Sparkline):
    """Counts how often it is painted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, follows=True)
        self.paints = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1
        super().paintEvent(event)


@pytest.fixture
def line(qtbot: QtBot) -> Iterator[Painted]:
    around = QWidget()
    made = Painted(around)
    made.resize(200, 40)
    made.set_colour(RED)
    around.resize(200, 40)
    with qtbot.waitExposed(around):
        around.show()
    yield made
    around.hide()
    around.deleteLater()


def _red(image: QImage, x: int) -> bool:
    """Whether the line is painted at this height of the highest value."""
    return any(image.pixelColor(x, y).red() > image.pixelColor(x, y).green() + 100 for y in range(7))


def test_a_gap_is_a_gap_and_a_lonely_point_a_dot(line: Painted) -> None:
    line.show_points(GAP)
    image = line.grab().toImage()
    assert [_red(image, x) for x in (20, 60, 100, 140, 180)] == [True, False, False, False, False]
    assert _red(image, 120), "a point between two gaps is a dot"
    assert _red(image, 197), "so is the newest"


def test_nothing_is_a_quiet_base_line(line: Painted) -> None:
    image = line.grab().toImage()
    base = {image.pixelColor(x, 38).name() for x in range(10, 190)}
    assert len(base) > 1, "dots"
    assert not any(_red(image, x) for x in range(200))


def test_the_highest_is_at_the_top_unless_the_scale_is_fixed(line: Painted) -> None:
    line.show_points(((0.0, 0.5), (1.0, 0.5)))
    assert _red(line.grab().toImage(), 100)
    line.set_ceiling(1.0)
    assert not _red(line.grab().toImage(), 100)


def test_the_mouse_picks_a_point_which_follows_as_the_line_moves(qtbot: QtBot, line: Painted) -> None:
    picked: list[int] = []
    line.picked.connect(picked.append)
    line.show_points(GAP)
    QTest.mouseMove(line, QPoint(121, 20))
    qtbot.waitUntil(lambda: line.pick == 3)
    image = line.grab().toImage()
    assert image.pixelColor(120, 20) != image.pixelColor(110, 20), "a hair line"
    line.show_points(((0.55, 1.0), *GAP[4:]))
    assert line.pick == 0
    line.show_points(())
    assert line.pick == -1
    assert picked[0] == 3
    assert picked[-1] == -1


def test_hidden_it_is_not_painted_and_shown_it_is_painted_once_for_each_line(qtbot: QtBot, line: Painted) -> None:
    qtbot.waitUntil(lambda: line.paints > 0)
    around = line.parentWidget()
    assert around is not None
    around.hide()
    paints = line.paints
    for count in range(50):
        line.show_points(((0.0, float(count)), (1.0, 1.0)))
    qtbot.wait(0)
    assert line.paints == paints
    around.show()
    qtbot.waitUntil(lambda: line.paints == paints + 1)
    line.show_points(GAP)
    line.show_points(GAP)
    qtbot.waitUntil(lambda: line.paints == paints + 2)
    assert line.cursor().shape() is Qt.CursorShape.ArrowCursor
