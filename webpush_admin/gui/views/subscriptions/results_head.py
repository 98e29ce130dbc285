"""The line above the answers: which send, what came of it, and what can be done with all of them.

Runs on: GUI thread
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.plain import PlainLabel


class ResultsHead(QWidget):
    """Title, counts and buttons."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("head")
        self._context = context
        self.title = PlainLabel("", self, name="results_title", tone="heading")
        self.counts = PlainLabel("", self, name="results_counts", tone="muted", elide=Qt.TextElideMode.ElideRight)
        self.history_button = QPushButton(self.tr("Show in history"), self)
        self.history_button.setObjectName("history_button")
        self.history_button.setProperty("kind", "link")
        self.prune_button = ActionButton(context.actions["prune_gone"], self, kind="danger", name="prune_button")
        self.copy_button = ActionButton(context.actions["copy_report"], self, name="copy_button")
        self.close_button = QPushButton(self)
        self.close_button.setObjectName("close_button")
        self.close_button.setAccessibleName(self.tr("Close the answers"))
        self.close_button.setToolTip(self.tr("Close the answers"))
        self.close_button.setProperty("kind", "link")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(self.title)
        layout.addWidget(self.counts, 1)
        for button in (self.history_button, self.prune_button, self.copy_button, self.close_button):
            layout.addWidget(button)
        context.theme_changed.connect(self._paint_icons)
        self._paint_icons()

    def show_counts(self, line: str, *, gone: int, kept: bool) -> None:
        """Show what came of it.

        Args:
            line: In words.
            gone: How many rows can be pruned.
            kept: The history has the send.
        """
        self.prune_button.set_text(self.tr("Prune {gone} gone").format(gone=f"{gone:,}") if gone else "")
        self.prune_button.setVisible(gone > 0)
        self.history_button.setVisible(kept)
        self.counts.show_text(line)

    def _paint_icons(self) -> None:
        self.close_button.setIcon(tinted_icon("x", self._context.theme.tokens.muted))
