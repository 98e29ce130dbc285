"""What is to be said of the message before it is sent: one line for each finding, the worst first.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import tinted_pixmap
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.push.lint import LintFinding, Severity

_ICONS: Final = {
    Severity.REFUSED: ("circle-x", "bad"),
    Severity.WARNING: ("triangle-alert", "warn"),
    Severity.HINT: ("info", "muted"),
}
_ICON_PIXELS: Final = 15


class Checks(QWidget):
    """A list that is as high as what it says."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("checks")
        self.setAccessibleName(self.tr("Checks before sending"))
        self._context = context
        self._findings: tuple[LintFinding, ...] = ()
        self._lines: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        context.theme_changed.connect(self._rebuild)
        self.hide()

    @property
    def findings(self) -> tuple[LintFinding, ...]:
        """What is shown."""
        return self._findings

    def show_findings(self, findings: Sequence[LintFinding]) -> None:
        """Show these; the list is only made anew where they are others."""
        if tuple(findings) != self._findings:
            self._findings = tuple(findings)
            self._rebuild()
            self.setVisible(bool(findings))

    def summary(self) -> str:
        """Return how many there are, in words."""
        words = (
            (Severity.REFUSED, self.tr("refusal"), self.tr("refusals")),
            (Severity.WARNING, self.tr("warning"), self.tr("warnings")),
            (Severity.HINT, self.tr("hint"), self.tr("hints")),
        )
        counts = [(sum(f.severity is severity for f in self._findings), one, many) for severity, one, many in words]
        return ", ".join(counted(count, one, many) for count, one, many in counts if count)

    def _rebuild(self) -> None:
        for line in self._lines:
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [self._line(number, finding) for number, finding in enumerate(self._findings, 1)]
        for line in self._lines:
            self._layout.addWidget(line)

    def _line(self, number: int, finding: LintFinding) -> QWidget:
        line = QWidget(self)
        line.setObjectName(f"check_{number}")
        icon, role = _ICONS[finding.severity]
        colour = self._context.theme.colour(role).name()
        picture = QLabel(line)
        picture.setObjectName(f"check_icon_{number}")
        picture.setTextFormat(Qt.TextFormat.PlainText)
        picture.setAccessibleName(finding.severity.value)
        picture.setPixmap(tinted_pixmap(icon, colour, _ICON_PIXELS, self.devicePixelRatioF()))
        text = PlainLabel(f"{finding.sentence} {finding.remedy}", line, name=f"check_text_{number}", selectable=True)
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        text.setToolTip(plain_tooltip(self.tr("Source: {0}").format(finding.source)))
        text.setAccessibleName(f"{finding.severity.value}: {finding.sentence} {finding.remedy}")
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)
        return line
