"""The key pairs in their card: which there are, which is chosen, and the buttons for what one comes for.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QPoint, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.models.key_pairs import PAIR_COLUMNS, PairRow, PairsModel, pair_rows, shown_rows
from webpush_admin.gui.theme import ROW_PIXELS
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.plain import Card, Heading
from webpush_admin.gui.widgets.table import Table
from webpush_admin.store.key_rows import KeyState

BUTTONS: Final = ("generate_keys", "import_keys", "export_keys", "rotate_keys")
MORE: Final = (
    "copy_public_key",
    "set_subject",
    "",
    "rename_keys",
    "keep_keys",
    "reveal_key",
    "",
    "unlock_keys",
    "lock_keys",
    "",
    "undo_rotation",
    "remove_keys",
)
"""Names of actions behind the button with the dots, and in the table's menu; "" is a line."""

MOST_ROWS: Final = 5
LEAST_ROWS: Final = 2
"""Rows that are seen at a time: the pages below need the room."""

_OTHERS_PIXELS: Final = 310
"""What the pages, and the head of this card, take at least."""

_NARROW_PIXELS: Final = 800
_LABEL_PIXELS: Final = 120
_RETIRED_KEY: Final = "keys/retired"


class PairTable(Table):
    """Has keys of its own.

    Attributes:
        remove_wished: The Delete key.
    """

    remove_wished = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes, F2 renames as Enter does; everything else is the table's."""
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and self.currentIndex().isValid():
            if event.key() == Qt.Key.Key_Delete:
                self.remove_wished.emit()
                return
            if event.key() == Qt.Key.Key_F2:
                self.opened.emit()
                return
        super().keyPressEvent(event)


class PairList(Card):
    """A short table that is always seen.

    Attributes:
        chosen: Another pair is chosen, or the same one is told anew: a `KeyPairInfo`, or None.
    """

    chosen = Signal(object)

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent, name="pair_list")
        self._context = context
        self._rows: tuple[PairRow, ...] = ()
        self._chosen_id = 0
        self._wished_id = 0
        self._showing = False
        self._gone = 0
        self._size = QSize()
        self._settings: QSettings | None = None
        self.setAccessibleName(self.tr("Key pairs"))
        self.heading = Heading(self.tr("Key pairs"), self)
        self.retired = QCheckBox(self)
        self.retired.setObjectName("retired")
        self.retired.setAccessibleName(self.tr("Show retired pairs"))
        self.retired.hide()
        self.retired.toggled.connect(self._on_retired)
        self.model = PairsModel(self)
        # The heading says what of.
        words = (self.tr("Generate"), self.tr("Import"), self.tr("Export"), self.tr("Rotate"))
        self.buttons = {
            name: ActionButton(context.actions[name], self, text=text)
            for name, text in zip(BUTTONS, words, strict=True)
        }
        self.more_button = QToolButton(self)
        self.table = PairTable(
            context.theme,
            self.model,
            PAIR_COLUMNS,
            self,
            name="pairs_table",
            accessible_name=self.tr("Key pairs"),
            leaves_first=("created", "subscriptions"),
            stretch_pixels=_LABEL_PIXELS,
        )
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.table.setProperty("flat", True)
        self.table.selection_moved.connect(self._on_moved)
        self.table.opened.connect(context.actions["rename_keys"].trigger)
        self.table.remove_wished.connect(context.actions["remove_keys"].trigger)
        self.table.menu_wished.connect(self._on_menu_wished)
        self._make_more()
        self._lay_out()
        context.theme.changed.connect(self._paint_icons)
        self._paint_icons()

    @property
    def pair(self) -> KeyPairInfo | None:
        """The pair that is chosen."""
        rows = self.table.selected_rows()
        row = self.model.row(rows[0]) if rows else None
        return row.pair if row is not None else None

    def show_keys(self, keys: KeysInfo | None) -> None:
        """Show the pairs; the one that was chosen stays so, at first it is the active one."""
        self._rows = pair_rows(keys) if keys is not None else ()
        if keys is None:
            self._chosen_id = self._wished_id = 0
        self._show()

    def choose(self, key_id: int) -> None:
        """Choose a pair as soon as it is shown."""
        self._wished_id = key_id
        self._show()

    def restore(self, settings: QSettings) -> None:
        """Show retired pairs if they were shown last, and remember it from now on."""
        self.retired.setChecked(str(settings.value(_RETIRED_KEY)) == "true")
        self._settings = settings

    def fit(self, size: QSize) -> None:
        """Show fewer rows at a time where the view is low, and fewer words where it is narrow."""
        self._size = size
        words = self.tr("Retired ({0})") if size.width() < _NARROW_PIXELS else self.tr("Show retired ({0})")
        self.retired.setText(words.format(f"{self._gone:,}"))
        most = max(LEAST_ROWS, min(MOST_ROWS, (size.height() - _OTHERS_PIXELS) // ROW_PIXELS))
        rows = max(1, min(most, self.model.rowCount()))
        frame = 2 * self.table.frameWidth()
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + rows * ROW_PIXELS + frame)

    def _make_more(self) -> None:
        self.more_button.setObjectName("more_button")
        self.more_button.setAccessibleName(self.tr("More for the selected pair"))
        self.more_button.setToolTip(self.tr("More for the selected pair"))
        self.more_button.setProperty("framed", True)
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_menu = QMenu(self.more_button)
        self.more_menu.setObjectName("more_menu")
        self.more_menu.setToolTipsVisible(True)
        self._fill(self.more_menu)
        self.more_button.setMenu(self.more_menu)

    def _fill(self, menu: QMenu) -> None:
        for name in MORE:
            if name:
                menu.addAction(self._context.actions[name])
            else:
                menu.addSeparator()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 8, 6)
        row.setSpacing(8)
        row.addWidget(self.heading)
        row.addStretch(1)
        row.addWidget(self.retired)
        row.addSpacing(4)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addWidget(self.more_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 4)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.table)

    def _show(self) -> None:
        self._gone = sum(row.pair.state is KeyState.RETIRED for row in self._rows)
        self.retired.setVisible(bool(self._gone))
        shown = shown_rows(self._rows, retired=self.retired.isChecked())
        # What is chosen is told once, when everything is in its place.
        self._showing = True
        self.model.replace(shown)
        number = self.model.number_of(self._wished_id)
        if number >= 0:
            self._wished_id = 0
        else:
            number = max(0, self.model.number_of(self._chosen_id))
        if shown:
            self.table.selectRow(number)
        self._showing = False
        self.fit(self._size)
        self._on_moved()

    def _on_moved(self) -> None:
        if self._showing:
            return
        pair = self.pair
        if pair is not None:
            self._chosen_id = pair.id
        self.chosen.emit(pair)

    def _on_retired(self, shown: bool) -> None:
        if self._settings is not None:
            self._settings.setValue(_RETIRED_KEY, "true" if shown else "false")
        self._show()

    def _on_menu_wished(self, position: QPoint) -> None:
        if self.pair is None:
            return
        menu = QMenu(self)
        menu.setObjectName("context_menu")
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill(menu)
        copying = QAction(self.tr("Copy fingerprint"), menu)
        copying.setObjectName("copy_fingerprint")
        copying.setIcon(self._context.actions["copy_public_key"].icon())
        copying.setEnabled(bool(self.pair.fingerprint))
        copying.triggered.connect(self._copy_fingerprint)
        menu.insertAction(self._context.actions["set_subject"], copying)
        menu.popup(position)

    def _copy_fingerprint(self) -> None:
        if self.pair is not None:
            QGuiApplication.clipboard().setText(self.pair.fingerprint)
            self._context.notify(self.tr("The fingerprint is on the clipboard."), "good")

    def _paint_icons(self) -> None:
        tokens = self._context.theme.tokens
        self.model.paint_icons(tokens)
        self.more_button.setIcon(tinted_icon("ellipsis", tokens.text, tokens.border))
