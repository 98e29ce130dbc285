"""What a token says: the verdict first, then what is right and wrong with it, then its header and its claims.

Runs on: GUI thread
"""

from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeysInfo, Severity, TokenReport
from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import tinted_pixmap
from webpush_admin.gui.models.key_findings import LOOKS, signer_told, times_told, verdict
from webpush_admin.gui.text import display_text
from webpush_admin.gui.theme import mono_font
from webpush_admin.gui.views.keys.finding_list import FindingList
from webpush_admin.gui.widgets.plain import Card, Heading, PlainLabel

_ICON_PIXELS: Final = 22
_LEAST_LINES: Final = 3
_MOST_LINES: Final = 12
_SHOWN_CHARACTERS: Final = 8_000
_LINE_CHARACTERS: Final = 600


class JsonPane(Card):
    """A part of a token, indented, as it came: read-only, and to be copied from."""

    def __init__(self, title: str, parent: QWidget, *, name: str) -> None:
        super().__init__(parent, name=f"{name}_pane")
        self.heading = Heading(title, self, name=f"{name}_heading")
        self.text = QPlainTextEdit(self, readOnly=True)
        self.text.setObjectName(name)
        self.text.setAccessibleName(title)
        self.text.setFont(mono_font())
        self.text.setProperty("flat", True)
        self.text.setTabChangesFocus(True)
        self.below = QGridLayout()
        self.below.setHorizontalSpacing(10)
        self.below.setVerticalSpacing(2)
        self.below.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(4)
        layout.addWidget(self.heading)
        layout.addWidget(self.text)
        layout.addLayout(self.below)
        layout.addStretch(1)
        self._times: list[PlainLabel] = []

    def show_json(self, text: str) -> None:
        """Show a text that may be hostile: its lines stay, what hides in them is seen."""
        lines = text[:_SHOWN_CHARACTERS].split("\n")
        shown = "\n".join(display_text(line, _LINE_CHARACTERS) for line in lines) or self.tr("cannot be read")
        if shown != self.text.toPlainText():
            self.text.setPlainText(shown)
        count = min(_MOST_LINES, max(_LEAST_LINES, len(lines) + 1))
        line = QFontMetrics(mono_font()).lineSpacing()
        self.text.setFixedHeight(count * line + 2 * int(self.text.document().documentMargin()) + 10)

    def show_times(self, times: tuple[tuple[str, str], ...]) -> None:
        """Show below what times it holds, in words."""
        for label in self._times:
            self.below.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._times = []
        for number, (caption, value) in enumerate(times):
            name = PlainLabel(caption, self, name=f"time_caption_{number}", tone="caption")
            told = PlainLabel(value, self, name=f"time_{number}", selectable=True)
            told.setAccessibleName(caption)
            told.setWordWrap(True)
            self.below.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            self.below.addWidget(told, number, 1)
            self._times += [name, told]


class TokenResult(QWidget):
    """Everything below the field; empties itself."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("result")
        self.setAccessibleName(self.tr("What the token says"))
        self._context = context
        self._severity = Severity.NOTE
        self._make_verdict()
        self.findings = FindingList(
            context, self, name="token_findings", accessible_name=self.tr("What is right and wrong with it")
        )
        self.findings_card = Card(self, name="findings_card")
        inside = QVBoxLayout(self.findings_card)
        inside.setContentsMargins(14, 6, 14, 6)
        inside.addWidget(self.findings)
        self.header = JsonPane(self.tr("Header"), self, name="header")
        self.claims = JsonPane(self.tr("Claims"), self, name="claims")
        self.parts = QWidget(self)
        self.parts.setObjectName("parts")
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, self.parts)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(8)
        self._parts.addWidget(self.header, 2)
        self._parts.addWidget(self.claims, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self.verdict_card, self.findings_card, self.parts):
            layout.addWidget(part)
        context.theme_changed.connect(self._paint_icon)

    def _make_verdict(self) -> None:
        self.verdict_card = Card(self, name="verdict_card")
        self.picture = QLabel(self.verdict_card)
        self.picture.setObjectName("picture")
        self.picture.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict = Heading("", self.verdict_card, name="verdict")
        self.verdict.setWordWrap(True)
        self.facts = PlainLabel("", self.verdict_card, name="facts", tone="muted", selectable=True)
        self.facts.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.verdict)
        words.addWidget(self.facts)
        row = QHBoxLayout(self.verdict_card)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(10)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)

    def lay_out(self, direction: QBoxLayout.Direction) -> None:
        """Put header and claims side by side, or below each other."""
        self._parts.setDirection(direction)

    def show_report(self, report: TokenReport, keys: KeysInfo | None, now: datetime) -> None:
        """Show what a token says."""
        severity, told = verdict(report, keys, now)
        self._show_verdict(severity, told, self._facts_of(report, keys))
        self.findings.show_findings(report.findings)
        self.findings_card.setVisible(bool(report.findings))
        self.header.show_json(report.header)
        self.claims.show_json(report.claims)
        self.claims.show_times(times_told(report, now))
        self.parts.setVisible(bool(report.header or report.claims))

    def show_refusal(self, sentence: str) -> None:
        """Say why what was pasted cannot be read at all."""
        self.forget()
        self._show_verdict(Severity.BAD, sentence, "")

    def forget(self) -> None:
        """Hold nothing of a token any more."""
        self._show_verdict(Severity.NOTE, "", "")
        self.findings.show_findings(())
        self.findings_card.hide()
        self.parts.hide()
        for pane in (self.header, self.claims):
            pane.text.clear()
            pane.show_times(())

    def _facts_of(self, report: TokenReport, keys: KeysInfo | None) -> str:
        told = self.tr("Given as {scheme}.").format(scheme=report.scheme)
        if report.fingerprint:
            words = self.tr("Key {fingerprint}: {whose}.")
            told += " " + words.format(fingerprint=report.fingerprint, whose=signer_told(report, keys))
        return told

    def _show_verdict(self, severity: Severity, text: str, facts: str) -> None:
        self._severity = severity
        self.verdict.show_text(text)
        self.facts.show_text(facts)
        self.facts.setVisible(bool(facts))
        self.verdict_card.setAccessibleName(f"{LOOKS[severity].shown_word}. {text}")
        self._paint_icon()

    def _paint_icon(self) -> None:
        look = LOOKS[self._severity]
        colour = self._context.theme.colour(look.role).name()
        self.picture.setPixmap(tinted_pixmap(look.icon, colour, _ICON_PIXELS, self.devicePixelRatioF()))
