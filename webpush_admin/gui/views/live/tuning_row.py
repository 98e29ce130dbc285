"""One setting: what it is and does, the field, and beside it what it does now.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.views.live.tuning_effects import Effect
from webpush_admin.gui.views.live.tuning_settings import Setting
from webpush_admin.gui.widgets.number_box import NumberBox
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.push.tuning import BOUNDS, Tuning

BOX_PIXELS: Final = 140
EFFECT_PIXELS: Final = 240
_GAP_PIXELS: Final = 20
_SHARES: Final = 1000


class TuningRow(QWidget):
    """Shows a `Setting`.

    Attributes:
        changed: Another value is in the field.
        entered: Enter was pressed in the field.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, setting: Setting, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"{setting.name}_row")
        self.setting = setting
        title, meaning = translate("Tuning", setting.title), translate("Tuning", setting.meaning)
        self.title = PlainLabel(title, self, name="title", tone="strong")
        self.meaning = PlainLabel(meaning, self, name="meaning", tone="muted")
        self.meaning.setWordWrap(True)
        self.note = PlainLabel("", self, name="note", tone="warn")
        self.note.setAccessibleName(self.tr("What to know of this value"))
        self.note.setWordWrap(True)
        self.note.hide()
        self.box = NumberBox(self)
        self.box.setObjectName("box")
        self.box.setAccessibleName(title)
        self.box.setAccessibleDescription(meaning)
        bound, _ = BOUNDS[setting.name]
        self.box.setRange(round(bound.least), round(bound.most))
        self.box.setSingleStep(setting.step)
        self.box.setSuffix(setting.shown_suffix)
        if setting.zero:
            self.box.setSpecialValueText(translate("Tuning", setting.zero))
        self.box.setFixedWidth(BOX_PIXELS)
        words = self.tr("From {least} to {most}.").format(least=f"{bound.least:,g}", most=f"{bound.most:,.0f}")
        self.box.setToolTip(plain_tooltip(words))
        self.box.valueChanged.connect(self.changed)
        self.box.lineEdit().returnPressed.connect(self.entered)
        self.running = PlainLabel("", self, name="running", tone="caption")
        self.running.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.number = PlainLabel("", self, name="number", tone="strong")
        self.number.setAccessibleName(self.tr("{setting}, now").format(setting=title))
        self.number.setToolTip(plain_tooltip(translate("Tuning", setting.counts)))
        self.detail = PlainLabel("", self, name="detail", tone="muted", elide=Qt.TextElideMode.ElideRight)
        self.meter = QProgressBar(self, textVisible=False)
        self.meter.setObjectName("meter")
        self.meter.setAccessibleName(self.tr("{setting}, how much of it is used").format(setting=title))
        self.meter.setRange(0, _SHARES)
        kept = self.meter.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.meter.setSizePolicy(kept)
        self._lay_out()

    def show_running(self, running: Tuning) -> None:
        """Say beside the field what is in force, where the field says something else."""
        differs = self.box.value() != self.setting.value(running)
        words = self.tr("in force: {value}").format(value=self.setting.words(running))
        self.running.show_text(words if differs else "")

    def show_effect(self, effect: Effect) -> None:
        """Show what the setting does now."""
        self.number.show_text(effect.number)
        self.detail.show_text(effect.detail)
        self.meter.setVisible(effect.share is not None)
        if effect.share is not None:
            self.meter.setValue(round(_SHARES * min(1.0, effect.share)))

    def show_note(self, text: str) -> None:
        """Say what the value in the field would lead to."""
        self.note.show_text(text)
        self.note.setVisible(bool(text))
        meaning = translate("Tuning", self.setting.meaning)
        self.box.setAccessibleDescription(f"{meaning} {text}".strip())

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.title, self.meaning, self.note):
            words.addWidget(label)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        words.addStretch(1)
        field = QVBoxLayout()
        field.setSpacing(2)
        field.addWidget(self.box)
        field.addWidget(self.running)
        field.addStretch(1)
        effect = QVBoxLayout()
        effect.setSpacing(2)
        for widget in (self.number, self.meter, self.detail):
            effect.addWidget(widget)
            widget.setFixedWidth(EFFECT_PIXELS)
        effect.addStretch(1)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(_GAP_PIXELS)
        for number, part in enumerate((words, field, effect)):
            layout.addLayout(part, 0, number)
        layout.setColumnStretch(0, 1)
