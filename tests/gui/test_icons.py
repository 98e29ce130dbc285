"""Icons in the colours of the theme."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication

from webpush_admin.gui.icons import SIZE, spaced_size, tinted_icon, tinted_pixmap


def test_an_icon_is_painted_in_its_colour(qapp: QApplication) -> None:
    image = tinted_pixmap("send", "#ff0000", 32).toImage()
    painted = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() == 255]
    assert painted
    assert {colour.name() for colour in painted} == {"#ff0000"}


def test_states_have_their_colours(qapp: QApplication) -> None:
    icon = tinted_icon("bell", "#ff0000", "#00ff00", "#0000ff")
    size = QSize(SIZE, SIZE)

    def strongest(mode: QIcon.Mode, state: QIcon.State = QIcon.State.Off) -> str:
        image = icon.pixmap(size, 1.0, mode, state).toImage()
        colours = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        strong: QColor = max(colours, key=lambda colour: colour.alpha())
        return strong.name()

    assert strongest(QIcon.Mode.Normal) == "#ff0000"
    assert strongest(QIcon.Mode.Disabled) == "#00ff00"
    assert strongest(QIcon.Mode.Normal, QIcon.State.On) == "#0000ff"


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_beside_words_there_is_a_gap(qapp: QApplication, scale: float) -> None:
    pixmap = tinted_icon("bell", "#ff0000").pixmap(spaced_size(), scale)
    image = pixmap.toImage()
    assert pixmap.deviceIndependentSize().toSize() == spaced_size()
    right = range(int(SIZE * scale), image.width())
    assert all(image.pixelColor(x, y).alpha() == 0 for x in right for y in range(image.height()))


def test_pictures_are_made_once(qapp: QApplication) -> None:
    assert tinted_icon("bell", "#ff0000") is tinted_icon("bell", "#ff0000")


def test_a_missing_icon_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        tinted_icon("no-such-icon", "#ff0000")
