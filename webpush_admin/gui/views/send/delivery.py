"""TTL, urgency and topic: the headers of a push, with their rules explained where they are typed.

Runs on: GUI thread
"""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QPushButton, QWidget

from webpush_admin.gui.dialogs.field_note import FieldNote
from webpush_admin.gui.models.draft import URGENCIES, Draft
from webpush_admin.gui.models.ttl import PRESETS_S, ttl_words
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.push.errors import InvalidMessage
from webpush_admin.push.lint import LintFinding
from webpush_admin.push.message import Urgency

_URGENCY_WORDS: Final[dict[Urgency, str]] = {
    "very-low": str(QT_TRANSLATE_NOOP("DeliveryFields", "very-low: on power and Wi-Fi only")),
    "low": str(QT_TRANSLATE_NOOP("DeliveryFields", "low: on power or Wi-Fi")),
    "normal": str(QT_TRANSLATE_NOOP("DeliveryFields", "normal: also on battery")),
    "high": str(QT_TRANSLATE_NOOP("DeliveryFields", "high: also on low battery")),
}
"""Source: RFC 8030, section 5.3."""

_NARROW: Final = 90


class DeliveryFields(QWidget):
    """Three fields beside each other.

    Attributes:
        changed: Something was typed or chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("delivery")
        self.ttl = QComboBox(self, editable=True)
        self.ttl.setObjectName("ttl")
        self.ttl.setAccessibleName(self.tr("TTL"))
        self.ttl.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.ttl.addItems([ttl_words(seconds) for seconds in PRESETS_S])
        self.ttl.setMinimumWidth(_NARROW)
        self.ttl.setToolTip(
            plain_tooltip(
                self.tr(
                    "How long the push service keeps the message for a browser that is offline: 60 s, 1 h, 4 weeks.\n"
                    "With 0 it is dropped unless the browser is online this moment."
                )
            )
        )
        self.urgency = QComboBox(self)
        self.urgency.setObjectName("urgency")
        self.urgency.setAccessibleName(self.tr("Urgency"))
        self.urgency.addItems([self.tr(_URGENCY_WORDS[urgency]) for urgency in URGENCIES])
        self.urgency.setMinimumWidth(_NARROW)
        self.urgency.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.urgency.setMinimumContentsLength(8)
        self.urgency.setToolTip(plain_tooltip(self.tr("In which state a device is woken for it.")))
        self.topic = QLineEdit(self)
        self.topic.setObjectName("topic")
        self.topic.setAccessibleName(self.tr("Topic"))
        self.topic.setPlaceholderText(self.tr("optional"))
        self.topic.setMinimumWidth(_NARROW)
        self.topic.setToolTip(
            plain_tooltip(
                self.tr(
                    "Replaces a message of the same topic that has not been delivered yet.\n"
                    "1 to 32 of the characters A-Z, a-z, 0-9, - and _."
                )
            )
        )
        line = self.ttl.lineEdit()
        assert line is not None
        line.setObjectName("ttl_line")
        line.setAccessibleName(self.tr("TTL"))
        self.ttl_note = FieldNote(line, self, name="ttl", label=self.tr("TTL"), most=None)
        self.topic_note = FieldNote(self.topic, self, name="topic", label=self.tr("Topic"), most=None)
        self.offer_button = QPushButton(self.tr("Take its fingerprint"), self)
        self.offer_button.setObjectName("offer_button")
        self.offer_button.setProperty("kind", "link")
        self.offer_button.clicked.connect(self._take_offer)
        self.offer_button.hide()
        self._offer = ""
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 0, 14, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        captions = ((self.tr("TTL"), self.ttl), (self.tr("Urgency"), self.urgency), (self.tr("Topic"), self.topic))
        for column, (caption, field) in enumerate(captions):
            label = PlainLabel(caption, self, name=f"{field.objectName()}_caption", tone="caption")
            label.setBuddy(field)
            grid.addWidget(label, 0, column)
            grid.addWidget(field, 1, column)
            grid.setColumnStretch(column, (2, 3, 3)[column])
        grid.addWidget(self.ttl_note, 2, 0, 1, 2)
        grid.addWidget(self.topic_note, 3, 0, 1, 3)
        grid.addWidget(self.offer_button, 4, 0, 1, 3, Qt.AlignmentFlag.AlignLeft)
        for note in (self.ttl_note, self.topic_note):
            note.hide()
        self.ttl.editTextChanged.connect(self.changed)
        self.urgency.currentIndexChanged.connect(self.changed)
        self.topic.textChanged.connect(self.changed)

    @property
    def chosen_urgency(self) -> Urgency:
        """What is chosen."""
        return URGENCIES[max(0, self.urgency.currentIndex())]

    def show_draft(self, draft: Draft) -> None:
        """Put what was written into the fields."""
        self.ttl.setEditText(draft.ttl)
        self.urgency.setCurrentIndex(URGENCIES.index(draft.urgency))
        self.topic.setText(draft.topic)
        self.topic.setCursorPosition(0)

    def show_ttl_problem(self, problem: InvalidMessage | None) -> None:
        """Say under the field what is wrong with the TTL."""
        self.ttl_note.show_problem("" if problem is None else str(problem))
        self.ttl_note.setVisible(problem is not None)

    def show_topic(self, findings: Iterable[LintFinding]) -> None:
        """Say under the field what is wrong with the topic, and offer another one."""
        finding = next(iter(findings), None)
        self.topic_note.show_problem("" if finding is None else f"{finding.sentence} {finding.remedy}")
        self.topic_note.setVisible(finding is not None)
        self._offer = "" if finding is None else finding.offer
        words = self.tr("Take “{0}”").format(self._offer)
        self.offer_button.setText(words)
        self.offer_button.setAccessibleName(words)
        self.offer_button.setVisible(bool(self._offer))

    def _take_offer(self) -> None:
        # First: the button goes once the topic is right, and the keyboard with it.
        self.topic.setFocus()
        self.topic.setText(self._offer)
