"""File > Open recent: the databases that were opened last.

Runs on: GUI thread
"""

from PySide6.QtWidgets import QMenu, QWidget

from webpush_admin.gui.recent import RecentDatabases, shown_path
from webpush_admin.gui.text import plain_tooltip


class RecentMenu(QMenu):
    """One entry for each database, greyed where its file is missing, and one that clears them."""

    def __init__(self, recent: RecentDatabases, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Open &recent"))
        self.setObjectName("recent_menu")
        self.setToolTipsVisible(True)
        self._recent = recent
        recent.changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        self.clear()
        for number, path in enumerate(self._recent.paths, 1):
            # The digit is the entry's letter; the tenth has 0.
            entry = self.addAction(f"&{number % 10}  {shown_path(path)}")
            entry.setObjectName(f"recent_{number}")
            entry.setToolTip(plain_tooltip(path))
            if self._recent.is_missing(path):
                entry.setText(self.tr("{entry} (missing)").format(entry=entry.text()))
                entry.setEnabled(False)
            entry.triggered.connect(lambda *_, path=path: self._recent.wish(path))
        if not self._recent.paths:
            nothing = self.addAction(self.tr("No database was opened yet"))
            nothing.setEnabled(False)
        self.addSeparator()
        clear = self.addAction(self.tr("&Clear this list"))
        clear.setObjectName("clear_recent")
        clear.setEnabled(bool(self._recent.paths))
        clear.triggered.connect(self._recent.clear)
