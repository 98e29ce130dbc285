"""What there is to know of the chosen pair: the public key, the private key's place, what it signs, the subject.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.views.keys.cards import PrivateCard, PublicCard, SigningCard, SubjectCard

_NARROW_PIXELS: Final = 860
"""Below this width the cards stand below each other."""


class OverviewPage(QWidget):
    """Cards in two columns, or in one; they scroll where the window is low."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("overview_page")
        self.setAccessibleName(self.tr("Overview"))
        self._context = context
        self.cards = QWidget(self)
        self.cards.setObjectName("cards")
        self.public_card = PublicCard(context, self.cards)
        self.signing_card = SigningCard(context, self.cards)
        self.private_card = PrivateCard(context, self.cards)
        self.subject_card = SubjectCard(context, self.cards)
        self.public_card.copied.connect(self._on_copied)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self.cards)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(10)
        for stretch, cards in (
            (5, (self.public_card, self.signing_card)),
            (3, (self.private_card, self.subject_card)),
        ):
            column = QVBoxLayout()
            column.setSpacing(10)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            self._columns.addLayout(column, stretch)
        self.scroller = QScrollArea(self)
        self.scroller.setObjectName("scroller")
        self.scroller.setAccessibleName(self.accessibleName())
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(self.cards)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self.scroller)
        self.show_keys(None, None)

    def show_keys(self, info: KeysInfo | None, pair: KeyPairInfo | None) -> None:
        """Show another pair, or nothing."""
        self.public_card.show_pair(pair)
        self.private_card.show_pair(pair)
        self.signing_card.show_pair(info, pair)
        self.subject_card.show_subject(info.subject if info is not None else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the columns beside or below each other."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW_PIXELS
        directions = QBoxLayout.Direction
        self._columns.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)

    def _on_copied(self, text: str, sentence: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._context.notify(sentence, "good")
