"""What every test gets: a home of its own, Qt without a screen, and a floor under it.

A test fails where it leaves a thread, an active timer or a window behind. Unexpected warnings, messages of Qt and
exceptions nobody could catch fail it too; those are settings in pyproject.toml.
"""

import gc
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from tests.keyring_file import KeyringFile

# Before anything imports Qt; a choice that was made outside stands.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile(
    "ci",
    derandomize=True,  # the same examples on every machine: red means that the code changed
    deadline=None,  # no timing asserts
    max_examples=40,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is not a bad strategy
)
settings.register_profile("explore", parent=settings.get_profile("ci"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_THREAD_PATIENCE_S = 2.0


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, logs, databases and downloads of a test go nowhere near those of the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for name, folder in (
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_DATA_HOME", ".local/share"),
        ("XDG_STATE_HOME", ".local/state"),
        ("XDG_CACHE_HOME", ".cache"),
        ("APPDATA", "AppData/Roaming"),
        ("LOCALAPPDATA", "AppData/Local"),
    ):
        monkeypatch.setenv(name, str(home / folder))
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QSettings

        for file_format in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
            QSettings.setPath(file_format, QSettings.Scope.UserScope, str(home / ".config"))
    return home


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test, and no process that one starts, ever reaches the keyring of the person who runs it."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    if "keyring.core" in sys.modules:
        # What the test before has chosen.
        monkeypatch.setattr("keyring.core._keyring_backend", None)


@pytest.fixture
def keyring_file(_no_keyring: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "KeyringFile":
    """A keyring that can be used, of this test and its child processes alone."""
    from tests.keyring_file import BACKEND, FILE, KeyringFile

    kept = KeyringFile(tmp_path / "keyring.json")
    monkeypatch.setenv(FILE, str(kept.path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", BACKEND)
    return kept


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest, _home_of_its_own: Path) -> Iterator[None]:
    """Fail a test that leaves a thread, an active timer or a window."""
    # Looking for timers walks every object there is: too slow for tests that have no Qt.
    with_qt = not {"qapp", "qtbot", "qtmodeltester"}.isdisjoint(request.fixturenames)
    threads_before = set(threading.enumerate())
    if with_qt:
        # What is there before is no concern of this test: the two walks below pass it over, most of their time.
        gc.collect()
        gc.freeze()
    qt_before = {id(thing) for thing in _windows() + _active_timers()} if with_qt else set()
    yield
    left = []
    if with_qt:
        # Reference cycles keep widgets alive that nobody can reach any more; those are not left behind.
        gc.collect()
        _deliver_deferred_deletes()
        left += [f"window {_named(window)}" for window in _windows() if id(window) not in qt_before]
        left += [f"active timer {_named(timer)}" for timer in _active_timers() if id(timer) not in qt_before]
    for thread in set(threading.enumerate()) - threads_before:
        # A thread that has been told to end may need a moment for it.
        thread.join(_THREAD_PATIENCE_S)
        if thread.is_alive():
            left.append(f"thread {thread.name}")
    if left:
        pytest.fail("left behind: " + ", ".join(sorted(left)), pytrace=False)


def _deliver_deferred_deletes() -> None:
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QCoreApplication, QEvent

        if QCoreApplication.instance() is not None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _windows() -> list["QObject"]:
    if "PySide6.QtWidgets" not in sys.modules:
        return []
    from PySide6.QtWidgets import QApplication

    # Tooltips belong to Qt, which keeps one for the next time.
    own = ("QTipLabel",)
    if not isinstance(QApplication.instance(), QApplication):
        return []
    return [window for window in QApplication.topLevelWidgets() if window.metaObject().className() not in own]


def _active_timers() -> list["QObject"]:
    """Return the active timers that Python knows of."""
    if "PySide6.QtCore" not in sys.modules:
        return []
    import shiboken6
    from PySide6.QtCore import QTimer

    return [
        timer
        for timer in gc.get_objects()
        if issubclass(type(timer), QTimer) and shiboken6.isValid(timer) and timer.isActive()
    ]


def _named(thing: "QObject") -> str:
    return f"{type(thing).__name__}({thing.objectName() or 'without objectName'})"
