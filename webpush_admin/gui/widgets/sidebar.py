"""The list of views at the left.

Runs on: GUI thread
"""

from collections.abc import Iterable
from typing import Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from webpush_admin.gui.icons import blank_icon, spaced_size

WIDTH: Final = 172


class Sidebar(QFrame):
    """One button for each view; the actions know which one is checked."""

    def __init__(self, actions: Iterable[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAccessibleName(self.tr("Views"))
        self.setFixedWidth(WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 8, 8)
        layout.setSpacing(3)
        for action in actions:
            if action.icon().isNull():
                # Its own icon comes after the first paint, and then moves nothing.
                action.setIcon(blank_icon())
            button = QToolButton(self)
            button.setObjectName(f"{action.objectName()}_button")
            button.setDefaultAction(action)
            button.setAccessibleName(action.iconText())
            # By name: Qt's enumerations cost more than all that is painted first.
            button.setProperty("toolButtonStyle", "ToolButtonTextBesideIcon")
            button.setIconSize(spaced_size())
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFixedHeight(32)
            button.setProperty("focusPolicy", "TabFocus")
            layout.addWidget(button)
        layout.addStretch()
