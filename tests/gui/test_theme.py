"""Light and dark: every pair of colours can be read."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from webpush_admin.gui.theme import DARK, LIGHT, Mode, Theme, Tokens, mono_font, style_sheet, text_font


def _luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    parts = QColor(colour)
    red, green, blue = parts.redF(), parts.greenF(), parts.blueF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_text_can_be_read_on_every_ground(tokens: Tokens) -> None:
    grounds = (tokens.bg, tokens.panel, tokens.base, tokens.alt, tokens.hover)
    pairs = [(text, ground) for text in (tokens.text, tokens.muted) for ground in grounds]
    pairs += [(tokens.text, tokens.selection), (tokens.on_accent, tokens.accent_fill)]
    pairs += [(tokens.on_accent, tokens.accent_hover)]
    pairs += [(tokens.role(role), tokens.fill(role)) for role in ("ok", "warn", "bad", "busy", "muted")]
    pairs += [(tokens.role(role), tokens.panel) for role in ("ok", "warn", "bad", "busy", "muted")]
    assert {pair: round(_contrast(*pair), 2) for pair in pairs if _contrast(*pair) < 4.5} == {}


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_the_style_sheet_leaves_no_name_unreplaced(tokens: Tokens) -> None:
    assert "$" not in style_sheet(tokens)


def test_a_mode_changes_the_palette_and_tells(qapp: QApplication, theme: Theme) -> None:
    told: list[bool] = []
    theme.changed.connect(lambda: told.append(theme.dark))
    theme.set_mode(Mode.LIGHT)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.bg
    theme.set_mode(Mode.LIGHT)
    theme.set_mode(Mode.DARK)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.bg
    assert told == [False, True]


def test_the_first_colours_are_the_system_s_palette_s_until_it_is_asked(qapp: QApplication) -> None:
    before = qapp.palette()
    scheme_is_dark = qapp.styleHints().colorScheme() is Qt.ColorScheme.Dark
    try:
        qapp.setPalette(QPalette(QColor(LIGHT.bg if scheme_is_dark else DARK.bg)))
        theme = Theme(Mode.SYSTEM)
        assert theme.dark is not scheme_is_dark
        told: list[bool] = []
        theme.changed.connect(lambda: told.append(theme.dark))
        theme.follow_system()
        theme.follow_system()
        assert told == [scheme_is_dark]
    finally:
        qapp.setPalette(before)


def test_the_fonts_come_along(qapp: QApplication) -> None:
    assert text_font().family() == "Inter"
    assert mono_font().family() == "JetBrains Mono"
    assert text_font().pixelSize() == 13
    assert mono_font().pixelSize() == 12
