"""Keys that are locked, missing or rubbish, in the real window.

Runs on: GUI thread
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.gui.database_file import TIMEOUT_MS, ask
from tests.gui.exchange_place import Place
from tests.gui.views.keys.hands import Keys
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.key_label import GenerateKeysDialog
from webpush_admin.gui.dialogs.unlock_keys import UnlockKeysDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.keys import KeysView
from webpush_admin.gui.views.live import LiveView
from webpush_admin.push.secret import Secret
from webpush_admin.store.key_rows import Home, KeepIn

PASSPHRASE = "staple correct battery"


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

    window.show_view("live")
    # The store's sentence about a lock is long, and also for those who have no window.
    nobody = cast("LiveView", window.views["live"]).cache_page.list.nobody_sends
    assert nobody.isVisible()
    assert nobody.text.text() == "The private key is locked."
    assert not any(button.isVisible() for button in nobody.findChildren(QPushButton))
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
    place.qtbot.waitUntil(keys.view.stack.orphaned.isVisible, timeout=TIMEOUT_MS)
    assert keys.view.stack.orphaned.title.text() == "The key pair of 1 subscription is missing"
    kinds = {
        button.objectName(): button.property("kind") for button in keys.view.stack.orphaned.findChildren(QPushButton)
    }
    assert kinds == {"import_keys_button": "accent", "generate_keys_button": None}
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
    assert not card.fingerprint_button.isVisible()
    assert not card.option_button.isEnabled()
    assert "copy_public_key" in keys.disabled()
    keys.trigger("remove_keys")
    explanation = keys.dialog(ConfirmDialog).explanation
    assert "<b>shop</b><U+202E>" in explanation.text()
    assert explanation.textFormat() is Qt.TextFormat.PlainText
    page = keys.view.snippets_page
    keys.view.pages.setCurrentWidget(page)
    place.qtbot.waitUntil(lambda: "no page can subscribe" in page.note.text(), timeout=TIMEOUT_MS)
    assert not page.text.isVisible()
    page.resize(page.width(), 500)
    place.qtbot.waitUntil(lambda: page.card.height() > 400, timeout=TIMEOUT_MS)
    assert page.note.geometry().bottom() < 120, "what is said stands on top"
    keys.choose(0)
    place.qtbot.waitUntil(page.text.isVisible, timeout=TIMEOUT_MS)


def test_without_a_database_it_invites(window: MainWindow) -> None:
    window.show()
    window.show_view("keys")
    view = cast("KeysView", window.views["keys"])
    assert view.stack.disconnected.isVisible()
    assert not window.context.actions["rotate_keys"].isEnabled()
