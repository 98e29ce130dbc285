"""The list of the key pairs: one row each, and its columns as data.

Runs on: GUI thread
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QObject, Qt
from PySide6.QtGui import QIcon

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo
from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.models.cell_model import Index
from webpush_admin.gui.models.columns import Column, translate
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.models.words import ago, exact_utc
from webpush_admin.gui.theme import Tokens
from webpush_admin.store.key_rows import Home, KeyState

_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_DECORATION: Final = int(Qt.ItemDataRole.DecorationRole)

_STATES: Final = {
    KeyState.ACTIVE: str(QT_TRANSLATE_NOOP("KeyPairs", "Active")),
    KeyState.INACTIVE: str(QT_TRANSLATE_NOOP("KeyPairs", "Inactive")),
    KeyState.RETIRED: str(QT_TRANSLATE_NOOP("KeyPairs", "Retired")),
}
_MEANINGS: Final = {
    KeyState.ACTIVE: str(QT_TRANSLATE_NOOP("KeyPairs", "Pushes are signed with it.")),
    KeyState.INACTIVE: str(QT_TRANSLATE_NOOP("KeyPairs", "It is kept, and signs for the subscriptions bound to it.")),
    KeyState.RETIRED: str(
        QT_TRANSLATE_NOOP("KeyPairs", "Its private key is gone; the public key tells what old subscriptions were for.")
    ),
}
HOME_ICONS: Final = {Home.DATABASE: "database", Home.KEYRING: "key-round", Home.FILE: "file-text"}


@dataclass(frozen=True, slots=True)
class PairRow:
    """A key pair as the list shows it.

    Attributes:
        pair: The pair.
        signs: Subscriptions that are sent to with it: those bound to it, and for the active one also those bound to
            none.
    """

    pair: KeyPairInfo
    signs: int


def pair_rows(keys: KeysInfo) -> tuple[PairRow, ...]:
    """Return a row for each pair, in the order of the pairs."""
    to_others = sum(pair.subscriptions for pair in keys.pairs if pair.state is not KeyState.ACTIVE)
    return tuple(
        PairRow(pair, max(0, keys.subscriptions - to_others) if pair.state is KeyState.ACTIVE else pair.subscriptions)
        for pair in keys.pairs
    )


def state_words(state: KeyState) -> str:
    """Return what a pair is for, in one word."""
    return translate("KeyPairs", _STATES[state])


def home_words(pair: KeyPairInfo) -> str:
    """Return where a private key is kept: "Database", "Keyring", or the name of the file."""
    if pair.state is KeyState.RETIRED:
        return translate("KeyPairs", "Gone")
    if pair.home is Home.FILE:
        return PurePath(pair.place).name or translate("KeyPairs", "Encrypted file")
    return translate("KeyPairs", "Keyring") if pair.home is Home.KEYRING else translate("KeyPairs", "Database")


def pair_name(pair: KeyPairInfo) -> str:
    """Return what to call a pair in a sentence: its label, else its fingerprint, else its number."""
    return pair.label or pair.fingerprint or translate("KeyPairs", "pair {0}").format(pair.id)


def _state_role(row: PairRow) -> str:
    if row.pair.state is not KeyState.ACTIVE:
        return "muted"
    if not row.pair.fingerprint:
        return "bad"
    return "warn" if row.pair.locked else "ok"


def _state_tip(row: PairRow) -> str:
    meaning = translate("KeyPairs", _MEANINGS[row.pair.state])
    if not row.pair.fingerprint:
        return translate("KeyPairs", "Its public key is none: nothing can be signed with it.")
    if row.pair.locked:
        return "\n".join((meaning, translate("KeyPairs", "Its private key is locked: nothing is signed with it now.")))
    return meaning


def _home_text(row: PairRow) -> str:
    home = home_words(row.pair)
    return translate("KeyPairs", "Locked: {home}").format(home=home) if row.pair.locked else home


def _home_tip(row: PairRow) -> str:
    pair = row.pair
    if pair.state is KeyState.RETIRED:
        return translate("KeyPairs", "Its private key was destroyed.")
    return pair.place or _home_text(row)


PAIR_COLUMNS: Final[tuple[Column[PairRow], ...]] = (
    Column(
        "state",
        str(QT_TRANSLATE_NOOP("Columns", "State")),
        104,
        text=lambda row: state_words(row.pair.state),
        tip=_state_tip,
        role=_state_role,
        meaning=str(QT_TRANSLATE_NOOP("Columns", "One pair is active: it signs. Others are kept, or are history.")),
    ),
    Column(
        "fingerprint",
        str(QT_TRANSLATE_NOOP("Columns", "Fingerprint")),
        164,
        text=lambda row: row.pair.fingerprint or translate("KeyPairs", "unreadable"),
        tip=lambda row: row.pair.public_key,
        mono=True,
        meaning=str(
            QT_TRANSLATE_NOOP("Columns", "Of the public key: SHA-256, first 16 digits. The same key has the same one.")
        ),
    ),
    Column(
        "label",
        str(QT_TRANSLATE_NOOP("Columns", "Label")),
        0,
        text=lambda row: row.pair.label,
        tip=lambda row: row.pair.label,
        meaning=str(QT_TRANSLATE_NOOP("Columns", "What you call it.")),
    ),
    Column(
        "home",
        str(QT_TRANSLATE_NOOP("Columns", "Private key in")),
        184,
        text=_home_text,
        tip=_home_tip,
        least=120,
        meaning=str(QT_TRANSLATE_NOOP("Columns", "Where the private key is kept, and whether it is locked.")),
    ),
    Column(
        "created",
        str(QT_TRANSLATE_NOOP("Columns", "Created")),
        104,
        text=lambda row: ago(row.pair.created_at),
        tip=lambda row: exact_utc(row.pair.created_at),
        muted=True,
        meaning=str(QT_TRANSLATE_NOOP("Columns", "When it came into this database.")),
    ),
    Column(
        "subscriptions",
        str(QT_TRANSLATE_NOOP("Columns", "Subscriptions")),
        112,
        text=lambda row: f"{row.signs:,}",
        tip=lambda _row: "",
        right_aligned=True,
        meaning=str(QT_TRANSLATE_NOOP("Columns", "How many subscriptions were made with it, as far as is known.")),
    ),
)
_HOME: Final = next(number for number, column in enumerate(PAIR_COLUMNS) if column.key == "home")


class PairsModel(RowsModel[PairRow]):
    """The pairs, with a picture of where each private key is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(PAIR_COLUMNS, key=lambda row: row.pair.id, parent=parent)
        self._icons: dict[Home, QIcon] = {}
        self._locked = QIcon()

    def paint_icons(self, tokens: Tokens) -> None:
        """Put on the colours of the theme."""
        self._icons = {home: tinted_icon(name, tokens.muted) for home, name in HOME_ICONS.items()}
        self._locked = tinted_icon("lock", tokens.warn)
        self.repaint()

    def number_of(self, key_id: int) -> int:
        """Return the row of a pair, -1 where it is not shown."""
        return next((number for number, row in enumerate(self.rows) if row.pair.id == key_id), -1)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Hand out what was made ready, and the pictures."""
        if role == _DECORATION and index.column() == _HOME:
            row = self.row(index)
            if row is None or row.pair.state is KeyState.RETIRED:
                return None
            return self._locked if row.pair.locked else self._icons.get(row.pair.home)
        return super().data(index, role)


def shown_rows(rows: Sequence[PairRow], *, retired: bool) -> tuple[PairRow, ...]:
    """Return the rows without those of retired pairs, unless they are wanted."""
    return tuple(row for row in rows if retired or row.pair.state is not KeyState.RETIRED)
