"""How a send ended: totals by outcome, by push service and by diagnosis, and what can be done about it.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from webpush_admin.backend.records import SendSummary
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.models.send_summary import (
    TallyLine,
    diagnosis_columns,
    diagnosis_line,
    headline,
    held_sentence,
    reason_lines,
    service_columns,
    service_line,
    totals,
)
from webpush_admin.gui.theme import ROW_PIXELS
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.flow import FlowLayout
from webpush_admin.gui.widgets.plain import Heading, PlainLabel
from webpush_admin.gui.widgets.table import Table

_MOST_ROWS: Final = 8
_HEADER_PIXELS: Final = 32


class SummaryPage(QWidget):
    """Shows a `SendSummary`."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("summary_page")
        self.summary: SendSummary | None = None
        self.heading = Heading("", self, name="summary_heading")
        self.headline = PlainLabel("", self, name="headline", selectable=True)
        self.headline.setWordWrap(True)
        self.problem = PlainLabel("", self, name="summary_problem", tone="bad", selectable=True)
        self.problem.setWordWrap(True)
        self._totals = FlowLayout(spacing=18)
        self._total_labels: list[PlainLabel] = []
        self.alike = PlainLabel("", self, name="alike", tone="warn", selectable=True)
        self.alike.setWordWrap(True)
        actions = context.actions
        self.retry_button = ActionButton(actions["retry_failed"], self, name="retry_button")
        self.prune_button = ActionButton(actions["prune_held"], self, kind="danger", name="prune_button")
        self.history_button = ActionButton(actions["show_send_history"], self, name="history_button")
        self.export_button = ActionButton(actions["export_report"], self, name="export_button")
        buttons = FlowLayout(spacing=8)
        for button in (self.retry_button, self.prune_button, self.history_button, self.export_button):
            buttons.addWidget(button)
        self.service_heading, self.service_table, self.service_model = self._table(
            context, "service", self.tr("By push service"), service_columns()
        )
        self.diagnosis_heading, self.diagnosis_table, self.diagnosis_model = self._table(
            context, "diagnosis", self.tr("By diagnosis"), diagnosis_columns()
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for label in (self.heading, self.headline, self.problem):
            layout.addWidget(label)
        layout.addLayout(self._totals)
        layout.addWidget(self.alike)
        layout.addLayout(buttons)
        for widget in (self.service_heading, self.service_table, self.diagnosis_heading, self.diagnosis_table):
            layout.addWidget(widget)
        layout.addStretch(1)

    def show_summary(self, title: str, summary: SendSummary) -> None:
        """Show how it ended."""
        self.summary = summary
        self.heading.show_text(title)
        self.headline.show_text(f"{headline(summary)}.")
        warnings = "\n".join(filter(None, (*summary.alike, held_sentence(summary))))
        for label, text in ((self.problem, summary.problem), (self.alike, warnings)):
            label.show_text(text)
            label.setVisible(bool(text))
        self._show_totals(summary)
        self._fill(
            self.service_heading, self.service_table, self.service_model, list(map(service_line, summary.by_service))
        )
        self._fill(
            self.diagnosis_heading,
            self.diagnosis_table,
            self.diagnosis_model,
            [*map(diagnosis_line, summary.by_diagnosis), *reason_lines(summary)],
        )
        self.show_numbers()

    def show_numbers(self) -> None:
        """Say on the buttons how many they are about."""
        summary = self.summary
        failed, held = (summary.retryable, summary.held) if summary is not None else (0, 0)
        self.retry_button.set_text(self.tr("Retry the {0} failed").format(f"{failed:,}") if failed else "")
        self.retry_button.setVisible(failed > 0)
        self.prune_button.set_text(self.tr("Prune {0} held").format(f"{held:,}") if held else "")
        self.prune_button.setVisible(held > 0)

    def show_failure(self, title: str, sentence: str) -> None:
        """Say why it has no end to tell of."""
        self.summary = None
        self.heading.show_text(title)
        # Where it went wrong in the midst of it, some of them are on their way.
        self.headline.show_text(self.tr("It did not come to its end. What went out before is in the history."))
        self.problem.show_text(sentence)
        self.problem.show()
        self.alike.hide()
        self._show_totals(None)
        self._fill(self.service_heading, self.service_table, self.service_model, [])
        self._fill(self.diagnosis_heading, self.diagnosis_table, self.diagnosis_model, [])
        self.show_numbers()

    def held_pruned(self) -> None:
        """What was held is gone now."""
        self.prune_button.hide()
        if self.summary is not None:
            self.alike.show_text("\n".join(self.summary.alike))
            self.alike.setVisible(bool(self.summary.alike))

    def _show_totals(self, summary: SendSummary | None) -> None:
        for label in self._total_labels:
            self._totals.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._total_labels = []
        for word, role, number in totals(summary) if summary is not None else ():
            label = PlainLabel(f"{number:,} {word}", self, name=f"total_{len(self._total_labels)}", tone=role)
            label.setAccessibleName(f"{word}: {number:,}")
            self._total_labels.append(label)
            self._totals.addWidget(label)

    def _table(
        self, context: Context, name: str, title: str, columns: tuple[Column[TallyLine], ...]
    ) -> tuple[Heading, Table, RowsModel[TallyLine]]:
        model = RowsModel[TallyLine](columns, parent=self)
        table = Table(
            context.theme, model, columns, self, name=f"{name}_table", accessible_name=title, stretch_pixels=110
        )
        table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        return Heading(title, self, name=f"{name}_heading"), table, model

    def _fill(self, heading: Heading, table: Table, model: RowsModel[TallyLine], lines: list[TallyLine]) -> None:
        model.replace(lines)
        heading.setVisible(bool(lines))
        table.setVisible(bool(lines))
        table.setFixedHeight(_HEADER_PIXELS + ROW_PIXELS * max(1, min(_MOST_ROWS, len(lines))) + 4)
