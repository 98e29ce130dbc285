"""The strip of running work: a line for each, which waits before it comes and before it goes.

Runs on: GUI thread
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from webpush_admin.backend.records import Resting, SendProgress, Snapshot, WorkKind, WorkProgress
from webpush_admin.gui.widgets.strip import WorkStrip, work_words
from webpush_admin.push.stats import PushStats


@pytest.fixture
def strip(qtbot: QtBot) -> WorkStrip:
    made = WorkStrip(QAction("Stop"), QAction("Pause"))
    qtbot.addWidget(made)
    return made


def snapshot(taken_s: float, *works: WorkProgress) -> Snapshot:
    return Snapshot(taken_s=taken_s, works=works)


def importing(done: int, total: int | None = 100_000, *, number: int = 1, stopping: bool = False) -> WorkProgress:
    return WorkProgress(number, WorkKind.IMPORT, done, total, stopping)


def test_long_work_has_a_line_with_rate_and_remaining_time(strip: WorkStrip) -> None:
    for taken_s, done in ((0.0, 0), (1.0, 10_000), (2.0, 20_000)):
        strip.show_snapshot(snapshot(taken_s, importing(done)))
    (line,) = strip.lines
    assert strip.isVisible()
    assert not strip.sending.shown
    assert line.what.text() == "Importing: 20,000 of 100,000"
    assert line.rate.text() == "10,000/s"
    assert line.remaining.text() == "8 s left"
    assert (line.progress.value(), line.progress.maximum()) == (20_000, 100_000)
    assert line.stop_button.accessibleName() == "Stop: Importing"


def test_work_without_a_known_end_is_busy(strip: WorkStrip) -> None:
    for taken_s, done in ((0.0, 0), (1.0, 4_000)):
        strip.show_snapshot(snapshot(taken_s, importing(done, None)))
    assert strip.lines[0].what.text() == "Importing: 4,000"
    assert strip.lines[0].progress.maximum() == 0
    assert strip.lines[0].remaining.text() == ""


def test_what_is_over_in_a_moment_moves_nothing(strip: WorkStrip) -> None:
    strip.show_snapshot(snapshot(0.0, importing(0)))
    assert strip.isHidden()
    strip.show_snapshot(snapshot(0.1))
    assert strip.isHidden()


def test_a_preview_is_shown_by_its_dialog_alone(strip: WorkStrip) -> None:
    for taken_s in (0.0, 1.0):
        strip.show_snapshot(snapshot(taken_s, WorkProgress(1, WorkKind.IMPORT_PREVIEW, 1, 2)))
    assert strip.isHidden()


def test_what_a_view_shows_itself_has_no_line_and_no_second_stop(strip: WorkStrip) -> None:
    strip.show_snapshot(snapshot(100.0, importing(0), importing(0, number=2)))
    strip.show_snapshot(snapshot(101.0, importing(10), importing(0, number=2)))
    assert [line.number for line in strip.lines if line.shown] == [1, 2]
    strip.show_snapshot(snapshot(102.0, importing(20), importing(0, number=2)), 1)
    assert [line.number for line in strip.lines if line.shown] == [2]
    strip.show_snapshot(snapshot(103.0, importing(30), importing(0, number=2)))
    strip.show_snapshot(snapshot(104.0, importing(40), importing(0, number=2)))
    assert sorted(line.number or 0 for line in strip.lines if line.shown) == [1, 2]


def test_several_have_a_line_each_beside_the_send(strip: WorkStrip) -> None:
    works = (importing(1), WorkProgress(2, WorkKind.EXPORT, 5, None), WorkProgress(3, WorkKind.AUDIT, 7, 10))
    for taken_s in (0.0, 1.0):
        strip.show_snapshot(Snapshot(taken_s=taken_s, sending=SendProgress(40, 20), works=works))
    assert strip.sending.what.text() == "Sending: 20 of 40"
    assert [line.what.text() for line in strip.lines] == [
        "Importing: 1 of 100,000",
        "Exporting: 5",
        "Checking subscriptions: 7 of 10",
    ]


def test_stop_asks_for_the_work_of_its_line(qtbot: QtBot, strip: WorkStrip) -> None:
    works = (importing(1), importing(2, number=2))
    for taken_s in (0.0, 1.0):
        strip.show_snapshot(snapshot(taken_s, *works))
    with qtbot.waitSignal(strip.stop_wished) as asked:
        strip.lines[1].stop_button.click()
    assert asked.args == [2]
    assert not strip.lines[1].stop_button.isEnabled(), "once is enough"
    strip.show_snapshot(snapshot(1.1, works[0], importing(2, number=2, stopping=True)))
    assert strip.lines[1].what.text() == "Stopping: Importing"
    assert not strip.lines[1].stop_button.isEnabled()
    assert strip.lines[0].stop_button.isEnabled()


def test_a_line_stays_a_while_and_is_taken_by_what_follows(qtbot: QtBot, strip: WorkStrip) -> None:
    for taken_s in (0.0, 1.0):
        strip.show_snapshot(snapshot(taken_s, importing(90_000)))
    strip.show_snapshot(snapshot(1.1))
    (line,) = strip.lines
    assert line.shown
    assert not line.stop_button.isEnabled()
    strip.show_snapshot(snapshot(1.2, WorkProgress(2, WorkKind.DELETE, 3, 12)))
    assert strip.lines == [line]
    assert line.what.text() == "Deleting: 3 of 12", "at once: the line is there already"
    assert line.stop_button.isEnabled()
    strip.show_snapshot(snapshot(1.3))
    line._lingering.setInterval(1)
    qtbot.waitUntil(strip.isHidden, timeout=10_000)


def test_a_closed_database_leaves_nothing(strip: WorkStrip) -> None:
    for taken_s in (0.0, 1.0):
        strip.show_snapshot(snapshot(taken_s, importing(1)))
    strip.end()
    assert strip.isHidden()
    assert not strip.lines[0].shown


@pytest.mark.parametrize("kind", list(WorkKind))
def test_every_kind_has_words(kind: WorkKind) -> None:
    from webpush_admin.gui.widgets import strip as module

    assert work_words(kind) == kind.value
    assert kind.value in module._WORDS


def sending(taken_s: float, done: int, **more: Any) -> Snapshot:
    pushes = PushStats(accepted=done)
    return Snapshot(taken_s=taken_s, pushes=pushes, sending=SendProgress(1_000, done, broadcast=True, **more))


def test_a_send_tells_rate_failures_and_what_is_left(strip: WorkStrip) -> None:
    for taken_s in (0.0, 1.0, 2.0):
        strip.show_snapshot(sending(taken_s, round(100 * taken_s), failed=3))
    line = strip.sending
    assert line.what.text() == "Sending: 200 of 1,000, 3 failed"
    assert line.rate.text() == "100 pushes/s"
    assert line.remaining.text() == "8 s left"
    assert (line.pause_button.isVisible(), line.pause_button.text()) == (True, "Pause")
    assert not line.note.isVisible()


def test_a_pause_is_told_and_says_nothing_of_the_rate_after_it(strip: WorkStrip) -> None:
    strip.show_snapshot(sending(0.0, 0))
    strip.show_snapshot(sending(1.0, 500))
    strip.show_snapshot(sending(61.0, 500, paused=True))
    line = strip.sending
    assert line.what.text() == "Paused: 500 of 1,000"
    assert (line.pause_button.text(), line.rate.text(), line.remaining.text()) == ("Resume", "", "")
    strip.show_snapshot(sending(62.0, 520, paused=True))
    # What was under way comes in meanwhile.
    assert not line.rate.isVisible()
    assert not line.remaining.isVisible()
    strip.show_snapshot(sending(121.0, 500))
    strip.show_snapshot(sending(122.0, 600))
    assert line.rate.text() == "100 pushes/s"


def test_who_is_waited_for_is_told_with_the_time(strip: WorkStrip) -> None:
    until = datetime(2026, 11, 22, 14, 3, 10, tzinfo=UTC)
    fcm = Resting("https://fcm.googleapis.com", until)
    strip.show_snapshot(sending(0.0, 10, resting=(fcm,)))
    line = strip.sending
    assert line.note.isVisible()
    assert line.note.text() == "waiting for fcm.googleapis.com until 14:03:10"
    assert not line.remaining.isVisible()
    others = (Resting("https://b.example", until + timedelta(seconds=9)), fcm)
    strip.show_snapshot(sending(0.1, 10, resting=others))
    assert line.note.text() == "waiting for fcm.googleapis.com until 14:03:10 and 1 more"
    strip.show_snapshot(sending(0.2, 990, waiting=10))
    assert line.note.text() == "10 are tried again"
    strip.show_snapshot(Snapshot(taken_s=0.3))
    assert not line.note.isVisible()
    assert line.shown, "it stays a while"


def test_what_is_no_broadcast_cannot_be_paused(strip: WorkStrip) -> None:
    strip.show_snapshot(Snapshot(sending=SendProgress(3, 1)))
    assert strip.sending.shown
    assert not strip.sending.pause_button.isVisible()


def test_a_line_that_stays_after_the_end_says_that_it_has_ended(strip: WorkStrip) -> None:
    """Of short work it told last how it had begun."""
    for taken_s in (0.0, 1.0):
        sending = SendProgress(5, 0, broadcast=True)
        strip.show_snapshot(Snapshot(taken_s=taken_s, works=(importing(10),), sending=sending))
    assert strip.sending.what.text() == "Sending: 0 of 5"
    strip.show_snapshot(snapshot(2.0))
    for line, said in ((strip.sending, "Sending has ended"), (strip.lines[0], "Importing: ended")):
        assert line.shown
        assert line.what.text() == said
        assert line.progress.value() == line.progress.maximum() == 1
        assert line.rate.text() == line.remaining.text() == ""
