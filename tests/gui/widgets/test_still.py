"""A table between two lists: the old rows stay painted until the new ones are there.

Runs on: GUI thread
"""

import pytest
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from tests.gui.models.paged_source import Source, loaded
from webpush_admin.gui.widgets.still import Still


def test_rows_stay_on_the_screen_until_the_next_list_is_there(qtbot: QtBot) -> None:
    source, model = loaded(100)
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    Still(view, model)
    view.show()
    model.reset()
    assert not view.viewport().updatesEnabled()
    source.answer()
    assert view.viewport().updatesEnabled()


def test_a_list_that_is_slow_or_fails_is_seen_to_be_empty(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webpush_admin.gui.widgets.still.STILL_MS", 20)
    source, model = loaded(100)
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    Still(view, model)
    view.show()
    model.reset()
    qtbot.waitUntil(view.viewport().updatesEnabled)
    model.reset()
    source.pending[-1].failed("No.")
    assert view.viewport().updatesEnabled()


def test_a_table_that_nobody_sees_is_not_held(qtbot: QtBot) -> None:
    source: Source
    source, model = loaded(1)
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    Still(view, model)
    model.reset()
    assert view.viewport().updatesEnabled()
    assert len(source.pending) == 1
