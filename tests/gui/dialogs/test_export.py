"""The dialog of an export: what it offers, what it leaves out, what it overwrites.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from tests.gui.database_file import AUTH, OTHER_P256DH, TIMEOUT_MS
from tests.gui.exchange_place import Place, tab_through
from webpush_admin.backend.exchange_records import ExportFormat
from webpush_admin.gui.models.exportable import suggested_path


def _fill(place: Place) -> Any:
    bo = place.store.add_user("Bo")
    for number in range(3):
        place.store.add_subscription(bo.id, endpoint=f"https://b.example/{number}", p256dh=OTHER_P256DH, auth=AUTH)
    view: Any = place.window.views["subscriptions"]
    place.trigger("refresh")
    place.qtbot.waitUntil(lambda: view.table.model.rowCount() == 4, timeout=TIMEOUT_MS)
    return view


def test_all_are_exported_without_secrets_unless_they_are_ticked(place: Place, tmp_path: Path) -> None:
    _fill(place)
    dialog = place.export_dialog()
    assert not dialog.selection.isVisible()
    assert not dialog.shown.isVisible()
    assert dialog.action_button.text() == "Export 4 subscriptions"
    assert Path(dialog.path.text()).name.startswith("push-subscriptions-")
    dialog.path.setText(str(tmp_path / "all.csv"))
    dialog.format.setCurrentIndex(2)
    assert dialog.path.text() == str(tmp_path / "all.jsonl")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    kind, sentence = place.told()
    assert kind == "good"
    assert sentence.startswith("4 subscriptions exported to ")
    written = (tmp_path / "all.jsonl").read_text()
    assert written.count("\n") == 4
    assert AUTH not in written
    assert "https://a.example/of-ada" not in written


def test_the_selection_and_what_is_shown_are_offered(place: Place, tmp_path: Path) -> None:
    view = _fill(place)
    view.table.filter.setText("bo")
    view.table.filter.returnPressed.emit()
    place.qtbot.waitUntil(lambda: view.table.model.rowCount() == 3, timeout=TIMEOUT_MS)
    view.table.table.selectRow(1)
    dialog = place.export_dialog()
    place.qtbot.waitUntil(lambda: "counted" not in dialog.shown.text(), timeout=TIMEOUT_MS)
    assert [button.text().replace("&", "") for button in (dialog.selection, dialog.shown, dialog.everything)] == [
        "The selected: 1",
        "What the filters of the table show: 3",
        "All in the database: 4",
    ]
    assert dialog.action_button.text() == "Export 1 subscription"
    assert "nobody can push" in dialog.worth.text()
    dialog.endpoints.setChecked(True)
    dialog.keys.setChecked(True)
    assert "passwords" in dialog.worth.text()
    dialog.shown.setChecked(True)
    assert dialog.action_button.text() == "Export 3 subscriptions"
    dialog.path.setText(str(tmp_path / "shown.csv"))
    dialog.action_button.click()
    assert place.told()[0] == "good"
    written = (tmp_path / "shown.csv").read_text()
    assert written.count("https://b.example/") == 3
    assert "a.example" not in written


def test_what_is_exported_comes_back_as_unchanged(place: Place, tmp_path: Path) -> None:
    _fill(place)
    dialog = place.export_dialog()
    dialog.endpoints.setChecked(True)
    dialog.keys.setChecked(True)
    dialog.format.setCurrentIndex(1)
    dialog.path.setText(str(tmp_path / "back.json"))
    dialog.action_button.click()
    assert place.told()[0] == "good"
    place.window.exchange.import_file(str(tmp_path / "back.json"))
    shown = place.dialog()
    assert shown.page.tiles.tiles["unchanged"].number.text() == "4"
    assert shown.action_button.text() == "Nothing to import"
    shown.reject()


def test_a_file_that_is_there_is_refused_until_the_file_dialog_has_asked(place: Place, tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("precious")
    dialog = place.export_dialog()
    dialog.native_file_dialog = False
    dialog.path.setText("relative.csv")
    dialog.action_button.click()
    assert "whole path" in dialog.problem.text()
    dialog.path.setText(str(there))
    dialog.action_button.click()
    place.qtbot.waitUntil(lambda: "exists already" in dialog.problem.text(), timeout=TIMEOUT_MS)
    assert dialog.isVisible()
    assert there.read_text() == "precious"
    dialog.choose_button.click()
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(there))
    chooser.reject()
    assert not dialog.problem.isVisible()
    dialog.action_button.click()
    assert place.told()[0] == "good"
    assert there.read_text() != "precious"


def test_what_is_there_is_replaced_once_that_is_ticked(place: Place, tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("precious")
    dialog = place.export_dialog()
    dialog.path.setText(str(there))
    assert not dialog.replace.isVisible()
    dialog.action_button.click()
    place.qtbot.waitUntil(dialog.replace.isVisible, timeout=TIMEOUT_MS)
    dialog.replace.setChecked(True)
    dialog.path.setText(str(tmp_path / "other.csv"))
    assert not dialog.replace.isChecked(), "that was agreed to for the other file"
    dialog.path.setText(str(there))
    dialog.action_button.click()
    place.qtbot.waitUntil(dialog.replace.isVisible, timeout=TIMEOUT_MS)
    dialog.replace.setChecked(True)
    dialog.action_button.click()
    assert place.told()[0] == "good"
    assert there.read_text() != "precious"


def test_a_free_name_is_suggested(place: Place) -> None:
    database = place.window.context.database
    assert database is not None
    folder = place.window.context.recent.folder
    suggested = suggested_path(database, folder, ExportFormat.CSV, datetime.now(UTC))
    suggested.write_text("precious")
    dialog = place.export_dialog()
    free = str(suggested.with_name(f"{suggested.stem}-2.csv"))
    place.qtbot.waitUntil(lambda: dialog.path.text() == free, timeout=TIMEOUT_MS)
    dialog.reject()


def test_every_part_of_an_export_has_a_name_and_is_reached_by_tab(place: Place) -> None:
    exported = place.export_dialog()
    tab_through(
        exported,
        {"everything", "format", "endpoints", "keys", "path", "choose_button", "cancel_button", "action_button"},
    )
    exported.reject()
