"""The page of an audit that found something: how many have what, what that means, and by push service.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from webpush_admin.backend.audit_records import AuditedService, AuditReport
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.audit import (
    FINDING_COLUMNS,
    SERVICE_COLUMNS,
    SERVICE_LEAVES_FIRST,
    FindingLine,
    checked,
    finding_lines,
    flagged,
)
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.models.words import ago_exactly, counted, seconds_or_milliseconds
from webpush_admin.gui.views.audit.actions import AuditActions
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.plain import Card, Heading, PlainLabel
from webpush_admin.gui.widgets.table import Table

_LEAST_TABLE_PIXELS: Final = 96
_NARROW_PIXELS: Final = 860


class ResultsPage(QWidget):
    """A headline, the findings with the two things to do about each, and the push services.

    Attributes:
        line_moved: Another finding is selected.
        line_opened: Enter or a double click on a finding.
        service_opened: Enter or a double click on an `AuditedService`.
    """

    line_moved = Signal()
    line_opened = Signal()
    service_opened = Signal(object)

    def __init__(self, context: Context, actions: AuditActions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self._actions = actions
        self._report: AuditReport | None = None
        self._reading = False
        self._left: ActionButton | None = None
        self._make_head()
        self._make_findings(context)
        self._make_services(context)
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.setObjectName("splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(8)
        self.splitter.addWidget(self.findings_card)
        self.splitter.addWidget(self.services_card)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([400, 140])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.head)
        layout.addWidget(self.splitter, 1)

    def _make_head(self) -> None:
        self.head = Card(self, name="head")
        self.headline = Heading("", self.head, name="headline")
        self.told = PlainLabel("", self.head, name="told", tone="muted", elide=Qt.TextElideMode.ElideRight)
        self.changed = PlainLabel(
            self.tr("Subscriptions have changed since: the counts are of what is left. Check again to be sure."),
            self.head,
            name="changed",
            tone="warn",
        )
        self.changed.setWordWrap(True)
        self.copy_button = ActionButton(self._actions.copy, self.head, name="copy_button")
        self.again_button = ActionButton(self._actions.check, self.head, text=self.tr("Check again"), name="again")
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.headline, self.told, self.changed):
            words.addWidget(label)
        layout = QHBoxLayout(self.head)
        layout.setContentsMargins(14, 10, 10, 10)
        layout.setSpacing(8)
        layout.addLayout(words, 1)
        layout.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.again_button, 0, Qt.AlignmentFlag.AlignTop)

    def _make_findings(self, context: Context) -> None:
        self.findings_card = Card(self, name="findings_card")
        self.findings = RowsModel(FINDING_COLUMNS, key=lambda line: line.finding, parent=self)
        self.findings_table = Table(
            context.theme,
            self.findings,
            FINDING_COLUMNS,
            self.findings_card,
            name="findings_table",
            accessible_name=self.tr("Findings"),
            leaves_first=("meaning", "share"),
        )
        self.findings_table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.findings_table.setMinimumHeight(_LEAST_TABLE_PIXELS)
        self.meaning = PlainLabel("", self.findings_card, name="meaning")
        self.remedy = PlainLabel("", self.findings_card, name="remedy", tone="muted")
        for label in (self.meaning, self.remedy):
            label.setWordWrap(True)
        self.show_button = ActionButton(self._actions.show, self.findings_card, kind="accent", name="show_button")
        self.delete_button = ActionButton(self._actions.delete, self.findings_card, kind="danger", name="delete_button")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.meaning)
        words.addWidget(self.remedy)
        bar = QHBoxLayout()
        bar.setContentsMargins(13, 8, 9, 9)
        bar.setSpacing(8)
        bar.addLayout(words, 1)
        bar.addWidget(self.show_button, 0, Qt.AlignmentFlag.AlignVCenter)
        bar.addWidget(self.delete_button, 0, Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self.findings_card)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.findings_table, 1)
        layout.addLayout(bar)
        self.findings_table.selection_moved.connect(self._on_line_moved)
        self.findings_table.opened.connect(self.line_opened)

    def _make_services(self, context: Context) -> None:
        self.services_card = Card(self, name="services_card")
        self.services = RowsModel(SERVICE_COLUMNS, key=lambda service: service.name, parent=self)
        self.services_table = Table(
            context.theme,
            self.services,
            SERVICE_COLUMNS,
            self.services_card,
            name="services_table",
            accessible_name=self.tr("Findings by push service"),
            leaves_first=SERVICE_LEAVES_FIRST,
        )
        self.services_table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.services_table.setMinimumHeight(_LEAST_TABLE_PIXELS)
        layout = QVBoxLayout(self.services_card)
        layout.setContentsMargins(1, 1, 1, 4)
        layout.addWidget(self.services_table)
        self.services_table.opened.connect(self._on_service_opened)

    @property
    def line(self) -> FindingLine | None:
        """The finding that is selected."""
        rows = self.findings_table.selected_rows()
        return self.findings.row(rows[0]) if rows else None

    def show_report(self, report: AuditReport) -> None:
        """Show a report; of the same audit every line stays where it is, and the one that is selected is."""
        same_audit = self._report is not None and self._report.at == report.at
        self._report = report
        self.headline.show_text(flagged(report))
        told = self.tr("{checked}, in {took}; {when}").format(
            checked=checked(report), took=seconds_or_milliseconds(report.took_s), when=ago_exactly(report.at)
        )
        self.told.show_text(told)
        self.changed.setVisible(report.changed_since)
        self.findings.replace(finding_lines(report, self.findings.rows if same_audit else ()))
        self.services.replace(report.services)
        if not same_audit:
            self.findings_table.selectRow(0)
        self._show_line()

    def show_reading(self, reading: bool) -> None:
        """Show whether the counts are being read again: no button names a number then."""
        self._reading = reading
        self._show_line()

    def keep_focus(self) -> None:
        """Remember which of the buttons below the findings has the focus, and let the table have it meanwhile."""
        focus = self.window().focusWidget()
        self._left = next((button for button in (self.show_button, self.delete_button) if button is focus), None)
        if self._left is not None:
            self.findings_table.setFocus()

    def give_focus_back(self) -> None:
        """Let the button have the focus again, where it can be pressed and nobody has gone elsewhere meanwhile."""
        left, self._left = self._left, None
        if left is not None and left.isEnabled() and self.findings_table is self.window().focusWidget():
            left.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the buttons leave the noun out where it is narrow."""
        super().resizeEvent(event)
        self._show_line()

    def _show_line(self) -> None:
        line = self.line
        if line is None:
            return
        self.meaning.show_text(f"{line.words.shown_title}: {line.words.shown_meaning}")
        remedy = line.words.shown_remedy if line.count else self.tr("No subscription has it.")
        self.remedy.show_text(self.tr("The counts are being read again…") if self._reading else remedy)
        if self._reading or not line.count:
            self.show_button.set_text("")
            self.delete_button.set_text("")
            return
        those = counted(line.count, self.tr("subscription"), self.tr("subscriptions"))
        number = f"{line.count:,}" if self.width() < _NARROW_PIXELS else those
        self.show_button.set_text(self.tr("Show {those}").format(those=number))
        self.show_button.setAccessibleName(self.tr("Show {those}").format(those=those))
        self.delete_button.set_text(self.tr("Delete {those}…").format(those=number))
        self.delete_button.setAccessibleName(self.tr("Delete {those}").format(those=those))

    def _on_line_moved(self) -> None:
        self._show_line()
        self.line_moved.emit()

    def _on_service_opened(self) -> None:
        service = self.services.row(self.services_table.currentIndex())
        if isinstance(service, AuditedService):
            self.service_opened.emit(service)
