"""The page of a running audit: how far it is, and stop.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from webpush_admin.backend.records import WorkProgress
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.plain import PlainLabel

_BAR_PIXELS: Final = 420


class RunningPage(QWidget):
    """A bar with numbers."""

    def __init__(self, stop: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("running")
        self.title = PlainLabel(self.tr("Checking every subscription"), self, name="title", tone="title")
        self.progress = QProgressBar(self, textVisible=False)
        self.progress.setObjectName("progress")
        self.progress.setAccessibleName(self.tr("Subscriptions checked"))
        self.progress.setFixedWidth(_BAR_PIXELS)
        self.numbers = PlainLabel("", self, name="numbers", tone="muted")
        self.numbers.setAccessibleName(self.tr("How far the check is"))
        self.stop_button = ActionButton(stop, self, name="stop_button")
        centred = Qt.AlignmentFlag.AlignHCenter
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self.title, 0, centred)
        layout.addSpacing(12)
        layout.addWidget(self.progress, 0, centred)
        layout.addSpacing(4)
        layout.addWidget(self.numbers, 0, centred)
        layout.addSpacing(12)
        layout.addWidget(self.stop_button, 0, centred)
        layout.addStretch(3)
        self.begin()

    def begin(self) -> None:
        """Show that it has begun: how much there is, is not known yet."""
        self._show(0, 0)
        self.numbers.show_text(self.tr("Beginning"))

    def show_progress(self, work: WorkProgress) -> None:
        """Show how far it is."""
        if work.stopping:
            self.numbers.show_text(self.tr("Stopping"))
        elif not work.total:
            self.numbers.show_text(self.tr("Beginning"))
        elif work.done >= work.total:
            # Sorting a million takes some seconds of which nobody knows how many.
            self._show(0, 0)
            self.numbers.show_text(self.tr("Comparing {0} with each other").format(f"{work.total:,}"))
        else:
            self._show(work.done, work.total)
            self.numbers.show_text(self.tr("{0} of {1}").format(f"{work.done:,}", f"{work.total:,}"))

    def _show(self, done: int, of: int) -> None:
        # Painted with everything else, see the strip of running work.
        self.progress.setUpdatesEnabled(False)
        self.progress.setMaximum(of)
        self.progress.setValue(done)
        self.progress.setUpdatesEnabled(True)
