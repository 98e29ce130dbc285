"""The tables of an import's preview: what becomes of each record of the file, without keys.

Runs on: GUI thread
"""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from webpush_admin.backend.exchange_records import Fate, ImportFormat, ImportRow
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.text import display_text

_ROLES: Final = {Fate.ADDED: "ok", Fate.REPLACED: "warn", Fate.REFUSED: "bad"}

# The words of `Fate`, for the translator's tools.
_WORDS: Final = (
    QT_TRANSLATE_NOOP("Fate", "added"),
    QT_TRANSLATE_NOOP("Fate", "replaced"),
    QT_TRANSLATE_NOOP("Fate", "unchanged"),
    QT_TRANSLATE_NOOP("Fate", "repeated"),
    QT_TRANSLATE_NOOP("Fate", "refused"),
)

_MEANINGS: Final = {
    Fate.ADDED: str(QT_TRANSLATE_NOOP("Fate", "The database does not have it yet.")),
    Fate.REPLACED: str(
        QT_TRANSLATE_NOOP("Fate", "The user has this endpoint with other keys, or with another user agent.")
    ),
    Fate.UNCHANGED: str(QT_TRANSLATE_NOOP("Fate", "The database has exactly this; what is known of answers stays.")),
    Fate.REPEATED: str(QT_TRANSLATE_NOOP("Fate", "A later record of the file counts in its place.")),
    Fate.REFUSED: str(QT_TRANSLATE_NOOP("Fate", "It cannot be imported.")),
}


def format_words(found: ImportFormat) -> str:
    """Return what a file was recognised as."""
    if found is ImportFormat.PUSH_SUBSCRIPTION:
        return QCoreApplication.translate("Fate", "one PushSubscription as JSON")
    return str(found.value)


def fate_word(fate: Fate) -> str:
    """Return what becomes of a record, in one word."""
    return QCoreApplication.translate("Fate", fate.value)


def _waiting() -> str:
    return QCoreApplication.translate("Fate", "waiting for a user")


def _told(row: ImportRow) -> str:
    return row.reason or QCoreApplication.translate("Fate", _MEANINGS[row.fate])


def _tip(row: ImportRow) -> str:
    return "\n".join(part for part in (row.user, row.endpoint, _told(row)) if part)


_LINE: Final[Column[ImportRow]] = Column(
    "line",
    str(QT_TRANSLATE_NOOP("Columns", "Line")),
    76,
    text=lambda row: f"{row.line:,}",
    tip=lambda row: QCoreApplication.translate("Columns", "Record {number} of the file").format(
        number=f"{row.record:,}"
    ),
    right_aligned=True,
    muted=True,
)
_FATE: Final[Column[ImportRow]] = Column(
    "fate",
    str(QT_TRANSLATE_NOOP("Columns", "What happens")),
    132,
    text=lambda row: _waiting() if row.needs_user else fate_word(row.fate),
    tip=_tip,
    role=lambda row: "muted" if row.needs_user else _ROLES.get(row.fate, "muted"),
)
_USER: Final[Column[ImportRow]] = Column(
    "user", str(QT_TRANSLATE_NOOP("Columns", "User")), 170, text=lambda row: row.user, tip=_tip
)


def _endpoint(width: int) -> Column[ImportRow]:
    return Column(
        "endpoint",
        str(QT_TRANSLATE_NOOP("Columns", "Endpoint")),
        width,
        text=lambda row: row.endpoint,
        tip=_tip,
        mono=True,
    )


SAMPLE_COLUMNS: Final[tuple[Column[ImportRow], ...]] = (_LINE, _FATE, _USER, _endpoint(0))

PROBLEM_COLUMNS: Final[tuple[Column[ImportRow], ...]] = (
    _LINE,
    _FATE,
    Column("reason", str(QT_TRANSLATE_NOOP("Columns", "Why")), 0, text=_told, tip=_tip),
    _endpoint(190),
)


def problems_text(rows: Iterable[ImportRow], unlisted: int = 0) -> str:
    """Return refused and repeated records as text for whoever made the file: line, endpoint and why, no keys.

    Each is one cell where it is pasted into a spreadsheet: a user's name could be a formula.
    """
    lines = [
        ": ".join(
            (
                QCoreApplication.translate("Fate", "Line {number}").format(number=f"{row.line:,}"),
                fate_word(row.fate),
                *(display_text(part) for part in (row.user, row.endpoint, _told(row)) if part),
            )
        )
        for row in rows
    ]
    if unlisted > 0:
        lines.append(QCoreApplication.translate("Fate", "… and {count} more").format(count=f"{unlisted:,}"))
    return "\n".join(lines)
