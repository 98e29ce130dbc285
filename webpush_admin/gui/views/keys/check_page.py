"""Everything that can be said of the keys without sending: what is wrong, what may be, and what is as it should be.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from webpush_admin.backend.key_records import KeyPairInfo, KeyReport, KeysInfo, Severity
from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import tinted_pixmap
from webpush_admin.gui.models.key_findings import LOOKS, headline, report_text, when_checked, worst
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.views.keys.finding_list import FindingList
from webpush_admin.gui.widgets.busy import BusySign
from webpush_admin.gui.widgets.plain import Card, Heading, PlainLabel

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

_ICON_PIXELS = 22


class CheckPage(QWidget):
    """Checks when it is shown and when it is asked to; nothing is done while it is hidden.

    Attributes:
        worst_changed: The worst `Severity` of what was found, or None where nothing is known.
    """

    worst_changed = Signal(object)

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("check_page")
        self.setAccessibleName(self.tr("Check"))
        self._context = context
        self._info: KeysInfo | None = None
        self._report: KeyReport | None = None
        self._problem = ""
        self._job: Job[KeyReport] | None = None
        self._again = False
        self._make_head()
        self._make_pages()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.head)
        layout.addWidget(self.scroller, 1)
        self.busy = BusySign(self.scroller, self)
        self.busy.stopped.connect(self._on_stopped)
        self._refresher = Refresher(self._check_anew, self)
        self._refresher.hold()
        context.database_closed.connect(self._on_database_closed)
        context.theme_changed.connect(self._show)
        self._show()

    def _make_head(self) -> None:
        self.head = Card(self, name="head")
        self.picture = QLabel(self.head)
        self.picture.setObjectName("picture")
        self.picture.setTextFormat(Qt.TextFormat.PlainText)
        self.headline = Heading("", self.head, name="headline")
        self.headline.setWordWrap(True)
        self.told = PlainLabel("", self.head, name="told", tone="muted")
        self.told.setWordWrap(True)
        self.copy_button = QPushButton(self.tr("Copy report"), self.head)
        self.copy_button.setObjectName("copy_button")
        self.copy_button.setAccessibleName(self.tr("Copy the report as text, without keys"))
        self.copy_button.setToolTip(self.tr("As text, for a ticket: without keys and whole endpoints"))
        self.copy_button.clicked.connect(self.copy_report)
        self.check_button = QPushButton(self.tr("Check now"), self.head)
        self.check_button.setObjectName("check_button")
        self.check_button.setAccessibleName(self.tr("Check the keys now"))
        self.check_button.setProperty("kind", "accent")
        self.check_button.clicked.connect(self.check)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.headline)
        words.addWidget(self.told)
        row = QHBoxLayout(self.head)
        row.setContentsMargins(14, 10, 10, 10)
        row.setSpacing(10)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self.copy_button)
        row.addWidget(self.check_button)

    def _make_pages(self) -> None:
        self.findings = FindingList(
            self._context, self, name="findings", accessible_name=self.tr("What was found, the worst first")
        )
        inside = Card(self, name="card")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 6, 14, 6)
        column.addWidget(self.findings)
        self.framed = QWidget(self)
        self.framed.setObjectName("framed")
        around = QVBoxLayout(self.framed)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(inside)
        around.addStretch(1)
        self.scroller = QScrollArea(self)
        self.scroller.setObjectName("scroller")
        self.scroller.setAccessibleName(self.tr("What was found"))
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(self.framed)

    @property
    def report(self) -> KeyReport | None:
        """What was found last."""
        return self._report

    def show_keys(self, info: KeysInfo | None, _pair: KeyPairInfo | None) -> None:
        """Check again where other keys are there: what was found is not true of them."""
        if info != self._info:
            if info is None or self._info is None or info.public_key != self._info.public_key:
                self._forget()
            self._info = info
            if info is not None:
                self._refresher.wish()

    def refresh(self) -> None:
        """Check now."""
        self.check()

    def check(self) -> None:
        """Check now, unless that is under way."""
        if self._context.database is None or self._job is not None:
            return
        self._refresher.forget()
        self.busy.begin(self.tr("Checking the keys…"))
        self._job = self._context.ask(lambda backend: backend.keys.checks.check(), self._on_checked, self._on_failed)

    def copy_report(self) -> None:
        """Put what was found on the clipboard as text; it holds no key."""
        database = self._context.database
        if self._report is not None and database is not None:
            QGuiApplication.clipboard().setText(report_text(self._report, database.name))
            self._context.notify(self.tr("The report is on the clipboard."), "good")

    def showEvent(self, event: QShowEvent) -> None:
        """Check: what was found may be some time old."""
        super().showEvent(event)
        self._refresher.wish()
        self._refresher.release()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest: what changes is checked when the page is shown again."""
        super().hideEvent(event)
        self._refresher.hold()

    def _check_anew(self) -> None:
        # What is under way may have seen the keys as they were: it ends, or it never would, and they are checked again.
        self._again = self._job is not None
        self.check()

    def _on_checked(self, report: KeyReport) -> None:
        self._end_job()
        self._report, self._problem = report, ""
        self._show()
        self.worst_changed.emit(worst(report.findings))

    def _on_failed(self, sentence: str) -> None:
        self._end_job()
        self._report, self._problem = None, sentence
        self._show()
        self.worst_changed.emit(None)

    def _on_stopped(self) -> None:
        self._stop()
        self._show()

    def _on_database_closed(self) -> None:
        self._info = None
        self._forget()

    def _forget(self) -> None:
        """What was found, or is being looked for, is not true of these keys."""
        self._stop()
        self._report, self._problem = None, ""
        self._show()
        self.worst_changed.emit(None)

    def _stop(self) -> None:
        self._again = False
        if self._job is not None:
            self._job.cancel()
            self._end_job()

    def _end_job(self) -> None:
        self._job = None
        self.busy.end()
        if self._again:
            self._again = False
            self._refresher.wish()

    def _show(self) -> None:
        report = self._report
        self.copy_button.setEnabled(report is not None)
        self.findings.show_findings(report.findings if report is not None else ())
        self.framed.setVisible(report is not None)
        if self._problem:
            self._show_head(LOOKS[Severity.BAD].icon, "bad", self.tr("The keys could not be checked"), self._problem)
            return
        if report is None:
            told = self.tr("Nothing is sent by a check, and nothing is changed.")
            self._show_head(LOOKS[Severity.NOTE].icon, "muted", self.tr("Not checked yet"), told)
            return
        severity = worst(report.findings)
        look = LOOKS[severity if severity in (Severity.BAD, Severity.WARN) else Severity.GOOD]
        self._show_head(look.icon, look.role, headline(report.findings), when_checked(report))

    def _show_head(self, icon: str, role: str, title: str, told: str) -> None:
        colour = self._context.theme.colour(role).name()
        self.picture.setPixmap(tinted_pixmap(icon, colour, _ICON_PIXELS, self.devicePixelRatioF()))
        self.headline.show_text(title)
        self.told.show_text(told)
        self.head.setAccessibleName(f"{title}. {told}")
