"""The view Send on the real demo, and alone.

Runs on: GUI thread
"""

from collections.abc import Iterator
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.views.send.desk import TIMEOUT_MS
from webpush_admin.backend.records import (
    DatabaseInfo,
)
from webpush_admin.gui.context import Context
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.send import SendView


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot) -> SendView:
    demo.show_view("send")
    made = cast("SendView", demo.views["send"])
    qtbot.waitUntil(lambda: made.audience_bar.chosen.subscriptions == 100, timeout=TIMEOUT_MS)
    return made


@pytest.fixture
def bare(context: Context) -> Iterator[SendView]:
    """The view alone on a database that nobody has opened: it is told of, and nothing can be asked."""
    made = SendView(context)
    context.set_database(DatabaseInfo("push.db", "/push.db", False, "mailto:ops@push.city", "B", "", url="sqlite://"))
    made.activate()
    yield made
    made.deactivate()
    context.set_database(None)
    made.deleteLater()
