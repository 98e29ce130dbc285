"""What the tests of the dialogs about private keys share.

Runs on: GUI thread
"""

import gc
from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, ask
from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo
from webpush_admin.gui.context import Context
from webpush_admin.push.secret import Secret


def keys_of(qtbot: QtBot, context: Context) -> KeysInfo:
    return ask(qtbot, context, lambda backend: backend.keys.info())


def active_pair(qtbot: QtBot, context: Context) -> KeyPairInfo:
    return keys_of(qtbot, context).pairs[0]


def told_anywhere(dialog: QWidget) -> str:
    """Return every text that a dialog shows, names, or tells to a screen reader."""
    parts = [dialog.windowTitle()]
    for widget in (dialog, *dialog.findChildren(QWidget)):
        parts += [widget.objectName(), widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLabel):
            parts.append(widget.text())
        if isinstance(widget, QLineEdit):
            parts.append(widget.displayText())
        if isinstance(widget, QComboBox):
            parts.append(widget.currentText())
        parts += _read_aloud(QAccessible.queryAccessibleInterface(widget))
    return "\n".join(parts)


def secrets_left(text: str) -> list[Secret]:
    """Return what still keeps a secret, anywhere in the process."""
    gc.collect()
    return [thing for thing in gc.get_objects() if type(thing) is Secret and text in thing.text]


def wait_until_forgotten(qtbot: QtBot, text: str) -> None:
    """Wait until nothing keeps a secret: the threads of the worker may be a moment behind the window."""
    qtbot.waitUntil(lambda: not secrets_left(text), timeout=TIMEOUT_MS)


def _read_aloud(interface: QAccessibleInterface | None) -> Iterator[str]:
    if interface is not None:
        kinds = QAccessible.Text
        yield from (interface.text(kind) for kind in (kinds.Name, kinds.Value, kinds.Description, kinds.Help))
        if interface.textInterface() is not None:
            yield interface.textInterface().text(0, interface.textInterface().characterCount())
