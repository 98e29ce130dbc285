"""The cards of the keys view: the public key, the subject, and what a new pair costs.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.plain import Card, Heading, PlainLabel

MOST_PIXELS: Final = 1100
"""Wider than this a line of a key is hard to follow."""


class KeyCards(QWidget):
    """Three cards below each other."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cards")
        self._context = context
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for card in (self._public_card(), self._subject_card(), self._regenerate_card()):
            card.setMaximumWidth(MOST_PIXELS)
            column.addWidget(card)
        column.addStretch(1)

    def _public_card(self) -> Card:
        self.public_card = Card(self, name="public_card")
        self.public_heading = Heading(self.tr("Public key"), self.public_card, name="public_heading")
        self.public_explanation = self._quiet(
            self.tr("The web page passes it to pushManager.subscribe() as applicationServerKey."),
            self.public_card,
            "public_explanation",
        )
        self.public_key = PlainLabel("", self.public_card, name="public_key", tone="mono", selectable=True)
        self.public_key.setAccessibleName(self.tr("Public key"))
        self.public_key.setWordWrap(True)
        self.problem = PlainLabel("", self.public_card, name="problem", tone="bad")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.copy_button = ActionButton(
            self._context.actions["copy_public_key"], self.public_card, kind="accent", name="copy_button"
        )
        self.fingerprint = PlainLabel("", self.public_card, name="fingerprint", tone="mono", selectable=True)
        self.fingerprint.setAccessibleName(self.tr("Fingerprint"))
        self.created = PlainLabel("", self.public_card, name="created", selectable=True)
        self.created.setAccessibleName(self.tr("Created"))
        facts = QGridLayout()
        facts.setHorizontalSpacing(16)
        facts.setVerticalSpacing(6)
        facts.setColumnStretch(1, 1)
        rows = ((self.tr("Fingerprint"), self.fingerprint), (self.tr("Created"), self.created))
        for number, (caption, value) in enumerate(rows):
            name = f"{value.objectName()}_caption"
            facts.addWidget(PlainLabel(caption, self.public_card, name=name, tone="muted"), number, 0)
            facts.addWidget(value, number, 1)
        layout = self._inside(self.public_card)
        layout.addLayout(self._titled(self.public_heading, self.copy_button))
        layout.addWidget(self.public_explanation)
        layout.addWidget(self.public_key)
        layout.addWidget(self.problem)
        layout.addLayout(facts)
        return self.public_card

    def _subject_card(self) -> Card:
        self.subject_card = Card(self, name="subject_card")
        self.subject_heading = Heading(self.tr("Subject"), self.subject_card, name="subject_heading")
        self.subject = PlainLabel("", self.subject_card, name="subject", selectable=True)
        self.subject.setAccessibleName(self.tr("Subject"))
        self.subject.setWordWrap(True)
        self.subject_button = ActionButton(
            self._context.actions["set_subject"], self.subject_card, text=self.tr("Edit"), name="subject_button"
        )
        layout = self._inside(self.subject_card)
        layout.addLayout(self._titled(self.subject_heading, self.subject_button))
        layout.addWidget(
            self._quiet(
                self.tr(
                    "Every push carries this contact, so that a push service can reach you. It is kept per database."
                ),
                self.subject_card,
                "subject_explanation",
            )
        )
        layout.addWidget(self.subject)
        return self.subject_card

    def _regenerate_card(self) -> Card:
        self.regenerate_card = Card(self, name="regenerate_card")
        self.regenerate_heading = Heading(self.tr("New keys"), self.regenerate_card, name="regenerate_heading")
        self.cost = self._quiet("", self.regenerate_card, "cost")
        self.regenerate_button = ActionButton(
            self._context.actions["rotate_keys"], self.regenerate_card, kind="danger", name="regenerate_button"
        )
        layout = self._inside(self.regenerate_card)
        layout.addLayout(self._titled(self.regenerate_heading, self.regenerate_button))
        layout.addWidget(self.cost)
        return self.regenerate_card

    def _quiet(self, text: str, parent: QWidget, name: str) -> PlainLabel:
        label = PlainLabel(text, parent, name=name, tone="muted")
        label.setWordWrap(True)
        return label

    def _inside(self, card: Card) -> QVBoxLayout:
        layout = QVBoxLayout(card)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        return layout

    def _titled(self, heading: Heading, button: ActionButton) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(heading)
        row.addStretch(1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row
