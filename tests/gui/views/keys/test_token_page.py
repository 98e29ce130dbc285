"""The page that takes tokens apart, with tokens that a real pair has signed.

Runs on: GUI thread
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File, ask
from webpush_admin.backend.key_records import KeyFinding, Severity, TokenReport
from webpush_admin.gui.context import Context
from webpush_admin.gui.views.keys.token_page import TokensPage
from webpush_admin.gui.widgets.plain_edit import MOST_CHARACTERS
from webpush_admin.push.vapid import Authorizations, VapidKeys

ORIGIN = "https://fcm.googleapis.com"
HOSTILE = "<b>x</b>\u202e"
SUBJECT = "mailto:ops@acme.org"


@pytest.fixture
def file(tmp_path: Path, qtbot: QtBot, context: Context) -> Iterator[File]:
    made = File(tmp_path / "push.db")
    made.open(qtbot, context)
    made.window.resize(1000, 700)
    made.window.show()
    yield made
    made.window.hide()
    made.window.deleteLater()
    made.store.close()


@pytest.fixture
def page(file: File, context: Context, qtbot: QtBot) -> TokensPage:
    made = TokensPage(context, file.window)
    QVBoxLayout(file.window).addWidget(made)
    made.show()
    keys = ask(qtbot, context, lambda backend: backend.keys.info())
    made.show_keys(keys, keys.pairs[0])
    return made


def _paste(page: TokensPage, text: str) -> None:
    """Paste as a person does, in the place of what was there."""
    QGuiApplication.clipboard().setText(text)
    page.token.selectAll()
    page.token.paste()


def _verdict(page: TokensPage, qtbot: QtBot, part: str) -> str:
    qtbot.waitUntil(lambda: part in page.result.verdict.text(), timeout=TIMEOUT_MS)
    return page.result.verdict.text()


def test_a_token_of_the_active_pair_is_taken_apart(page: TokensPage, file: File, qtbot: QtBot) -> None:
    assert page.result.isHidden()
    assert page.explanation.isVisible()
    assert not page.clear_button.isVisible()
    header = Authorizations(file.store.vapid_keys(), SUBJECT).header(ORIGIN)
    _paste(page, f"POST {ORIGIN}/fcm/send/x HTTP/1.1\nAuthorization: {header}\nTTL: 60\n")
    told = _verdict(page, qtbot, "Valid for")
    assert told.startswith(f"Valid for {ORIGIN} until ")
    assert told.endswith("UTC, signed by the active pair.")
    assert "the active pair" in page.result.facts.text()
    assert '"alg": "ES256"' in page.result.header.text.toPlainText()
    assert f'"aud": "{ORIGIN}"' in page.result.claims.text.toPlainText()
    (caption, words) = (label.text() for label in page.result.claims._times)
    assert caption == "Expires"
    assert words.startswith(("in 11 h 59 min, ", "in 12 h 0 min, "))
    assert "Signature" in {finding.about for finding in page.result.findings.findings}
    assert page._clock.isActive()
    assert page.clear_button.isVisible()


def test_what_is_wrong_is_said_first(page: TokensPage, file: File, qtbot: QtBot) -> None:
    foreign = Authorizations(VapidKeys.generate(), SUBJECT).header(ORIGIN)
    _paste(page, foreign)
    told = _verdict(page, qtbot, "pair")
    assert not told.endswith("signed by the active pair.")
    own = Authorizations(file.store.vapid_keys(), SUBJECT).header(ORIGIN)
    token, _, key = own.partition(", k=") if ", k=" in own else own.partition(",k=")
    broken = token[:-10] + ("A" * 10 if not token.endswith("A" * 10) else "B" * 10)
    _paste(page, f"{broken},k={key}")
    told = _verdict(page, qtbot, "ignature")
    assert page.result.findings.findings[0].sentence == told
    _paste(page, "<b>hello</b> world")
    _verdict(page, qtbot, "no token")
    assert not page.result.parts.isVisible()
    assert not page.result.findings.findings


def test_hostile_claims_stay_text(page: TokensPage, qtbot: QtBot) -> None:
    parts = ({"typ": "JWT", "alg": "none"}, {"aud": HOSTILE, "sub": HOSTILE})
    encoded = (urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    _paste(page, ".".join((*encoded, "AAAA")))
    qtbot.waitUntil(page.result.isVisible, timeout=TIMEOUT_MS)
    assert "<b>x</b>" in page.result.claims.text.toPlainText()
    shown = [page.result.claims.text.toPlainText(), page.result.verdict.text(), page.result.facts.text()]
    shown += [label.text() for label in page.result.findChildren(QLabel)]
    assert not any("\u202e" in text for text in shown)
    assert page.result.verdict.textFormat() is Qt.TextFormat.PlainText


def test_what_hides_in_a_token_is_seen(page: TokensPage) -> None:
    report = TokenReport("vapid", f'{{"typ": "{HOSTILE}"}}', "", "", "", (KeyFinding(HOSTILE, Severity.BAD, HOSTILE),))
    page.result.show_report(report, None, datetime.now(UTC))
    assert page.result.header.text.toPlainText() == '{"typ": "<b>x</b><U+202E>"}'
    assert page.result.verdict.text() == "<b>x</b><U+202E>"


def test_what_is_deleted_by_hand_cannot_be_had_back(page: TokensPage) -> None:
    _paste(page, "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9")
    page.token.selectAll()
    page.token.textCursor().removeSelectedText()
    page.token.undo()
    assert page.token.toPlainText() == ""


def test_nothing_stays_of_what_was_cleared(page: TokensPage, file: File, context: Context, qtbot: QtBot) -> None:
    header = Authorizations(file.store.vapid_keys(), SUBJECT).header(ORIGIN)
    for clear in (page.clear_button.click, lambda: context.set_database(None)):
        _paste(page, header)
        qtbot.waitUntil(page.result.isVisible, timeout=TIMEOUT_MS)
        assert page.result.claims.text.toPlainText()
        clear()
        assert page.token.toPlainText() == ""
        assert page.result.isHidden()
        assert page.result.claims.text.toPlainText() == ""
        assert page.result.verdict.text() == ""
        page.token.undo()
        assert page.token.toPlainText() == ""
        assert not page._clock.isActive()
        assert not page._typing.isActive()


def test_a_pasted_megabyte_is_cut_and_told(page: TokensPage, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setText("e" * 1_000_000)
    page.token.insertFromMimeData(data)
    assert len(page.token.toPlainText()) == MOST_CHARACTERS
    qtbot.waitUntil(page.shortened.isVisible, timeout=TIMEOUT_MS)
    assert "1,000,000" in page.shortened.text()
    QTest.keyClick(page.token, Qt.Key.Key_Backspace)
    assert not page.shortened.isVisible()


def test_hidden_it_rests_and_shown_again_it_looks_again(page: TokensPage, file: File, qtbot: QtBot) -> None:
    _paste(page, Authorizations(file.store.vapid_keys(), SUBJECT).header(ORIGIN))
    _verdict(page, qtbot, "Valid for")
    page.hide()
    assert not page._clock.isActive()
    page.show()
    assert page._job is not None
    qtbot.waitUntil(page._clock.isActive, timeout=TIMEOUT_MS)


def test_the_parts_stand_below_each_other_where_it_is_narrow(page: TokensPage, file: File, qtbot: QtBot) -> None:
    assert page.result._parts.direction() is QBoxLayout.Direction.LeftToRight
    file.window.resize(700, 600)
    qtbot.waitUntil(lambda: page.result._parts.direction() is QBoxLayout.Direction.TopToBottom, timeout=TIMEOUT_MS)


def test_tab_leaves_the_field(page: TokensPage) -> None:
    page.token.setFocus()
    assert page.token.hasFocus()
    QTest.keyClick(page.token, Qt.Key.Key_Tab)
    assert not page.token.hasFocus()
    assert "\t" not in page.token.toPlainText()
