"""The page of a running send: counts by outcome, rate, what is left, who rests, pause and stop.

Runs on: GUI thread
"""

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from webpush_admin.backend.records import SendProgress
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.pace import Pace, remaining_s
from webpush_admin.gui.models.words import clock_utc, counted
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.figures import duration, grouped, rate
from webpush_admin.gui.widgets.plain import Heading, PlainLabel

_SHOWN_RESTING = 5


class ProgressPage(QWidget):
    """Shows a `SendProgress`."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("progress_page")
        self._pace = Pace()
        self._paused = False
        self.heading = Heading("", self, name="progress_heading")
        self.progress = QProgressBar(self, textVisible=False)
        self.progress.setObjectName("progress")
        self.progress.setAccessibleName(self.tr("How much is sent"))
        self.numbers = PlainLabel("", self, name="numbers")
        self.pace = PlainLabel("", self, name="pace", tone="muted")
        self.resting = PlainLabel("", self, name="resting", tone="warn")
        self.resting.setWordWrap(True)
        self.pause_button = ActionButton(context.actions["pause_sending"], self, name="pause_button")
        self.stop_button = ActionButton(context.actions["stop_sending"], self, name="stop_button")
        counts = QGridLayout()
        counts.setHorizontalSpacing(18)
        counts.setVerticalSpacing(0)
        self.values: dict[str, PlainLabel] = {}
        for column, (name, caption, tone) in enumerate(
            (
                ("accepted", self.tr("accepted"), "value-ok"),
                ("gone", self.tr("gone"), "value-warn"),
                ("failed", self.tr("failed"), "value-bad"),
                ("waiting", self.tr("tried again"), "value"),
            )
        ):
            value = PlainLabel("0", self, name=f"{name}_count", tone=tone)
            value.setAccessibleName(caption)
            counts.addWidget(value, 0, column)
            counts.addWidget(PlainLabel(caption, self, name=f"{name}_caption", tone="caption"), 1, column)
            self.values[name] = value
        counts.setColumnStretch(4, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.pause_button)
        buttons.addWidget(self.stop_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.heading)
        layout.addWidget(self.progress)
        layout.addWidget(self.numbers)
        layout.addWidget(self.pace)
        layout.addLayout(counts)
        layout.addWidget(self.resting)
        layout.addLayout(buttons)
        layout.addStretch(1)

    def begin(self, title: str, targets: int) -> None:
        """Show that it has begun."""
        self.heading.show_text(title)
        self.show_progress(SendProgress(targets, 0), 0.0)
        self._pace.begin()
        self.pace.show_text(self.tr("Beginning"))

    def show_progress(self, sending: SendProgress, taken_s: float) -> None:
        """Show how far it is.

        Args:
            sending: The newest.
            taken_s: Monotonic seconds, when that was so.
        """
        # A progress bar paints itself, and with it all that is due, before `setValue` returns, unless it may not.
        self.progress.setUpdatesEnabled(False)
        self.progress.setMaximum(max(1, sending.targets))
        self.progress.setValue(sending.done)
        self.progress.setUpdatesEnabled(True)
        self.numbers.show_text(
            self.tr("{done} of {targets}").format(
                done=grouped(sending.done),
                targets=counted(sending.targets, self.tr("subscription"), self.tr("subscriptions")),
            )
        )
        for name, value in self.values.items():
            value.show_text(grouped(getattr(sending, name)))
        if sending.paused != self._paused:
            # What went before a pause says nothing about what comes after it.
            self._paused = sending.paused
            self._pace.begin()
        self.pace.show_text(self._pace_words(sending, taken_s))
        self.resting.show_text(self._resting_words(sending))

    def _pace_words(self, sending: SendProgress, taken_s: float) -> str:
        if sending.stopping:
            return self.tr("Stopping: what is under way ends.")
        if sending.paused:
            return self.tr("Paused: nothing new goes out.")
        per_s = self._pace.read(taken_s, sending.done)
        left = remaining_s(sending.done, sending.targets, per_s)
        told = self.tr("{0} pushes/s").format(rate(per_s)) if per_s > 0 else ""
        return ", ".join(part for part in (told, self.tr("{0} left").format(duration(left)) if left else "") if part)

    def _resting_words(self, sending: SendProgress) -> str:
        lines = [
            self.tr("{origin} rests until {time} UTC").format(origin=rest.origin, time=clock_utc(rest.until)[:8])
            for rest in sending.resting[:_SHOWN_RESTING]
        ]
        more = len(sending.resting) - _SHOWN_RESTING
        if more > 0:
            lines.append(self.tr("and {0} more").format(more))
        return "\n".join(lines)
