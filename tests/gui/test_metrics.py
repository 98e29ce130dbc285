"""The window says where Prometheus may ask, or why it may not, and what it is told is what the window shows."""

import re
from urllib.request import urlopen

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.metrics import Metrics


def test_the_status_line_says_where_and_a_click_copies_the_url(qtbot: QtBot, window: MainWindow) -> None:
    window.show()
    context, line = window.context, window.status_line
    metrics = Metrics(context, line, 0)
    assert line.findChild(QToolButton, "metrics_button") is None, "before the worker is there"
    context.bridge.start()
    qtbot.waitUntil(lambda: metrics.metrics_button is not None, timeout=10_000)
    button = line.findChild(QToolButton, "metrics_button")
    assert isinstance(button, QToolButton)
    assert button is metrics.metrics_button
    found = re.fullmatch(r"Metrics on (127\.0\.0\.1:\d+)", button.text())
    assert found is not None
    url = f"http://{found[1]}/metrics"
    assert url in button.toolTip()
    assert button.accessibleName() == button.text()
    qtbot.waitUntil(button.isVisible)
    assert line.lost.x() <= button.x() < line.fingerprint.x()
    with urlopen(url) as answer:
        assert b"webpush_admin_cache_entries 0.0\n" in answer.read()
    # By keyboard.
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == url
    assert window.toast.isVisible()
    # Somebody else wants the same port.
    with qtbot.waitSignal(context.notice, timeout=10_000) as told:
        refused = Metrics(context, line, int(found[1].partition(":")[2]))
    assert told.args is not None
    assert told.args[0] == "bad"
    assert told.args[1].startswith("No metrics are served: another program has port")
    assert refused.metrics_button is None
    with urlopen(url) as answer:
        assert answer.status == 200
