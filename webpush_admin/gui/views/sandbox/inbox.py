"""What has arrived at the sandbox, and one arrival in full.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.models.sandbox import OwnerOf, inbox_columns, pretty_payload
from webpush_admin.gui.text import display_text
from webpush_admin.gui.theme import mono_font
from webpush_admin.gui.widgets.plain import Card, Heading, PlainLabel
from webpush_admin.gui.widgets.table import Table
from webpush_admin.sandbox.records import InboxEntry

KEPT_ENTRIES: Final = 2_000


class InboxPane(QSplitter):
    """The newest arrivals, and below them the selected one."""

    def __init__(self, context: Context, owner_of: OwnerOf, parent: QWidget) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Vertical)
        self.setObjectName("inbox_pane")
        self.setChildrenCollapsible(False)
        self._owner_of = owner_of
        columns = inbox_columns(owner_of)
        self.model = RowsModel(columns, kept=KEPT_ENTRIES, parent=self)
        self.list_card = Card(self, name="list_card")
        self.heading = Heading(self.tr("Inbox"), self.list_card, name="inbox_heading")
        self.heading.setContentsMargins(12, 4, 12, 4)
        self.table = Table(
            context.theme,
            self.model,
            columns,
            self.list_card,
            name="inbox_table",
            accessible_name=self.tr("What arrived at the sandbox"),
            leaves_first=("endpoint", "at", "number", "user"),
        )
        self.table.setToolTip(self.tr("Select an arrival to read what it said."))
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        inside = QVBoxLayout(self.list_card)
        inside.setContentsMargins(1, 8, 1, 1)
        inside.setSpacing(6)
        inside.addWidget(self.heading)
        inside.addWidget(self.table, 1)
        self.entry_card = Card(self, name="entry_card")
        self.entry_headers = PlainLabel("", self.entry_card, name="entry_headers", tone="muted")
        self.entry_headers.setWordWrap(True)
        self.entry_problem = PlainLabel("", self.entry_card, name="entry_problem", tone="bad")
        self.entry_problem.setWordWrap(True)
        self.payload = QPlainTextEdit(self.entry_card)
        self.payload.setObjectName("payload")
        self.payload.setAccessibleName(self.tr("Payload of the selected arrival"))
        self.payload.setReadOnly(True)
        self.payload.setFont(mono_font())
        self.payload.setProperty("flat", True)
        detail = QVBoxLayout(self.entry_card)
        detail.setContentsMargins(14, 10, 14, 10)
        detail.setSpacing(6)
        detail.addWidget(self.entry_headers)
        detail.addWidget(self.entry_problem)
        detail.addWidget(self.payload, 1)
        self.addWidget(self.list_card)
        self.addWidget(self.entry_card)
        self.list_card.setMinimumHeight(120)
        self.entry_card.setMinimumHeight(100)
        self.setHandleWidth(8)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.setSizes([320, 180])
        self.table.selection_moved.connect(self._show_entry)
        self.model.modelReset.connect(self._show_entry)
        self._show_entry()

    @property
    def newest(self) -> int:
        """The number of the newest arrival that is shown, 0 for none."""
        return self.model.rows[-1].number if self.model.rows else 0

    def append(self, entries: Sequence[InboxEntry]) -> None:
        """Show what arrived; the newest stay in sight unless the operator has scrolled up or selected one."""
        bar = self.table.verticalScrollBar()
        follows = bar.value() >= bar.maximum() and not self.table.selectionModel().hasSelection()
        newest = self.newest
        self.model.append([entry for entry in entries if entry.number > newest])
        if follows:
            self.table.scrollToBottom()

    def _show_entry(self) -> None:
        rows = self.table.selected_rows()
        entry = self.model.row(rows[0]) if rows else None
        self.entry_card.setVisible(entry is not None)
        if entry is None:
            self.payload.clear()
            return
        self.entry_problem.setVisible(bool(entry.problem))
        ttl = self.tr("missing") if entry.ttl_s is None else f"{entry.ttl_s:,} s"
        facts = (
            self._owner_of(entry.endpoint),
            self.tr("TTL {ttl}").format(ttl=ttl),
            self.tr("urgency {urgency}").format(urgency=entry.urgency),
            self.tr("topic {topic}").format(topic=entry.topic) if entry.topic else "",
            f"HTTP/{entry.http_version}",
        )
        self.entry_headers.show_text(" · ".join(fact for fact in facts if fact))
        self.entry_problem.show_text(entry.problem)
        lines = pretty_payload(entry.payload).split("\n")
        self.payload.setPlainText("\n".join(display_text(line, 4_000) for line in lines))
