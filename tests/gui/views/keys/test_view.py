"""Keys on the real demo: what is shown, copied, and what a regeneration does.

Runs on: GUI thread
"""

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from webpush_admin.gui.dialogs.regenerate import RegenerateDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.keys import KeysView

TIMEOUT_MS = 10_000


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot) -> KeysView:
    demo.show_view("keys")
    made = cast("KeysView", demo.views["keys"])
    qtbot.waitUntil(lambda: "100 subscriptions" in made.overview_page.signing_card.sentence.text(), timeout=TIMEOUT_MS)
    return made


def shown_key(view: KeysView) -> str:
    """Return the public key, which is broken into lines."""
    return view.overview_page.public_card.public_key.text().replace("\n", "")


def test_the_public_key_is_shown_and_copied(view: KeysView, demo: MainWindow) -> None:
    assert demo.context.database is not None
    assert len(shown_key(view)) == 87
    assert view.overview_page.public_card.fingerprint.text() == demo.context.database.fingerprint
    view.overview_page.public_card.copy_button.click()
    assert QApplication.clipboard().text() == shown_key(view)


def test_regenerating_backs_up_deletes_and_tells(
    view: KeysView, demo: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    before = shown_key(view)
    view.acts.native_file_dialog = False
    view.acts.do("rotate_keys")
    qtbot.waitUntil(lambda: bool(demo.findChildren(RegenerateDialog)), timeout=TIMEOUT_MS)
    dialog = demo.findChildren(RegenerateDialog)[0]
    dialog.choose_button.click()
    chooser = dialog.findChildren(QFileDialog)[0]
    backup = tmp_path / "before.db"
    chooser.fileSelected.emit(str(backup))
    chooser.close()
    assert dialog.backup.text() == str(backup)
    dialog.submit()
    dialog.typed.setText("100")
    notices: list[str] = []
    demo.context.notice.connect(lambda _kind, text: notices.append(text))
    with qtbot.waitSignal(dialog.regenerated, timeout=TIMEOUT_MS):
        dialog.submit()
    assert backup.stat().st_size > 0
    assert shown_key(view) != before
    assert demo.context.database is not None
    assert demo.context.database.public_key == shown_key(view)
    assert any("100 subscriptions deleted" in notice and str(backup) in notice for notice in notices)
    qtbot.waitUntil(lambda: "as soon as" in view.overview_page.signing_card.sentence.text(), timeout=TIMEOUT_MS)


def test_without_a_database_it_invites(window: MainWindow) -> None:
    window.show()
    window.show_view("keys")
    view = cast("KeysView", window.views["keys"])
    assert view.disconnected.isVisible()
    assert not window.context.actions["rotate_keys"].isEnabled()
