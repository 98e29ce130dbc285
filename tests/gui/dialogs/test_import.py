"""The dialog of an import on real files: what it shows, what it waits for, what it forgets.

Runs on: GUI thread
"""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from tests.gui.database_file import AUTH, P256DH, TIMEOUT_MS, ask
from tests.gui.exchange_place import Place, lines, record, tab_through
from webpush_admin.gui.dialogs.import_dialog import ImportDialog

DATA = Path(__file__).parents[2] / "data" / "import"


def test_a_chosen_file_is_shown_and_then_imported_by_return(place: Place, tmp_path: Path) -> None:
    file = lines(tmp_path / "three.jsonl", [record(1, user="Ada"), record(2, user="Bo"), record(3, user="Bo")])
    place.trigger("import_subscriptions")
    chooser = place.window.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(file))
    chooser.reject()
    dialog = place.dialog()
    assert dialog.what.text() == "three.jsonl"
    assert dialog.recognised.text() == "Recognised as JSON Lines: 3 records."
    assert [tile.number.text() for tile in dialog.page.tiles.tiles.values()] == ["3", "0", "0", "0", "0", "0", "1"]
    assert [row.fate.value for row in dialog.page.sample.rows] == ["added"] * 3
    assert not dialog.page.tabs.isTabVisible(1)
    assert not dialog.owner.isVisible(), "every record says whose it is"
    assert dialog.action_button.text() == "Import 3 subscriptions"
    assert dialog.action_button.hasFocus()
    assert place.count() == 1, "a preview changes nothing"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert place.told() == ("good", "Imported: 3 subscriptions added, 1 new user.")
    assert place.count() == 4
    people: Any = place.window.views["subscriptions"]
    place.qtbot.waitUntil(lambda: people.people.model.rowCount() == 3, timeout=TIMEOUT_MS)


def test_refused_records_are_listed_and_must_be_waved_through(place: Place, tmp_path: Path) -> None:
    wrong = record(9, user="Ada") | {"endpoint": "http://b.example/not-tls"}
    file = lines(tmp_path / "some.jsonl", [record(1, user="Ada"), wrong])
    place.window.exchange.import_file(str(file))
    dialog = place.dialog()
    assert dialog.page.tabs.currentIndex() == 1
    assert dialog.page.tabs.tabText(1) == "Not imported: 1"
    (row,) = dialog.page.problems.rows
    assert (row.line, row.fate.value) == (2, "refused")
    assert not dialog.action_button.isEnabled()
    assert dialog.skip.text().replace("&", "") == "Skip the 1 refused record and import the others"
    assert dialog.skip.hasFocus()
    dialog.page.copy_button.click()
    copied = QApplication.clipboard().text()
    assert copied.startswith("Line 2: refused: Ada: b.example/")
    assert "https://" in copied, "the reason"
    assert AUTH not in copied
    assert P256DH not in copied
    QTest.keyClick(dialog.skip, Qt.Key.Key_Space)
    assert dialog.action_button.text() == "Import 1 subscription"
    dialog.action_button.click()
    assert place.told() == ("good", "Imported: 1 subscription added, 1 refused.")
    assert place.count() == 2


def test_pasted_subscriptions_go_to_the_user_that_is_shown(place: Place) -> None:
    view: Any = place.window.views["subscriptions"]
    place.qtbot.waitUntil(lambda: view.people.model.rowCount() == 2, timeout=TIMEOUT_MS)
    view.people.choose(place.ada.id)
    QApplication.clipboard().setText(json.dumps(record(1)))
    place.trigger("paste_subscriptions")
    dialog = place.dialog()
    assert dialog.what.text() == "Pasted text"
    assert dialog.whose.text() == "1 record does not say whose it is. It goes to:"
    assert dialog.owner.who.text().startswith("Ada ")
    dialog.action_button.click()
    assert place.told() == ("good", "Imported: 1 subscription added.")
    assert len(place.store.subscriptions_of(place.ada.id)) == 2


def test_records_of_nobody_wait_for_a_user(place: Place) -> None:
    QApplication.clipboard().setText(json.dumps([record(1), record(2)]))
    place.trigger("paste_subscriptions")
    dialog = place.dialog()
    assert dialog.action_button.text() == "Waiting for a user"
    tiles = dialog.page.tiles.tiles
    assert (tiles["refused"].number.text(), tiles["waiting"].number.text()) == ("0", "2")
    assert not dialog.skip.isVisible(), "nothing would be left"
    assert dialog.owner.search.hasFocus()
    QTest.keyClicks(dialog.owner.search, "ada")
    QTest.keyClick(dialog.owner.search, Qt.Key.Key_Return)
    place.qtbot.waitUntil(lambda: dialog.action_button.text() == "Import 2 subscriptions", timeout=TIMEOUT_MS)
    assert place.count() == 1, "Return chose a user, and imported nothing"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert place.told()[0] == "good"
    assert place.count() == 3


def test_return_in_the_search_imports_nothing(place: Place) -> None:
    QApplication.clipboard().setText(json.dumps([record(1, user="Ada"), record(2)]))
    place.trigger("paste_subscriptions")
    dialog = place.dialog()
    dialog.skip.setChecked(True)
    assert dialog.action_button.isEnabled()
    dialog.owner.search.setText("nobody at all")
    QTest.keyClick(dialog.owner.search, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.reject()
    assert place.count() == 1


def test_a_file_that_is_none_is_told_in_the_dialog(place: Place) -> None:
    place.window.exchange.import_file(str(DATA / "unusable_words.txt"))
    dialog = place.dialog()
    assert "unusable_words.txt" in dialog.unusable.text.text()
    assert not place.notices
    assert dialog.action_button.text() == "Choose another file…"
    dialog.action_button.click()
    chooser = place.window.findChild(QFileDialog)
    assert chooser is not None
    assert not dialog.isVisible()
    chooser.reject()


def test_every_file_is_shown_or_refused_in_words(place: Place) -> None:
    for file in sorted(DATA.iterdir()):
        place.window.exchange.import_file(str(file))
        dialog = place.dialog()
        if dialog.preview is not None:
            preview = dialog.preview
            assert len(dialog.page.sample.rows) == min(100, preview.records), file.name
            assert len(dialog.page.problems.rows) == preview.refused + preview.repeated, file.name
        else:
            assert dialog.unusable.text.text(), file.name
        dialog.grab()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert place.count() == 1


def test_closing_the_dialog_forgets_what_was_read(place: Place, tmp_path: Path) -> None:
    place.window.exchange.import_file(str(lines(tmp_path / "one.jsonl", [record(1, user="Ada")])))
    dialog = place.dialog()
    assert dialog.preview is not None
    number = dialog.preview.number
    dialog.reject()
    with pytest.raises(AssertionError, match="not there any more"):
        ask(place.qtbot, place.window.context, lambda backend: backend.exchange.apply(number))


def test_closing_the_dialog_ends_the_reading(place: Place, tmp_path: Path) -> None:
    file = lines(tmp_path / "many.jsonl", [record(number, user="Ada") for number in range(20_000)])
    place.window.exchange.import_file(str(file))
    dialog = place.window.findChild(ImportDialog)
    assert dialog is not None
    place.qtbot.waitUntil(lambda: dialog.reading.progress.maximum() > 0, timeout=TIMEOUT_MS)
    assert "of about" in dialog.reading.told.text()
    dialog.reject()
    place.qtbot.waitUntil(lambda: not place.window.context.bridge._running, timeout=TIMEOUT_MS)
    opened = place.window.context.bridge._backend
    assert opened is not None
    assert not opened.exchange._previews


def test_a_hostile_record_stays_plain(place: Place) -> None:
    name = "<b>bold</b>\u202eevil\n=cmd()"
    QApplication.clipboard().setText(json.dumps(record(1, user=name)))
    place.trigger("paste_subscriptions")
    dialog = place.dialog()
    shown = str(dialog.page.sample.index(0, 2).data())
    assert "\u202e" not in shown
    assert "\n" not in shown
    assert "<b>bold</b>" in shown
    dialog.reject()


def test_every_part_of_an_import_has_a_name_and_is_reached_by_tab(place: Place, tmp_path: Path) -> None:
    wrong = record(9, user="Ada") | {"endpoint": "http://b.example/not-tls"}
    file = lines(tmp_path / "some.jsonl", [record(1, user="Ada"), wrong, record(2)])
    place.window.exchange.import_file(str(file))
    imported = place.dialog()
    tab_through(imported, {"owner_search", "owner_list", "problems_table", "copy_button", "skip", "cancel_button"})
    imported.reject()
