"""Lets a low window show the live view a part at a time.

Runs on: GUI thread
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget


def scroller(content: QWidget, parent: QWidget) -> QScrollArea:
    """Return what shows the content whole where the window is high enough, else a part of it."""
    made = QScrollArea(parent)
    made.setObjectName("scroller")
    made.setAccessibleName(parent.accessibleName())
    made.setWidgetResizable(True)
    made.setFrameShape(QScrollArea.Shape.NoFrame)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setWidget(content)
    return made
