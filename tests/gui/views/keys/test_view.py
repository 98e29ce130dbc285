"""Keys in the real window: which pairs there are, what can be done with each, and the code for the page.

Runs on: GUI thread
"""

from typing import cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, ask
from tests.gui.views.keys.hands import ACTIONS, Keys
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.export_keys import ExportKeysDialog
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.dialogs.import_keys import ImportKeysDialog
from webpush_admin.gui.dialogs.keep_keys import KeepKeysDialog
from webpush_admin.gui.dialogs.key_label import GenerateKeysDialog, RenameKeysDialog
from webpush_admin.gui.dialogs.reveal_key import RevealKeyDialog
from webpush_admin.gui.dialogs.rotate import RotateDialog
from webpush_admin.gui.dialogs.undo_rotation import UndoRotationDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.keys import KeysView
from webpush_admin.gui.views.keys.pair_verbs import CONFIRMING_WORD


@pytest.fixture
def keys(demo: MainWindow, qtbot: QtBot) -> Keys:
    made = Keys(qtbot, demo)
    made.wait(1)
    return made


def shown_key(view: KeysView) -> str:
    """Return the public key, which is broken into lines."""
    return view.overview_page.public_card.public_key.text().replace("\n", "")


def test_the_active_pair_is_chosen_at_first_and_its_public_key_copied(keys: Keys) -> None:
    view, database = keys.view, keys.window.context.database
    assert database is not None
    assert keys.cell(0, "state") == "Active"
    assert keys.cell(0, "fingerprint") == database.fingerprint
    assert keys.cell(0, "home") == "Database"
    assert keys.cell(0, "subscriptions") == "100"
    card = view.overview_page.public_card
    assert shown_key(view) == database.public_key
    assert card.fingerprint.text() == database.fingerprint
    assert view.overview_page.signing_card.sentence.text() == "Every push to 100 subscriptions."
    assert view.overview_page.subject_card.subject.text() == database.subject
    assert view.pair_list.table.hasFocus()
    clipboard = QApplication.clipboard()
    for button, copied in (
        (card.copy_button, database.public_key),
        (card.option_button, f'applicationServerKey: "{database.public_key}"'),
        (card.fingerprint_button, database.fingerprint),
    ):
        button.click()
        assert clipboard.text() == copied
    view.pair_list.table.menu_wished.emit(view.pair_list.table.mapToGlobal(QPoint(20, 40)))
    menu = view.pair_list.findChild(QMenu, "context_menu")
    assert menu is not None
    clipboard.clear()
    next(action for action in menu.actions() if action.objectName() == "copy_fingerprint").trigger()
    assert clipboard.text() == database.fingerprint
    menu.close()
    # Whoever types in a page goes on typing, whatever is told of the database.
    view.pages.setCurrentWidget(view.token_page)
    view.token_page.token.setFocus()
    keys.window.context.set_database(database)
    assert view.token_page.token.hasFocus()
    assert keys.disabled() == {"remove_keys", "unlock_keys", "lock_keys"}
    assert "active one" in keys.window.context.actions["remove_keys"].toolTip()


def test_the_code_for_the_page_follows_the_chosen_pair(keys: Keys) -> None:
    page = keys.view.snippets_page
    keys.view.acts.snippets_wished.emit()
    keys.qtbot.waitUntil(lambda: bool(page.text.toPlainText()), timeout=TIMEOUT_MS)
    assert page.list.hasFocus()
    assert shown_key(keys.view) in page.text.toPlainText()
    assert not page.unused.isVisible()
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    assert page.heading.text() == "Service worker"
    page.copy_button.click()
    assert "showNotification" in QApplication.clipboard().text()
    ask(keys.qtbot, keys.window.context, lambda backend: backend.keys.generate("spare"))
    keys.view.refresh()
    keys.wait(2)
    keys.choose(1)
    spare = shown_key(keys.view)
    keys.qtbot.waitUntil(lambda: spare in page.text.toPlainText(), timeout=TIMEOUT_MS)
    assert page.heading.text() == "Service worker"
    assert page.unused.isVisible()


def test_a_pair_is_made_named_and_destroyed(keys: Keys) -> None:
    view, table = keys.view, keys.view.pair_list.table
    keys.trigger("generate_keys")
    dialog = keys.dialog(GenerateKeysDialog)
    assert "signs nothing" in dialog.explanation.text()
    QTest.keyClicks(dialog.label, "spare")
    QTest.keyClick(dialog.label, Qt.Key.Key_Return)
    keys.told("The new pair is inactive, since another pair is active")
    keys.wait(2)
    assert keys.column("state") == ["Active", "Inactive"]
    assert keys.column("label") == ["", "spare"]
    pair = view.pair_list.pair
    assert pair is not None
    assert pair.label == "spare"
    assert view.overview_page.signing_card.sentence.text().startswith("Nothing. Rotate to it")
    keys.trigger("copy_public_key")
    assert QApplication.clipboard().text() == pair.public_key
    assert "not signed with that pair" in keys.notices[-1]

    QTest.keyClick(table, Qt.Key.Key_Return)
    renaming = keys.dialog(RenameKeysDialog)
    assert renaming.label.text() == "spare"
    assert not renaming.action_button.isEnabled()
    renaming.label.clear()
    QTest.keyClicks(renaming.label, "reserve")
    QTest.keyClick(renaming.label, Qt.Key.Key_Return)
    keys.qtbot.waitUntil(lambda: keys.cell(1, "label") == "reserve", timeout=TIMEOUT_MS)

    for name, kind in (
        ("import_keys", ImportKeysDialog),
        ("export_keys", ExportKeysDialog),
        ("keep_keys", KeepKeysDialog),
        ("reveal_key", RevealKeyDialog),
        ("rotate_keys", RotateDialog),
        ("undo_rotation", UndoRotationDialog),
    ):
        keys.trigger(name)
        keys.dialog(cast("type[FormDialog]", kind)).reject()

    QTest.keyClick(table, Qt.Key.Key_Delete)
    confirming = keys.dialog(ConfirmDialog)
    assert "reserve" in confirming.explanation.text()
    assert confirming.action_button.text() == "Destroy 1 private key"
    confirming.typed_field.setText(CONFIRMING_WORD)
    confirming.submit()
    keys.told("was destroyed")
    keys.wait(1)
    retired = view.pair_list.retired
    assert retired.isVisible()
    assert retired.text() == "Show retired (1)"
    retired.click()
    assert keys.column("state") == ["Active", "Retired"]
    keys.choose(1)
    assert keys.cell(1, "home") == "Gone"
    assert not view.overview_page.private_card.buttons["keep_keys"].isVisible()
    assert view.overview_page.private_card.home.text() == "Gone"
    assert keys.disabled() >= {"export_keys", "keep_keys", "reveal_key", "remove_keys"}
    keys.window.context.actions["close_database"].trigger()
    keys.qtbot.waitUntil(view.stack.disconnected.isVisible, timeout=TIMEOUT_MS)
    assert keys.disabled() == set(ACTIONS)


def test_nothing_is_cut(keys: Keys) -> None:
    for width, height in ((1280, 800), (900, 600)):
        keys.window.resize(width, height)
        for number in range(keys.view.pages.count()):
            keys.view.pages.setCurrentIndex(number)
            page = keys.view.pages.currentWidget()
            assert page.minimumSizeHint().width() <= page.width()
        buttons = [*keys.view.pair_list.buttons.values(), keys.view.pair_list.more_button]
        for button in cast("list[QWidget]", buttons):
            assert button.width() >= button.sizeHint().width()
            assert button.mapTo(keys.window, button.rect().bottomRight()).x() <= keys.window.width()


def test_the_tab_key_comes_to_everything_and_leaves_it_again(keys: Keys) -> None:
    view, window = keys.view, keys.window
    keys.wait(1)
    view.pages.setCurrentWidget(view.check_page)
    keys.qtbot.waitUntil(lambda: view.check_page.report is not None, timeout=TIMEOUT_MS)
    view.pages.setCurrentWidget(view.snippets_page)
    keys.qtbot.waitUntil(view.snippets_page.list.isVisible, timeout=TIMEOUT_MS)
    for number in range(view.pages.count()):
        view.pages.setCurrentIndex(number)
        focused: QWidget = view.pair_list.table
        focused.setFocus()
        seen: list[QWidget] = []
        while focused not in seen:
            seen.append(focused)
            QTest.keyClick(focused, Qt.Key.Key_Tab)
            focused = window.focusWidget()
        assert focused is view.pair_list.table, f"the way ends in {focused.objectName()}"
        reachable = {
            widget
            for widget in view.findChildren(QWidget)
            if widget.isVisible()
            and widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.focusProxy() is None
        }
        assert reachable <= set(seen), {widget.objectName() for widget in reachable - set(seen)}
