"""What a generation is, in one sentence, for whoever has never heard of it.

Runs on: any
"""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

GENERATION_HELP = str(
    QT_TRANSLATE_NOOP(
        "Columns",
        "A number per user that rises whenever what was read before must not be believed any more; a read that began "
        "in an older generation is not kept.",
    )
)
"""Marked for translation in the context "Columns", as titles and meanings of columns are; see `generation_help()`."""


def generation_help() -> str:
    """Return the sentence in the language of the window."""
    return QCoreApplication.translate("Columns", GENERATION_HELP)
