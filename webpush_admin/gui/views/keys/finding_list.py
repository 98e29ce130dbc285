"""What was found about keys or a token, a line each: the worst first, with what to do about it.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeyFinding
from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import tinted_pixmap
from webpush_admin.gui.models.key_findings import LOOKS, worst_first
from webpush_admin.gui.widgets.plain import PlainLabel

MOST_LINES: Final = 200
"""There are some dozens; a report from elsewhere must not stall the window."""

_ICON_PIXELS: Final = 15
_SEVERITY_PIXELS: Final = 92
_ABOUT_PIXELS: Final = 116
_SPACING: Final = 12


class FindingList(QWidget):
    """A list that is as high as what it says."""

    def __init__(self, context: Context, parent: QWidget, *, name: str, accessible_name: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self._context = context
        self._findings: tuple[KeyFinding, ...] = ()
        self._lines: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        context.theme_changed.connect(self._rebuild)

    @property
    def findings(self) -> tuple[KeyFinding, ...]:
        """What is shown, in this order."""
        return self._findings

    def show_findings(self, findings: Sequence[KeyFinding]) -> None:
        """Show these; the list is only made anew where they are others."""
        ordered = worst_first(findings)[:MOST_LINES]
        if ordered != self._findings:
            self._findings = ordered
            self._rebuild()

    def _rebuild(self) -> None:
        for line in self._lines:
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [self._line(number, finding) for number, finding in enumerate(self._findings, 1)]
        for line in self._lines:
            self._layout.addWidget(line)

    def _line(self, number: int, finding: KeyFinding) -> QWidget:
        look = LOOKS[finding.severity]
        line = QFrame(self)
        line.setObjectName(f"finding_{number}")
        line.setProperty("line", "first" if number == 1 else "next")
        told = f"{finding.sentence} {finding.action}".strip()
        line.setAccessibleName(f"{look.shown_word}. {finding.about}: {told}")
        about = PlainLabel(finding.about, line, name=f"finding_about_{number}", tone="strong")
        about.setWordWrap(True)
        about.setFixedWidth(_ABOUT_PIXELS)
        text = PlainLabel(finding.sentence, line, name=f"finding_text_{number}", selectable=True)
        text.setWordWrap(True)
        # What cannot be broken is cut, rather than the page made wider than the window.
        text.setMinimumWidth(1)
        text.setAccessibleName(told)
        grid = QGridLayout(line)
        grid.setContentsMargins(0, 8, 0, 8)
        grid.setHorizontalSpacing(_SPACING)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self._severity(line, number, finding), 0, 0, top)
        grid.addWidget(about, 0, 1, top)
        grid.addWidget(text, 0, 2, top)
        if finding.action:
            action = PlainLabel(finding.action, line, name=f"finding_action_{number}", tone="muted", selectable=True)
            action.setWordWrap(True)
            action.setMinimumWidth(1)
            grid.addWidget(action, 1, 2, top)
        return line

    def _severity(self, line: QWidget, number: int, finding: KeyFinding) -> QWidget:
        look = LOOKS[finding.severity]
        colour = self._context.theme.colour(look.role).name()
        both = QWidget(line)
        both.setObjectName(f"finding_severity_{number}")
        both.setFixedWidth(_SEVERITY_PIXELS)
        picture = QLabel(both)
        picture.setObjectName(f"finding_icon_{number}")
        picture.setTextFormat(Qt.TextFormat.PlainText)
        picture.setPixmap(tinted_pixmap(look.icon, colour, _ICON_PIXELS, self.devicePixelRatioF()))
        word = PlainLabel(look.shown_word, both, name=f"finding_word_{number}", tone=look.role)
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(7)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(word, 1)
        return both
