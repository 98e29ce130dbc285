"""Lets Prometheus ask for the totals where the command line wishes it, and says in the status line where.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton

from webpush_admin.gui.context import Context
from webpush_admin.gui.widgets.status import StatusLine

_HOST: Final = "127.0.0.1"
_LEAST_WIDTH: Final = 64


class Metrics(QObject):
    """Has the metrics served from when it is made; where the port cannot be had that becomes a notice.

    Args:
        context: Asks the worker.
        status_line: Tells where they are.
        port: Where; 0 for a free one.

    Attributes:
        metrics_button: Copies the URL; None until they are served.
    """

    def __init__(self, context: Context, status_line: StatusLine, port: int) -> None:
        super().__init__(status_line)
        self._context = context
        self._status_line = status_line
        self._url = ""
        self.metrics_button: QToolButton | None = None
        context.ask(lambda backend: backend.serve_metrics(port), self._on_served)

    def _on_served(self, port: int) -> None:
        self._url = f"http://{_HOST}:{port}/metrics"
        self.metrics_button = button = QToolButton(self._status_line)
        button.setObjectName("metrics_button")
        button.setText(self.tr("Metrics on {0}").format(f"{_HOST}:{port}"))
        button.setAccessibleName(button.text())
        button.setToolTip(
            self.tr("Prometheus gets every total at {0}, from this machine only; a click copies the URL.").format(
                self._url
            )
        )
        # Of a narrow window something has to give way, and it elides.
        button.setMinimumWidth(_LEAST_WIDTH)
        button.clicked.connect(self._copy)
        self._status_line.add_on_the_right(button)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._url)
        self._context.notify(self.tr("The URL of the metrics is on the clipboard."), "good")
