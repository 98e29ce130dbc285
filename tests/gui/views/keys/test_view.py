"""Keys in the real window: which pairs there are, what can be done with each, and a key that is locked.

Runs on: GUI thread
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TypeVar, cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, ask
from tests.gui.exchange_place import Place
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.export_keys import ExportKeysDialog
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.dialogs.import_keys import ImportKeysDialog
from webpush_admin.gui.dialogs.keep_keys import KeepKeysDialog
from webpush_admin.gui.dialogs.key_label import GenerateKeysDialog, RenameKeysDialog
from webpush_admin.gui.dialogs.reveal_key import RevealKeyDialog
from webpush_admin.gui.dialogs.rotate import RotateDialog
from webpush_admin.gui.dialogs.undo_rotation import UndoRotationDialog
from webpush_admin.gui.dialogs.unlock_keys import UnlockKeysDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.view_specs import VIEWS
from webpush_admin.gui.views.keys import KeysView
from webpush_admin.gui.views.keys.pair_verbs import CONFIRMING_WORD
from webpush_admin.push.secret import Secret
from webpush_admin.store.key_rows import Home, KeepIn

PASSPHRASE = "staple correct battery"
ACTIONS = next(spec.does for spec in VIEWS if spec.name == "keys")

Dialog = TypeVar("Dialog", bound=FormDialog)


class Keys:
    """The keys view of a window, and the hands that use it."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot = qtbot
        self.window = window
        window.show_view("keys")
        self.view = cast("KeysView", window.views["keys"])
        self.notices: list[str] = []
        window.context.notice.connect(lambda _kind, text: self.notices.append(text))

    def wait(self, number: int) -> None:
        """Wait until so many pairs are in the list."""
        self.qtbot.waitUntil(lambda: self.view.pair_list.model.rowCount() == number, timeout=TIMEOUT_MS)

    def cell(self, row: int, key: str) -> str:
        model = self.view.pair_list.model
        return next(
            model.cells_at(row).texts[number] for number, column in enumerate(model.columns) if column.key == key
        )

    def column(self, key: str) -> list[str]:
        return [self.cell(row, key) for row in range(self.view.pair_list.model.rowCount())]

    def trigger(self, name: str) -> None:
        action = self.window.context.actions[name]
        assert action.isEnabled(), action.toolTip()
        action.trigger()

    def disabled(self) -> set[str]:
        return {name for name in ACTIONS if not self.window.context.actions[name].isEnabled()}

    def dialog(self, kind: type[Dialog]) -> Dialog:
        """Return the dialog of this kind that is open, as soon as it is."""
        self.qtbot.waitUntil(lambda: bool(self._open(kind)), timeout=TIMEOUT_MS)
        return self._open(kind)[0]

    def told(self, part: str) -> None:
        """Wait until a notice says this."""
        self.qtbot.waitUntil(lambda: any(part in notice for notice in self.notices), timeout=TIMEOUT_MS)

    def choose(self, row: int) -> None:
        self.view.pair_list.table.selectRow(row)

    def _open(self, kind: type[Dialog]) -> list[Dialog]:
        return [dialog for dialog in self.window.findChildren(kind) if dialog.isVisible()]


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
    keys.qtbot.waitUntil(view.disconnected.isVisible, timeout=TIMEOUT_MS)
    assert keys.disabled() == set(ACTIONS)


def banner_button(window: MainWindow) -> QPushButton:
    found = window.locked_banner.findChild(QPushButton, "action_button")
    assert isinstance(found, QPushButton)
    return found


def test_a_locked_key_is_told_in_every_view_and_unlocked_from_there(place: Place, tmp_path: Path) -> None:
    window, qtbot = place.window, place.qtbot
    path = tmp_path / "push-key.pem"
    keys = Keys(qtbot, window)
    keys.wait(1)
    number = keys.view.pair_list.model.rows[0].pair.id
    kept_in = KeepIn(Home.FILE, path, Secret(PASSPHRASE))
    ask(qtbot, window.context, lambda backend: backend.keys.keeping.keep(number, kept_in))
    qtbot.waitUntil(lambda: keys.cell(0, "home") == path.name, timeout=TIMEOUT_MS)
    assert not window.locked_banner.isVisible()
    card = keys.view.overview_page.private_card
    assert card.place.text().replace("\n", "") == str(path)
    assert card.buttons["lock_keys"].isVisible()
    assert not card.buttons["unlock_keys"].isVisible()
    keys.trigger("lock_keys")
    qtbot.waitUntil(window.locked_banner.isVisible, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: keys.cell(0, "home") == f"Locked: {path.name}", timeout=TIMEOUT_MS)
    assert card.buttons["unlock_keys"].isVisible()
    assert not keys.view.problem.isVisible()
    assert keys.disabled() >= {"export_keys", "keep_keys", "reveal_key", "lock_keys"}

    window.show_view("send")
    assert window.locked_banner.isVisible()
    banner_button(window).click()
    dialog = keys.dialog(UnlockKeysDialog)
    assert window.view_stack.currentWidget() is window.views["send"]
    QTest.keyClicks(dialog.passphrase.line, PASSPHRASE)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    keys.told("Unlocked: pushes are signed")
    qtbot.waitUntil(lambda: not window.locked_banner.isVisible(), timeout=TIMEOUT_MS)
    window.show_view("keys")
    qtbot.waitUntil(lambda: keys.cell(0, "home") == path.name, timeout=TIMEOUT_MS)


def test_subscriptions_without_a_pair_ask_for_theirs(place: Place, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "push.db")) as raw:
        raw.execute("UPDATE vapid_keys SET active = 0, private_key = NULL, retired_at = created_at")
        raw.commit()
    keys = Keys(place.qtbot, place.window)
    place.qtbot.waitUntil(keys.view.empty.isVisible, timeout=TIMEOUT_MS)
    place.qtbot.waitUntil(lambda: "1 subscription" in keys.view.empty.text.text(), timeout=TIMEOUT_MS)
    buttons = {button.objectName() for button in keys.view.empty.findChildren(QPushButton)}
    assert buttons == {"generate_keys_button", "import_keys_button"}
    keys.trigger("generate_keys")
    dialog = keys.dialog(GenerateKeysDialog)
    assert "stays inactive" in dialog.explanation.text()
    dialog.submit()
    keys.told("The new pair is inactive")
    place.qtbot.waitUntil(keys.view.content.isVisible, timeout=TIMEOUT_MS)
    assert keys.column("state") == ["Inactive"]
    assert "copy_public_key" not in keys.disabled()


def test_what_the_database_says_is_shown_word_for_word(place: Place, tmp_path: Path) -> None:
    hostile = "<b>shop</b>\u202e"
    with closing(sqlite3.connect(tmp_path / "push.db")) as raw:
        raw.execute(
            "INSERT INTO vapid_keys (public_key, private_key, active, created_at) "
            "SELECT ?, 'rubbish', 0, created_at FROM vapid_keys",
            ('"); alert(1); ("',),
        )
        raw.execute("INSERT INTO key_places (key_id, label, home, place) VALUES (2, ?, 'database', '')", (hostile,))
        raw.commit()
    keys = Keys(place.qtbot, place.window)
    keys.wait(2)
    assert keys.cell(1, "label") == "<b>shop</b><U+202E>"
    assert keys.cell(1, "fingerprint") == "unreadable"
    keys.choose(1)
    card = keys.view.overview_page.public_card
    assert "no public key" in card.fingerprint.text()
    assert not card.fingerprint_button.isEnabled()
    keys.trigger("remove_keys")
    explanation = keys.dialog(ConfirmDialog).explanation
    assert "<b>shop</b><U+202E>" in explanation.text()
    assert explanation.textFormat() is Qt.TextFormat.PlainText
    page = keys.view.snippets_page
    keys.view.pages.setCurrentWidget(page)
    place.qtbot.waitUntil(lambda: "no page can subscribe" in page.note.text(), timeout=TIMEOUT_MS)
    assert not page.text.isVisible()
    keys.choose(0)
    place.qtbot.waitUntil(page.text.isVisible, timeout=TIMEOUT_MS)


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


def test_without_a_database_it_invites(window: MainWindow) -> None:
    window.show()
    window.show_view("keys")
    view = cast("KeysView", window.views["keys"])
    assert view.disconnected.isVisible()
    assert not window.context.actions["rotate_keys"].isEnabled()
