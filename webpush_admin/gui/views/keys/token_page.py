"""Takes a token apart that somebody pasted: what it claims, until when, who signed it, and what is wrong with it.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetrics, QHideEvent, QResizeEvent, QShowEvent, QTextOption
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo, TokenReport
from webpush_admin.gui.context import Context
from webpush_admin.gui.theme import mono_font
from webpush_admin.gui.views.keys.token_result import TokenResult
from webpush_admin.gui.widgets.plain import Card, Heading, PlainLabel
from webpush_admin.gui.widgets.plain_edit import MOST_CHARACTERS, PlainEdit
from webpush_admin.push.secret import Secret

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

TYPING_MS: Final = 250
"""Nobody reads a verdict on half a token."""

CLOCK_MS: Final = 10_000
"""A token that is looked at gets older, and is told anew."""

_LINES: Final = 4
_NARROW_PIXELS: Final = 760


class TokensPage(QWidget):
    """A field, and what is in it. A token is a capability for hours: closing the database forgets it."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("token_page")
        self.setAccessibleName(self.tr("Tokens"))
        self._context = context
        self._info: KeysInfo | None = None
        self._job: Job[TokenReport] | None = None
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._decode)
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self._decode)
        self._make_input()
        self.result = TokenResult(context, self)
        self.result.hide()
        inside = QWidget(self)
        inside.setObjectName("inside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.input)
        column.addWidget(self.result)
        column.addStretch(1)
        self.scroller = QScrollArea(self)
        self.scroller.setObjectName("scroller")
        self.scroller.setAccessibleName(self.tr("Token"))
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self.scroller)
        context.database_closed.connect(self.clear)

    def _make_input(self) -> None:
        self.input = Card(self, name="input")
        self.heading = Heading(self.tr("Paste a token"), self.input, name="heading")
        self.explanation = PlainLabel(
            self.tr(
                "A JWT, an Authorization header, the headers of a whole request, or the cURL command of a push. It is "
                "taken apart and verified here; it goes nowhere, and is forgotten when the database is closed."
            ),
            self.input,
            name="explanation",
            tone="muted",
        )
        self.explanation.setWordWrap(True)
        self.token = PlainEdit(self.input)
        self.token.setObjectName("token")
        self.token.setAccessibleName(self.tr("Token or request"))
        self.token.setPlaceholderText("Authorization: vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9…, k=BA1Hxz…")
        self.token.setFont(mono_font())
        self.token.setTabChangesFocus(True)
        # What was pasted is gone when it is cleared, also from the history of the field.
        self.token.setUndoRedoEnabled(False)
        # A token is longer than a line, and one long word.
        self.token.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        line = QFontMetrics(mono_font()).lineSpacing()
        self.token.setFixedHeight(_LINES * line + 2 * int(self.token.document().documentMargin()) + 12)
        self.token.textChanged.connect(self._on_edited)
        self.token.shortened.connect(self._on_shortened)
        self.shortened = PlainLabel("", self.input, name="shortened", tone="warn")
        self.shortened.setWordWrap(True)
        self.shortened.hide()
        self.clear_button = QPushButton(self.tr("Clear"), self.input)
        self.clear_button.setObjectName("clear_button")
        self.clear_button.setAccessibleName(self.tr("Forget the token"))
        self.clear_button.setProperty("kind", "link")
        self.clear_button.hide()
        self.clear_button.clicked.connect(self._on_clear)
        top = QHBoxLayout()
        top.addWidget(self.heading, 1)
        top.addWidget(self.clear_button)
        layout = QVBoxLayout(self.input)
        layout.setContentsMargins(14, 10, 14, 14)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.explanation)
        layout.addWidget(self.token)
        layout.addWidget(self.shortened)

    def show_keys(self, info: KeysInfo | None, _pair: KeyPairInfo | None) -> None:
        """Tell anew whose signature it is where other keys are there."""
        if info != self._info:
            self._info = info
            if self._has_text():
                self._typing.start()

    def clear(self) -> None:
        """Forget the token and everything that was told of it."""
        self.token.clear()

    def showEvent(self, event: QShowEvent) -> None:
        """Time has passed."""
        super().showEvent(event)
        if self._has_text():
            self._decode()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._typing.stop()
        self._clock.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Header and claims stand side by side where there is room."""
        super().resizeEvent(event)
        wide = event.size().width() >= _NARROW_PIXELS
        self.result.lay_out(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def _has_text(self) -> bool:
        # Not the text itself: it may be long, and this is asked at each key.
        return self.token.document().characterCount() > 1

    def _on_edited(self) -> None:
        some = self._has_text()
        self.clear_button.setVisible(some)
        # The verdict should be seen without scrolling.
        self.explanation.setVisible(not some)
        self.shortened.hide()
        self._clock.stop()
        if some:
            self._typing.start()
            return
        self._typing.stop()
        self._drop()
        self.result.forget()
        self.result.hide()

    def _on_shortened(self, characters: int) -> None:
        words = self.tr("{n} characters were pasted, of which the first {most} are here: no token is that long.")
        self.shortened.show_text(words.format(n=f"{characters:,}", most=f"{MOST_CHARACTERS:,}"))
        # The text itself changes after this, and hides what was told of the text before.
        QTimer.singleShot(0, self.shortened, self.shortened.show)

    def _on_clear(self) -> None:
        self.clear()
        self.token.setFocus()

    def _decode(self) -> None:
        self._drop()
        text = self.token.toPlainText()
        if text.strip() and self._context.database is not None:
            secret = Secret(text)
            self._job = self._context.ask(
                lambda backend: backend.keys.checks.token(secret), self._on_decoded, self._on_refused
            )

    def _drop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_decoded(self, report: TokenReport) -> None:
        self._job = None
        self.result.show_report(report, self._info, datetime.now(UTC))
        self._show_result()

    def _on_refused(self, sentence: str) -> None:
        self._job = None
        self.result.show_refusal(sentence)
        self._show_result()

    def _show_result(self) -> None:
        self.result.show()
        if self.isVisible():
            self._clock.start()
