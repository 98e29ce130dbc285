"""What one answer means, why, and what to do about it: the remedies are buttons.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.answers import (
    WRITES,
    Remedy,
    Told,
    answer_role,
    explained,
    headline,
    remedies,
    remedy_text,
    remedy_tip,
    said,
    tries_text,
)
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.theme import text_font
from webpush_admin.gui.widgets.fields import Value
from webpush_admin.gui.widgets.flow import FlowLayout

_DANGER: Final = frozenset({Remedy.PRUNE})
_ROLES: Final = {"ok": "ok", "warn": "warn", "bad": "bad", "muted": "muted"}


class AnswerCard(QWidget):
    """Headline, explanation, the service's own words, buttons; hidden while there is nothing to tell.

    Args:
        wide: The buttons stand beside the text, else below it.

    Attributes:
        wished: A `Remedy` for the `Told` that is shown.
    """

    wished = Signal(object, object)

    def __init__(self, context: Context, parent: QWidget, *, name: str, wide: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._context = context
        self._told: Told | None = None
        self._shown: tuple[tuple[Remedy, str], ...] = ()
        self.headline = Value(self, name="answer_headline", label=self.tr("The selected answer"))
        self.headline.setFont(text_font(bold=True))
        self.explained = Value(self, name="answer_explained", label=self.tr("What it means and what to do"))
        self.said = Value(self, name="answer_said", label=self.tr("What the push service said"), tone="muted")
        self.buttons: dict[Remedy, QPushButton] = {}
        self._flow = FlowLayout()
        text = QVBoxLayout()
        text.setSpacing(2)
        for value in (self.headline, self.explained, self.said):
            text.addWidget(value)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        layout = QBoxLayout(direction, self)
        layout.setContentsMargins(12, 4, 12, 8) if wide else layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(12 if wide else 6)
        layout.addLayout(text, 1)
        layout.addLayout(self._flow)
        if wide:
            layout.setAlignment(self._flow, Qt.AlignmentFlag.AlignTop)
        context.database_opened.connect(self._show_writable)
        self.hide()

    @property
    def told(self) -> Told | None:
        """What is shown."""
        return self._told

    def show_told(self, told: Told | None, *, acts: bool = True, suspect: bool = False) -> None:
        """Show an answer, or hide.

        Args:
            told: The answer.
            acts: Something can still be done about it: it is the newest of its subscription.
            suspect: Its subscription has been marked.
        """
        self._told = told
        self.setVisible(told is not None)
        if told is None:
            self._show_buttons(())
            return
        self.headline.show_broken(" · ".join(part for part in (headline(told), tries_text(told)) if part))
        self.headline.set_tone(_ROLES[answer_role(told)])
        diagnosis = told.diagnosis
        self.headline.setToolTip(plain_tooltip(diagnosis.source) if diagnosis is not None else "")
        for value, text in ((self.explained, " ".join(explained(told))), (self.said, "\n".join(said(told)))):
            value.show_broken(text)
            value.setVisible(bool(text))
        wanted = remedies(told, suspect=suspect) if acts else ()
        self._show_buttons(tuple((remedy, remedy_text(remedy, told)) for remedy in wanted))

    def _show_buttons(self, wanted: tuple[tuple[Remedy, str], ...]) -> None:
        # The same buttons stay: one of them may have the focus.
        if wanted == self._shown:
            return
        self._shown = wanted
        for button in self.buttons.values():
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = {remedy: self._button(remedy, text) for remedy, text in wanted}
        before: QWidget = self.said
        for button in self.buttons.values():
            self._flow.addWidget(button)
            QWidget.setTabOrder(before, button)
            button.show()
            before = button
        self._show_writable()
        self.updateGeometry()

    def _button(self, remedy: Remedy, text: str) -> QPushButton:
        button = QPushButton(text.replace("&", "&&"), self)
        button.setObjectName(f"{remedy.value}_button")
        button.setAccessibleName(text)
        if remedy in _DANGER:
            button.setProperty("kind", "danger")
        button.clicked.connect(lambda *_: self.wished.emit(remedy, self._told))
        return button

    def _show_writable(self, *_: object) -> None:
        database = self._context.database
        locked = database.read_only if database is not None else ""
        for remedy, button in self.buttons.items():
            reason = locked if remedy in WRITES else ""
            button.setEnabled(not reason)
            button.setToolTip(plain_tooltip("\n".join(part for part in (remedy_tip(remedy), reason) if part)))
