"""The application as a process: what is loaded at first paint, and how it ends."""

import subprocess
import sys
from pathlib import Path

import pytest

from webpush_admin.store import Store

HEAVY = (
    *("sqlalchemy", "pycurl", "pywebpush", "py_vapid", "http_ece", "aiohttp", "cryptography", "asyncio"),
    "prometheus_client",
)
"""Beside them QtCore.Qt, of which the first use makes hundreds of enumerations."""

FIRST_PAINT = f"""
import sys
from PySide6 import QtCore
from PySide6.QtWidgets import QApplication, QMainWindow
from webpush_admin import cli
from webpush_admin.gui.app import Application
def end():
    window, = (widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMainWindow))
    window.close()
go_on = Application._on_first_painted
def painted(application):
    print("loaded:", [name for name in {HEAVY} if name in sys.modules], "Qt" in vars(QtCore))
    from webpush_admin.gui.bridge import Bridge
    Bridge.start = lambda bridge: QtCore.QTimer.singleShot(0, end)
    go_on(application)
Application._on_first_painted = painted
sys.exit(cli.main(sys.argv[1:]))
"""

EXIT_CODE = """
import socket, sys
from webpush_admin.gui.launch import LaunchOptions
assert "PySide6" not in sys.modules, "LaunchOptions loads Qt"
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QToolButton
from webpush_admin.gui.app import Application
hanging = socket.socket()
def look(application):
    button = application.window.status_line.findChild(QToolButton, "metrics_button")
    if button is None:
        QTimer.singleShot(20, lambda: look(application))
        return
    hanging.connect(("127.0.0.1", int(button.text().rpartition(":")[2])))
    hanging.sendall(b"GET /metrics")
    application.end(3)
sys.exit(Application(LaunchOptions(metrics=0)).run(look))
"""

FAILING_SLOT = """
import sys
from PySide6.QtCore import QTimer
from webpush_admin.gui.launch import LaunchOptions
from webpush_admin.gui.app import Application
application = Application(LaunchOptions())
notices = []
application.context.notice.connect(lambda kind, text: notices.append((kind, text)))
def fail():
    raise ValueError("abcdefghijklmnopqrstuvwxyz0123456789")
def started(running):
    QTimer.singleShot(0, fail)
    QTimer.singleShot(200, lambda: running.end(0))
code = application.run(started)
print(notices)
sys.exit(code)
"""


FAILING_TOUR = """
import sys
from webpush_admin import cli
from webpush_admin.gui.views.subscriptions import SubscriptionsView
def fail(view):
    raise ValueError("abcdefghijklmnopqrstuvwxyz0123456789")
SubscriptionsView.send_test = fail
sys.exit(cli.main(["--demo", "--tour", sys.argv[1]]))
"""


def _run(script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.mark.parametrize("how", ["", "--database", "--demo"])
def test_at_first_paint_nothing_heavy_is_loaded(how: str, tmp_path: Path) -> None:
    arguments = ["--metrics", "0", *([how] if how else [])]
    if how == "--database":
        url = f"sqlite:///{tmp_path / 'push.db'}"
        Store.open(url).close()
        arguments.append(url)
    ended = _run(FIRST_PAINT, *arguments)
    assert ended.stdout == "loaded: [] False\n", ended.stderr
    assert ended.returncode == 0
    assert ended.stderr == ""


def test_the_exit_code_is_handed_on_and_a_request_that_hangs_keeps_nobody() -> None:
    ended = _run(EXIT_CODE)
    assert ended.returncode == 3, ended.stderr
    assert ended.stderr == ""


def test_an_exception_in_a_slot_ends_the_tour_at_once(tmp_path: Path) -> None:
    ended = _run(FAILING_TOUR, str(tmp_path / "tour"))
    assert ended.returncode == 1
    assert ended.stderr == "webpush-admin: the tour failed: ValueError where nothing should be raised: ….\n"


def test_an_exception_in_a_slot_is_told_and_logged_without_secrets(tmp_path: Path) -> None:
    ended = _run(FAILING_SLOT)
    assert "('bad', 'Something unexpected went wrong: ValueError. See the log.')" in ended.stdout, ended.stderr
    assert ended.returncode == 0
    logs = list(tmp_path.rglob("webpush-admin.log"))
    assert len(logs) == 1
    text = logs[0].read_text()
    assert "ValueError: …" in text
    assert "abcdefghijklm" not in text
