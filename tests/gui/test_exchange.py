"""Imports that are dropped, stopped and refused in the real window.

Runs on: GUI thread
"""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from tests.gui.database_file import TIMEOUT_MS
from tests.gui.exchange_place import Place, lines, record
from webpush_admin.gui.dialogs.import_dialog import ImportDialog
from webpush_admin.gui.dialogs.import_keys import ImportKeysDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.push.key_formats import KeyFormat, write_keys
from webpush_admin.push.vapid import VapidKeys


def test_an_import_that_fails_is_shown_again_with_the_reason(place: Place, tmp_path: Path) -> None:
    file = lines(tmp_path / "one.jsonl", [record(1, user="Ada")])
    place.window.exchange.import_file(str(file))
    dialog = place.dialog()
    place.store.delete_users([place.ada.id])
    dialog.action_button.click()
    place.qtbot.waitUntil(lambda: place.window.findChild(ImportDialog) not in (None, dialog), timeout=TIMEOUT_MS)
    again = place.dialog()
    assert again.problem.isVisible()
    assert again.problem.text()
    assert again.page.tiles.tiles["users_added"].number.text() == "1", "it was read again"
    again.reject()


def test_an_import_is_stopped_in_the_strip(place: Place, tmp_path: Path) -> None:
    file = lines(tmp_path / "many.jsonl", [record(number, user="Ada") for number in range(20_000)])
    place.window.exchange.import_file(str(file))
    dialog = place.dialog()
    dialog.action_button.click()
    strip = place.window.work_strip
    place.qtbot.waitUntil(lambda: any(line.number for line in strip.lines), timeout=TIMEOUT_MS)
    assert strip.lines[0].what.text().startswith("Importing")
    strip.lines[0].stop_button.click()
    assert place.told() == ("info", "Stopped: nothing was changed.")
    assert place.count() == 1


def test_a_dropped_file_is_imported(place: Place, tmp_path: Path) -> None:
    file = lines(tmp_path / "one.jsonl", [record(1, user="Ada")])
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    how = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    # Qt drops where it was told that something came in.
    QApplication.sendEvent(place.window, QDragEnterEvent(QPoint(50, 50), *how))
    QApplication.sendEvent(place.window, QDropEvent(QPointF(50, 50), *how))
    place.qtbot.waitUntil(lambda: place.window.findChild(ImportDialog) is not None, timeout=TIMEOUT_MS)
    dialog = place.dialog()
    assert dialog.action_button.text() == "Import 1 subscription"
    dialog.reject()


def test_a_dropped_file_of_keys_is_looked_into_as_keys(place: Place, tmp_path: Path) -> None:
    keys = VapidKeys.generate()
    file = tmp_path / "key"
    file.write_bytes(write_keys(keys, KeyFormat.DER))
    place.window.drops.take(str(file))
    place.qtbot.waitUntil(lambda: place.window.findChild(ImportKeysDialog) is not None, timeout=TIMEOUT_MS)
    dialog = place.window.findChild(ImportKeysDialog)
    assert dialog is not None
    place.qtbot.waitUntil(lambda: dialog.seen is not None, timeout=TIMEOUT_MS)
    assert dialog.fingerprint.text() == keys.fingerprint
    dialog.action_button.click()
    kind, sentence = place.told()
    assert kind == "good"
    assert "inactive" in sentence
    assert len(place.store.keys.all()) == 2


def test_without_a_database_a_dropped_file_is_answered(window: MainWindow, tmp_path: Path) -> None:
    told: list[str] = []
    window.context.notice.connect(lambda _kind, text: told.append(text))
    window.exchange.take_dropped(str(lines(tmp_path / "one.jsonl", [record(1)])))
    assert told == ["Open a database first: then the file can be imported into it."]
    for name in ("import_subscriptions", "paste_subscriptions", "export_subscriptions"):
        assert not window.context.actions[name].isEnabled()


def test_an_empty_clipboard_is_told(place: Place) -> None:
    QApplication.clipboard().clear()
    place.trigger("paste_subscriptions")
    assert "no text in the clipboard" in place.told()[1]
    assert place.window.findChild(ImportDialog) is None
