"""The form of a subscription on a real database: judged field by field, filled by JSON, overwriting nothing unsaid.

Runs on: GUI thread
"""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.gone import remove
from tests.gui.database_file import AUTH, ENDPOINT, OTHER_P256DH, P256DH, TIMEOUT_MS, File, ask
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.subscription import SubscriptionDialog

NEW = "https://push.example.net/wp/another"
PASTED = json.dumps({"endpoint": NEW, "expirationTime": None, "keys": {"p256dh": OTHER_P256DH, "auth": AUTH}}, indent=2)


def _adding(qtbot: QtBot, context: Context, file: File) -> SubscriptionDialog:
    dialog = SubscriptionDialog(context, file.window, user=file.ada)
    dialog.open()
    return dialog


def _editing(qtbot: QtBot, context: Context, file: File) -> SubscriptionDialog:
    dialog = SubscriptionDialog(context, file.window, edited=file.row)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.endpoint.text() != "", timeout=TIMEOUT_MS)
    qtbot.waitUntil(dialog.action_button.isEnabled, timeout=TIMEOUT_MS)
    return dialog


def _question() -> ConfirmDialog | None:
    windows = QApplication.topLevelWidgets()
    return next((w for w in windows if isinstance(w, ConfirmDialog) and w.isVisible()), None)


def _close(dialog: SubscriptionDialog) -> None:
    dialog.done(0)


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("endpoint", "http://192.168.0.1/a", "https://"),
        ("endpoint", "https://push.example.net/" + "a" * 2048, "2048 are allowed"),
        ("p256dh", "AAAA", "p256dh has 3 bytes"),
        ("auth", "AAAA", "auth has 3 bytes"),
        ("auth", "A" * 101, "auth has 101 characters"),
    ],
)
def test_what_is_wrong_stands_under_its_own_field(
    context: Context, file: File, qtbot: QtBot, field: str, value: str, word: str
) -> None:
    dialog = _editing(qtbot, context, file)
    notes = {"endpoint": dialog.endpoint_note, "p256dh": dialog.p256dh_note, "auth": dialog.auth_note}
    line: QLineEdit = getattr(dialog, field)
    line.setText(value)
    qtbot.waitUntil(lambda: word in notes[field].problem.text(), timeout=TIMEOUT_MS)
    assert not dialog.action_button.isEnabled()
    assert line.property("wrong") is True
    assert word in line.accessibleDescription()
    assert [name for name, note in notes.items() if note.problem.text()] == [field]
    assert notes[field].counter.text().startswith(f"{len(value):,} of ")
    line.setText(getattr(file.row, field))
    qtbot.waitUntil(lambda: not notes[field].problem.text(), timeout=TIMEOUT_MS)
    qtbot.waitUntil(dialog.action_button.isEnabled, timeout=TIMEOUT_MS)
    _close(dialog)


def test_a_verdict_on_what_was_typed_before_never_shows(context: Context, file: File, qtbot: QtBot) -> None:
    dialog = _editing(qtbot, context, file)
    dialog.endpoint.setText("http://192.168.0.1/a")
    dialog.check()
    # The verdict is on its way when the operator goes on.
    dialog.endpoint.setText(ENDPOINT)
    shown: list[str] = []
    dialog.context.bridge.ask(
        lambda backend: backend.subscriptions.check("x", "y", "z"),
        lambda _: shown.append(dialog.endpoint_note.problem.text()),
    )
    qtbot.waitUntil(lambda: bool(shown), timeout=TIMEOUT_MS)
    assert shown == [""]
    _close(dialog)


@pytest.mark.parametrize("field", ["endpoint", "p256dh", "auth", "user_agent"])
def test_json_that_is_pasted_into_any_field_fills_all(context: Context, file: File, qtbot: QtBot, field: str) -> None:
    dialog = _editing(qtbot, context, file)
    QApplication.clipboard().setText(PASTED)
    getattr(dialog, field).paste()  # into the middle of what is there
    assert (dialog.endpoint.text(), dialog.p256dh.text(), dialog.auth.text()) == (NEW, OTHER_P256DH, AUTH)
    assert dialog.user_agent.text() == "Mozilla/5.0 first"
    assert dialog.auth.displayText() != AUTH
    _close(dialog)


def test_what_is_no_push_subscription_is_said(context: Context, file: File, qtbot: QtBot) -> None:
    dialog = _adding(qtbot, context, file)
    QApplication.clipboard().setText('{"endpoint": "https://push.example.net/a"}')
    dialog.paste_button.click()
    assert "PushSubscription" in dialog.problem.text()
    assert not dialog.fill_from_json("{}")
    QApplication.clipboard().setText("x" * 3_000_000)
    dialog.endpoint.paste()
    assert len(dialog.endpoint.text()) == 20_000
    _close(dialog)


def test_return_saves_what_is_valid(context: Context, file: File, qtbot: QtBot) -> None:
    dialog = _adding(qtbot, context, file)
    assert dialog.focusWidget() is dialog.endpoint
    QTest.keyClick(dialog.endpoint, Qt.Key.Key_Return)
    assert dialog.isVisible(), "there is nothing to be saved yet"
    QApplication.clipboard().setText(PASTED)
    QTest.keySequence(dialog.endpoint, "Ctrl+V")
    with qtbot.waitSignal(dialog.saved, timeout=TIMEOUT_MS) as saved:
        QTest.keyClick(dialog.endpoint, Qt.Key.Key_Return)
    assert saved.args[0].endpoint == NEW
    assert saved.args[0].user_id == file.ada.id


def test_the_quick_are_refused_in_words(context: Context, file: File, qtbot: QtBot) -> None:
    dialog = _editing(qtbot, context, file)
    dialog.endpoint.setText("http://192.168.0.1/a")
    dialog.action_button.click()
    qtbot.waitUntil(dialog.problem.isVisible, timeout=TIMEOUT_MS)
    assert dialog.isVisible()
    assert "https://" in dialog.problem.text()
    assert file.store.subscriptions_of(file.ada.id)[0].endpoint == ENDPOINT
    _close(dialog)


def test_the_row_is_read_again_for_editing(context: Context, file: File, qtbot: QtBot) -> None:
    file.store.edit_subscription(
        file.row.id or 0, endpoint=ENDPOINT, p256dh=OTHER_P256DH, auth=AUTH, user_agent="a" * 9_000
    )
    dialog = _editing(qtbot, context, file)
    assert dialog.p256dh.text() == OTHER_P256DH, "a list may hold an old row"
    qtbot.waitUntil(lambda: "9,000 characters" in dialog.user_agent_note.problem.text(), timeout=TIMEOUT_MS)
    dialog.p256dh.setText(P256DH)
    with qtbot.waitSignal(dialog.saved, timeout=TIMEOUT_MS) as saved:
        dialog.action_button.click()
    assert saved.args[0].p256dh == P256DH
    assert saved.args[0].user_agent == "a" * 9_000, "what nobody touched stays as it was, however long"


def test_a_row_that_somebody_changed_is_told_and_not_overwritten(context: Context, file: File, qtbot: QtBot) -> None:
    dialog = _editing(qtbot, context, file)
    dialog.user_agent.setText("Mozilla/5.0 mine")
    file.store.edit_subscription(
        file.row.id or 0, endpoint=ENDPOINT, p256dh=OTHER_P256DH, auth=AUTH, user_agent="theirs"
    )
    # Before anybody has noticed: the database itself refuses.
    dialog.submit()
    qtbot.waitUntil(dialog.reload_button.isVisible, timeout=TIMEOUT_MS)
    assert "Somebody else" in dialog.problem.text()
    assert not dialog.action_button.isEnabled()
    assert file.store.subscriptions_of(file.ada.id)[0].user_agent == "theirs"
    dialog.reload_button.click()
    assert (dialog.p256dh.text(), dialog.user_agent.text()) == (OTHER_P256DH, "theirs")
    dialog.user_agent.setText("mine after all")
    qtbot.waitUntil(dialog.action_button.isEnabled, timeout=TIMEOUT_MS)
    with qtbot.waitSignal(dialog.saved, timeout=TIMEOUT_MS):
        dialog.action_button.click()
    assert file.store.subscriptions_of(file.ada.id)[0].user_agent == "mine after all"


def test_an_open_form_notices_other_programs(context: Context, file: File, qtbot: QtBot) -> None:
    dialog = _editing(qtbot, context, file)
    number = file.row.id or 0
    file.store.edit_subscription(number, endpoint=ENDPOINT, p256dh=P256DH, auth=AUTH, user_agent="theirs")
    qtbot.waitUntil(lambda: dialog.user_agent.text() == "theirs", timeout=TIMEOUT_MS)
    assert "this is what is there now" in dialog.problem.text(), "nothing was typed: nothing is lost"
    remove(file.store, [number])
    qtbot.waitUntil(lambda: "deleted meanwhile" in dialog.problem.text(), timeout=TIMEOUT_MS)
    assert not dialog.action_button.isEnabled()
    _close(dialog)


def test_replacing_is_said_before_it_is_done(context: Context, file: File, qtbot: QtBot) -> None:
    dialog = _adding(qtbot, context, file)
    dialog.endpoint.setText(ENDPOINT)
    dialog.p256dh.setText(OTHER_P256DH)
    dialog.auth.setText(AUTH)
    action = f"Replace keys of subscription {file.row.id}"
    qtbot.waitUntil(lambda: dialog.action_button.text() == action, timeout=TIMEOUT_MS)
    assert "already" in dialog.endpoint_note.problem.text()
    dialog.endpoint.setText(NEW)
    qtbot.waitUntil(lambda: dialog.action_button.text() == "Add subscription", timeout=TIMEOUT_MS)
    dialog.endpoint.setText(ENDPOINT)
    # Quicker than the verdict, nothing has been said: nothing is replaced.
    dialog.submit()
    qtbot.waitUntil(lambda: "nothing was replaced" in dialog.problem.text(), timeout=TIMEOUT_MS)
    assert file.store.subscriptions_of(file.ada.id)[0].p256dh == P256DH
    qtbot.waitUntil(lambda: dialog.action_button.text() == action, timeout=TIMEOUT_MS)
    with qtbot.waitSignal(dialog.saved, timeout=TIMEOUT_MS):
        dialog.action_button.click()
    assert [row.p256dh for row in file.store.subscriptions_of(file.ada.id)] == [OTHER_P256DH]


def test_an_endpoint_that_the_user_has_already_is_refused_in_an_edit(
    context: Context, file: File, qtbot: QtBot
) -> None:
    other = file.add(NEW)
    dialog = _editing(qtbot, context, file)
    dialog.endpoint.setText(NEW)
    qtbot.waitUntil(lambda: f"subscription {other.id}" in dialog.endpoint_note.problem.text(), timeout=TIMEOUT_MS)
    assert not dialog.action_button.isEnabled()
    _close(dialog)


def test_escape_asks_only_where_something_would_be_lost(context: Context, file: File, qtbot: QtBot) -> None:
    untouched = _editing(qtbot, context, file)
    QTest.keyClick(untouched, Qt.Key.Key_Escape)
    assert not untouched.isVisible()
    dialog = _editing(qtbot, context, file)
    dialog.user_agent.setText("typed")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    question = _question()
    assert question is not None
    assert dialog.isVisible()
    question.reject()
    assert dialog.isVisible()
    assert dialog.user_agent.text() == "typed"
    dialog.close()
    question = _question()
    assert question is not None, "the button of the window's frame asks too"
    question.submit()
    assert not dialog.isVisible()


def test_the_user_is_looked_for_where_none_is_selected(context: Context, file: File, qtbot: QtBot) -> None:
    grace = file.store.add_user("Grace Hopper")
    dialog = SubscriptionDialog(context, file.window)
    dialog.open()
    owner = dialog.owner
    assert owner is not None
    assert dialog.focusWidget() is owner.search
    qtbot.waitUntil(lambda: len(owner.model.rows) == 2, timeout=TIMEOUT_MS)
    dialog.fill_from_json(PASTED)
    assert not dialog.action_button.isEnabled(), "nobody is chosen"
    QTest.keyClicks(owner.search, "grace")
    QTest.keyClick(owner.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: owner.user is not None, timeout=TIMEOUT_MS)
    assert "Grace Hopper" in owner.who.text()
    qtbot.waitUntil(dialog.action_button.isEnabled, timeout=TIMEOUT_MS)
    with qtbot.waitSignal(dialog.saved, timeout=TIMEOUT_MS) as saved:
        dialog.action_button.click()
    assert saved.args[0].user_id == grace.id


def test_the_list_of_users_goes_by_keyboard(context: Context, file: File, qtbot: QtBot) -> None:
    file.store.add_user("Grace Hopper")
    dialog = SubscriptionDialog(context, file.window)
    dialog.open()
    owner = dialog.owner
    assert owner is not None
    qtbot.waitUntil(lambda: len(owner.model.rows) == 2, timeout=TIMEOUT_MS)
    QTest.keyClick(owner.search, Qt.Key.Key_Down)
    assert dialog.focusWidget() is owner.list
    QTest.keyClick(owner.list, Qt.Key.Key_Down)
    QTest.keyClick(owner.list, Qt.Key.Key_Return)
    assert owner.user is not None
    assert owner.user.name == "Grace Hopper"
    assert dialog.focusWidget() is dialog.endpoint
    owner.change_button.click()
    assert owner.search.isVisible()
    owner.search.setText("nobody of this name")
    qtbot.waitUntil(owner.nobody.isVisible, timeout=TIMEOUT_MS)
    _close(dialog)


def test_a_closed_database_is_said(context: Context, file: File, qtbot: QtBot) -> None:
    dialog = _editing(qtbot, context, file)
    context.set_database(None)
    assert "closed" in dialog.problem.text()
    assert not dialog.action_button.isEnabled()
    _close(dialog)
    ask(qtbot, context, lambda backend: backend.close())
