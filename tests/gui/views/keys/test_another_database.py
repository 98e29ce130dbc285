"""What was asked about the keys of one database, when another one is opened meanwhile: the same number is another pair.

Runs on: GUI thread
"""

import pytest
from PySide6.QtWidgets import QPushButton

from tests.gui.database_file import TIMEOUT_MS, ask
from tests.gui.exchange_place import Place
from tests.gui.views.keys.hands import Keys
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.push.vapid import VapidKeys

DIALOGS = (
    "set_subject",
    "generate_keys",
    "import_keys",
    "export_keys",
    "rename_keys",
    "remove_keys",
    "keep_keys",
    "reveal_key",
    "rotate_keys",
    "undo_rotation",
)


@pytest.fixture
def keys(place: Place) -> Keys:
    place.store.keys.add(VapidKeys.generate(), "old shop")
    made = Keys(place.qtbot, place.window)
    made.wait(2)
    made.choose(1)
    return made


def open_again(keys: Keys) -> None:
    """Close the database and open one with pairs of the same numbers, as the window is told of it."""
    info = keys.window.context.database
    assert info is not None
    keys.window.context.set_database(None)
    assert keys.view.pair_list.model.rowCount() == 0
    keys.window.context.set_database(info)


def test_dialogs_go_with_their_database(keys: Keys) -> None:
    for name in DIALOGS:
        keys.trigger(name)
        dialog = keys.dialog(FormDialog)
        finished: list[int] = []
        dialog.finished.connect(finished.append)
        open_again(keys)
        assert finished == [0], name
        keys.wait(2)
        keys.choose(1)
        keys.qtbot.waitUntil(lambda: not keys.window.findChildren(FormDialog), timeout=TIMEOUT_MS)


def test_what_is_asked_before_a_dialog_opens_is_for_its_database_alone(keys: Keys) -> None:
    for name in ("keep_keys", "rotate_keys"):
        keys.trigger(name)
        open_again(keys)
        context = keys.window.context
        ask(keys.qtbot, context, lambda backend: backend.keys.keeping.keyring_name())
        ask(keys.qtbot, context, lambda backend: backend.keys.rotation.cost())
        assert keys.window.findChildren(FormDialog) == [], name
        keys.wait(2)
        keys.choose(1)


def test_a_list_of_keys_that_was_asked_of_the_former_database_is_not_shown(keys: Keys) -> None:
    context = keys.window.context
    keys.view.acts.read_wished.emit()
    open_again(keys)
    keys.view._refresher.forget()
    ask(keys.qtbot, context, lambda backend: backend.keys.info())
    assert keys.view.pair_list.model.rowCount() == 0


def test_the_list_has_the_focus_when_a_database_comes(place: Place) -> None:
    context = place.window.context
    info = context.database
    context.set_database(None)
    view = Keys(place.qtbot, place.window).view
    view.stack.disconnected.findChildren(QPushButton)[0].setFocus()
    context.set_database(info)
    assert place.window.focusWidget() is view.pair_list.table, "and not the next button, to which Qt would go on"
