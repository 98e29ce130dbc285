"""Asks how long the history is kept and how much of it: what is beyond is forgotten at once.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtWidgets import QSpinBox, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.models.words import counted
from webpush_admin.store.history_rows import Keeping

MOST_DAYS: Final = 3650
MOST_DELIVERIES: Final = 100_000_000
_STEP: Final = 100_000
_FIELD_PIXELS: Final = 180
_PADDING_PIXELS: Final = 8


class KeepingDialog(FormDialog):
    """Two numbers; the button says what goes."""

    def __init__(self, context: Context, parent: QWidget | None, keeping: Keeping) -> None:
        super().__init__(
            context,
            parent,
            title=self.tr("How much of the history is kept"),
            explanation=self.tr(
                "Deliveries beyond that are forgotten now, and from now on whenever a send ends or the database is "
                "opened. Sends keep their totals. This cannot be undone: export first what must stay."
            ),
        )
        self.setObjectName("keeping_dialog")
        self._kept = keeping
        self.days = self._box("days", self.tr("Days"), keeping.days, MOST_DAYS, 1, self.tr(" days"))
        self.deliveries = self._box(
            "deliveries", self.tr("Deliveries"), keeping.deliveries, MOST_DELIVERIES, _STEP, self.tr(" newest")
        )
        self._show_action()

    @property
    def keeping(self) -> Keeping:
        """What the fields say."""
        return Keeping(self.days.value(), self.deliveries.value())

    def submit(self) -> None:
        """Forget what is beyond; stay open where that is refused."""
        keeping = self.keeping
        self.ask(lambda backend: backend.history.forget(keeping), self._on_forgotten)

    def _box(self, name: str, label: str, value: int, most: int, step: int, suffix: str) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(0, most)
        box.setSingleStep(step)
        box.setMinimumWidth(_FIELD_PIXELS)
        # The style sheet's padding does not reach the field in it.
        box.lineEdit().setTextMargins(_PADDING_PIXELS, 0, _PADDING_PIXELS, 0)
        box.setGroupSeparatorShown(True)
        box.setSpecialValueText(self.tr("no limit"))
        box.setSuffix(suffix)
        box.setValue(value)
        box.valueChanged.connect(self._show_action)
        self.add_field(name, label, box)
        return box

    def _show_action(self) -> None:
        if not hasattr(self, "deliveries"):
            return
        keeping = self.keeping
        less = _less(keeping.days, self._kept.days) or _less(keeping.deliveries, self._kept.deliveries)
        parts = []
        if keeping.days:
            parts.append(counted(keeping.days, self.tr("day"), self.tr("days")))
        if keeping.deliveries:
            parts.append(counted(keeping.deliveries, self.tr("delivery"), self.tr("deliveries")))
        kept = self.tr(" and at most ").join(parts) or self.tr("everything")
        words = self.tr("Keep {kept}, forget the rest") if parts else self.tr("Keep {kept}")
        self.set_action(words.format(kept=kept), destructive=less)

    def _on_forgotten(self, count: int) -> None:
        those = counted(count, self.tr("delivery"), self.tr("deliveries"))
        self.context.notify(self.tr("Forgot {those}.").format(those=those) if count else self.tr("Nothing was beyond."))
        self.accept()


def _less(now: int, before: int) -> bool:
    """Whether a limit keeps less than another; 0 is none."""
    return bool(now) and (not before or now < before)
