"""Asks once, at the end of a send, about the rows that were found gone and kept since they were too many.

Runs on: GUI thread
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from webpush_admin.backend.records import SendSummary
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.deletions import subscriptions
from webpush_admin.gui.widgets.banner import Banner


class HeldBanner(Banner):
    """Prune them, or keep them; hidden where nothing is held.

    Attributes:
        shown_changed: It came, or went.
    """

    shown_changed = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(context, parent, name="held_banner", kind="bad", action=translate("HeldBanner", "Prune"))
        self._context = context
        self._send = 0
        button = self.findChild(QPushButton, "action_button")
        assert button is not None
        self.prune_button = button
        self.prune_button.setProperty("kind", "danger")
        self.keep_button = QPushButton(self.tr("Keep"), self)
        self.keep_button.setObjectName("keep_button")
        self.keep_button.setAccessibleName(self.tr("Keep them"))
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.insertWidget(layout.indexOf(self.prune_button) + 1, self.keep_button)
        self.acted.connect(self._on_prune)
        self.keep_button.clicked.connect(self.forget)

    def ask(self, summary: SendSummary) -> None:
        """Ask about what a send held, if it held any."""
        self._send = summary.send
        held = f"{summary.held:,}"
        if not summary.held or not summary.send:
            self.forget()
            return
        gone, targets = f"{summary.gone:,}", f"{summary.targets:,}"
        self.prune_button.setText(self.tr("Prune {n}").format(n=held))
        self.prune_button.setAccessibleName(self.tr("Prune {what}").format(what=subscriptions(summary.held)))
        database = self._context.database
        locked = database.read_only if database is not None else ""
        self.prune_button.setEnabled(not locked)
        self.prune_button.setToolTip(locked)
        told = self.tr("{gone} of {targets} are gone, more than a fifth: they were kept.")
        self.show_text(told.format(gone=gone, targets=targets))
        self.shown_changed.emit()

    def forget(self) -> None:
        """The rows stay, or another send begins."""
        self._send = 0
        self.show_text("")
        self.shown_changed.emit()

    def _on_prune(self) -> None:
        number = self._send
        self.forget()
        if number:
            self._context.ask(lambda backend: backend.sending.prune_held(number), self._on_pruned)

    def _on_pruned(self, count: int) -> None:
        self._context.notify(self.tr("Pruned {what}.").format(what=subscriptions(count)), "good")
