"""The page that checks the keys, on a real database: at one glance, in detail, as text, and while it is hidden.

Runs on: GUI thread
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout
from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS, File, ask
from webpush_admin.backend.key_records import KeyFinding, KeyReport, Severity
from webpush_admin.gui.context import Context
from webpush_admin.gui.theme import Mode
from webpush_admin.gui.views.keys.check_page import CheckPage
from webpush_admin.gui.views.keys.finding_list import MOST_LINES
from webpush_admin.gui.widgets.plain import PlainLabel

HOSTILE = "<b>refused</b>\u202e"
REPORT = KeyReport(
    (
        KeyFinding("Key pair", Severity.GOOD, "It is a pair."),
        KeyFinding("Subject", Severity.BAD, HOSTILE, "Set another."),
    ),
    datetime(2026, 11, 22, 12, tzinfo=UTC),
)


@pytest.fixture
def file(tmp_path: Path, qtbot: QtBot, context: Context) -> Iterator[File]:
    made = File(tmp_path / "push.db")
    made.open(qtbot, context)
    made.window.resize(900, 600)
    made.window.show()
    yield made
    made.window.hide()
    made.window.deleteLater()
    made.store.close()


@pytest.fixture
def page(file: File, context: Context) -> CheckPage:
    """The page, which is not shown yet."""
    made = CheckPage(context, file.window)
    made.hide()
    layout = QVBoxLayout(file.window)
    layout.addWidget(made)
    return made


def _show(page: CheckPage, qtbot: QtBot) -> KeyReport:
    page.show()
    qtbot.waitUntil(lambda: page.report is not None, timeout=TIMEOUT_MS)
    assert page.report is not None
    return page.report


def _label(page: CheckPage, number: int, part: str) -> PlainLabel | None:
    """Return a label of a line; those of lists before may not be deleted yet."""
    found = page.findings._lines[number - 1].findChild(PlainLabel, f"finding_{part}_{number}")
    return found if isinstance(found, PlainLabel) else None


def test_it_checks_when_it_is_shown_and_rests_while_it_is_hidden(
    page: CheckPage, context: Context, qtbot: QtBot
) -> None:
    keys = ask(qtbot, context, lambda backend: backend.keys.info())
    page.show_keys(keys, keys.pairs[0])
    assert not page._refresher._timer.isActive()
    assert page.headline.text() == "Not checked yet"
    assert not page.copy_button.isEnabled()
    report = _show(page, qtbot)
    assert [finding for finding in page.findings.findings if finding.about == "Key pair"]
    assert set(page.findings.findings) == set(report.findings)
    assert "Nothing was sent." in page.told.text()
    page.hide()
    page.show_keys(replace(keys, subject="mailto:other@example.org"), keys.pairs[0])
    assert page._refresher.wished
    assert page._job is None
    page.show()
    qtbot.waitUntil(lambda: page.report is not report, timeout=TIMEOUT_MS)


def test_a_button_checks_again_and_one_copies_it_without_a_key(page: CheckPage, file: File, qtbot: QtBot) -> None:
    report = _show(page, qtbot)
    QTest.keyClick(page.check_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.report is not report, timeout=TIMEOUT_MS)
    page.copy_button.click()
    text = QApplication.clipboard().text()
    assert text.startswith("VAPID keys of push.db, checked ")
    assert "Key pair" in text
    keys = file.store.vapid_keys()
    assert keys.private_key not in text
    assert file.row.endpoint not in text


def test_what_is_wrong_is_told_first_in_words_and_as_plain_text(page: CheckPage, qtbot: QtBot) -> None:
    _show(page, qtbot)
    told: list[object] = []
    page.worst_changed.connect(told.append)
    page._on_checked(REPORT)
    assert page.headline.text() == "1 problem"
    assert told == [Severity.BAD]
    first = _label(page, 1, "text")
    assert first is not None
    assert first.text() == "<b>refused</b><U+202E>"
    assert first.textFormat() is Qt.TextFormat.PlainText
    assert [word.text() for number in (1, 2) if (word := _label(page, number, "word"))] == ["Problem", "Good"]
    assert _label(page, 1, "action") is not None
    assert _label(page, 2, "action") is None
    page._on_checked(KeyReport(REPORT.findings[:1], REPORT.checked_at))
    assert page.headline.text() == "Everything that can be checked without sending is fine"
    page._on_checked(KeyReport(REPORT.findings * 1000, REPORT.checked_at))
    assert len(page.findings.findings) == MOST_LINES


def test_its_pictures_follow_the_theme(page: CheckPage, context: Context, qtbot: QtBot) -> None:
    _show(page, qtbot)
    page._on_checked(REPORT)

    def picture() -> int:
        found = page.findings._lines[0].findChild(QLabel, "finding_icon_1")
        assert isinstance(found, QLabel)
        return found.pixmap().cacheKey()

    before, head = picture(), page.picture.pixmap().cacheKey()
    context.theme.set_mode(Mode.LIGHT)
    qtbot.waitUntil(lambda: picture() != before, timeout=TIMEOUT_MS)
    assert page.picture.pixmap().cacheKey() != head


def test_a_refusal_is_told_and_a_closed_database_leaves_nothing(
    page: CheckPage, context: Context, qtbot: QtBot
) -> None:
    _show(page, qtbot)
    page._on_failed("The keyring did not open.")
    assert page.headline.text() == "The keys could not be checked"
    assert page.told.text() == "The keyring did not open."
    assert not page.findings.findings
    page.check()
    qtbot.waitUntil(lambda: page.report is not None, timeout=TIMEOUT_MS)
    assert page.findings.findings
    context.set_database(None)
    assert page.headline.text() == "Not checked yet"
    assert not page.findings.findings
    page.check()
    assert page._job is None


def test_a_check_can_be_stopped(page: CheckPage, qtbot: QtBot) -> None:
    report = _show(page, qtbot)
    page.check()
    job = page._job
    assert job is not None
    page.busy.stopped.emit()
    assert job.cancelled
    assert page.report is report
    page.check()
    qtbot.waitUntil(lambda: page.report is not report, timeout=TIMEOUT_MS)


def test_what_was_found_of_other_keys_is_not_told_of_these(page: CheckPage, context: Context, qtbot: QtBot) -> None:
    keys = ask(qtbot, context, lambda backend: backend.keys.info())
    page.show_keys(keys, keys.pairs[0])
    _show(page, qtbot)
    page.check()
    reports: list[object] = []
    page.worst_changed.connect(reports.append)
    page.show_keys(replace(keys, public_key="another"), keys.pairs[0])
    assert page.report is None
    assert reports == [None]
    assert page.headline.text() == "Not checked yet"
    qtbot.waitUntil(lambda: page.report is not None, timeout=TIMEOUT_MS)


def test_keys_that_changed_during_a_check_are_checked_again(page: CheckPage, context: Context, qtbot: QtBot) -> None:
    keys = ask(qtbot, context, lambda backend: backend.keys.info())
    page.show_keys(keys, keys.pairs[0])
    first = _show(page, qtbot)
    page.check()
    under_way = page._job
    page.show_keys(replace(keys, subject="mailto:else@example.net"), keys.pairs[0])
    page._check_anew()
    assert page._job is under_way
    qtbot.waitUntil(lambda: page.report is not first, timeout=TIMEOUT_MS)
    second = page.report
    qtbot.waitUntil(lambda: page.report is not second, timeout=TIMEOUT_MS)
