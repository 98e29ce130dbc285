"""The first step of a rotation: what it costs, by push service, and what is to become of the subscriptions.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import RotationCost, ServiceCost, Subscribers
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.rotation_cost import (
    COST_COLUMNS,
    active_told,
    can_keep,
    cost_told,
    elsewhere_told,
)
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.theme import ROW_PIXELS
from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.gui.widgets.table import Table

_BELOW_PIXELS: Final = 22
"""What a choice means stands below its words, not below its mark."""

_MOST_ROWS: Final = 6
_FEW_ROWS: Final = 5
_LOW_PIXELS: Final = 700
"""In a window that is lower than this there is room for fewer rows."""


class CostPage(QWidget):
    """Totals, a table, and two choices with what each means.

    Attributes:
        changed: The other choice was made.
    """

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cost_page")
        self._most_rows = _FEW_ROWS if parent.parentWidget() and _is_low(parent) else _MOST_ROWS
        self.totals = PlainLabel("", self, name="totals", tone="strong")
        self.elsewhere = PlainLabel("", self, name="elsewhere", tone="muted")
        self.active = PlainLabel("", self, name="active", tone="muted")
        for label in (self.totals, self.elsewhere, self.active):
            label.setWordWrap(True)
        self.services: RowsModel[ServiceCost] = RowsModel(COST_COLUMNS, key=lambda line: line.service, parent=self)
        self.card = Card(self, name="card")
        self.table = Table(
            context.theme,
            self.services,
            COST_COLUMNS,
            self.card,
            name="services_table",
            accessible_name=self.tr("What it costs by push service"),
        )
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.question = PlainLabel("", self, name="question", tone="strong")
        self.choices = QButtonGroup(self)
        self.keep, self.keep_meaning = self._choice("keep")
        self.delete, self.delete_meaning = self._choice("delete")
        self.choices.buttonToggled.connect(self._on_toggled)
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.totals)
        layout.addWidget(self.elsewhere)
        layout.addWidget(self.active)
        layout.addSpacing(6)
        layout.addWidget(self.card)
        layout.addSpacing(8)
        layout.addWidget(self.question)
        for button, meaning in ((self.keep, self.keep_meaning), (self.delete, self.delete_meaning)):
            layout.addWidget(button)
            layout.addWidget(meaning)
            layout.addSpacing(4)

    @property
    def chosen(self) -> Subscribers:
        """What is to become of the subscriptions."""
        return Subscribers.KEEP if self.keep.isChecked() else Subscribers.DELETE

    def show_cost(self, cost: RotationCost) -> None:
        """Show what it costs now; the choice stays, where it can."""
        self.totals.show_text(cost_told(cost))
        self.elsewhere.show_text(elsewhere_told(cost))
        self.elsewhere.setVisible(bool(cost.elsewhere))
        self.active.show_text(active_told(cost))
        self.services.replace(cost.services)
        self.card.setVisible(bool(cost.services))
        rows = min(self._most_rows, len(cost.services))
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + rows * ROW_PIXELS)
        self._show_choices(cost)

    def _show_choices(self, cost: RotationCost) -> None:
        some = cost.subscriptions > 0
        self.question.show_text(
            self.tr("What becomes of these subscriptions?") if some else self.tr("What becomes of the present pair?")
        )
        self._name(
            self.keep,
            self.tr("&Keep them, and send to them with the old pair until they subscribe again")
            if some
            else self.tr("&Keep it as an inactive pair"),
        )
        self.keep_meaning.show_text(self._keep_means(cost))
        self._name(
            self.delete,
            self.tr("&Delete them: everybody must subscribe again") if some else self.tr("&Destroy its private key"),
        )
        self.delete_meaning.show_text(
            self.tr(
                "Needed where the private key has leaked: whoever holds it could go on sending to them. The old "
                "private key is destroyed, after the backup."
            )
            if some
            else self.tr("Needed where it has leaked. It is destroyed, after the backup.")
        )
        for button, meaning in ((self.keep, self.keep_meaning), (self.delete, self.delete_meaning)):
            button.setAccessibleDescription(meaning.text())
        keep = can_keep(cost)
        self.keep.setEnabled(keep)
        if self.choices.checkedButton() is None or not keep:
            (self.keep if keep else self.delete).setChecked(True)

    def _keep_means(self, cost: RotationCost) -> str:
        if cost.active is None:
            return self.tr("Not possible: no pair is in force that they could be sent to with.")
        told = self.tr("Recommended where the private key has not leaked.")
        if not cost.subscriptions:
            return told
        if not cost.active.fingerprint:
            return self.tr("Nothing is lost, but nothing can be sent to them either: the old pair cannot sign.")
        if cost.active.locked:
            locked = self.tr("The old pair is locked: it has to be unlocked before anything is sent to them.")
            return f"{told} {locked}"
        return self.tr("{0} Nobody misses anything: each row changes over when its browser subscribes again.").format(
            told
        )

    def _choice(self, name: str) -> tuple[QRadioButton, PlainLabel]:
        button = QRadioButton(self)
        button.setObjectName(name)
        meaning = PlainLabel("", self, name=f"{name}_meaning", tone="muted")
        meaning.setWordWrap(True)
        meaning.setIndent(_BELOW_PIXELS)
        self.choices.addButton(button)
        return button, meaning

    def _name(self, button: QRadioButton, text: str) -> None:
        button.setText(text)
        button.setAccessibleName(text.replace("&", ""))

    def _on_toggled(self, _button: QRadioButton, checked: bool) -> None:
        if checked:
            self.changed.emit()


def _is_low(dialog: QWidget) -> bool:
    parent = dialog.parentWidget()
    return parent is not None and parent.window().height() < _LOW_PIXELS
