"""A quiet sign over a table that is being read for longer than one notices, with a way to end it.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QToolButton, QWidget

from webpush_admin.gui.widgets.plain import PlainLabel

PATIENCE_MS: Final = 100
_MARGIN: Final = 12
_BAR_PIXELS: Final = 48


class BusySign(QFrame):
    """Stands at the bottom of a widget while something goes on there; moves nothing when it comes and goes.

    Attributes:
        stopped: Its button or Escape was pressed.
    """

    stopped = Signal()

    def __init__(self, over: QWidget, listens: QWidget) -> None:
        """Make a sign that is not seen.

        Args:
            over: Where it stands.
            listens: Escape in here ends what goes on.
        """
        super().__init__(over)
        self.setObjectName("busy_sign")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        self._over = over
        self.what = PlainLabel("", self, name="what", tone="caption")
        self.bar = QProgressBar(self, textVisible=False)
        self.bar.setObjectName("bar")
        self.bar.setAccessibleName(self.tr("Being read"))
        self.bar.setRange(0, 0)
        self.bar.setFixedWidth(_BAR_PIXELS)
        self.stop_button = QToolButton(self)
        self.stop_button.setObjectName("stop_button")
        self.stop_button.setText(self.tr("Stop"))
        self.stop_button.setToolTip(self.tr("Stop reading (Esc)"))
        self.stop_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.stop_button.clicked.connect(self.stopped)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 6, 4)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        layout.addWidget(self.what)
        layout.addWidget(self.stop_button)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), listens)
        self._escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._escape.setEnabled(False)
        self._escape.activated.connect(self.stopped)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._appear)
        self.hide()
        over.installEventFilter(self)

    def begin(self, what: str) -> None:
        """Say what goes on, where it is not over within a moment."""
        self.what.show_text(what)
        self.stop_button.setAccessibleName(self.tr("Stop: {0}").format(what))
        self.setAccessibleName(what)
        if self.isHidden():
            self._patience.start()
        else:
            self._stand()

    def end(self) -> None:
        """It is over."""
        self._patience.stop()
        self._escape.setEnabled(False)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom."""
        if watched is self._over and event.type() == QEvent.Type.Resize and not self.isHidden():
            self._stand()
        return False

    def _appear(self) -> None:
        self._escape.setEnabled(True)
        self._stand()
        self.show()
        self.raise_()

    def _stand(self) -> None:
        self.adjustSize()
        room = self._over.rect()
        self.move((room.width() - self.width()) // 2, room.height() - self.height() - _MARGIN)
