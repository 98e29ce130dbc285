"""Many wishes, few reads.

Runs on: GUI thread
"""

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from webpush_admin.gui.models.refresher import Refresher


def test_a_burst_of_wishes_is_read_once_and_once_more_at_its_end(qtbot: QtBot) -> None:
    owner, reads = QObject(), []
    refresher = Refresher(lambda: reads.append(1), owner, between_ms=60)
    for _ in range(100):
        refresher.wish()
    qtbot.waitUntil(lambda: bool(reads))
    assert len(reads) == 1
    for _ in range(100):
        refresher.wish()
    assert len(reads) == 1, "a wish right after a read waits for the pause to end"
    qtbot.waitUntil(lambda: len(reads) == 2)
    assert not refresher.wished


def test_between_two_reads_is_the_pause(qtbot: QtBot) -> None:
    owner, reads = QObject(), []
    refresher = Refresher(lambda: reads.append(1), owner, between_ms=600_000)
    refresher.wish()
    qtbot.waitUntil(lambda: bool(reads))
    refresher.wish()
    qtbot.wait(150)
    assert len(reads) == 1
    assert refresher.wished


def test_a_wish_of_a_hidden_view_is_read_when_it_is_shown(qtbot: QtBot) -> None:
    owner, reads = QObject(), []
    refresher = Refresher(lambda: reads.append(1), owner, between_ms=1)
    refresher.hold()
    refresher.wish()
    qtbot.wait(80)
    assert not reads
    assert refresher.wished
    refresher.release()
    qtbot.waitUntil(lambda: len(reads) == 1)
