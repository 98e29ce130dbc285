"""Lucide icons in the colours of the theme: tinted once, kept.

Runs on: GUI thread
"""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

from webpush_admin.gui.resource_files import resource_path

SIZE: Final = 16
GAP: Final = 5
"""Between an icon and the words beside it: the style's own gap is too tight."""

_CLEAR: Final = QColor(0, 0, 0, 0)


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
    # On a screen of the usual density nobody sees the larger pictures, and they cost as much as the others.
    for scale in (1.0, 2.0) if QGuiApplication.primaryScreen().devicePixelRatio() > 1 else (1.0,):
        _add(icon, _pixmap(name, colour, SIZE, scale), QIcon.Mode.Normal)
        _add(icon, _pixmap(name, disabled, SIZE, scale), QIcon.Mode.Disabled)
        if checked != colour:
            _add(icon, _pixmap(name, checked, SIZE, scale), QIcon.Mode.Normal, QIcon.State.On)
    return icon


def _add(icon: QIcon, pixmap: QPixmap, mode: QIcon.Mode, state: QIcon.State = QIcon.State.Off) -> None:
    icon.addPixmap(pixmap, mode, state)
    icon.addPixmap(spaced(pixmap), mode, state)


@lru_cache(maxsize=1)
def blank_icon() -> QIcon:
    """Return an icon that shows nothing and keeps the room of one."""
    blank = QPixmap(QSize(SIZE, SIZE))
    blank.fill(_CLEAR)
    icon = QIcon()
    _add(icon, blank, QIcon.Mode.Normal)
    return icon


def spaced_size() -> QSize:
    """Return the size to ask for where words stand beside the icon: such a picture has a gap at its right."""
    return QSize(SIZE + GAP, SIZE)


def spaced(pixmap: QPixmap) -> QPixmap:
    """Return the picture with a gap at its right."""
    scale = pixmap.devicePixelRatio()
    wider = QPixmap(spaced_size() * scale)
    wider.fill(_CLEAR)
    wider.setDevicePixelRatio(scale)
    painter = QPainter(wider)
    painter.drawPixmap(0, 0, pixmap)
    painter.end()
    return wider


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, size: int, scale: float) -> QPixmap:
    pixmap = QPixmap(_shape(name, size, scale))
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), QColor(colour))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


@lru_cache(maxsize=256)
def _shape(name: str, size: int, scale: float) -> QPixmap:
    # Imported here: the first icon pays for it, not the import of this module.
    from PySide6.QtSvg import QSvgRenderer

    pixels = round(size * scale)
    pixmap = QPixmap(QSize(pixels, pixels))
    pixmap.fill(_CLEAR)
    renderer = QSvgRenderer(QByteArray(resource_path(f"icons/{name}.svg").read_bytes()))
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    return pixmap
