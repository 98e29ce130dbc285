"""The view Send on the real demo: what is written is what arrives, and what it says of it is true.

Runs on: GUI thread
"""

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.gui.views.send.desk import TIMEOUT_MS, opened
from webpush_admin.backend.backend import Backend
from webpush_admin.backend.records import (
    Page,
    SendSummary,
    State,
    SubscriptionInfo,
)
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.audience import Reach
from webpush_admin.gui.models.draft import Draft, Shape, message_of
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.views.send import SendView
from webpush_admin.sandbox.records import InboxEntry, Temper
from webpush_admin.store.history_rows import DeliveryFilter
from webpush_admin.store.rows import SubscriptionQuery


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


def last_send(view: SendView) -> SendSummary:
    """Return how the last one ended: asked for anew each time, since a send changes it."""
    assert view.outgoing.last is not None
    return view.outgoing.last


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

    view.outgoing.exporting.native_file_dialog = False
    view.export_report()
    dialog = opened(QFileDialog)
    dialog.filterSelected.emit(dialog.nameFilters()[1])
    assert dialog.selectedFiles()[0].endswith(f"send-{retried.send}.json"), "what is chosen is what is written"
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
