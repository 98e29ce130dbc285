"""The widgets of the view and where they stand: whom for, form, looks and results, size and buttons.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.views.send.audience_bar import AudienceBar
from webpush_admin.gui.views.send.checks import Checks
from webpush_admin.gui.views.send.dry_run import DryRunPage
from webpush_admin.gui.views.send.footer import Footer
from webpush_admin.gui.views.send.form import MessageForm
from webpush_admin.gui.views.send.preview import Preview
from webpush_admin.gui.views.send.progress import ProgressPage
from webpush_admin.gui.views.send.scroller import Pages, Scroller
from webpush_admin.gui.views.send.summary import SummaryPage
from webpush_admin.gui.views.send.templates import TemplatesButton
from webpush_admin.gui.widgets.empty import EmptyState
from webpush_admin.gui.widgets.plain import Card
from webpush_admin.push.lint import LintFinding

_FORM_PIXELS: Final = 580
_RIGHT_PIXELS: Final = 440
_LEAST_PIXELS: Final = 250
_MARGIN: Final = 14


class Composer(QWidget):
    """Everything that is seen while a database is open."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("composer")
        self.audience_bar = AudienceBar(context, self)
        self.form = MessageForm(self)
        self.templates = TemplatesButton(context, self.form.draft, self)
        self.checks = Checks(context, self)
        self.preview = Preview(context.theme, self)
        self.dry_run_page = DryRunPage(self)
        self.progress_page = ProgressPage(context, self)
        self.summary_page = SummaryPage(context, self)
        self.nothing_sent = EmptyState(
            "send",
            self.tr("Nothing has been sent from here yet"),
            self.tr("What comes of a send stands here: by outcome, by push service, and what to do about it."),
            parent=self,
            name="nothing_sent",
        )
        self.footer = Footer(context, self)
        self._make_tabs()
        self._lay_out()

    def show_looks(self) -> None:
        """Bring the preview to the front."""
        self.tabs.setCurrentWidget(self.looks_scroller)

    def show_findings(self, findings: Sequence[LintFinding]) -> None:
        """Show what is to be said of the message; the tab tells how much that is, whatever is in front."""
        self.checks.show_findings(findings)
        told, title = self.checks.summary(), self.looks_scroller.accessibleName()
        self.tabs.setTabText(self.tabs.indexOf(self.looks_scroller), f"{title} ({told})" if told else title)

    def show_dry_run(self) -> None:
        """Bring the dry run to the front."""
        self.tabs.setCurrentWidget(self.dry_run_scroller)

    def show_result(self, page: QWidget) -> None:
        """Bring one of the pages of the result to the front."""
        self.results.setCurrentWidget(page)
        self.tabs.setCurrentWidget(self.results_scroller)

    def _make_tabs(self) -> None:
        looks = QWidget(self)
        looks.setObjectName("looks")
        column = QVBoxLayout(looks)
        column.setSpacing(12)
        column.addWidget(self.checks)
        column.addWidget(self.preview, 1)
        self.results = Pages("results", self)
        self.results.addWidget(self.nothing_sent)
        self.results.addWidget(self.progress_page)
        self.results.addWidget(self.summary_page)
        results = QWidget(self)
        results.setObjectName("results_margin")
        QVBoxLayout(results).addWidget(self.results)
        dry = QWidget(self)
        dry.setObjectName("dry_run_margin")
        QVBoxLayout(dry).addWidget(self.dry_run_page)
        self.tabs = QTabWidget(self)
        self.tabs.setObjectName("tabs")
        self.tabs.setAccessibleName(self.tr("Preview, dry run and result"))
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.looks_scroller = Scroller(looks, "looks_scroller", self.tr("Preview"), self)
        self.dry_run_scroller = Scroller(dry, "dry_run_scroller", self.tr("Dry run"), self)
        self.results_scroller = Scroller(results, "results_scroller", self.tr("Result"), self)
        for page, scroller in (
            (looks, self.looks_scroller),
            (dry, self.dry_run_scroller),
            (results, self.results_scroller),
        ):
            layout = page.layout()
            assert layout is not None
            layout.setContentsMargins(_MARGIN, 12, _MARGIN, 12)
            self.tabs.addTab(scroller, scroller.accessibleName())

    def _lay_out(self) -> None:
        self.form_card = Card(self, name="form_card")
        left = QVBoxLayout(self.form_card)
        left.setContentsMargins(1, 1, 1, 1)
        left.addWidget(self.form)
        self.right_card = Card(self, name="right_card")
        right = QVBoxLayout(self.right_card)
        right.setContentsMargins(1, 4, 1, 1)
        right.addWidget(self.tabs)
        self.panes = QSplitter(Qt.Orientation.Horizontal, self)
        self.panes.setObjectName("panes")
        self.panes.setChildrenCollapsible(False)
        for pane, stretch in ((self.form_card, 4), (self.right_card, 3)):
            pane.setMinimumWidth(_LEAST_PIXELS)
            self.panes.addWidget(pane)
            self.panes.setStretchFactor(self.panes.count() - 1, stretch)
        self.panes.setSizes([_FORM_PIXELS, _RIGHT_PIXELS])
        self.audience_bar.row.addWidget(self.templates)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self.audience_bar)
        whole.addWidget(self.panes, 1)
        whole.addWidget(self.footer)
