"""The newest answers of one subscription, as the history has them; they survive a restart.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.answers import of_row
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.models.detail import ANSWER_COLUMNS
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.theme import ROW_PIXELS
from webpush_admin.gui.views.subscriptions.answer_card import AnswerCard
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.gui.widgets.table import Table
from webpush_admin.store.history_rows import DeliveryRow

SHOWN_AT_FIRST: Final = 3
REASON_PIXELS: Final = 80


class History(QWidget):
    """A short table; the selected answer stands below it in full."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("history")
        self._answers: Sequence[DeliveryRow] = ()
        self._all = False
        self._suspect = False
        self.title = PlainLabel(self.tr("Answers"), self, name="history_title", tone="caption")
        self.title.setWordWrap(True)
        self.title.setMinimumWidth(1)
        self.none_yet = PlainLabel(
            self.tr("None yet: a test shows how it answers."), self, name="none_yet", tone="muted"
        )
        self.none_yet.setWordWrap(True)
        self.none_yet.setMinimumWidth(1)
        columns: tuple[Column[Any], ...] = ANSWER_COLUMNS
        self.model: RowsModel[DeliveryRow] = RowsModel(columns, key=lambda row: row.number, parent=self)
        self.table = Table(
            context.theme,
            self.model,
            columns,
            self,
            name="history_table",
            accessible_name=self.tr("Answers of this subscription"),
            leaves_first=("meaning", "elapsed", "at"),
            header=False,
            stretch_pixels=REASON_PIXELS,
        )
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.answer = AnswerCard(context, self, name="history_answer")
        self.more_button = QPushButton(self)
        self.more_button.setObjectName("more_button")
        self.more_button.setProperty("kind", "link")
        self.more_button.clicked.connect(self._on_more)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.none_yet)
        layout.addWidget(self.table)
        layout.addWidget(self.answer)
        self.table.selection_moved.connect(self._on_selection_moved)
        self.model.modelReset.connect(self._on_selection_moved)

    def begin(self) -> None:
        """Show another subscription's answers from the newest on."""
        self._all = False
        self.show_answers(())

    def show_answers(self, answers: Sequence[DeliveryRow], *, suspect: bool = False) -> None:
        """Show these, the newest first; the selected one stays selected.

        Args:
            answers: The rows.
            suspect: Somebody has marked the subscription.
        """
        self._answers, self._suspect = answers, suspect
        chosen = self._chosen()
        shown = answers if self._all else answers[:SHOWN_AT_FIRST]
        self.model.replace(shown)
        numbers = [row.number for row in shown]
        if chosen is not None and chosen.number in numbers:
            self.table.selectRow(numbers.index(chosen.number))
        self._on_selection_moved()
        self.none_yet.setVisible(not answers)
        self.table.setVisible(bool(answers))
        self.table.setFixedHeight(ROW_PIXELS * max(1, len(shown)))
        self.more_button.setVisible(len(answers) > SHOWN_AT_FIRST)
        self.more_button.setText(self.tr("Newest") if self._all else self.tr("All {n}").format(n=len(answers)))
        self.more_button.setAccessibleName(
            self.tr("Show the newest answers only") if self._all else self.tr("Show all answers")
        )

    def _chosen(self) -> DeliveryRow | None:
        rows = self.table.selected_rows()
        return self.model.row(rows[0]) if rows else None

    def _on_more(self) -> None:
        self._all = not self._all
        self.show_answers(self._answers)

    def _on_selection_moved(self) -> None:
        chosen = self._chosen()
        newest = chosen is not None and bool(self._answers) and chosen.number == self._answers[0].number
        # What an older answer asked for may have been done long since.
        self.answer.show_told(of_row(chosen) if chosen is not None else None, acts=newest, suspect=self._suspect)
