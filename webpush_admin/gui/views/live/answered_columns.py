"""The columns of the table of what was answered.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.gui.models.answered import Answered
from webpush_admin.gui.models.columns import Column, translate
from webpush_admin.gui.views.live.service_columns import share_text
from webpush_admin.gui.widgets.figures import grouped


def _in_full(line: Answered) -> str:
    """Return what it means, why a service answers so, and what to do, in lines."""
    return "\n".join(part for part in (line.meaning, line.cause, line.remedy, line.name) if part)


def _share_tip(line: Answered) -> str:
    words = translate("Answered", "{n} pushes: {share} of all that were not simply delivered.")
    return words.format(n=grouped(line.count), share=share_text(line.share))


ANSWERED_COLUMNS: Final[tuple[Column[Answered], ...]] = (
    Column(
        "meaning",
        str(QT_TRANSLATE_NOOP("Columns", "Answer")),
        230,
        text=lambda line: line.meaning,
        tip=_in_full,
        least=170,
        meaning=str(QT_TRANSLATE_NOOP("Columns", "What the push services' answers mean, the most frequent first.")),
    ),
    Column(
        "service",
        str(QT_TRANSLATE_NOOP("Columns", "Said by")),
        140,
        text=lambda line: line.service or translate("Answered", "any service"),
        tip=lambda line: line.name,
        muted=True,
        meaning=str(QT_TRANSLATE_NOOP("Columns", "Whose answer it is; some are the same with every push service.")),
    ),
    Column(
        "count",
        str(QT_TRANSLATE_NOOP("Columns", "Pushes")),
        82,
        text=lambda line: grouped(line.count),
        tip=_share_tip,
        right_aligned=True,
        meaning=str(QT_TRANSLATE_NOOP("Columns", "How many pushes were answered so at last.")),
    ),
    Column(
        "share",
        str(QT_TRANSLATE_NOOP("Columns", "Share")),
        126,
        text=lambda line: share_text(line.share),
        tip=_share_tip,
        right_aligned=True,
        role=lambda line: line.role,
        meaning=str(
            QT_TRANSLATE_NOOP("Columns", "How many of the pushes that were not simply delivered were answered so.")
        ),
    ),
    Column(
        "remedy",
        str(QT_TRANSLATE_NOOP("Columns", "What to do")),
        0,
        text=lambda line: line.remedy or line.cause,
        tip=_in_full,
        meaning=str(QT_TRANSLATE_NOOP("Columns", "What helps; the tooltip of a row says why a service answers so.")),
    ),
)
