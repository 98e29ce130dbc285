"""The application as a process: what is loaded at first paint, and how it ends."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("sqlalchemy", "pycurl", "pywebpush", "py_vapid", "http_ece", "aiohttp", "cryptography", "asyncio")

FIRST_PAINT = f"""
import sys
from webpush_admin.gui.launch import LaunchOptions
assert "PySide6" not in sys.modules, "LaunchOptions loads Qt"
from webpush_admin.gui.app import Application
application = Application(LaunchOptions())
loaded = []
application.bridge.start = lambda: loaded.extend(name for name in {HEAVY} if name in sys.modules)
code = application.run(lambda started: started.end(3))
print("loaded:", loaded)
sys.exit(code)
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


def _run(script: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)


def test_at_first_paint_nothing_heavy_is_loaded_and_the_exit_code_is_handed_on() -> None:
    ended = _run(FIRST_PAINT)
    assert "loaded: []" in ended.stdout, ended.stderr
    assert ended.returncode == 3
    assert ended.stderr == ""


def test_an_exception_in_a_slot_is_told_and_logged_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    ended = _run(FAILING_SLOT)
    assert "('bad', 'Something unexpected went wrong: ValueError. See the log.')" in ended.stdout, ended.stderr
    assert ended.returncode == 0
    logs = list(tmp_path.rglob("webpush-admin.log"))
    assert len(logs) == 1
    text = logs[0].read_text()
    assert "ValueError: …" in text
    assert "abcdefghijklm" not in text
