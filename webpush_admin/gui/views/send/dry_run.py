"""The request of a dry run: what would go out to one receiver, without its secrets.

Runs on: GUI thread
"""

import json
from typing import Final

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from webpush_admin.backend.records import DryRun
from webpush_admin.gui.text import SHOWN_CHARACTERS, display_text
from webpush_admin.gui.theme import mono_font
from webpush_admin.gui.widgets.plain import Heading, PlainLabel

_MOST_LINES: Final = 200
_SHOWN_LINES: Final = 18
_LINE_CHARACTERS: Final = 44


class DryRunPage(QWidget):
    """Sizes, headers, token and payload."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dry_run_page")
        self.explanation = PlainLabel("", self, name="explanation", tone="muted")
        self.explanation.setWordWrap(True)
        self.problem = PlainLabel("", self, name="dry_run_problem", tone="bad", selectable=True)
        self.problem.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.sizes = PlainLabel("", self, name="sizes", selectable=True)
        layout.addWidget(self.explanation)
        layout.addWidget(self.problem)
        layout.addWidget(self.sizes)
        self.sections: dict[str, tuple[PlainLabel, QPlainTextEdit]] = {}
        for name, title in (
            ("request", self.tr("Request")),
            ("token", self.tr("Token")),
            ("payload", self.tr("Payload")),
        ):
            heading = Heading(title, self, name=f"{name}_heading")
            text = QPlainTextEdit(self)
            text.setObjectName(name)
            text.setAccessibleName(title)
            text.setReadOnly(True)
            text.setTabChangesFocus(True)
            text.setFont(mono_font())
            text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
            layout.addWidget(heading)
            layout.addWidget(text)
            self.sections[name] = heading, text
        layout.addStretch(1)
        self.clear()

    def clear(self) -> None:
        """Say what a dry run is."""
        self.explanation.show_text(
            self.tr("A dry run checks, signs and encrypts for one receiver as a send would, and sends nothing.")
        )
        self._show("", "", "", "")

    def show_running(self) -> None:
        """Say that it is being built."""
        self.explanation.show_text(self.tr("Building…"))

    def show_problem(self, sentence: str) -> None:
        """Say why it could not be done."""
        self.clear()
        self._show(sentence, "", "", "")

    def show_dry_run(self, dry: DryRun) -> None:
        """Show what would go out."""
        self.explanation.show_text(
            self.tr("Built for {0}. Nothing was sent.").format(display_text(dry.target) or self.tr("one receiver"))
        )
        request = dry.request
        if request is None:
            self._show(dry.problem, "", "", _lines(_pretty(dry.payload)))
            return
        sizes = self.tr("{payload} bytes of payload, {body} bytes encrypted").format(
            payload=f"{request.payload_bytes:,}", body=f"{request.body_bytes:,}"
        )
        self.sizes.show_text(sizes)
        headers = "\n".join(f"{name}: {value}" for name, value in request.headers)
        token = f"{_pretty(request.jwt_header)}\n{_pretty(request.jwt_claims)}"
        self._show(
            dry.problem,
            _lines(f"POST {request.origin}/…\n{headers}"),
            _lines(token),
            _lines(_pretty(dry.payload)),
        )

    def _show(self, problem: str, request: str, token: str, payload: str) -> None:
        self.sizes.setVisible(bool(request))
        self.problem.show_text(problem)
        self.problem.setVisible(bool(problem))
        for name, shown in (("request", request), ("token", token), ("payload", payload)):
            heading, text = self.sections[name]
            heading.setVisible(bool(shown))
            text.setVisible(bool(shown))
            text.setPlainText(shown)
            metrics = QFontMetrics(text.font())
            # Long lines are broken: a header with a key takes two.
            lines = sum(1 + len(line) // _LINE_CHARACTERS for line in shown.split("\n"))
            text.setFixedHeight(min(_SHOWN_LINES, lines) * metrics.lineSpacing() + 20)


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text


def _lines(text: str) -> str:
    """Return the text line by line with hidden characters made visible; a long line is broken, not cut."""
    lines = [
        display_text(line[at : at + SHOWN_CHARACTERS])
        for line in text.split("\n")
        for at in range(0, max(1, len(line)), SHOWN_CHARACTERS)
    ]
    return "\n".join(lines[:_MOST_LINES])
