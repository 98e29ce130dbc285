"""The strip at the bottom while a send runs: how far, how fast, how long, and stop.

Runs on: GUI thread
"""

from collections import deque
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.figures import duration, grouped, rate
from webpush_admin.gui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from webpush_admin.backend.records import Snapshot

LINGER_MS: Final = 1500


class WorkStrip(QFrame):
    """Shows the running send; hidden while none runs."""

    def __init__(self, stop: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("work_strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        self.setAccessibleName(self.tr("Running send"))
        self._readings: deque[tuple[float, int, int]] = deque(maxlen=30)
        self.what = PlainLabel("", self, name="what")
        self.progress = QProgressBar(self, textVisible=False)
        self.progress.setObjectName("progress")
        self.progress.setAccessibleName(self.tr("Users done"))
        self.rate = PlainLabel("", self, name="rate", tone="muted")
        self.remaining = PlainLabel("", self, name="remaining", tone="muted")
        self.stop_button = ActionButton(stop, self, name="stop_button")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(14)
        layout.addWidget(self.what)
        layout.addWidget(self.progress, 1)
        layout.addWidget(self.rate)
        layout.addWidget(self.remaining)
        layout.addWidget(self.stop_button)
        # It goes a while after the end: coming and going moves the whole window, and sends often follow each other.
        self._lingering = QTimer(self, singleShot=True, interval=LINGER_MS)
        self._lingering.timeout.connect(self.end)
        self.hide()

    def end(self) -> None:
        """Hide: nothing runs any more."""
        self._lingering.stop()
        if not self.isHidden():
            self._readings.clear()
            self.hide()

    def show_snapshot(self, snapshot: "Snapshot") -> None:
        """Show how far the running send is, or hide soon."""
        sending = snapshot.sending
        if sending is None:
            self._readings.clear()
            if not self.isHidden() and not self._lingering.isActive():
                self._lingering.start()
            return
        self._lingering.stop()
        # Imported here: nothing is sent before the first paint.
        from webpush_admin.push.stats import per_second

        self._readings.append((snapshot.taken_s, snapshot.pushes.finished, sending.users_done))
        first_s, first_pushes, first_users = self._readings[0]
        elapsed_s = snapshot.taken_s - first_s
        pushes = per_second(first_pushes, snapshot.pushes.finished, elapsed_s)
        users = per_second(first_users, sending.users_done, elapsed_s)
        left = sending.users - sending.users_done
        word = self.tr("Stopping") if sending.stopping else self.tr("Sending")
        done, total = grouped(sending.users_done), grouped(sending.users)
        self.what.show_text(word if sending.users <= 1 else self.tr("{0}: {1} of {2} users").format(word, done, total))
        self._show_progress(sending.users_done, max(1, sending.users) if sending.users > 1 else 0)
        self.rate.show_text(self.tr("{0} pushes/s").format(rate(pushes)))
        self.remaining.show_text(self.tr("{0} left").format(duration(left / users)) if users > 0 and left else "")
        self.show()

    def _show_progress(self, done: int, of: int) -> None:
        # A progress bar paints itself, and with it all that is due in the window, before `setValue` returns, unless
        # it may not: then it is painted with everything else.
        self.progress.setUpdatesEnabled(False)
        self.progress.setMaximum(of)
        self.progress.setValue(done)
        self.progress.setUpdatesEnabled(True)
