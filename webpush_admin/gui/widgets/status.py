"""The status bar: which database, which key, what the worker does, what time it is in UTC.

Runs on: GUI thread
"""

import time
from typing import TYPE_CHECKING, Final

from PySide6 import QtCore
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStatusBar, QWidget

from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.widgets.figures import grouped
from webpush_admin.gui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from webpush_admin.backend.records import DatabaseInfo, Snapshot

_CLOCK_MS: Final = 1000


class StatusLine(QStatusBar):
    """What is connected and what goes on, in words beside the coloured dot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_line")
        self.setSizeGripEnabled(False)
        self.dot = PlainLabel("●", self, name="dot", tone="muted")
        self.connection = PlainLabel(self.tr("No database"), self, name="connection")
        self.badge = PlainLabel("", self, name="badge", tone="badge")
        self.badge.hide()
        self.location = PlainLabel("", self, name="location", tone="muted")
        self.fingerprint = PlainLabel("", self, name="fingerprint", selectable=True)
        self.lost = PlainLabel("", self, name="lost", tone="warn")
        self.worker = PlainLabel(self.tr("Starting…"), self, name="worker")
        self.clock = PlainLabel("", self, name="clock")
        self.location.setMinimumWidth(120)
        self.fingerprint.setToolTip(self.tr("Fingerprint of the VAPID public key: SHA-256, first 16 digits."))
        self.lost.setToolTip(self.tr("The lists left out some events; the totals count every one."))
        self._left = (self.dot, self.connection, self.badge, self.location)
        for label in self._left:
            self.addWidget(label, label is self.location)
        # Adding a widget shows it.
        self.badge.hide()
        for label in (self.lost, self.fingerprint, self.worker, self.clock):
            self.addPermanentWidget(label)
        self._timer = QTimer(self, interval=_CLOCK_MS)
        self._timer.timeout.connect(self._on_second)
        self._timer.start()
        self._on_second()

    def show_database(self, info: "DatabaseInfo | None") -> None:
        """Name the open database, or say that there is none."""
        wrong = info is not None and (info.keys_problem or info.problem)
        self.dot.set_tone("muted" if info is None else "bad" if wrong else "ok")
        self._show_badge(info)
        if info is None:
            self.connection.show_text(self.tr("No database"))
            self.location.show_text("")
            self.fingerprint.show_text("")
            return
        # Only now: the first paint needs neither Qt's enumerations nor the font of fixed width.
        self.location.elide(QtCore.Qt.TextElideMode.ElideMiddle)
        self.fingerprint.set_tone("mono-muted")
        connected = self.tr("Demo") if info.demo else self.tr("Connected")
        self.connection.show_text(self.tr("Problem with the file") if info.problem else connected)
        self.location.show_text(info.location)
        self.fingerprint.show_text(
            self.tr("Key {0}").format(info.fingerprint) if info.fingerprint else self.tr("No usable key")
        )

    def _show_badge(self, info: "DatabaseInfo | None") -> None:
        reason = info.read_only if info is not None else ""
        checking = info is not None and info.checking
        words = self.tr("Checking the file…") if checking else self.tr("Read-only")
        # It passes by itself: nothing that the operator has to look at.
        self.badge.set_tone("badge-muted" if checking else "badge")
        self.badge.show_text(words if reason else "")
        self.badge.setToolTip(plain_tooltip(reason))
        self.badge.setAccessibleDescription(reason)
        self.badge.setVisible(bool(reason))

    def add_on_the_right(self, widget: QWidget) -> None:
        """Show something more, left of the key and of what the worker does."""
        # Counted with what is on the left, and what was left out.
        self.insertPermanentWidget(len(self._left) + 1, widget)

    def show_worker(self, text: str) -> None:
        """Say what the worker does."""
        self.worker.show_text(text)

    def show_snapshot(self, snapshot: "Snapshot", lost: int) -> None:
        """Say what the worker does, from its newest totals."""
        sending = snapshot.sending
        if sending is None:
            text = self.tr("Worker ready")
        elif sending.stopping:
            text = self.tr("Stopping")
        elif sending.paused:
            text = self.tr("Paused")
        else:
            text = self.tr("Sending, {0} in flight").format(grouped(snapshot.pushes.in_flight))
        self.show_worker(text)
        self.lost.show_text(self.tr("{0} events left out").format(grouped(lost)) if lost else "")

    def _on_second(self) -> None:
        self.clock.show_text(time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()))
