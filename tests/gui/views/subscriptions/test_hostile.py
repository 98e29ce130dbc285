"""What strangers wrote into a real database, in the real window: plain, nothing hidden, nothing endless.

Runs on: GUI thread
"""

import html
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.database_file import AUTH, ENDPOINT, P256DH, ask
from webpush_admin.backend.records import SubscriptionInfo
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.subscription import SubscriptionDialog
from webpush_admin.gui.dialogs.user import UserDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.text import display_text
from webpush_admin.gui.views.subscriptions import SubscriptionsView
from webpush_admin.store import Store

TIMEOUT_MS: Final = 20_000
SHOWN: Final = 20_000
"""Characters of one text on the screen at most: 300, or an endpoint's 2,048, each possibly escaped as <U+XXXX>."""

HOSTILE: Final = {
    "rich": '<img src="file:///etc/passwd"><b>bold</b><a href="http://x">&amp;</a><h1>huge</h1>',
    "bidi": "\u202egro.elpmaxe\u2066 \u200bzero\u200dwidth\u00ad\ufeff\u2028line\u3164",
    "control": "a\x00b\x1b[31mred\x07\r\nnext\ttab\x7f\x85",
    "formula": "=cmd|' /C calc'!A0",
    "long": "A" * 1_000_000,
    "long words": "<b>wide</b> " * 90_000,
    "marks": "a" + "\u0301" * 500_000,
    "wide": "\ufdfd" * 300_000,
    "lines": "x\n" * 500_000,
    "json": '{"endpoint": "https://push.example.net/a", "keys": {"p256dh": "a", "auth": "b"}}',
}
UNDECODABLE: Final = "undecodable"


def _fill(path: Path) -> dict[str, int]:
    """Write each text into every column that takes one; return the subscriptions' ids."""
    store = Store.open(f"sqlite:///{path}")
    store.vapid_keys()
    numbers = {}
    for kind in (*HOSTILE, UNDECODABLE):
        user = store.add_user(kind)
        row = store.add_subscription(user.id, endpoint=f"{ENDPOINT}/{kind}", p256dh=P256DH, auth=AUTH)
        numbers[kind] = row.id or 0
    store.close()
    with sqlite3.connect(path) as connection:
        for kind, number in numbers.items():
            value: object = HOSTILE.get(kind, b"\xff\xfe\xc3(<b>")
            places = {"text": value}
            cast = "CAST(:text AS TEXT)"
            connection.execute(f"UPDATE users SET name = {cast} WHERE name = '{kind}'", places)
            connection.execute(
                f"UPDATE subscriptions SET endpoint = 'https://push.example.net/' || {cast}, p256dh = {cast}, "
                f"auth = {cast}, user_agent = {cast} WHERE id = {number}",
                places,
            )
    connection.close()
    return numbers


@pytest.fixture
def numbers(tmp_path: Path) -> dict[str, int]:
    return _fill(tmp_path / "hostile.db")


@pytest.fixture
def view(numbers: dict[str, int], tmp_path: Path, window: MainWindow, qtbot: QtBot) -> Iterator[SubscriptionsView]:
    window.resize(1280, 800)
    window.show()
    context = window.context
    context.bridge.start()
    url = f"sqlite:///{tmp_path / 'hostile.db'}"
    context.set_database(ask(qtbot, context, lambda backend: backend.open(url, create=False)))
    made = cast("SubscriptionsView", window.views["subscriptions"])
    qtbot.waitUntil(lambda: made.table.model.rowCount() == len(numbers), timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: made.people.model.rowCount() == len(numbers) + 1, timeout=TIMEOUT_MS)
    return made  # type: ignore[return-value]  # a fixture without an end


def _is_plain(text: str) -> bool:
    """Whether nothing in a text is hidden; our own line breaks are none of its."""
    return len(text) <= SHOWN and all(line == display_text(line, SHOWN) for line in text.split("\n"))


def _check_tooltip(tooltip: str) -> None:
    """A tooltip is rich text of ours: paragraphs and breaks, in which everything else is escaped."""
    if tooltip:
        assert _is_plain(html.unescape(re.sub(r"</?p>|<br/>", "", tooltip)).replace("\n", "")), tooltip[:300]
        assert not re.search(r"<(?!/?p>|br/>)", tooltip), tooltip[:300]


def _check_cells(model: QAbstractItemModel) -> None:
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            index = model.index(row, column)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                text = index.data(role) or ""
                assert _is_plain(text), (row, column, text[:300])
            _check_tooltip(index.data(Qt.ItemDataRole.ToolTipRole) or "")


def _check_widgets(top: QWidget) -> None:
    labels = [label for label in top.findChildren(QLabel) if label.text()]
    assert labels
    for label in labels:
        # The names of fields in a form have no objectName; they are ours, and the same whatever the row is.
        guessed = label.textFormat() is not Qt.TextFormat.PlainText
        assert not guessed or not (label.objectName() or "<" in label.text()), label.text()[:300]
        assert _is_plain(label.text()), (label.objectName(), label.text()[:300])
    for widget in (top, *top.findChildren(QWidget)):
        _check_tooltip(widget.toolTip())
        assert _is_plain(widget.accessibleName()), widget.objectName()
        assert _is_plain(widget.accessibleDescription()), widget.objectName()
    for button in top.findChildren(QPushButton):
        assert _is_plain(button.text()), button.text()[:300]
    assert _is_plain(top.windowTitle())


def _show(view: SubscriptionsView, qtbot: QtBot, number: int) -> SubscriptionInfo:
    """Select a subscription and wait until everything about it is shown."""
    rows = dict(view.table.model.fetched())
    row = next(at for at, info in rows.items() if info.subscription.id == number)
    view.table.table.selectRow(row)
    qtbot.waitUntil(
        lambda: (
            view.detail.info is not None
            and view.detail.info.subscription.id == number
            and view.detail.answers is not None
        ),
        timeout=TIMEOUT_MS,
    )
    return rows[row]


def _dialog(kind: type[QDialog]) -> Any:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def _wait_until_judged(qtbot: QtBot, dialog: SubscriptionDialog) -> None:
    qtbot.waitUntil(lambda: bool(dialog.p256dh_note.problem.text()), timeout=TIMEOUT_MS)


def _wait_until_read(qtbot: QtBot, dialog: UserDialog) -> None:
    qtbot.waitUntil(lambda: dialog.seen is not None, timeout=TIMEOUT_MS)


def test_lists_show_it_word_for_word(view: SubscriptionsView, window: MainWindow) -> None:
    _check_cells(view.table.model)
    _check_cells(view.people.model)
    names = [view.people.model.index(row, 0).data() for row in range(view.people.model.rowCount())]
    assert HOSTILE["rich"] in names
    assert HOSTILE["formula"] in names
    assert any("<U+202E>" in name for name in names)
    _check_widgets(window)
    # Painting is what a hostile text would make slow, or make fail.
    assert not window.grab().isNull()


def test_the_pane_shows_it_word_for_word(
    view: SubscriptionsView, window: MainWindow, qtbot: QtBot, numbers: dict[str, int]
) -> None:
    for number in numbers.values():
        info = _show(view, qtbot, number)
        view.detail.reveal_button.click()
        _check_widgets(window)
        assert not window.grab().isNull()
        assert view.detail.heading.text().replace("\n", "") == display_text(info.user_name, 120)
        assert view.detail.p256dh_verdict.property("tone") == "bad"


def test_the_forms_show_it_word_for_word_and_keep_what_was_not_touched(
    view: SubscriptionsView, window: MainWindow, qtbot: QtBot, numbers: dict[str, int]
) -> None:
    for number in numbers.values():
        _show(view, qtbot, number)
        view.edit_subscription()
        dialog = _dialog(SubscriptionDialog)
        _wait_until_judged(qtbot, dialog)
        assert dialog.seen.subscription.id == number
        assert not dialog.action_button.isEnabled()
        assert not dialog.dirty
        assert dialog.value(dialog.user_agent) == dialog.seen.subscription.user_agent
        assert all(len(field.text()) <= 4_000 for field in dialog.findChildren(QLineEdit))
        _check_widgets(dialog)
        assert not dialog.grab().isNull()
        dialog.reject()
        assert not dialog.isVisible()


def test_renaming_shows_it_word_for_word_and_keeps_what_was_not_touched(
    view: SubscriptionsView, window: MainWindow, qtbot: QtBot, numbers: dict[str, int]
) -> None:
    people = [person for _, person in view.people.model.fetched() if person.user is not None]
    assert len(people) == len(numbers)
    for person in people:
        view.people.choose(person.id)
        view.edit_user()
        dialog = _dialog(UserDialog)
        _wait_until_read(qtbot, dialog)
        assert dialog.seen.id == person.id
        assert dialog.value(dialog.name) == dialog.seen.name
        assert len(dialog.name.text()) <= 4_000
        _check_widgets(dialog)
        assert not dialog.grab().isNull()
        dialog.reject()
        assert not dialog.isVisible()


def test_questions_and_the_search_for_a_user_show_it_word_for_word(
    view: SubscriptionsView, window: MainWindow, qtbot: QtBot, numbers: dict[str, int]
) -> None:
    for number in numbers.values():
        _show(view, qtbot, number)
        view.copy_json_secrets()
        question = _dialog(ConfirmDialog)
        _check_widgets(question)
        question.reject()
    view.add_subscription()
    dialog = _dialog(SubscriptionDialog)
    owner = dialog.owner
    qtbot.waitUntil(lambda: len(owner.model.rows) == len(numbers), timeout=TIMEOUT_MS)
    _check_cells(owner.model)
    for at in range(len(numbers)):
        owner.list.selectRow(at)
        owner.list.opened.emit()
        _check_widgets(dialog)
        owner.change_button.click()
    dialog.done(0)


def test_the_clipboard_hides_nothing(
    view: SubscriptionsView, window: MainWindow, qtbot: QtBot, numbers: dict[str, int]
) -> None:
    for kind in ("bidi", "control", "rich"):
        _show(view, qtbot, numbers[kind])
        QApplication.clipboard().setText("before")
        view.copy_json()
        qtbot.waitUntil(lambda: QApplication.clipboard().text() != "before", timeout=TIMEOUT_MS)
        text = QApplication.clipboard().text()
        assert text.isascii()
        assert all(character.isprintable() or character == "\n" for character in text)
