"""The form of the settings: fields with their effects beside them, and the buttons below them.

Runs on: GUI thread
"""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.views.live.tuning_effects import State
from webpush_admin.gui.views.live.tuning_row import TuningRow
from webpush_admin.gui.views.live.tuning_settings import SETTINGS
from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.push.tuning import DEFAULT_TUNING, Tuning

MOST_PIXELS: Final = 1100
"""Wider than this an effect stands too far from its field."""


class TuningForm(QWidget):
    """What is typed becomes a `Tuning`.

    Attributes:
        changed: Another value is in a field.
        apply_wished: The button, or Enter in a field.
        rows: By the name of the setting.
    """

    changed = Signal()
    apply_wished = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("form")
        self.rows: dict[str, TuningRow] = {}
        self._filling = False
        self._make_parts()
        self._lay_out()

    def wanted(self, running: Tuning) -> Tuning:
        """Return what the fields say; a setting that nobody touched stays as it is, to the last digit."""
        touched = [row for row in self.rows.values() if row.box.value() != row.setting.value(running)]
        return replace(running, **{row.setting.name: row.box.value() for row in touched})

    def fill(self, tuning: Tuning) -> None:
        """Put values into the fields, without telling."""
        self._filling = True
        for row in self.rows.values():
            row.box.setValue(row.setting.value(tuning))
        self._filling = False

    def follow(self, before: Tuning, running: Tuning) -> None:
        """Put what is in force now into the fields that nobody touched, without telling."""
        touched = {
            name: row.box.value() for name, row in self.rows.items() if row.box.value() != row.setting.value(before)
        }
        self.fill(replace(running, **touched))

    def show_effects(self, state: State) -> None:
        """Show beside each field what its setting does now."""
        for row in self.rows.values():
            row.show_effect(row.setting.effect(state))

    def show_notes(self, state: State) -> None:
        """Say what the values in the fields would lead to, where they are not those in force."""
        wanted = self.wanted(state.running)
        for row in self.rows.values():
            row.show_running(state.running)
            row.show_note(row.setting.note(wanted, state))
        self._fit()

    def show_availability(self, running: Tuning, unavailable: str, *, waits: bool) -> None:
        """Enable what can be done, and say why the rest cannot.

        Args:
            running: The settings in force.
            unavailable: Why nothing can be set, "" where it can.
            waits: The backend was asked and has not answered.
        """
        ready = not unavailable and not waits
        wanted = self.wanted(running)
        differs, usual = wanted != running, wanted == DEFAULT_TUNING
        for row in self.rows.values():
            row.box.setEnabled(not unavailable)
        unchanged = "" if differs else self.tr("The fields say what is in force.")
        for button, enabled, reason, tip in (
            (self.apply_button, differs, unchanged, self.tr("Work with what the fields say, from now on.")),
            (self.reset_button, differs, unchanged, self.tr("Put what is in force into the fields.")),
            (
                self.defaults_button,
                not usual,
                self.tr("The fields say what is usual.") if usual else "",
                self.tr("Put what is usual into the fields; Apply makes it work."),
            ),
        ):
            if button.hasFocus() and not (ready and enabled):
                # Else Qt would take the focus somewhere outside of the form.
                next(iter(self.rows.values())).box.setFocus()
            button.setEnabled(ready and enabled)
            button.setToolTip(plain_tooltip(unavailable or reason or tip))
        self.reason.show_text(unavailable)
        self.reason.setVisible(bool(unavailable))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons right below the card where the place is high."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self.content.layout()
        assert layout is not None
        self.scroller.setMaximumHeight(layout.totalHeightForWidth(self.scroller.width()))

    def _make_parts(self) -> None:
        self.reason = PlainLabel("", self, name="reason", tone="warn")
        self.reason.setWordWrap(True)
        self.reason.hide()
        self.scroller = QScrollArea(self)
        self.scroller.setObjectName("scroller")
        self.scroller.setAccessibleName(self.tr("Settings"))
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.content = QWidget(self.scroller)
        self.content.setObjectName("content")
        self.card = Card(self.content, name="card")
        self.card.setMaximumWidth(MOST_PIXELS)
        for setting in SETTINGS:
            row = self.rows[setting.name] = TuningRow(setting, self.card)
            row.changed.connect(self._on_changed)
            row.entered.connect(self.apply_wished)
        self.lasting = PlainLabel(
            self.tr("Settings last until the database is closed; the next one begins with the defaults."),
            self,
            name="lasting",
            tone="muted",
        )
        self.lasting.setWordWrap(True)
        self.defaults_button = self._button("defaults_button", self.tr("Defaults"))
        self.reset_button = self._button("reset_button", self.tr("Reset"))
        self.apply_button = self._button("apply_button", self.tr("Apply"))
        self.apply_button.setProperty("kind", "accent")
        self.apply_button.clicked.connect(lambda *_: self.apply_wished.emit())

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        return button

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(16, 10, 16, 10)
        inside.setSpacing(9)
        for row in self.rows.values():
            inside.addWidget(row)
        place = QVBoxLayout(self.content)
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(self.card)
        place.addStretch(1)
        self.scroller.setWidget(self.content)
        bar = QWidget(self)
        bar.setObjectName("bar")
        bar.setMaximumWidth(MOST_PIXELS)
        line = QHBoxLayout(bar)
        line.setContentsMargins(2, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.lasting, 1)
        for button in (self.defaults_button, self.reset_button, self.apply_button):
            line.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.reason)
        column.addWidget(self.scroller, 100)
        column.addWidget(bar)
        column.addStretch(1)

    def _on_changed(self) -> None:
        if not self._filling:
            self.changed.emit()
