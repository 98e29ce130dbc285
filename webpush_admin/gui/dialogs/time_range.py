"""Asks from which day to which; the days are those of UTC.

Runs on: GUI thread
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QCheckBox, QDateEdit, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.models.time_range import TimeRange

_FIRST: Final = QDate(1970, 1, 1)
_LAST: Final = QDate(2999, 12, 30)


class TimeRangeDialog(FormDialog):
    """Two days, each with a tick: without it the range is open at that end."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        *,
        title: str,
        today: date,
        when: TimeRange,
        done: Callable[[TimeRange], None],
    ) -> None:
        """Make the dialog.

        Args:
            context: See `FormDialog`.
            parent: See `FormDialog`.
            title: What happened then ("Created").
            today: In UTC.
            when: To begin with; the last 30 days where it has no days.
            done: Called with the range.
        """
        super().__init__(
            context, parent, title=title, explanation=self.tr("Both days count whole. Days begin at midnight UTC.")
        )
        self.setObjectName("time_range_dialog")
        self._told = done
        first, last = when.first_day, when.last_day
        whenever = first is None and last is None
        now = QDate(today.year, today.month, today.day)
        self.from_box, self.first = self._row("first", self.tr("From"), first is not None or whenever)
        self.to_box, self.last = self._row("last", self.tr("To"), last is not None or whenever)
        self.first.setDate(QDate(first.year, first.month, first.day) if first is not None else now.addDays(-30))
        self.last.setDate(QDate(last.year, last.month, last.day) if last is not None else now)
        for box in (self.from_box, self.to_box):
            box.toggled.connect(self._show_state)
        for edit in (self.first, self.last):
            edit.dateChanged.connect(self._show_state)
        self.set_action(self.tr("Show these days"))
        self._show_state()

    def submit(self) -> None:
        """Close and tell the range."""
        when = TimeRange.of_days(
            _day(self.first) if self.from_box.isChecked() else None,
            _day(self.last) if self.to_box.isChecked() else None,
        )
        self.accept()
        self._told(when)

    def _row(self, name: str, label: str, ticked: bool) -> tuple[QCheckBox, QDateEdit]:
        box = QCheckBox(label, self)
        box.setChecked(ticked)
        box.setObjectName(f"{name}_box")
        box.setAccessibleName(label)
        edit = QDateEdit(self)
        edit.setCalendarPopup(True)
        edit.setDisplayFormat("yyyy-MM-dd")
        edit.setObjectName(name)
        edit.setAccessibleName(self.tr("{0}, a day in UTC").format(label))
        edit.setDateRange(_FIRST, _LAST)
        # Their words stand on one line.
        box.setMinimumHeight(edit.sizeHint().height())
        self.form.addRow(box, edit)
        self.keep_field(box)
        self.keep_field(edit)
        return box, edit

    def _show_state(self) -> None:
        self.first.setEnabled(self.from_box.isChecked())
        self.last.setEnabled(self.to_box.isChecked())
        both = self.from_box.isChecked() and self.to_box.isChecked()
        backwards = both and self.first.date() > self.last.date()
        self.show_problem(self.tr("The last day is before the first one.") if backwards else "")
        self.action_button.setEnabled((self.from_box.isChecked() or self.to_box.isChecked()) and not backwards)


def _day(edit: QDateEdit) -> date:
    day = edit.date()
    return date(day.year(), day.month(), day.day())
