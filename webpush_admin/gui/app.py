"""Starts the application: paint first, then the worker, then the database that was asked for.

Runs on: GUI thread
"""

import sys
from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from webpush_admin import __version__
from webpush_admin.gui.actions import Actions
from webpush_admin.gui.launch import LaunchOptions
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.resource_files import resource_path
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.window_state import remembered_mode

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Bridge
    from webpush_admin.gui.context import Context


class Application:
    """The parts of a running window, made in the order that they need each other."""

    def __init__(self, options: LaunchOptions) -> None:
        self.options = options
        self.exit_code = 0
        self.qt = _qt_application()
        settings = QSettings()
        self.theme = Theme(remembered_mode(settings))
        self.theme.apply()
        self.actions = Actions(self.theme)
        self.window = MainWindow(self.theme, self.actions, settings)
        self.window.first_painted.connect(self._on_first_painted)
        self.window.ended.connect(self._on_ended)
        self._started: Callable[[Application], None] | None = None
        self._failed: Callable[[BaseException], None] | None = None

    @cached_property
    def context(self) -> "Context":
        """What every view gets: made when it is first asked for, in general right after the first paint."""
        from webpush_admin.gui.bridge import Bridge
        from webpush_admin.gui.context import Context

        return Context(Bridge(), self.theme, self.actions)

    @property
    def bridge(self) -> "Bridge":
        """The crossing to the worker."""
        return self.context.bridge

    def run(
        self,
        started: "Callable[[Application], None] | None" = None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> int:
        """Show the window until it is closed.

        Args:
            started: Called once the window is painted and the database that was asked for is being opened.
            failed: Called with an exception that a slot let through, once it is logged and told in the window.

        Returns:
            The exit code: 0, or what `end()` was given.
        """
        self._started, self._failed = started, failed
        former_hook = sys.excepthook
        sys.excepthook = self._on_exception
        try:
            self.window.show()
            self.qt.exec()
        finally:
            sys.excepthook = former_hook
        self.bridge.close(timeout_s=0.1)
        return self.exit_code

    def end(self, exit_code: int) -> None:
        """Close the window and let `run()` return this exit code."""
        self.exit_code = exit_code
        self.window.close()

    def _on_first_painted(self) -> None:
        # Imported here: the first paint does not need it.
        from webpush_admin.gui.opening import Trust

        self.theme.follow_system()
        # Before the worker begins: it would take turns with the first view while it loads what it needs.
        self.window.complete(self.context, Trust(self.options.subject, self.options.ca_file))
        self.bridge.start()
        if self.options.demo:
            self.window.opening.open_demo()
        elif self.options.url is not None:
            self.window.opening.open_url(self.options.url, read_only=True if self.options.read_only else None)
        if self.options.metrics is not None:
            from webpush_admin.gui.metrics import Metrics

            Metrics(self.context, self.window.status_line, self.options.metrics)
        # Pictures are loaded now: the first paint has kept room for them.
        self.qt.setWindowIcon(QIcon(str(resource_path("icons/webpush-admin.svg"))))
        self.actions.paint_icons()
        self.window.make_views()
        self._close_on_interrupt()
        _start_log()
        if self._started is not None:
            self._started(self)

    def _close_on_interrupt(self) -> None:
        """Let Ctrl+C close the window between two slots; before the first paint it is an exception, see below."""
        # Imported here: the first paint does not need it.
        import signal

        signal.signal(signal.SIGINT, lambda *_: QTimer.singleShot(0, self.window.close))

    def _on_ended(self) -> None:
        self.qt.exit(self.exit_code)

    def _on_exception(self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self.window.close()
            return
        # Imported here: the first paint does not need it.
        import logging

        logging.getLogger(__name__).error("Unexpected, in the window.", exc_info=(kind, error, traceback))
        self.context.notify(f"Something unexpected went wrong: {kind.__name__}. See the log.", "bad")
        if self._failed is not None:
            self._failed(error)


def run(options: LaunchOptions, started: Callable[[Application], None] | None = None) -> int:
    """Open the window and return the exit code once it is closed; see `Application.run`."""
    return Application(options).run(started)


def _start_log() -> None:
    # Imported here: the first paint does not need it.
    import logging

    from webpush_admin.gui.log_file import log_folder, start_log

    start_log(log_folder())
    logging.getLogger(__name__).info("webpush-admin %s started.", __version__)


def _qt_application() -> QApplication:
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # As an argument: setStyle() returns the style, and its enumerations alone cost as much as half of our widgets.
    qt = QApplication([*sys.argv[:1], "-style", "fusion"])
    qt.setApplicationName("webpush-admin")
    qt.setOrganizationName("webpush-admin")
    qt.setApplicationDisplayName("webpush-admin")
    qt.setApplicationVersion(__version__)
    qt.setDesktopFileName("webpush-admin")
    # The window ends the application itself, once the worker has ended.
    qt.setQuitOnLastWindowClosed(False)
    return qt
