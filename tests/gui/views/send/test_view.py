"""The view Send on the real demo: what is written is what arrives, and what it says of it is true.

Runs on: GUI thread
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar, cast

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.backend.backend import Backend
from webpush_admin.backend.records import (
    DatabaseInfo,
    Page,
    Resting,
    SendProgress,
    SendSummary,
    Snapshot,
    State,
    SubscriptionInfo,
)
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.one_line import OneLineDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.audience import Reach
from webpush_admin.gui.models.draft import Draft, Shape, message_of
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.views.send import SendView
from webpush_admin.sandbox.records import InboxEntry, Temper
from webpush_admin.store.history_rows import DeliveryFilter
from webpush_admin.store.rows import SubscriptionQuery

TIMEOUT_MS = 20_000

HOSTILE = "<b>bold</b>\u202e<img src=http://a.city/x>"


@pytest.fixture
def view(demo: MainWindow, qtbot: QtBot) -> SendView:
    demo.show_view("send")
    made = cast("SendView", demo.views["send"])
    qtbot.waitUntil(lambda: made.audience_bar.chosen.subscriptions == 100, timeout=TIMEOUT_MS)
    return made


@pytest.fixture
def bare(context: Context) -> Iterator[SendView]:
    """The view alone on a database that nobody has opened: it is told of, and nothing can be asked."""
    made = SendView(context)
    context.set_database(DatabaseInfo("push.db", "/push.db", False, "mailto:ops@push.city", "B", "", url="sqlite://"))
    made.activate()
    yield made
    made.deactivate()
    context.set_database(None)
    made.deleteLater()


def inbox(view: SendView, qtbot: QtBot, after: int) -> list[InboxEntry]:
    """Return what has arrived since the entry of this number."""
    found: list[tuple[InboxEntry, ...]] = []
    view._context.ask(lambda backend: backend.trying.inbox(after), found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=TIMEOUT_MS)
    return list(found[0])


def press_send(view: SendView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.outgoing.finished, timeout=TIMEOUT_MS):
        QTest.mouseClick(view.composer.footer.send_button, Qt.MouseButton.LeftButton)


def choose_somebody(view: SendView, demo: MainWindow, qtbot: QtBot) -> None:
    """Let the message be for one subscription whose push service accepts."""
    rows: list[int] = []

    def learn(page: Page[SubscriptionInfo]) -> None:
        well = (info for info in page.rows if info is not None and info.state in (State.OK, State.NEW))
        rows.extend(info.subscription.id or 0 for info in well)

    demo.context.ask(lambda backend: backend.subscriptions.page(SubscriptionQuery(), 0, 20), learn)
    qtbot.waitUntil(lambda: bool(rows), timeout=TIMEOUT_MS)
    demo.context.set_target(Target(subscription_ids=(rows[0],), users=1, subscriptions=1))
    view.compose()
    assert view.audience_bar.chosen.reach is Reach.SELECTION


def test_what_is_written_in_each_shape_is_what_arrives(view: SendView, demo: MainWindow, qtbot: QtBot) -> None:
    choose_somebody(view, demo, qtbot)
    drafts = (
        Draft(
            title="Zoë",
            body="two\nlines",
            icon="https://a.city/i.png",
            image="https://a.city/p.png",
            badge="https://a.city/b.png",
            tag="t",
            url="https://a.city/",
            data='{"id": [1, null]}',
            silent=True,
            buttons=(("Open", "https://a.city/1"),),
            ttl="1 h",
            urgency="high",
            topic="news",
        ),
        Draft(shape=Shape.DECLARATIVE, title="Hi", url="https://a.city/2", mutable=True),
        Draft(shape=Shape.JSON, raw_json='{\n  "own": true\n}', ttl="4 weeks"),
        Draft(shape=Shape.TEXT, raw_text="only text", urgency="very-low"),
    )
    for number, draft in enumerate(drafts):
        view.form.show_draft(draft)
        assert view.form.draft() == draft
        message = message_of(draft)
        assert view.composer.footer.size_label.text() == f"{len(message.payload())} of 3,993 bytes"
        assert view.composer.footer.send_button.text() == "Send to 1 selected"
        press_send(view, qtbot)
        assert view.composer.summary_page.headline.text().startswith("1 of 1 accepted"), draft
        (entry,) = inbox(view, qtbot, number)
        assert (entry.payload.encode(), entry.problem) == (message.payload(), "")
        assert (entry.ttl_s, entry.urgency, entry.topic) == (message.ttl_s, message.urgency, message.topic or "")

    # A dry run is told in full, and nothing arrives.
    view.form.show_draft(drafts[0])
    with qtbot.waitSignal(view.outgoing.built, timeout=TIMEOUT_MS):
        view.composer.footer.dry_run_button.click()
    shown = {name: text.toPlainText() for name, (_, text) in view.composer.dry_run_page.sections.items()}
    assert "TTL: 3600" in shown["request"]
    assert "Topic: news" in shown["request"]
    assert "t=[struck]" in shown["request"]
    assert "eyJ" not in "".join(shown.values()), "no token"
    assert '"aud": "http://127.0.0.1' in shown["token"]
    assert json.loads(shown["payload"]) == json.loads(message_of(drafts[0]).payload())
    assert inbox(view, qtbot, len(drafts)) == []

    # The keyboard alone: to the view, into the fields, and away it goes.
    demo.show_view("live")
    QTest.keyClick(demo, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert demo.view_stack.currentWidget() is view
    assert view.form.title.hasFocus()
    QTest.keyClicks(view.form.title, "by hand")
    QTest.keyClick(view.form.title, Qt.Key.Key_Tab)
    assert view.form.body.hasFocus()
    with qtbot.waitSignal(view.outgoing.finished, timeout=TIMEOUT_MS):
        QTest.keyClick(view.form.body, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (entry,) = inbox(view, qtbot, len(drafts))
    assert json.loads(entry.payload)["title"] == "by hand"


def set_tempers(view: SendView, qtbot: QtBot, *tempers: Temper) -> None:
    """Let the sandbox's endpoints answer so, one after the other, and the rest as the last."""
    told: list[object] = []

    async def change(backend: Backend) -> None:
        endpoints = [endpoint.endpoint for endpoint in await backend.trying.endpoints()]
        for number, temper in enumerate(tempers[:-1]):
            await backend.trying.set_temper([endpoints[number]], temper)
        await backend.trying.set_temper(endpoints[len(tempers) - 1 :], tempers[-1])

    view._context.ask(change, told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=TIMEOUT_MS)


def test_everybody_is_counted_sent_to_and_told_of(
    view: SendView, demo: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    footer, page = view.composer.footer, view.composer.summary_page
    assert footer.send_button.text() == "Send to all 100"
    assert "40 users" in view.audience_bar.explanation.text()
    set_tempers(view, qtbot, Temper.GONE, Temper.TOO_LARGE, Temper.OTHER_KEY, Temper.CREATED)
    with qtbot.waitSignal(view.outgoing.finished, timeout=TIMEOUT_MS):
        footer.send_button.click()
        assert not footer.send_button.isEnabled()
        assert footer.send_button.text() == "Sending…"
        assert view.composer.results.currentWidget() is view.composer.progress_page
    last = last_send(view)
    assert (last.targets, last.pruned) == (100, 1)
    assert view.composer.results.currentWidget() is page
    assert page.headline.text().startswith(f"{last.accepted} of 100 accepted")
    assert sum(line.total for line in page.service_model.rows) == 100
    assert {line.total for line in page.diagnosis_model.rows if "larg" in line.name} == {1}
    assert page.retry_button.text() == f"Retry the {last.failed} failed"
    # What was pruned is not there to be sent to any more.
    qtbot.waitUntil(lambda: footer.send_button.text() == "Send to all 99", timeout=TIMEOUT_MS)

    with qtbot.waitSignal(view.outgoing.finished, timeout=TIMEOUT_MS):
        page.retry_button.click()
    retried = last_send(view)
    assert retried.targets == last.failed
    assert retried.send > last.send

    view.outgoing.native_file_dialog = False
    view.export_report()
    dialog = opened(QFileDialog)
    dialog.selectFile(str(tmp_path / "report.csv"))
    with qtbot.waitSignal(demo.context.notice, timeout=TIMEOUT_MS) as told:
        dialog.accept()
    assert f"{retried.targets} deliver" in told.args[1]
    assert len((tmp_path / "report.csv").read_text("utf-8").splitlines()) == retried.targets + 1

    with qtbot.waitSignal(view.history_wished, timeout=TIMEOUT_MS) as wished:
        page.history_button.click()
    assert wished.args == [DeliveryFilter(send=retried.send)]
    assert demo.view_stack.currentWidget() is demo.views["history"]


def test_a_broadcast_is_paused_resumed_and_stopped(view: SendView, demo: MainWindow, qtbot: QtBot) -> None:
    progress = view.composer.progress_page
    set_tempers(view, qtbot, Temper.SILENT)
    with qtbot.waitSignal(view.outgoing.finished, timeout=TIMEOUT_MS):
        view.composer.footer.send_button.click()
        qtbot.waitUntil(progress.pause_button.isEnabled, timeout=TIMEOUT_MS)
        progress.pause_button.click()
        qtbot.waitUntil(lambda: progress.pause_button.text() == "Resume sending", timeout=TIMEOUT_MS)
        progress.pause_button.click()
        qtbot.waitUntil(lambda: progress.pause_button.text() == "Pause sending", timeout=TIMEOUT_MS)
        progress.stop_button.click()
    assert view.composer.summary_page.headline.text().startswith("Stopped:")
    last = last_send(view)
    assert last.stopped
    assert last.targets == 100
    assert last.accepted == 0


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


def last_send(view: SendView) -> SendSummary:
    """Return how the last one ended: asked for anew each time, since a send changes it."""
    assert view.outgoing.last is not None
    return view.outgoing.last


Dialog = TypeVar("Dialog", bound=QDialog)


def opened(kind: type[Dialog]) -> Dialog:
    """Return the dialog of this kind that is open."""
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())
