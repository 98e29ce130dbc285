"""A file that is dropped on the window is opened where it is a database, and handed on where it is none."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from webpush_admin.gui.context import Context
from webpush_admin.gui.drops import Drops
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.store import Store


def mime(*urls: QUrl) -> QMimeData:
    data = QMimeData()
    data.setUrls(list(urls))
    return data


def drag(window: QMainWindow, data: QMimeData) -> bool:
    """Drag over the window; return whether it would take that."""
    event = QDragEnterEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction | Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    # Not accepted unless somebody does.
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def drop(window: QMainWindow, data: QMimeData) -> QDropEvent:
    """Drop what was dragged over the window."""
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction | Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, event)
    return event


def test_a_database_is_opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "no ending"
    Store.open(f"sqlite:///{path}").close()
    window.show()
    window.context.bridge.start()
    data = mime(QUrl.fromLocalFile(str(path)))
    assert drag(window, data)
    assert window.drops.target.isVisible()
    assert window.drops.target.size() == window.size()
    with qtbot.waitSignal(window.context.database_opened, timeout=10_000):
        assert drop(window, data).dropAction() is Qt.DropAction.CopyAction
    assert not window.drops.target.isVisible()
    assert window.context.database is not None
    assert window.context.database.location == str(path)


def test_another_file_is_handed_on(qtbot: QtBot, context: Context, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("endpoint,p256dh,auth\n")
    window = QMainWindow()
    qtbot.addWidget(window)
    drops = Drops(context, window)
    window.show()
    context.bridge.start()
    with qtbot.waitSignal(drops.other_dropped, timeout=10_000) as told:
        data = mime(QUrl.fromLocalFile(str(path)))
        assert drag(window, data)
        drop(window, data)
    assert told.args == [str(path)]
    assert context.database is None


def test_what_cannot_be_read_is_told(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.show()
    window.context.bridge.start()
    with qtbot.waitSignal(window.context.notice, timeout=10_000) as told:
        data = mime(QUrl.fromLocalFile(str(tmp_path / "missing")))
        assert drag(window, data)
        drop(window, data)
    assert told.args == ["bad", "The file that was dropped cannot be read."]


@pytest.mark.parametrize(
    "urls",
    [
        [],
        [QUrl("https://example.org/push.db")],
        [QUrl.fromLocalFile("/a.db"), QUrl.fromLocalFile("/b.db")],
    ],
    ids=["text", "a page", "two files"],
)
def test_nothing_else_is_taken(window: MainWindow, urls: list[QUrl]) -> None:
    window.show()
    assert not drag(window, mime(*urls))
    assert not window.drops.target.isVisible()


def test_the_frame_goes_when_the_file_does(window: MainWindow) -> None:
    window.show()
    assert drag(window, mime(QUrl.fromLocalFile("/a.db")))
    # It is painted, and not blank.
    image = window.drops.target.grab().toImage()
    assert len({image.pixel(x, image.height() // 2 - 10) for x in range(image.width())}) > 5
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window.drops.target.isVisible()
