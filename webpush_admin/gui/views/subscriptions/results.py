"""The panel of answers: every endpoint's as it comes in, what it means, a report for the ticket, pruning what is gone.

Runs on: GUI thread
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from webpush_admin.backend.records import SendSummary
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.names import Names, names_of
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.models.results import Result, Tally, report, result_columns
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.theme import ROW_PIXELS
from webpush_admin.gui.views.subscriptions.answer_card import AnswerCard
from webpush_admin.gui.views.subscriptions.held import HeldBanner
from webpush_admin.gui.views.subscriptions.results_head import ResultsHead
from webpush_admin.gui.widgets.plain import Card
from webpush_admin.gui.widgets.table import Table
from webpush_admin.push.answer import Outcome
from webpush_admin.push.events import PushFinished
from webpush_admin.store.history_rows import DeliveryFilter

NAMES_WAIT_MS: Final = 250
ARRIVALS_MS: Final = 300
REASON_PIXELS: Final = 240
TOP_PIXELS: Final = 8
TABLE_PIXELS: Final = 4 * ROW_PIXELS
"""The header and three rows: what an answer that is read leaves of the list."""

REPORT_NAMES: Final = 1000
"""Answers whose users' names are read for a report; beyond them an id says whose it is."""


class ResultsPanel(Card):
    """The answers of the last send.

    Attributes:
        changed: There is more or less to copy or to prune.
        remedy_wished: A `Remedy` for the `Told` that is selected.
        history_wished: A `DeliveryFilter`: everything that is known of this send.
        menu_wished: A context menu at this global position.
        room_wished: So many pixels of height, for the selected answer below its row.
        closed: The operator has seen enough.
    """

    changed = Signal()
    remedy_wished = Signal(object, object)
    history_wished = Signal(object)
    menu_wished = Signal(QPoint)
    room_wished = Signal(int)
    closed = Signal()

    def __init__(self, context: Context, names: Names, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="results_panel")
        self._context = context
        self._names = names
        self._title = ""
        self._summary: SendSummary | None = None
        self._tally = Tally()
        # While a send of this view runs its answers come in, and no others: other views send too.
        self._open = False
        self._expected: dict[int, int] = {}
        columns = result_columns(names.name_of, names.service_of)
        self.model = RowsModel(columns, parent=self)
        self.table = Table(
            context.theme,
            self.model,
            columns,
            self,
            name="results_table",
            accessible_name=self.tr("Answers of the push services"),
            leaves_first=("at", "elapsed", "endpoint", "service"),
            stretch_pixels=REASON_PIXELS,
        )
        self.answer = AnswerCard(context, self, name="answer", wide=True)
        self.answer.wished.connect(self.remedy_wished)
        self.head = ResultsHead(context, self)
        self.title, self.counts = self.head.title, self.head.counts
        self.prune_button = self.head.prune_button
        self.head.history_button.clicked.connect(self._on_history)
        self.head.close_button.clicked.connect(self.closed)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(1, TOP_PIXELS, 1, 1)
        layout.setSpacing(6)
        layout.addWidget(self.head)
        self.held_banner = HeldBanner(context, self)
        inset = QHBoxLayout()
        inset.setContentsMargins(11, 0, 11, 0)
        inset.addWidget(self.held_banner)
        layout.addLayout(inset)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.answer)
        self._arrived: list[PushFinished] = []
        self._gone: set[int] = set()
        self._arrivals = Refresher(self._take_arrivals, self, between_ms=ARRIVALS_MS)
        self._names_timer = QTimer(self)
        self._names_timer.setSingleShot(True)
        self._names_timer.setInterval(NAMES_WAIT_MS)
        self._names_timer.timeout.connect(self._ask_names)
        self.table.menu_wished.connect(self.menu_wished)
        self.table.selection_moved.connect(self._on_selection_moved)
        self.model.modelReset.connect(self._on_selection_moved)
        self._show_counts()

    @property
    def results(self) -> Sequence[Result]:
        """The answers, the oldest first."""
        return self.model.rows

    def begin(self, title: str) -> None:
        """A send begins: the former answers leave."""
        self._title = title
        self._open = bool(title)
        self._summary = None
        self._expected.clear()
        self._arrived, self._gone = [], set()
        self._tally = Tally()
        self.held_banner.forget()
        self.model.clear()
        self.title.show_text(title)
        self._show_counts()
        self.changed.emit()

    def end(self) -> None:
        """The send is over, whether it has a summary or not."""
        self._open = False
        self._expected.clear()

    def expect(self, subscription_ids: Iterable[int]) -> None:
        """These are sent to again: their answers take the places of the former ones."""
        wanted = set(subscription_ids)
        rows = enumerate(self.model.rows)
        self._expected = {row.delivery.subscription.id or 0: number for number, row in rows}
        self._expected = {number: at for number, at in self._expected.items() if number in wanted}

    def append(self, events: Iterable[PushFinished]) -> None:
        """Show answers as they come in, a few times a second: a list that is read need not be painted more often."""
        if self._open:
            self._arrived.extend(events)
            self._arrivals.wish()
        elif self._expected:
            self._replace_answers(events)

    def mark_pruned(self, subscription_ids: Iterable[int]) -> None:
        """These rows are gone from the database: say so beside their answers."""
        self._gone.update(subscription_ids)
        self._arrivals.wish()

    def _take_arrivals(self) -> None:
        arrived, self._arrived = self._arrived, []
        gone, self._gone = self._gone, set()
        self._show_arrived(arrived)
        self._mark(gone)
        self._show_card()
        self._show_counts()
        self.changed.emit()

    def _show_arrived(self, events: Sequence[PushFinished]) -> None:
        """Append; the newest stay in sight unless the operator has scrolled up or selected."""
        bar = self.table.verticalScrollBar()
        follows = bar.value() >= bar.maximum() and not self.table.selectionModel().hasSelection()
        results = [Result(event.delivery, event.test, event.at) for event in events]
        self.model.append(results)
        self._tally.add(results)
        if follows:
            self.table.scrollToBottom()
        self._names_timer.start()

    def finish(self, summary: SendSummary, *, test: bool) -> None:
        """Show the totals; where events were lost, the answers come from the summary."""
        self._take_arrivals()
        self.end()
        if len(self.model.rows) < min(len(summary.deliveries), summary.targets):
            now = datetime.now(UTC)
            self._replace([Result(delivery, test, now) for delivery in summary.deliveries])
        self._summary = summary
        self.held_banner.ask(summary)
        self._show_counts()
        self._names_timer.start()
        self.changed.emit()

    def prunable(self) -> list[int]:
        """Return the ids of rows that a test found gone: of the selected answers, else of all."""
        rows = (self.model.row(number) for number in self.table.selected_rows())
        chosen = {row.delivery.subscription.id or 0 for row in rows if row is not None and row.prunable}
        return sorted(chosen or self._tally.prunable)

    def _mark(self, pruned: set[int]) -> None:
        removed = 0
        for number, result in enumerate(self.model.rows) if pruned else ():
            delivery = result.delivery
            if delivery.outcome is Outcome.GONE and not delivery.pruned and delivery.subscription.id in pruned:
                self.model.set_row(number, replace(result, delivery=replace(delivery, pruned=True)))
                removed += 1
        self._tally.remove(pruned, removed)

    def report(self) -> str:
        """Return the answers as text for a ticket."""
        return report(f"{self._title}: {self.counts.text()}", self.model.rows, self._names.name_of)

    def copy_report(self) -> None:
        """Put the report on the clipboard, after reading the names that nobody has looked at yet."""
        rows = self.model.rows[-REPORT_NAMES:]
        unknown = self._names.unknown(row.delivery.subscription.user_id for row in rows)
        if unknown:
            self._context.ask(lambda backend: names_of(backend, unknown), self._on_names_for_report)
        else:
            self._put_report()

    def _on_names_for_report(self, names: tuple[tuple[UUID, str], ...]) -> None:
        self._on_names(names)
        self._put_report()

    def _put_report(self) -> None:
        QGuiApplication.clipboard().setText(self.report())
        self._context.notify(self.tr("The report is on the clipboard."), "good")

    def _on_selection_moved(self) -> None:
        rows = self.table.selected_rows()
        self._show_card()
        if rows:
            if self.answer.told is not None:
                self.room_wished.emit(self._wanted_height())
            # The table has just become lower: what was selected must not lie below its edge.
            self._layout.activate()
            self.table.scrollTo(self.model.index(rows[0], 0))
        self.changed.emit()

    def _show_card(self) -> None:
        rows = self.table.selected_rows()
        result = self.model.row(rows[0]) if len(rows) == 1 else None
        self.answer.show_told(result.told if result is not None else None)

    def _wanted_height(self) -> int:
        """Return what the heading, a few rows and the selected answer take."""
        answer = self.answer.heightForWidth(self.width()) + self._layout.spacing()
        return self.head.sizeHint().height() + TABLE_PIXELS + answer + 2 * self._layout.spacing() + TOP_PIXELS

    def _replace_answers(self, events: Iterable[PushFinished]) -> None:
        for event in events:
            at = self._expected.pop(event.delivery.subscription.id or 0, None)
            if at is None:
                continue
            before, after = self.model.row(at), Result(event.delivery, event.test, event.at)
            if before is not None:
                self.model.set_row(at, after)
                self._tally.exchange(before, after)
        self._on_selection_moved()
        self._show_counts()

    def _replace(self, results: Sequence[Result]) -> None:
        self.model.replace(results)
        self._tally = Tally()
        self._tally.add(results)

    def _show_counts(self) -> None:
        summary = self._summary
        line = self._tally.line(summary, len(self.model.rows))
        self.head.show_counts(line, gone=len(self._tally.prunable), kept=summary is not None and summary.send > 0)

    def _on_history(self) -> None:
        if self._summary is not None:
            self.history_wished.emit(DeliveryFilter(send=self._summary.send))

    def _ask_names(self) -> None:
        # Only rows that have been painted were looked up: names are read for what is seen, not for a whole broadcast.
        missing = self._names.take_missing()
        if missing:
            self._context.ask(lambda backend: names_of(backend, missing), self._on_names)

    def _on_names(self, names: tuple[tuple[UUID, str], ...]) -> None:
        self._names.learn(names)
        self.model.repaint()
