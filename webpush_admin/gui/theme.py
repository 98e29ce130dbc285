"""Light and dark: colours, fonts and the little style sheet that makes them one picture.

Runs on: GUI thread
"""

from enum import Enum
from functools import lru_cache
from string import Template
from typing import Final, NamedTuple

from PySide6 import QtCore
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from webpush_admin.gui.resource_files import resource_path

TEXT_PIXELS: Final = 13
MONO_PIXELS: Final = 12
ROW_PIXELS: Final = 30
_MIDDLE: Final = 128
"""Of the lightness of a colour: below it a ground is dark."""


class Mode(Enum):
    """Which colours are asked for."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


class Tokens(NamedTuple):
    """The colours by what they are for, as "#rrggbb".

    Attributes:
        accent: Marks, icons and lines that carry the accent.
        accent_fill: The ground of the accent button; white text on it has a contrast of 4.5 at least.
        busy: Of something that is under way: the accent, as text on a pill.
        ok_fill, warn_fill, bad_fill, busy_fill, muted_fill: The ground of a pill with text of that role.
    """

    bg: str
    panel: str
    base: str
    alt: str
    hover: str
    text: str
    muted: str
    border: str
    accent: str
    accent_fill: str
    accent_hover: str
    on_accent: str
    selection: str
    ok: str
    warn: str
    bad: str
    busy: str
    ok_fill: str
    warn_fill: str
    bad_fill: str
    busy_fill: str
    muted_fill: str

    def role(self, role: str) -> str:
        """Return the colour of a role: "ok", "warn", "bad", "busy", "accent", anything else is muted."""
        roles = {"ok": self.ok, "warn": self.warn, "bad": self.bad, "busy": self.busy, "accent": self.accent}
        return roles.get(role, self.muted)

    def fill(self, role: str) -> str:
        """Return the ground of a pill of this role."""
        fills = {"ok": self.ok_fill, "warn": self.warn_fill, "bad": self.bad_fill, "busy": self.busy_fill}
        return fills.get(role, self.muted_fill)


DARK: Final = Tokens(
    bg="#1b1d21",
    panel="#212429",
    base="#1e2125",
    alt="#23262b",
    hover="#2a2e35",
    text="#e3e5e8",
    muted="#98a0aa",
    border="#33373e",
    accent="#4c8dff",
    accent_fill="#1f6feb",
    accent_hover="#1a62d6",
    on_accent="#ffffff",
    selection="#2b4268",
    ok="#3fb950",
    warn="#d29922",
    bad="#ff6a62",
    busy="#79aaff",
    ok_fill="#1c3326",
    warn_fill="#362d1b",
    bad_fill="#3b2325",
    busy_fill="#1f2f4a",
    muted_fill="#2b2f35",
)

LIGHT: Final = Tokens(
    bg="#f5f6f8",
    panel="#ffffff",
    base="#ffffff",
    alt="#f8f9fb",
    hover="#eef1f5",
    text="#1d2127",
    muted="#5c6675",
    border="#dde1e7",
    accent="#1f6feb",
    accent_fill="#1f6feb",
    accent_hover="#1a62d6",
    on_accent="#ffffff",
    selection="#dbe8ff",
    ok="#14702f",
    warn="#8a5a00",
    bad="#c01f2a",
    busy="#1a5bc8",
    ok_fill="#e2f3e7",
    warn_fill="#fbf0d9",
    bad_fill="#fde7e8",
    busy_fill="#e3edfd",
    muted_fill="#eceff3",
)


class Theme(QObject):
    """Knows the colours in force and dresses the application in them.

    Attributes:
        changed: Other colours are in force.
    """

    changed = Signal()

    def __init__(self, mode: Mode = Mode.SYSTEM, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode = mode
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_changed)
        # The system's own palette, since nobody has changed it yet, goes with its scheme; `follow_system()` makes sure
        # after the first paint: the scheme is one of Qt's enumerations, which cost more than all that is painted.
        first_guess = QGuiApplication.palette().window().color().lightness() < _MIDDLE
        self._dark = first_guess if mode is Mode.SYSTEM else mode is Mode.DARK

    @property
    def dark(self) -> bool:
        """Whether the dark colours are in force."""
        return self._dark

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return DARK if self._dark else LIGHT

    def set_mode(self, mode: Mode) -> None:
        """Ask for light, dark or the system's colours."""
        self.mode = mode
        self._follow()

    def follow_system(self) -> None:
        """Ask which colours the system wants, where it is followed, and change into them."""
        self._follow()

    def apply(self) -> None:
        """Dress the application: palette, fonts, style sheet."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setPalette(palette(self.tokens))
        application.setFont(text_font())
        application.setStyleSheet(style_sheet(self.tokens))

    def colour(self, role: str) -> QColor:
        """Return a token's colour by its name, or a role's ("ok", "warn", "bad", "muted")."""
        return QColor(getattr(self.tokens, role))

    @Slot()
    def _on_system_changed(self) -> None:
        self._follow()

    def _follow(self) -> None:
        wanted = self._wanted_dark()
        if wanted != self._dark:
            self._dark = wanted
            self.apply()
            self.changed.emit()

    def _wanted_dark(self) -> bool:
        if self.mode is Mode.SYSTEM:
            return QGuiApplication.styleHints().colorScheme() is QtCore.Qt.ColorScheme.Dark
        return self.mode is Mode.DARK


_INTER: Final = ("Inter-Regular.otf", "Inter-SemiBold.otf")
_MONO: Final = ("JetBrainsMono-Regular.ttf",)


@lru_cache(maxsize=4)
def _family(files: tuple[str, ...]) -> str:
    """Load fonts that come along; return their family, "" where they are missing."""
    family = ""
    for file in files:
        number = QFontDatabase.addApplicationFont(str(resource_path(f"fonts/{file}")))
        family = family or next(iter(QFontDatabase.applicationFontFamilies(number)), "")
    return family


def text_font(pixels: int = TEXT_PIXELS, *, bold: bool = False) -> QFont:
    """Return the font of text; figures have one width, so that columns of numbers stand still."""
    family = _family(_INTER)
    font = QFont(family) if family else QFont()
    font.setPixelSize(pixels)
    font.setFeature(QFont.Tag("tnum"), 1)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def mono_font(pixels: int = MONO_PIXELS) -> QFont:
    """Return the font of fixed width, for ids, endpoints and keys."""
    family = _family(_MONO)
    font = QFont(family) if family else QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(pixels)
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def palette(tokens: Tokens) -> QPalette:
    """Return Qt's palette of these colours."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.bg,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.base,
        QPalette.ColorRole.AlternateBase: tokens.alt,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.Button: tokens.panel,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.BrightText: tokens.bad,
        QPalette.ColorRole.ToolTipBase: tokens.panel,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Highlight: tokens.selection,
        QPalette.ColorRole.HighlightedText: tokens.text,
        QPalette.ColorRole.Accent: tokens.accent,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.LinkVisited: tokens.accent,
        QPalette.ColorRole.Light: tokens.hover,
        QPalette.ColorRole.Midlight: tokens.hover,
        QPalette.ColorRole.Mid: tokens.border,
        QPalette.ColorRole.Dark: tokens.border,
        QPalette.ColorRole.Shadow: tokens.border,
    }
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.muted).darker(130))
    return made


def style_sheet(tokens: Tokens) -> str:
    """Return the style sheet with its `$names` replaced by these colours."""
    folder = resource_path("theme.qss").parent.as_posix()
    return Template(_sheet()).substitute(tokens._asdict(), resources=folder)


@lru_cache(maxsize=1)
def _sheet() -> str:
    return resource_path("theme.qss").read_text(encoding="utf-8")
