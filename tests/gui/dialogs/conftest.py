"""A database file for the forms.

Runs on: GUI thread
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.database_file import File
from webpush_admin.gui.context import Context


@pytest.fixture
def file(tmp_path: Path, qtbot: QtBot, context: Context) -> Iterator[File]:
    made = File(tmp_path / "push.db")
    made.open(qtbot, context)
    made.window.show()
    yield made
    made.window.hide()
    made.window.deleteLater()
    made.store.close()
