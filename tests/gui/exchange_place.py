"""The real window on a database file, for importing and exporting.

Runs on: GUI thread
"""

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.database_file import AUTH, P256DH, TIMEOUT_MS
from webpush_admin.gui.dialogs.export_dialog import ExportDialog
from webpush_admin.gui.dialogs.import_dialog import ImportDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.store import Store


class Place:
    """The real window on a database file with one user and one subscription."""

    def __init__(self, qtbot: QtBot, window: MainWindow, path: Path) -> None:
        self.qtbot = qtbot
        self.window = window
        self.url = f"sqlite:///{path}"
        self.store = Store.open(self.url)
        self.store.vapid_keys()
        self.store.set_setting("vapid_subject", "mailto:ops@example.org")
        self.ada = self.store.add_user("Ada")
        self.store.add_subscription(self.ada.id, endpoint="https://a.example/of-ada", p256dh=P256DH, auth=AUTH)
        window.resize(900, 600)
        window.show()
        window.exchange.native_file_dialog = False
        window.context.bridge.start()
        with qtbot.waitSignal(window.context.database_opened, timeout=TIMEOUT_MS):
            window.opening.open_url(self.url)
        self.notices: list[tuple[str, str]] = []
        window.context.notice.connect(lambda kind, text: self.notices.append((kind, text)))

    def count(self) -> int:
        """Return how many subscriptions there are."""
        return self.store.subscriptions_count()

    def dialog(self) -> ImportDialog:
        """Return the open dialog, once it has read what it was given."""
        found = self.window.findChild(ImportDialog)
        assert found is not None
        self.qtbot.waitUntil(lambda: found.preview is not None or found.unusable.isVisible(), timeout=TIMEOUT_MS)
        return found

    def told(self) -> tuple[str, str]:
        """Return the next notice."""
        self.qtbot.waitUntil(lambda: bool(self.notices), timeout=TIMEOUT_MS)
        return self.notices.pop(0)

    def trigger(self, name: str) -> None:
        """Do an action."""
        action = self.window.context.actions[name]
        assert action.isEnabled(), action.toolTip()
        action.trigger()

    def export_dialog(self) -> ExportDialog:
        """Open the dialog of an export; return it once it has counted."""
        self.trigger("export_subscriptions")
        dialog = self.window.findChild(ExportDialog)
        assert dialog is not None
        self.qtbot.waitUntil(lambda: "counted" not in dialog.everything.text(), timeout=TIMEOUT_MS)
        return dialog


def record(number: int, **more: Any) -> dict[str, Any]:
    return {"endpoint": f"https://b.example/{number}", "keys": {"p256dh": P256DH, "auth": AUTH}, **more}


def lines(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(map(json.dumps, records)))
    return path


def tab_through(dialog: QWidget, wanted: set[str]) -> None:
    """Fail where the Tab key does not come to these, or comes to something without a name."""
    seen: set[str] = set()
    for _ in range(30):
        focus = dialog.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        focus = dialog.focusWidget()
        assert focus is not None
        seen.add(focus.objectName())
        assert focus.accessibleName() or isinstance(focus, QAbstractButton | QTabBar), focus
    assert wanted <= seen, wanted - seen
