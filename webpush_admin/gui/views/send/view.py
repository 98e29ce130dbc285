"""Introduces form, checks, preview and results to each other, and does what the actions ask.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from webpush_admin.backend.records import (
    ChangedByOthers,
    DatabaseChanged,
    DatabaseInfo,
    SendProgress,
    SendSummary,
    Snapshot,
)
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.audience import Reach
from webpush_admin.gui.models.draft import TEST_DRAFT, Draft
from webpush_admin.gui.models.send_summary import headline
from webpush_admin.gui.models.sends import retryable_of
from webpush_admin.gui.views.send.availability import tell_availability, tell_pause
from webpush_admin.gui.views.send.composer import Composer
from webpush_admin.gui.views.send.judge import Judge
from webpush_admin.gui.views.send.outgoing import Outgoing
from webpush_admin.gui.widgets.disconnected import DisconnectedState
from webpush_admin.store.history_rows import DeliveryFilter, SendRow


class SendView(QWidget):
    """Whom for, the form at the left, what it looks like and what came of it at the right, size and buttons below.

    Attributes:
        history_wished: A `DeliveryFilter` that the history should show.
    """

    history_wished = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("send_view")
        self._context = context
        self._active = False
        self._location = ""
        self._sending: SendProgress | None = None
        self._shown_target = context.target
        what = self.tr("Open one to write a message and send it to its subscriptions.")
        self.disconnected = DisconnectedState(context, "send", what, self)
        self.outgoing = Outgoing(context, self)
        self.composer = Composer(context, self)
        self.judge = Judge(context, self.composer)
        self.audience_bar = self.composer.audience_bar
        self.form = self.composer.form
        self.templates = self.composer.templates
        # What they do by themselves.
        self.restore = self.templates.restore
        self.save_template = self.templates.save
        self.retry_failed = self.outgoing.retry_failed
        self.prune_held = self.outgoing.prune_held
        self.export_report = self.outgoing.export_report
        self.refresh = self.audience_bar.refresher.wish
        self.stack = QStackedWidget(self)
        self.stack.setObjectName("stack")
        self.stack.addWidget(self.disconnected)
        self.stack.addWidget(self.composer)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        self._connect()
        self.form.show_draft(TEST_DRAFT)
        # What Ctrl+Return does elsewhere is not this view's work, so that it is free here.
        self._shortcut = QShortcut(QKeySequence("Ctrl+Return"), self)
        self._shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._shortcut.activated.connect(context.actions["send_message"].trigger)
        if context.database is not None:
            self._on_database_opened(context.database)

    def _connect(self) -> None:
        context, outgoing = self._context, self.outgoing
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self._on_database_closed)
        context.target_changed.connect(self._on_target_changed)
        context.changes.connect(self._on_changes)
        context.snapshot.connect(self._on_snapshot)
        self.form.changed.connect(self._judge)
        self.form.shortened.connect(self._on_shortened)
        self.audience_bar.changed.connect(self._show_state)
        self.templates.chosen.connect(self._on_template)
        self.templates.changed.connect(self._show_state)
        outgoing.changed.connect(self._show_state)
        outgoing.started.connect(self._on_started)
        outgoing.finished.connect(self._on_finished)
        outgoing.failed.connect(self._on_failed)
        outgoing.built.connect(self.composer.dry_run_page.show_dry_run)
        outgoing.not_built.connect(self.composer.dry_run_page.show_problem)
        outgoing.held_pruned.connect(self.composer.summary_page.held_pruned)

    def activate(self) -> None:
        """The view is shown: offer whom the first view has selected meanwhile."""
        first, self._active = not self._active, True
        self._offer_target()
        self.audience_bar.refresher.release()
        if first and self._context.database is not None:
            self.form.focus_first()
        self._show_state()

    def deactivate(self) -> None:
        """The view is hidden."""
        self._active = False
        self.audience_bar.refresher.hold()

    def compose(self) -> None:
        """Write for what is selected."""
        self._offer_target(narrowest=True)
        self.form.focus_first()

    def send_to_all(self) -> None:
        """Write for everybody, whatever is selected."""
        self.audience_bar.show_target(self._context.target, Reach.ALL)
        self.form.focus_first()

    def retry_send(self, send: SendRow) -> None:
        """Write for those that failed in a send of the history, whose message was not kept."""
        self.audience_bar.show_failed(self._context.target, send.number, retryable_of(send))
        self.form.focus_first()

    def send_message(self) -> None:
        """Send what is written."""
        if self.judge.message is not None and not self._busy():
            keep = self.composer.footer.keep_payload.isChecked()
            self.outgoing.send(self.audience_bar.chosen, self.judge.message, keep_payload=keep)

    def dry_run(self) -> None:
        """Build what is written for one receiver."""
        if self.judge.message is not None:
            self.composer.show_dry_run()
            self.composer.dry_run_page.show_running()
            self.outgoing.dry_run(self.audience_bar.chosen, self.judge.message)

    def pause_sending(self) -> None:
        """Pause what runs, or let it go on."""
        if self._sending is not None:
            self.outgoing.pause(self._sending)

    def show_send_history(self) -> None:
        """Show the deliveries of the last send."""
        last = self.outgoing.last
        if last is not None and last.send:
            self.history_wished.emit(DeliveryFilter(send=last.send))

    def _offer_target(self, *, narrowest: bool = False) -> None:
        target = self._context.target
        moved = narrowest or target != self._shown_target
        self._shown_target = target
        self.audience_bar.show_target(target, narrowest=moved)

    def _judge(self) -> None:
        self.judge.look()
        self._show_state()

    def _busy(self) -> bool:
        return self.outgoing.running or self._sending is not None

    def _show_state(self) -> None:
        audience = self.audience_bar.chosen
        sending = self._busy()
        self.composer.footer.send_button.set_text(
            self.tr("Sending…") if sending else self.tr("Send to {0}").format(audience.label())
        )
        tell_pause(self._context, self._sending)
        if self._active:
            tell_availability(
                self._context,
                audience=audience,
                problem=self.judge.problem,
                sending=sending,
                building=self.outgoing.building,
                unsaveable=self.templates.problem(),
                last=self.outgoing.last,
            )

    def _on_template(self, draft: Draft) -> None:
        self.form.show_draft(draft)
        self.form.focus_first()

    def _on_shortened(self, characters: int) -> None:
        self._context.notify(
            self.tr("{0} characters are more than a push could carry: the beginning was pasted.").format(
                f"{characters:,}"
            )
        )

    def _on_target_changed(self) -> None:
        if self._active:
            self._offer_target()

    def _on_started(self, title: str, targets: int) -> None:
        self.composer.progress_page.begin(title, targets)
        self.composer.show_result(self.composer.progress_page)

    def _on_finished(self, title: str, summary: SendSummary) -> None:
        self.composer.summary_page.show_summary(title, summary)
        self.composer.show_result(self.composer.summary_page)
        if not self._active:
            self._context.notify(f"{title}: {headline(summary)}.", "bad" if summary.failed else "good")

    def _on_failed(self, title: str, sentence: str) -> None:
        self.composer.summary_page.show_failure(title, sentence)
        self.composer.show_result(self.composer.summary_page)
        self._context.notify(sentence, "bad")

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        before, self._sending = self._sending, snapshot.sending
        if self._sending is not None and self.outgoing.running:
            self.composer.progress_page.show_progress(self._sending, snapshot.taken_s)
        if self._sending is None or before is None or before.stopping != self._sending.stopping:
            if self._sending is not before:
                self._show_state()
        else:
            tell_pause(self._context, self._sending)

    def _on_changes(self, batch: Sequence[Any]) -> None:
        if any(isinstance(event, DatabaseChanged | ChangedByOthers) for event in batch):
            self.audience_bar.refresher.wish()

    def _on_database_opened(self, info: DatabaseInfo) -> None:
        # It is told again when its subject or keys changed: that is no other database.
        if info.location != self._location:
            self._location = info.location
            self._forget()
            self.stack.setCurrentWidget(self.composer)
        self.audience_bar.show_state()
        self._judge()

    def _on_database_closed(self) -> None:
        self._location = ""
        self._sending = None
        self._forget()
        self.stack.setCurrentWidget(self.disconnected)
        self._show_state()

    def _forget(self) -> None:
        self.outgoing.forget()
        self.audience_bar.forget()
        self.composer.dry_run_page.clear()
        self.composer.show_result(self.composer.nothing_sent)
        self.composer.show_looks()
        self._offer_target()
