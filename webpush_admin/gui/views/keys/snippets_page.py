"""Code and settings for the web page and for servers, with the public key of the chosen pair filled in.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo, Snippet
from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import spaced_size, tinted_icon
from webpush_admin.gui.theme import mono_font
from webpush_admin.gui.widgets.plain import Card, Heading, PlainLabel
from webpush_admin.store.key_rows import KeyState

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

_LIST_PIXELS: Final = 178
_TEXT_PIXELS: Final = 120
"""Lower than this the page scrolls."""


class SnippetsPage(QWidget):
    """A list of what there is, and the one that is chosen; read when the page is shown."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("snippets_page")
        self.setAccessibleName(self.tr("For your web page"))
        self._context = context
        self._pair: KeyPairInfo | None = None
        self._subject = ""
        self._shown: tuple[int, str, str] | None = None
        self._snippets: tuple[Snippet, ...] = ()
        self._job: Job[tuple[Snippet, ...]] | None = None
        self.list = QListWidget(self)
        self.list.setObjectName("list")
        self.list.setAccessibleName(self.tr("What it is for"))
        self.list.setFixedWidth(_LIST_PIXELS)
        self.list.setUniformItemSizes(True)
        self.list.setProperty("roomy", True)
        self.list.currentRowChanged.connect(self._on_chosen)
        self._make_card()
        self.scroller = QScrollArea(self)
        self.scroller.setObjectName("scroller")
        self.scroller.setAccessibleName(self.accessibleName())
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setWidget(self.card)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.list)
        row.addWidget(self.scroller, 1)
        context.theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self._show_snippet(None)

    def show_keys(self, info: KeysInfo | None, pair: KeyPairInfo | None) -> None:
        """Show the snippets of another pair, or of the same with another subject."""
        self._pair, self._subject = pair, info.subject if info is not None else ""
        unused = pair is not None and pair.state is not KeyState.ACTIVE
        self.unused.setVisible(unused)
        if self.isVisible():
            self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what is to be shown."""
        super().showEvent(event)
        self._ask()

    def _make_card(self) -> None:
        self.card = Card(self, name="snippet_card")
        self.heading = Heading("", self.card)
        self.copy_button = QPushButton(self.tr("Copy"), self.card)
        self.copy_button.setObjectName("copy_button")
        self.copy_button.setAccessibleName(self.tr("Copy the text"))
        self.copy_button.setProperty("kind", "accent")
        self.copy_button.setIconSize(spaced_size())
        self.copy_button.clicked.connect(self._on_copy)
        self.note = PlainLabel("", self.card, name="note", tone="muted")
        self.note.setWordWrap(True)
        self.unused = PlainLabel(
            self.tr("Pushes are not signed with this pair: choose the active one for a page that goes live."),
            self.card,
            name="unused",
            tone="warn",
        )
        self.unused.setWordWrap(True)
        self.unused.hide()
        self.text = QPlainTextEdit(self.card)
        self.text.setObjectName("text")
        self.text.setReadOnly(True)
        self.text.setMinimumHeight(_TEXT_PIXELS)
        self.text.setTabChangesFocus(True)
        self.text.setFont(mono_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(16, 12, 14, 14)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.note)
        column.addWidget(self.unused)
        column.addWidget(self.text, 1)
        # Where there is no text, what is said of that stays on top.
        column.addStretch()

    def _ask(self) -> None:
        pair = self._pair
        wanted = (pair.id, pair.public_key, self._subject) if pair is not None else None
        if wanted == self._shown:
            return
        self._shown = wanted
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if pair is None:
            self._show_snippets(())
            return
        key_id = pair.id
        self._job = self._context.ask(
            lambda backend: backend.keys.exchange.snippets(key_id), self._show_snippets, self._on_failed
        )

    def _show_snippets(self, snippets: tuple[Snippet, ...]) -> None:
        self._job = None
        chosen = max(0, self.list.currentRow())
        if [one.name for one in snippets] != [one.name for one in self._snippets]:
            self.list.clear()
            self.list.addItems([one.name for one in snippets])
        self._snippets = snippets
        self.list.setVisible(bool(snippets))
        if snippets:
            self.list.setCurrentRow(min(chosen, len(snippets) - 1))
        self._on_chosen(self.list.currentRow())

    def _on_failed(self, sentence: str) -> None:
        # Asked for again whenever the page is shown, or told of the pair.
        self._shown = None
        self._show_snippets(())
        self.note.show_text(sentence)
        self.note.set_tone("bad")

    def _on_chosen(self, number: int) -> None:
        self._show_snippet(self._snippets[number] if 0 <= number < len(self._snippets) else None)

    def _show_snippet(self, snippet: Snippet | None) -> None:
        self.heading.show_text(snippet.name if snippet is not None else self.tr("Nothing to copy"))
        self.note.set_tone("muted")
        self.note.show_text(snippet.note if snippet is not None else "")
        self.copy_button.setVisible(snippet is not None)
        self.text.setVisible(snippet is not None)
        text = snippet.text if snippet is not None else ""
        if text != self.text.toPlainText():
            self.text.setPlainText(text)
        self.text.setAccessibleName(self.heading.text())

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._context.notify(self.tr("{0}: copied.").format(self.heading.text()), "good")

    def _paint_icon(self) -> None:
        self.copy_button.setIcon(tinted_icon("copy", "#ffffff"))
