"""How many rows a table shows, in words.

Runs on: GUI thread
"""

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.words import counted


def shown_words(rows: int | None, everything: int | None, selected: int, nouns: tuple[str, str]) -> str:
    """Return "233 of 100,000 subscriptions", or "3 selected of 233".

    Args:
        rows: How many the table shows, None while they are being counted.
        everything: How many there would be without a filter, None where that is not known.
        selected: How many are selected.
        nouns: What they are: one of it, many of it; already translated.
    """
    shown = "…" if rows is None else f"{rows:,}"
    if selected:
        return translate("Shown", "{selected} selected of {shown}").format(selected=f"{selected:,}", shown=shown)
    one, many = nouns
    if everything is None or rows == everything:
        return f"{shown} {many}" if rows is None else counted(rows, one, many)
    return translate("Shown", "{shown} of {everything}").format(shown=shown, everything=counted(everything, one, many))
