"""One filter: a button with a menu; while it narrows it is marked, says to what, and can be taken away.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.text import display_text, plain_tooltip
from webpush_admin.gui.widgets.letter_menu import LetterMenu

_VALUE_CHARACTERS: Final = 28


class FilterButton(QFrame):
    """Shows one filter.

    Attributes:
        cleared: It was taken away: by its cross, or by Delete or Backspace.
    """

    cleared = Signal()

    def __init__(
        self,
        title: str,
        parent: QWidget | None = None,
        *,
        name: str,
        fill: Callable[[QMenu], None] | None = None,
        steady: bool = False,
    ) -> None:
        """Make a filter that does not narrow.

        Args:
            title: What it is called.
            parent: Its widget.
            name: objectName.
            fill: Puts the choices into the menu each time that it opens; None for a filter that is set elsewhere.
            steady: Only the title is written, so that its width never changes; the value stands elsewhere.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("chip", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        self._title = title
        self._value = ""
        self._fill = fill
        self._steady = steady
        self.button = QToolButton(self)
        self.button.setObjectName("button")
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.installEventFilter(self)
        if fill is not None:
            self.menu = LetterMenu(self)
            self.menu.setObjectName("menu")
            self.menu.aboutToShow.connect(self._on_menu)
            self.button.setMenu(self.menu)
            self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.clear_button = QToolButton(self)
        self.clear_button.setObjectName("clear_button")
        self.clear_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clear_button.clicked.connect(self._on_cleared)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.button)
        layout.addWidget(self.clear_button)
        self.show_value("")

    @property
    def value(self) -> str:
        """To what it narrows, in words; "" where it does not."""
        return self._value

    def show_value(self, value: str) -> None:
        """Show to what it narrows; "" for nothing."""
        self._value = value
        shown = display_text(value, _VALUE_CHARACTERS)
        text = f"{self._title}: {shown}" if value else self._title
        # An ampersand of a hostile host would mark a mnemonic.
        self.button.setText((self._title if self._steady else text).replace("&", "&&"))
        self.button.setAccessibleName(
            self.tr("Filter {0}").format(text) if value else self.tr("Filter by {0}").format(text)
        )
        self.button.setToolTip(plain_tooltip(f"{self._title}: {value}") if value else "")
        take_away = self.tr("Remove the filter {0}").format(text)
        self.clear_button.setAccessibleName(take_away)
        self.clear_button.setToolTip(plain_tooltip(take_away))
        self.clear_button.setVisible(bool(value) and not self._steady)
        self.setProperty("active", bool(value))
        for widget in (self, self.button):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self._paint_icon()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Delete and Backspace on the button take the filter away; the down arrow opens its menu."""
        if watched is self.button and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._value:
                self._on_cleared()
                return True
            if event.key() == Qt.Key.Key_Down and self._fill is not None:
                self.button.showMenu()
                return True
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Tint the cross anew when the colours change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "clear_button"):
            self._paint_icon()

    def _paint_icon(self) -> None:
        if self._value:
            self.clear_button.setIcon(tinted_icon("x", self.palette().color(QPalette.ColorRole.WindowText).name()))

    def _on_menu(self) -> None:
        self.menu.clear()
        if self._fill is not None:
            self._fill(self.menu)

    def _on_cleared(self) -> None:
        # The cross goes: the keyboard must not be sent to the end of the window.
        if self._fill is not None:
            self.button.setFocus()
        self.cleared.emit()
