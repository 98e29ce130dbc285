"""Runs the audit, shows how far it is and what it found, and sends the operator to what it found.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from webpush_admin.backend.audit_records import AuditedService, AuditReport
from webpush_admin.backend.records import ChangedByOthers, DatabaseChanged, DatabaseInfo, Snapshot, WorkKind
from webpush_admin.backend.undo_records import UndoChanged
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.audit import checked, flagged, service_filter, summary, without
from webpush_admin.gui.views.audit.actions import AuditActions
from webpush_admin.gui.views.audit.cleanup import Cleanup
from webpush_admin.gui.views.audit.pages import Healthy, Invitation, focus_first_button
from webpush_admin.gui.views.audit.reading import Reading
from webpush_admin.gui.views.audit.results import ResultsPage
from webpush_admin.gui.views.audit.running import RunningPage
from webpush_admin.gui.widgets.disconnected import DisconnectedState
from webpush_admin.store.rows import Finding, SubscriptionFilter

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job


class AuditView(QWidget):
    """Before the first audit an invitation, then its progress, then what it found."""

    filter_wished = Signal(object)
    """A `SubscriptionFilter`: somebody wants to see these subscriptions."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("audit_view")
        self._context = context
        self._location = ""
        self._active = False
        self._report: AuditReport | None = None
        self._size: int | None = None
        self._stopped = False
        self._number: int | None = None
        self._job: Job[AuditReport] | None = None
        self.audit_actions = AuditActions(context.theme, self)
        self.cleanup = Cleanup(context, self)
        self._reading = Reading(context, self)
        # F5 reads the counts again; it checks nothing.
        self.refresh = self._reading.wish
        self._make_pages()
        self._connect()
        self._show()

    def _make_pages(self) -> None:
        what = self.tr("The audit checks every subscription of a database and helps to clear up what is broken.")
        self.disconnected = DisconnectedState(self._context, "shield-check", what, self)
        self.invitation = Invitation(self.audit_actions, self)
        self.running = RunningPage(self.audit_actions.stop, self)
        self.healthy = Healthy(self.audit_actions, self)
        self.results = ResultsPage(self._context, self.audit_actions, self)
        self.stack = QStackedWidget(self)
        self.stack.setObjectName("stack")
        for page in (self.disconnected, self.invitation, self.running, self.healthy, self.results):
            self.stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _connect(self) -> None:
        actions = self.audit_actions
        actions.check.triggered.connect(lambda *_: self.check())
        actions.stop.triggered.connect(lambda *_: self.stop())
        actions.show.triggered.connect(lambda *_: self.show_found())
        actions.delete.triggered.connect(lambda *_: self.delete_found())
        actions.copy.triggered.connect(lambda *_: self.copy_summary())
        self.results.line_moved.connect(self._show_availability)
        self.results.line_opened.connect(self.show_found)
        self.results.service_opened.connect(self.show_service)
        self.cleanup.changed.connect(self._on_cleanup_changed)
        self.cleanup.deleted.connect(self._on_deleted)
        self._reading.read.connect(self._on_read)
        self._reading.failed.connect(self._on_read_failed)
        self._reading.changed.connect(self._on_reading_changed)
        self._context.snapshot.connect(self._on_snapshot)
        self._context.changes.connect(self._on_changes)
        self._context.database_opened.connect(self._on_database_opened)
        self._context.database_closed.connect(self._on_database_closed)

    def activate(self) -> None:
        """The view is shown: read what has changed meanwhile."""
        self._active = True
        self._reading.wish()
        self._reading.release()
        self._focus()

    def deactivate(self) -> None:
        """The view is hidden: what changes is read when it is shown again."""
        self._active = False
        self._reading.hold()

    @property
    def shown_work(self) -> int | None:
        """The number of the work that this view shows itself, with a Stop of its own; None while there is none."""
        return self._number

    def check(self) -> None:
        """Look at every subscription."""
        if self._context.database is not None and self._job is None and not self.cleanup.running:
            self._stopped = False
            self.running.begin()
            self._job = self._context.ask(lambda backend: backend.audit.run(), self._on_ended, self._on_failed)
            self._reading.paused = True
            self._show()

    def stop(self) -> None:
        """End the check that runs, once the worker has told its number."""
        if self._job is not None and not self._stopped:
            self._stopped = True
            self._ask_to_stop()
            self._show_availability()

    def _ask_to_stop(self) -> None:
        if (number := self._number) is not None:
            self._context.ask(lambda backend: backend.works.stop(number), lambda _: None)

    def show_found(self) -> None:
        """Show the subscriptions with the selected finding."""
        line = self.results.line
        if line is not None and line.count:
            self.filter_wished.emit(SubscriptionFilter(findings=line.finding))

    def show_service(self, service: AuditedService) -> None:
        """Show the subscriptions of a push service that have any finding."""
        where = service_filter(service)
        if where is not None:
            self.filter_wished.emit(where)

    def delete_found(self) -> None:
        """Delete the subscriptions with the selected finding, after asking."""
        line = self.results.line
        if line is not None and line.count:
            self.cleanup.delete(line.finding)

    def copy_summary(self) -> None:
        """Put the counts on the clipboard as text."""
        database = self._context.database
        if self._report is not None and database is not None:
            QGuiApplication.clipboard().setText(summary(self._report, database.name))
            self._context.notify(self.tr("The summary is on the clipboard."), "good")

    def _on_read(self, report: AuditReport | None, size: int) -> None:
        # An answer may come when an audit has just begun: that one ends with the counts.
        if self._job is None:
            self._report, self._size = report, size
            self._show()

    def _on_reading_changed(self) -> None:
        self.results.show_reading(self._reading.waiting)
        self._show_availability()

    def _on_read_failed(self, sentence: str) -> None:
        # Told where somebody looks: the database may just be closing.
        if self._active and self._context.database is not None:
            self._context.notify(sentence, "bad")

    def _on_ended(self, report: AuditReport) -> None:
        self._job, self._number, self._report = None, None, report
        self._size = report.checked
        self._reading.paused = False
        self._reading.forget()
        self._show()
        if not self._active:
            self._context.notify(self.tr("The audit has ended: {0}, {1}.").format(checked(report), flagged(report)))

    def _on_failed(self, sentence: str) -> None:
        self._job, self._number = None, None
        self._reading.paused = False
        if not self._stopped:
            self._context.notify(sentence, "bad")
        self._show()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        work = next((work for work in snapshot.works if work.kind is WorkKind.AUDIT), None)
        if self._job is None or work is None:
            return
        self.running.show_progress(work)
        if work.number != self._number:
            self._number = work.number
            if self._stopped:
                self._ask_to_stop()
        if work.stopping and not self._stopped:
            # The strip has a button too.
            self._stopped = True
            self._show_availability()

    def _on_changes(self, batch: Sequence[Any]) -> None:
        if any(isinstance(event, UndoChanged) for event in batch):
            # Many were deleted or came back: whatever is shown is not true any more.
            self._reading.now(waiting=self._report is not None)
        elif any(isinstance(event, DatabaseChanged | ChangedByOthers) for event in batch):
            self._reading.wish()

    def _on_cleanup_changed(self) -> None:
        if self.cleanup.running:
            # First: a button that cannot be pressed gives the focus to whatever comes next.
            self.results.keep_focus()
        else:
            self._reading.now()
        self._show_availability()
        if not self.cleanup.running:
            self.results.give_focus_back()

    def _on_deleted(self, finding: Finding, deleted: int) -> None:
        if self._report is not None and deleted:
            self._report = without(self._report, finding, deleted)
            self._reading.now(waiting=True)
            self._show()

    def _on_database_opened(self, info: DatabaseInfo) -> None:
        if info.location != self._location:
            self._location = info.location
            self._forget()
            # At once: a read while nothing was open would make this one wait.
            self._reading.now()
        self._show()

    def _on_database_closed(self) -> None:
        self._location = ""
        self._forget()
        self._show()

    def _forget(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job, self._number, self._report, self._size, self._stopped = None, None, None, None, False
        self._reading.paused = False
        self._reading.forget()

    def _show(self) -> None:
        report = self._report
        if self._context.database is None:
            page: QWidget = self.disconnected
        elif self._job is not None:
            page = self.running
        elif report is None:
            page = self.invitation
            self.invitation.show_size(self._size, stopped=self._stopped)
        elif report.flagged == 0 and report.healthy == report.checked:
            page = self.healthy
            self.healthy.show_report(report)
        else:
            page = self.results
            self.results.show_report(report)
        self._show_availability()
        if page is not self.stack.currentWidget():
            self.stack.setCurrentWidget(page)
            # After the buttons know whether they can be pressed: one that cannot takes no focus.
            self._focus()

    def _show_availability(self) -> None:
        actions, database, line = self.audit_actions, self._context.database, self.results.line
        busy = self.tr("Something is being checked or deleted.") if self._job or self.cleanup.running else ""
        reading = self.tr("The counts are being read again.") if self._reading.waiting else ""
        nothing = "" if line is not None and line.count else self.tr("No subscription has this finding.")
        empty = self.tr("There is nothing to check.") if self._size == 0 or database is None else ""
        read_only = database.read_only if database is not None else ""
        actions.set_available(actions.check, not (busy or empty), busy or empty)
        actions.set_available(actions.stop, self._job is not None and not self._stopped)
        actions.set_available(actions.show, not (nothing or reading), nothing or reading)
        refused = read_only or nothing or busy or reading
        actions.set_available(actions.delete, not refused, refused)

    def _focus(self) -> None:
        if self._active and self.stack.currentWidget() is self.results:
            self.results.findings_table.setFocus()
        elif self._active:
            focus_first_button(self.stack.currentWidget())
