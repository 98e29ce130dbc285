"""The switch of the window that the tiles show: 1, 5, 15 or 60 minutes.

Runs on: GUI thread
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from webpush_admin.gui.models.trends import Window


class WindowSwitch(QWidget):
    """Buttons side by side, one of which is down; the arrow keys go from one to the next.

    Attributes:
        chosen: Another `Window`.
        buttons: By window.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("window_switch")
        self.setAccessibleName(self.tr("How much of the past the tiles show"))
        self.window_shown = Window.FIVE_MINUTES
        self.buttons: dict[Window, QToolButton] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for number, window in enumerate(Window):
            minutes = window.value // 60
            button = QToolButton(self)
            button.setObjectName(f"window_{minutes}_button")
            button.setText(self.tr("{0} min").format(minutes))
            button.setAccessibleName(self.tr("The last {0} min").format(minutes))
            button.setToolTip(self.tr("The tiles count, and their lines show, the last {0} min.").format(minutes))
            button.setCheckable(True)
            button.setProperty("segment", "first" if not number else "last" if number == len(Window) - 1 else "inner")
            button.setChecked(window is self.window_shown)
            button.toggled.connect(lambda down, window=window: self._on_toggled(window, down))
            group.addButton(button)
            row.addWidget(button)
            self.buttons[window] = button

    def choose(self, window: Window) -> None:
        """Press one of the buttons."""
        self.buttons[window].setChecked(True)

    def _on_toggled(self, window: Window, down: bool) -> None:
        if down and window is not self.window_shown:
            self.window_shown = window
            self.chosen.emit(window)
