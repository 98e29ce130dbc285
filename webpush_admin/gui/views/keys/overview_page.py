"""What there is to know of the chosen pair: the public key, the private key's place, what it signs, the subject.

Runs on: GUI thread
"""

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.words import ago_exactly, counted
from webpush_admin.gui.views.keys.cards import KeyCards


class OverviewPage(QWidget):
    """Cards that scroll where the window is low."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("overview_page")
        self.setAccessibleName(self.tr("Overview"))
        self.cards = KeyCards(context, self)
        self.scroller = QScrollArea(self)
        self.scroller.setObjectName("scroller")
        self.scroller.setAccessibleName(self.accessibleName())
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroller.setWidget(self.cards)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.addWidget(self.scroller)

    def show_keys(self, info: KeysInfo | None, pair: KeyPairInfo | None) -> None:
        """Show another pair, or nothing."""
        self.cards.public_key.show_text(pair.public_key if pair else "")
        self.cards.fingerprint.show_text(pair.fingerprint if pair else "")
        self.cards.created.show_text(ago_exactly(pair.created_at if pair else None, never=""))
        subject = info.subject if info else ""
        self.cards.subject.show_text(subject or self.tr("Not set yet: the first send asks for it."))
        lost = counted(info.subscriptions if info else 0, self.tr("subscription"), self.tr("subscriptions"))
        self.cards.cost.show_text(lost)
