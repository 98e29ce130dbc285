"""The pages of the audit without a table: the invitation before the first one, and the one where all is well.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtWidgets import QWidget

from webpush_admin.backend.audit_records import AuditReport
from webpush_admin.gui.models.words import ago_exactly, counted
from webpush_admin.gui.views.audit.actions import AuditActions
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.empty import EmptyState
from webpush_admin.gui.widgets.figures import duration

SECONDS_EACH: Final = 30e-6
"""What checking one subscription takes, roughly."""


class Invitation(EmptyState):
    """What an audit would do, and how long it would take."""

    def __init__(self, actions: AuditActions, parent: QWidget) -> None:
        super().__init__("shield-check", "", "", actions.check, parent=parent, name="invitation")
        self._check = actions.check

    def show_size(self, size: int | None, *, stopped: bool) -> None:
        """Show how many subscriptions there are, None while that is being counted, and whether somebody has stopped."""
        self._check.setText(self.tr("Check all subscriptions"))
        if size == 0:
            self.show_text(self.tr("There is nothing to check"), self.tr("This database holds no subscription yet."))
            return
        if size is not None:
            those = counted(size, self.tr("subscription"), self.tr("subscriptions"))
            self._check.setText(self.tr("Check {those}").format(those=those))
        seconds = (size or 0) * SECONDS_EACH
        takes = self.tr("about {0}").format(duration(seconds)) if seconds >= 2 else self.tr("a moment")
        what = self.tr(
            "Finds endpoints and keys that cannot be used, values that were cut off, duplicates, unknown hosts, and "
            "subscriptions idle for 270 days. Nothing is changed and nothing is sent. It takes {0}."
        ).format(takes)
        if stopped:
            self.show_text(self.tr("The check was stopped"), self.tr("What it had found is not kept. {0}").format(what))
        else:
            self.show_text(self.tr("Check every subscription"), what)


class Healthy(EmptyState):
    """Nothing was found."""

    def __init__(self, actions: AuditActions, parent: QWidget) -> None:
        super().__init__("circle-check", "", "", actions.check, actions.copy, parent=parent, name="healthy")
        self._check = actions.check

    def show_report(self, report: AuditReport) -> None:
        """Show when that was, and of how many."""
        those = counted(report.checked, self.tr("subscription is"), self.tr("subscriptions are"))
        told = self.tr(
            "Endpoints and keys can be used, nothing was cut off, and there are no duplicates. Checked {when}."
        ).format(when=ago_exactly(report.at))
        changed = self.tr("Subscriptions have changed since.")
        self._check.setText(self.tr("Check again"))
        self.show_text(
            self.tr("All {those} healthy").format(those=those),
            f"{told} {changed}" if report.changed_since else told,
        )


def focus_first_button(page: QWidget | None) -> None:
    """Go to the one thing that a page is there for."""
    button = page.findChild(ActionButton) if page is not None else None
    if button is not None:
        button.setFocus()
