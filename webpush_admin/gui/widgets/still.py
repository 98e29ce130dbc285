"""Keeps a table from flickering while its model goes from one list to another.

Runs on: GUI thread
"""

from typing import Any, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QAbstractItemView

from webpush_admin.gui.models.paged import PagedModel

STILL_MS: Final = 1500
"""A list that takes longer is seen to be empty: its rows are not what was asked for. Sooner, that looks like a loss."""


class Still(QObject):
    """Leaves the rows that were painted on the screen until the first page of the next list is there.

    A model that was reset has no rows for some milliseconds, at each key of a search: painted, that is a flash.
    """

    def __init__(self, table: QAbstractItemView, model: PagedModel[Any]) -> None:
        super().__init__(table)
        self._viewport = table.viewport()
        self._timer = QTimer(self, singleShot=True, interval=STILL_MS)
        self._timer.timeout.connect(self._go_on)
        model.modelAboutToBeReset.connect(self._on_reset)
        model.loaded.connect(self._go_on)
        model.failed.connect(self._go_on)

    def _on_reset(self) -> None:
        if self._viewport.isVisible():
            self._viewport.setUpdatesEnabled(False)
            self._timer.start()

    def _go_on(self) -> None:
        self._timer.stop()
        self._viewport.setUpdatesEnabled(True)
