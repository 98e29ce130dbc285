"""A main window that is painted in one go, also beside a worker that computes.

Runs on: GUI thread
"""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QMainWindow


class Window(QMainWindow):
    """Takes the interpreter's lock once for all that is painted at a time.

    What is due in a window is painted while it gets one event, and of that much asks Python: models for their cells,
    delegates, labels. Qt would take the lock for each of these calls, and wait for it each time: a table of thirty rows
    took 190 ms beside a thread that computes without a rest, and takes 16 ms this way. The lock is held where the event
    goes through Python, and taken over by every call within.
    """

    def event(self, event: QEvent) -> bool:
        """Do what the window does."""
        return super().event(event)
