"""Hostile text made fit for the screen: nothing hidden, nothing rendered, nothing endless.

Runs on: any
"""

import re
import unicodedata
from typing import Final

SHOWN_CHARACTERS: Final = 300

# Invisible although not of a category that is escaped below: fillers, and the blank of Braille.
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f")

# Control, format (bidi, zero-width, tags), surrogate, private use, line and paragraph separators, unassigned.
_ESCAPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Cn"})

# Letters of Western languages and the punctuation that our own words use: nothing of the above is among them.
_PLAIN: Final = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027]*")

_MARKS_IN_A_ROW: Final = 4

# As html.escape() does it; the tooltips of the first paint need not load that module's table of two thousand names.
_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def display_text(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """Return the text as one line in which every hidden character is shown as <U+XXXX>.

    Args:
        text: Anything, for instance a name from the database.
        limit: Characters shown; what is cut off ends in an ellipsis.
    """
    cut = text if len(text) <= limit else text[: max(0, limit - 1)] + "…"
    # Quick way out for what nearly every cell is.
    if _PLAIN.fullmatch(cut):
        return cut
    shown: list[str] = []
    marks = 0
    for character in cut:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        hidden = category in _ESCAPED or character in _BLANK or (category == "Zs" and character != " ")
        shown.append(f"<U+{ord(character):04X}>" if hidden or marks > _MARKS_IN_A_ROW else character)
    return "".join(shown)


def plain_tooltip(text: str) -> str:
    """Return the text so that a tooltip shows it word for word, broken where it is long.

    Qt guesses whether a tooltip is rich text, and would render a user's name as HTML: so it is made rich text that
    holds nothing but escaped characters.
    """
    if not text:
        return ""
    lines = (display_text(line).translate(_ENTITIES) for line in text.split("\n"))
    return "<p>" + "<br/>".join(lines) + "</p>"
