"""A notice that comes up over the window, says one sentence, may offer one action, and goes.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from webpush_admin.gui.icons import tinted_icon, tinted_pixmap
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.widgets.plain import Card, PlainLabel

_SHOWN_MS: Final = {"info": 5000, "good": 5000, "bad": 12_000}
_OFFERED_MS: Final = 12_000
"""What can be done about it takes longer to decide than to read."""

_ICONS: Final = {"info": ("info", "accent"), "good": ("circle-check", "ok"), "bad": ("circle-alert", "bad")}
_MARGIN: Final = 16
_FOOT: Final = 72
"""Below it: what stands at the bottom of a view, its main button or a banner, can be pressed while it is shown."""
_BORDER: Final = 1  # as in theme.qss: Qt counts it only once the toast is on the screen
_WIDTH: Final = 460


class Toast(Card):
    """Shows the newest notice at the bottom right of its parent; the pointer over it holds it, and so does the focus.

    Attributes:
        offer_button: Does the action that was offered with the notice, None where none was.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, name="toast")
        self._theme = theme
        self._kind = "info"
        self._over = parent
        self._bottom = 0
        self._offered: QAction | None = None
        self.offer_button: QPushButton | None = None
        self.picture = QLabel(self)
        self.picture.setObjectName("picture")
        self.text = PlainLabel("", self, name="toast_text", selectable=True)
        self.text.setWordWrap(True)
        self.close_button = QToolButton(self, autoRaise=True)
        self.close_button.setObjectName("close_button")
        self.close_button.setAccessibleName(self.tr("Close this notice"))
        self.close_button.setToolTip(self.tr("Close this notice"))
        self.close_button.clicked.connect(self.hide)
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 10, 8, 10)
        layout.setSpacing(10)
        layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.hide()
        parent.installEventFilter(self)
        theme.changed.connect(self._paint_icons)

    def show_notice(self, kind: str, text: str) -> None:
        """Show one sentence; `kind` is "info", "good" or "bad"."""
        self._take_offer_away()
        self._kind = kind if kind in _ICONS else "info"
        self.text.show_text(text)
        self.setAccessibleName(text)
        self.setProperty("kind", self._kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._paint_icons()
        self._place()
        self.show()
        self.raise_()
        self._timer.start(_SHOWN_MS[self._kind])

    def offer(self, action: QAction) -> None:
        """Add a button to the notice that is shown; it goes with the notice, or when the action can no more be done."""
        self._take_offer_away()
        self._offered = action
        self.offer_button = QPushButton(action.iconText(), self)
        self.offer_button.setObjectName("offer_button")
        self.offer_button.setAccessibleName(action.text().replace("&", ""))
        self.offer_button.setToolTip(action.toolTip())
        self.offer_button.setProperty("kind", "link")
        self.offer_button.installEventFilter(self)
        self.offer_button.clicked.connect(action.trigger)
        self.offer_button.clicked.connect(self.hide)
        action.enabledChanged.connect(self._on_offer_enabled)
        self._row.insertWidget(2, self.offer_button, 0, Qt.AlignmentFlag.AlignTop)
        QWidget.setTabOrder(self.offer_button, self.close_button)
        self.offer_button.show()
        self._place()
        self._timer.start(_OFFERED_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is left to be counted down."""
        super().hideEvent(event)
        self._timer.stop()

    def keep_above(self, pixels: int) -> None:
        """Leave this room free below: the status bar and what stands on it."""
        self._bottom = pixels
        if self.isVisible():
            self._place()

    def enterEvent(self, event: QEvent) -> None:
        """Hold the notice while it is being read."""
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """Let it go a moment later."""
        self._timer.start(2000)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner when the window is resized, and on the screen while the focus is on the button."""
        if watched is self.offer_button and event.type() == QEvent.Type.FocusIn:
            self._timer.stop()
        elif watched is self.offer_button and event.type() == QEvent.Type.FocusOut:
            self._timer.start(2000)
        elif event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _on_offer_enabled(self, enabled: bool) -> None:
        # The sentence stays true when what it offers has been done by a key.
        if not enabled:
            self._take_offer_away()

    def _take_offer_away(self) -> None:
        button, self.offer_button = self.offer_button, None
        action, self._offered = self._offered, None
        if button is not None and action is not None:
            action.enabledChanged.disconnect(self._on_offer_enabled)
            button.hide()
            button.deleteLater()

    def _place(self) -> None:
        parent = self._over
        width = min(_WIDTH, parent.width() - 2 * _MARGIN)
        self.setFixedWidth(width)
        self._row.activate()
        # Beside one line in its middle, beside several at their top.
        one_line = self.text.heightForWidth(self.text.width()) < 2 * self.fontMetrics().height()
        flags = Qt.AlignmentFlag
        for beside in (self.picture, self.offer_button, self.close_button):
            if beside is not None:
                self._row.setAlignment(beside, flags.AlignVCenter if one_line else flags.AlignTop)
        height = self._row.heightForWidth(width - 2 * _BORDER) + 2 * _BORDER
        self.resize(width, max(height, 40))
        self.move(
            parent.width() - width - _MARGIN, max(_MARGIN, parent.height() - self.height() - _FOOT - self._bottom)
        )

    def _paint_icons(self) -> None:
        name, role = _ICONS[self._kind]
        tokens = self._theme.tokens
        self.picture.setPixmap(tinted_pixmap(name, tokens.role(role), 18, self.devicePixelRatioF()))
        self.close_button.setIcon(tinted_icon("x", tokens.muted))
