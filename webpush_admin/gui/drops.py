"""Takes files that are dropped on the window: a database is opened, anything else is offered to be imported.

Runs on: GUI thread
"""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMainWindow, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.theme import Theme, text_font

_MARGIN: Final = 10
_RADIUS: Final = 10
_GROUND: Final = 240
"""Of 255: what is below shines through a little."""


class Drops(QObject):
    """Watches the window for one file at a time.

    Attributes:
        database_dropped: The path of a database.
        other_dropped: The path of a file that is none.
    """

    database_dropped = Signal(str)
    other_dropped = Signal(str)

    def __init__(self, context: Context, window: QMainWindow) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self.target = DropTarget(context.theme, window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say what a drop would do while a file is over the window, and take it."""
        kind = event.type()
        if kind == QEvent.Type.DragEnter and isinstance(event, QDragEnterEvent):
            if dropped_file(event):
                event.acceptProposedAction()
                self.target.show_over()
                return True
        elif kind == QEvent.Type.DragMove and self.target.isVisible():
            event.accept()
            return True
        elif kind == QEvent.Type.DragLeave:
            self.target.hide()
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.target.hide()
            path = dropped_file(event)
            if path:
                # A move would let the other program delete its file.
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self.take(path)
                return True
        return False

    def take(self, path: str) -> None:
        """Find out what a file is, and tell it."""
        database = self._context.database
        opened = Path(database.location) if database is not None and not database.demo else None

        def done(is_database: bool) -> None:
            (self.database_dropped if is_database else self.other_dropped).emit(path)

        self._context.ask(lambda backend: backend.files.is_database(Path(path), opened), done)


class DropTarget(QWidget):
    """Lies over the window while a file is dragged over it, and says what would become of it."""

    def __init__(self, theme: Theme, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("drop_target")
        self.setAccessibleName(self.tr("Drop a file"))
        self._theme = theme
        # The window below takes the drop.
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_over(self) -> None:
        """Cover the window."""
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame, and what would happen."""
        tokens = self._theme.tokens
        ground = QColor(tokens.bg)
        ground.setAlpha(_GROUND)
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), ground)
        painter.setPen(QPen(QColor(tokens.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(room, _RADIUS, _RADIUS)
        upper, lower = QRectF(room), QRectF(room)
        upper.setBottom(room.center().y())
        lower.setTop(room.center().y() + 6)
        painter.setPen(QColor(tokens.text))
        painter.setFont(text_font(18, bold=True))
        centre = Qt.AlignmentFlag.AlignHCenter
        painter.drawText(upper, int(centre | Qt.AlignmentFlag.AlignBottom), self.tr("Drop a file"))
        painter.setPen(QColor(tokens.muted))
        painter.setFont(text_font())
        told = self.tr(
            "A database is opened. Subscriptions as JSON, JSON Lines or CSV, and VAPID keys, are imported, after a "
            "preview."
        )
        painter.drawText(lower, int(centre | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap), told)


def dropped_file(event: QDropEvent) -> str:
    """Return the path of the one file that is dragged, "" where there is none or several."""
    urls = event.mimeData().urls()
    return urls[0].toLocalFile() if len(urls) == 1 and urls[0].isLocalFile() else ""
