"""What is typed in the view Send: refusals, checks, preview, templates, whom it is for, how far a send is.

Runs on: GUI thread
"""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.models.history_rows import send
from tests.gui.views.send.desk import TIMEOUT_MS, opened
from webpush_admin.backend.records import (
    Resting,
    SendProgress,
    SendSummary,
    Snapshot,
)
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.one_line import OneLineDialog
from webpush_admin.gui.models.audience import Reach
from webpush_admin.gui.models.draft import Draft, Shape
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.views.send import SendView
from webpush_admin.gui.widgets.plain_edit import MOST_CHARACTERS
from webpush_admin.push.answer import Outcome
from webpush_admin.push.message import Message

HOSTILE = "<b>bold</b>\u202e<img src=http://a.city/x>"


def test_templates_outlive_the_window(context: Context, bare: SendView, qtbot: QtBot) -> None:
    settings = QSettings("webpush-admin", "webpush-admin")
    bare.restore(settings)
    draft = Draft(shape=Shape.DECLARATIVE, title=HOSTILE, url="https://a.city/", ttl="5 min", buttons=(("A", "b"),))
    bare.form.show_draft(draft)
    bare.save_template()
    dialog = opened(OneLineDialog)
    dialog.line.setText("Mine & yours")
    dialog.action_button.click()
    assert "saved already" in bare.templates.problem()

    again = SendView(context)
    again.restore(settings)
    assert dict(again.templates.templates.saved) == {"Mine & yours": draft}
    again.templates.templates_menu.aboutToShow.emit()
    entry = next(action for action in again.templates.templates_menu.actions() if "Mine" in action.text())
    assert entry.text() == "Mine && yours"
    entry.trigger()
    assert again.form.draft() == draft
    again.templates.rename("Mine & yours")
    dialog = opened(OneLineDialog)
    dialog.line.setText("Other")
    dialog.action_button.click()
    assert list(again.templates.templates) == ["Other"]
    again.templates.delete("Other")
    assert list(again.templates.templates) == []
    settings.setValue("send/templates", "{")
    with qtbot.waitSignal(context.notice, timeout=TIMEOUT_MS) as told:
        again.restore(settings)
    assert "could not be read" in told.args[1]
    again.deleteLater()


@pytest.mark.parametrize(
    ("draft", "word"),
    [
        (Draft(title="Hi", ttl="soon"), "TTL"),
        (Draft(title="Hi", ttl="5 weeks"), "TTL"),
        (Draft(title="Hi", topic="not good"), "topic"),
        (Draft(title="Hi", topic="x" * 33), "topic"),
        (Draft(title="Hi", data="{"), "data"),
        (Draft(title="x" * 4000), "bytes"),
        (Draft(shape=Shape.DECLARATIVE, title="Hi"), "URL"),
        (Draft(shape=Shape.JSON, raw_json="{"), "JSON"),
        (Draft(shape=Shape.TEXT, raw_text="x" * 4000), "bytes"),
    ],
)
def test_what_cannot_be_sent_says_why_and_is_not(bare: SendView, context: Context, draft: Draft, word: str) -> None:
    bare.form.show_draft(draft)
    delivery = bare.form.delivery
    notes = (delivery.ttl_note, delivery.topic_note)
    told = [note.problem.text() for note in notes if not note.isHidden()]
    told += [bare.composer.footer.problem.text()] if not bare.composer.footer.problem.isHidden() else []
    assert len(told) == 1, "one place says it"
    assert word in told[0]
    assert told[0].endswith(".")
    assert not context.actions["send_message"].isEnabled()
    bare.send_message()
    assert not bare.outgoing.running
    bare.form.show_draft(Draft(title="Hi"))
    assert all(note.isHidden() for note in notes)
    assert bare.composer.footer.problem.isHidden()


def test_a_topic_that_is_too_long_is_offered_its_fingerprint(bare: SendView) -> None:
    bare.form.show_draft(Draft(title="Hi", topic="a topic with spaces that is much too long"))
    bare.form.delivery.offer_button.click()
    assert len(bare.form.delivery.topic.text()) == 32
    assert bare.form.delivery.offer_button.isHidden()
    assert bare.form.delivery.topic_note.isHidden()


def test_checks_and_preview_follow_what_is_typed(bare: SendView, context: Context) -> None:
    bare.form.show_draft(Draft(title="Hi", ttl="60 s"))
    assert bare.composer.checks.isHidden()
    bare.form.delivery.ttl.setEditText("0")
    bare.form.icon.setText("http://localhost/i.png")
    assert "WNS" in bare.composer.checks.findings[0].sentence
    assert bare.composer.checks.summary() == "1 refusal, 1 warning"
    assert bare.composer.tabs.tabText(0) == "Preview (1 refusal, 1 warning)"
    database = context.database
    assert database is not None
    context.set_database(replace(database, subject="mailto:ops@localhost"))
    assert "localhost" in " ".join(
        found.sentence for found in bare.composer.checks.findings if found.field == "subject"
    )
    chrome, safari = bare.composer.preview.cards[0], bare.composer.preview.cards[4]
    assert not chrome.icon.isHidden()
    assert "icon" in safari.note.text()
    bare.form.body.setPlainText("one\ntwo")
    assert chrome.body.text() == "one\ntwo"
    bare.form.show_draft(Draft(shape=Shape.JSON, raw_json='{"own": 1}'))
    assert chrome.isHidden()
    assert "no title" in bare.composer.preview.unsure.text()
    assert "service worker" in bare.composer.preview.unsure.text()


def test_hostile_texts_stay_text(bare: SendView) -> None:
    hostile = HOSTILE + "\u2028" + "x" * 900
    bare.form.show_draft(
        Draft(title=hostile, body="\n".join([hostile] * 30), tag=hostile, buttons=((hostile, hostile),), url=hostile)
    )
    bare.resize(900, 600)
    bare.grab()
    for card in bare.composer.preview.cards:
        assert "<U+202E>" in card.title.text()
        assert card.body.heightForWidth(200) < 200
    for label in bare.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText or not label.text(), label.objectName()


def test_many_are_asked_about_outside_of_the_demo(bare: SendView, context: Context) -> None:
    context.set_target(Target(subscription_ids=(1, 2), users=2, subscriptions=2))
    bare.compose()
    bare.form.show_draft(Draft(shape=Shape.TEXT, raw_text=HOSTILE))
    bare.send_message()
    dialog = opened(ConfirmDialog)
    assert dialog.action_button.text() == "Send to 2 subscriptions"
    assert "<U+202E>" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not bare.outgoing.running, "a stray Enter sends nothing"
    dialog.reject()
    bare.retry_send(send(7, counts=((Outcome.ACCEPTED, 500), (Outcome.REJECTED, 12), (Outcome.UNKNOWN, 3))))
    bare.send_message()
    assert opened(ConfirmDialog).action_button.text() == "Send to 12 subscriptions", "nobody else is meant"


def test_a_running_send_tells_how_far_it_is(bare: SendView, context: Context) -> None:
    page = bare.composer.progress_page
    bare.outgoing.running = True
    bare.outgoing.started.emit("Send to all 1,000", 1000)
    until = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    resting = tuple(Resting(f"https://push{number}.city", until) for number in range(7))
    context.snapshot.emit(Snapshot(10.0, sending=SendProgress(1000, 0, broadcast=True)))
    sending = SendProgress(1000, 200, 200, broadcast=True, waiting=3, resting=resting)
    context.snapshot.emit(Snapshot(12.0, sending=sending))
    assert page.numbers.text() == "200 of 1,000 subscriptions"
    assert page.pace.text() == "100 pushes/s, 8 s left"
    assert page.values["waiting"].text() == "3"
    assert "push0.city rests until 03:04:05 UTC" in page.resting.text()
    assert page.resting.text().endswith("and 2 more")
    assert page.pause_button.isEnabled()
    context.snapshot.emit(Snapshot(13.0, sending=replace(sending, paused=True)))
    assert page.pause_button.text() == "Resume sending"
    assert "Paused" in page.pace.text()
    context.snapshot.emit(Snapshot(14.0, sending=replace(sending, stopping=True)))
    assert not page.pause_button.isEnabled()
    assert "Stopping" in page.pace.text()
    context.snapshot.emit(Snapshot(15.0))
    bare.outgoing.running = False
    assert not context.actions["pause_sending"].isEnabled()
    assert context.actions["pause_sending"].iconText() == "Pause sending"


def test_a_selection_that_cannot_be_sent_to_says_so(bare: SendView, context: Context) -> None:
    context.set_target(Target(subscriptions=20_000, problem="Too many."))
    bare.compose()
    assert chosen_reach(bare) is Reach.SELECTION
    action = context.actions["send_message"]
    assert not action.isEnabled()
    assert "Too many." in action.toolTip()
    bare.send_to_all()
    assert chosen_reach(bare) is Reach.ALL


def test_every_place_for_the_keyboard_has_a_name(bare: SendView) -> None:
    for widget in bare.composer.findChildren(QWidget):
        takes_keys = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(bare.composer)
        if takes_keys and not widget.objectName().startswith("qt_"):
            assert widget.accessibleName() or getattr(widget, "text", str)(), (type(widget), widget.objectName())


def chosen_reach(view: SendView) -> Reach:
    """Return whom it is for: asked for anew each time."""
    return view.audience_bar.chosen.reach


def test_who_goes_on_in_json_finds_the_fields_written_out(bare: SendView) -> None:
    bare.form.show_draft(Draft(title="Zoë", url="https://a.city/", data="[1]"))
    bare.form.shapes.setCurrentIndex(list(Shape).index(Shape.DECLARATIVE))
    bare.form.shapes.setCurrentIndex(list(Shape).index(Shape.JSON))
    written = json.loads(bare.form.raw_json.toPlainText())
    assert written["notification"] == {"title": "Zoë", "data": [1], "navigate": "https://a.city/"}
    bare.form.raw_json.setPlainText("{}")
    bare.form.shapes.setCurrentIndex(0)
    bare.form.shapes.setCurrentIndex(list(Shape).index(Shape.JSON))
    assert bare.form.raw_json.toPlainText() == "{}", "what was written stays"


def test_a_megabyte_that_is_pasted_is_cut_and_told(bare: SendView, context: Context, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("x" * 1_000_000)
    bare.form.show_draft(Draft(shape=Shape.TEXT))
    with qtbot.waitSignal(context.notice, timeout=TIMEOUT_MS) as told:
        bare.form.raw_text.paste()
    assert "1,000,000 characters" in told.args[1]
    assert len(bare.form.raw_text.toPlainText()) == MOST_CHARACTERS
    assert "bytes" in bare.composer.footer.problem.text()
    QGuiApplication.clipboard().clear()


def test_a_send_that_breaks_off_says_so(bare: SendView, context: Context, qtbot: QtBot) -> None:
    with qtbot.waitSignal(context.notice, timeout=TIMEOUT_MS) as told:
        bare.outgoing.failed.emit("Send to all 3", "The disk is full.")
    page = bare.composer.summary_page
    assert bare.composer.results.currentWidget() is page
    assert (page.heading.text(), page.problem.text()) == ("Send to all 3", "The disk is full.")
    assert "Nothing" not in page.headline.text(), "some may have gone out"
    assert told.args == ["bad", "The disk is full."]
    assert page.retry_button.isHidden()


def test_a_send_of_a_database_that_is_closed_by_now_offers_nothing_here(
    bare: SendView, context: Context, qtbot: QtBot
) -> None:
    outgoing = bare.outgoing
    outgoing._begin("To all", 20, lambda backend: backend.sending.to_all(Message(title="Hi")))
    other = replace(context.database, name="other.db", location="/other.db") if context.database else None
    context.set_database(None)
    context.set_database(other)
    with qtbot.waitSignal(context.notice) as told:
        outgoing._on_finished(SendSummary(20, 5, 8, 7, 0, 1.0, held=8, send=3, retryable=7, stopped=True))
    assert "5 of 20 accepted" in told.args[1]
    assert not outgoing.running
    assert outgoing.last is None, "send 3 is another one here"
    assert bare.composer.results.currentWidget() is bare.composer.nothing_sent
    for name in ("retry_failed", "prune_held", "export_report"):
        assert not context.actions[name].isEnabled()
