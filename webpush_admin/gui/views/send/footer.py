"""The line below the form: how large the message is, what is wrong with it, and the buttons.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.push.lint import careful_bytes, room_bytes
from webpush_admin.push.message import MAX_PAYLOAD_BYTES
from webpush_admin.push.services import SERVICES

_METER_PIXELS: Final = 150


class Footer(Card):
    """Meter, problem, tick, dry run and send."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent, name="footer")
        self.meter = QProgressBar(self, textVisible=False)
        self.meter.setObjectName("meter")
        self.meter.setAccessibleName(self.tr("Size of the payload"))
        self.meter.setRange(0, MAX_PAYLOAD_BYTES)
        self.meter.setMaximumWidth(_METER_PIXELS)
        self.size_label = PlainLabel("", self, name="size_label")
        self.size_label.setAccessibleName(self.tr("Size of the payload"))
        self.fits_label = PlainLabel("", self, name="fits_label", tone="caption", elide=Qt.TextElideMode.ElideRight)
        self.problem = PlainLabel("", self, name="problem", tone="bad")
        self.problem.setAccessibleName(self.tr("What is wrong"))
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.keep_payload = QCheckBox(self.tr("Keep the payload"), self)
        self.keep_payload.setObjectName("keep_payload")
        self.keep_payload.setToolTip(
            plain_tooltip(self.tr("The history then shows what was sent, to everybody who can read the database."))
        )
        self.dry_run_button = ActionButton(context.actions["dry_run"], self, name="dry_run_button")
        self.send_button = ActionButton(context.actions["send_message"], self, kind="accent", name="send_button")
        sizes = QHBoxLayout()
        sizes.setSpacing(10)
        sizes.addWidget(self.meter, 1, Qt.AlignmentFlag.AlignVCenter)
        sizes.addWidget(self.size_label)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addLayout(sizes)
        left.addWidget(self.fits_label)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addLayout(left, 1)
        row.addWidget(self.keep_payload)
        row.addWidget(self.dry_run_button)
        row.addWidget(self.send_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 12, 8)
        layout.setSpacing(6)
        layout.addWidget(self.problem)
        layout.addLayout(row)
        limits = [
            self.tr("{service}: {room} bytes").format(service=service.name, room=f"{room_bytes(service):,}")
            + (
                self.tr(", phones about {0}").format(f"{careful_bytes(service):,}")
                if careful_bytes(service) < room_bytes(service)
                else ""
            )
            for service in SERVICES
        ]
        tip = plain_tooltip("\n".join([self.tr("What push services take of a payload:"), *limits]))
        for widget in (self.meter, self.size_label, self.fits_label):
            widget.setToolTip(tip)
        self._tip = tip

    def show_size(self, size: int | None) -> None:
        """Show how large the payload is; None where there is none yet."""
        # Painted with everything else: a bar paints itself before `setValue` returns.
        self.meter.setUpdatesEnabled(False)
        self.meter.setValue(min(size or 0, MAX_PAYLOAD_BYTES))
        self.meter.setUpdatesEnabled(True)
        if size is None:
            self.size_label.show_text("–")
            self.fits_label.show_text("")
            return
        self.size_label.show_text(
            self.tr("{size} of {limit} bytes").format(size=f"{size:,}", limit=f"{MAX_PAYLOAD_BYTES:,}")
        )
        tight = [service for service in SERVICES if size > careful_bytes(service)]
        self.size_label.set_tone("warn" if tight else "")
        self.fits_label.show_text(
            self.tr("Too much for phones behind {0}").format(", ".join(service.name for service in tight))
            if tight
            else self.tr("Fits every push service")
        )
        self.fits_label.setToolTip(self._tip)

    def show_problem(self, text: str) -> None:
        """Say why it cannot be sent as it is; "" takes it away."""
        self.problem.show_text(text)
        self.problem.setVisible(bool(text))
