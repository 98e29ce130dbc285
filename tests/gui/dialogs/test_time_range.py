"""From which day to which."""

from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.time_range import TimeRangeDialog
from webpush_admin.gui.models.time_range import WHENEVER, Recent, TimeRange

TODAY = date(2026, 11, 22)


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def _dialog(context: Context, parent: QWidget, when: TimeRange, told: list[TimeRange]) -> TimeRangeDialog:
    return TimeRangeDialog(context, parent, title="Created", today=TODAY, when=when, done=told.append)


def test_it_begins_with_the_last_month(context: Context, parent: QWidget) -> None:
    told: list[TimeRange] = []
    dialog = _dialog(context, parent, TimeRange(Recent.WEEK), told)
    assert "UTC" in dialog.explanation.text()
    dialog.submit()
    assert told == [TimeRange.of_days(date(2026, 10, 23), TODAY)]


def test_it_begins_with_the_days_that_were_chosen_and_may_be_open(context: Context, parent: QWidget) -> None:
    told: list[TimeRange] = []
    dialog = _dialog(context, parent, TimeRange.of_days(date(2026, 1, 2), None), told)
    assert not dialog.last.isEnabled()
    dialog.submit()
    assert told == [TimeRange(earliest=datetime(2026, 1, 2, tzinfo=UTC))]


def test_it_takes_no_range_that_is_none(context: Context, parent: QWidget) -> None:
    dialog = _dialog(context, parent, WHENEVER, [])
    dialog.first.setDate(QDate(2026, 11, 23))
    assert dialog.problem.text() == "The last day is before the first one."
    assert not dialog.action_button.isEnabled()
    dialog.from_box.setChecked(False)
    assert dialog.action_button.isEnabled()
    dialog.to_box.setChecked(False)
    assert not dialog.action_button.isEnabled()
    dialog.reject()
