"""Lucide icons in the colours of the theme: tinted once, kept.

Runs on: GUI thread
"""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from webpush_admin.gui.resource_files import resource_path

SIZE: Final = 16
GAP: Final = 5
"""Between an icon and the words beside it: the style's own gap is too tight."""
_SCALES: Final = (1, 2)


def tinted_icon(name: str, colour: str, disabled: str = "", checked: str = "") -> QIcon:
    """Return the Lucide icon `name` ("send") in `colour` ("#e3e5e8").

    Args:
        name: The file's name without its ending.
        colour: As "#rrggbb".
        disabled: Colour where it is disabled; the same where left out.
        checked: Colour where it is checked; the same where left out.
    """
    return _icon(name, colour, disabled or colour, checked or colour)


def tinted_pixmap(name: str, colour: str, size: int, scale: float = 1.0) -> QPixmap:
    """Return one picture of `size` logical pixels for a screen of this scale."""
    return _pixmap(name, colour, size, scale)


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, disabled: str, checked: str) -> QIcon:
    icon = QIcon()
    for scale in _SCALES:
        normal = _pixmap(name, colour, SIZE, float(scale))
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Active, QIcon.Mode.Selected):
            icon.addPixmap(normal, mode)
            icon.addPixmap(spaced(normal), mode)
        grey = _pixmap(name, disabled, SIZE, float(scale))
        icon.addPixmap(grey, QIcon.Mode.Disabled)
        icon.addPixmap(spaced(grey), QIcon.Mode.Disabled)
        if checked != colour:
            on = _pixmap(name, checked, SIZE, float(scale))
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Active):
                icon.addPixmap(on, mode, QIcon.State.On)
                icon.addPixmap(spaced(on), mode, QIcon.State.On)
    return icon


def spaced_size() -> QSize:
    """Return the size to ask for where words stand beside the icon: such a picture has a gap at its right."""
    return QSize(SIZE + GAP, SIZE)


def spaced(pixmap: QPixmap) -> QPixmap:
    """Return the picture with a gap at its right."""
    scale = pixmap.devicePixelRatio()
    wider = QPixmap(spaced_size() * scale)
    wider.fill(Qt.GlobalColor.transparent)
    wider.setDevicePixelRatio(scale)
    painter = QPainter(wider)
    painter.drawPixmap(0, 0, pixmap)
    painter.end()
    return wider


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, size: int, scale: float) -> QPixmap:
    # Imported here: the first icon pays for it, not the import of this module.
    from PySide6.QtSvg import QSvgRenderer

    pixels = round(size * scale)
    pixmap = QPixmap(QSize(pixels, pixels))
    pixmap.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


@lru_cache(maxsize=128)
def _drawing(name: str) -> str:
    return resource_path(f"icons/{name}.svg").read_text(encoding="utf-8")
