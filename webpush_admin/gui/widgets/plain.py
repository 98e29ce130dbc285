"""Labels that show text word for word, and the card that groups things.

Runs on: GUI thread
"""

from typing import Final

from PySide6 import QtCore
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from webpush_admin.gui.text import display_text, plain_tooltip

_LEAST_WIDTH: Final = 24
"""Of a label that elides: a letter and the ellipsis."""


class PlainLabel(QLabel):
    """A label that never guesses rich text; where asked, it elides and tells the whole text in its tooltip."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        name: str = "",
        tone: str = "",
        elide: "QtCore.Qt.TextElideMode | None" = None,
        selectable: bool = False,
    ) -> None:
        """Make a label.

        Args:
            text: Shown with hidden characters escaped; line breaks stay.
            parent: Its widget.
            name: objectName.
            tone: "muted", "ok", "warn", "bad", "title", "value" or "mono": see theme.qss.
            elide: Where to cut one line that is too long; None lets the label ask for the room it needs.
            selectable: The operator can select and copy it.
        """
        super().__init__(parent)
        # By name: the first use of QtCore.Qt makes all of its enumerations, too much before the first paint.
        self.setProperty("textFormat", "PlainText")
        self.setObjectName(name)
        self._elide: QtCore.Qt.TextElideMode | None = None
        if tone:
            self.setProperty("tone", tone)
        if elide is not None:
            self.elide(elide)
        if selectable:
            self.setProperty("textInteractionFlags", "TextSelectableByMouse|TextSelectableByKeyboard")
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show a text that may be hostile; cheap where it is the same."""
        shown = "\n".join(display_text(line) for line in text.split("\n"))
        if shown == self.text():
            return
        self.setText(shown)
        if self._elide is not None:
            self.setToolTip(plain_tooltip(text))

    def elide(self, where: "QtCore.Qt.TextElideMode") -> None:
        """Cut from now on one line that is too long."""
        if where != self._elide:
            self._elide = where
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self.setMinimumWidth(max(_LEAST_WIDTH, self.minimumWidth()))

    def set_tone(self, tone: str) -> None:
        """Change the tone ("ok", "bad", …), see theme.qss."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, elided where asked."""
        if self._elide is None:
            super().paintEvent(event)
            return
        # On a widget the painter begins with its font, and with the colour of its text as the style sheet has it.
        painter = QPainter(self)
        room = self.contentsRect().adjusted(self.margin(), 0, -self.margin(), 0)
        text = self.fontMetrics().elidedText(self.text(), self._elide, room.width())
        alignment = self.alignment().value | QtCore.Qt.TextFlag.TextSingleLine.value
        painter.drawText(room, alignment, text)


class Heading(PlainLabel):
    """The title of a view or of a card."""

    def __init__(self, text: str, parent: QWidget | None = None, *, name: str = "heading") -> None:
        super().__init__(text, parent, name=name, tone="heading")


class Card(QFrame):
    """A panel with a border and round corners."""

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("card", True)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_StyledBackground, True)
