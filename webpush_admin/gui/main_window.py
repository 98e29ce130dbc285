"""The window: puts its parts together, and shows what goes on around the views.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QSettings, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from webpush_admin.gui.actions import Actions
from webpush_admin.gui.menus import add_menus, add_tool_bar, fill_menus
from webpush_admin.gui.text import display_text
from webpush_admin.gui.theme import Mode, Theme
from webpush_admin.gui.view_specs import VIEWS
from webpush_admin.gui.widgets.sidebar import Sidebar
from webpush_admin.gui.widgets.status import StatusLine
from webpush_admin.gui.widgets.window import Window
from webpush_admin.gui.window_state import remember_mode, remember_window, restore_window

if TYPE_CHECKING:
    import logging

    from webpush_admin.backend.records import DatabaseInfo, Snapshot
    from webpush_admin.gui.context import Context
    from webpush_admin.gui.opening import Trust

CLOSE_MS: Final = 900
_SIZE, _LEAST, _FRAME = QSize(1280, 800), QSize(840, 500), QSize(2, 32)
_LOW_PIXELS: Final = 700
"""Below this height the tiles leave their lines out: the view needs the room."""


class MainWindow(Window):
    """Sidebar, tiles, the view, the strip of running work, the status line.

    It is painted first with menus, tool bar, sidebar and status line alone; `complete()` adds what needs the context.

    Attributes:
        first_painted: Sidebar, headers and status line are on the screen; heavy work may begin.
        ended: The worker has ended, or its time was up: the process may end.
        context, opening, tiles, view_stack, work_strip, toast: Are there from `complete()` on.
    """

    first_painted = Signal()
    ended = Signal()

    def __init__(self, theme: Theme, actions: Actions, settings: QSettings) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setMinimumSize(_LEAST)
        self._theme = theme
        self._actions = actions
        self._settings = settings
        self._completed = False
        self._painted = False
        self._closing = False
        self._working = ""
        self._make_parts()
        self._lay_out()
        if not restore_window(settings, self):
            # A screen may be smaller, and the frame of the window wants some of it.
            self.resize(_SIZE.boundedTo(self.screen().availableSize() - _FRAME))

    def complete(self, context: "Context", trust: "Trust | None" = None) -> None:
        """Add what the first paint does without: tiles, views, notices, and what the actions do."""
        # Imported here: the first paint does not need them.
        from webpush_admin.gui.drops import Drops
        from webpush_admin.gui.exchange import Exchange
        from webpush_admin.gui.opening import Opening, Trust
        from webpush_admin.gui.recent_menu import RecentMenu
        from webpush_admin.gui.undoing import Undoing
        from webpush_admin.gui.view_stack import ViewStack
        from webpush_admin.gui.widgets.banner import ChangedBanner, LockedBanner, ProblemBanner
        from webpush_admin.gui.widgets.strip import WorkStrip
        from webpush_admin.gui.widgets.tiles import Tiles
        from webpush_admin.gui.widgets.toast import Toast

        self.context = context
        self.undoing = Undoing(context, self)
        self.opening = Opening(context, self, trust or Trust(), self.undoing)
        self.tiles = Tiles(self._theme, context.trends, self)
        self.view_stack = ViewStack(context, self._settings, self)
        self.work_strip = WorkStrip(self._actions["stop_sending"], self._actions["pause_sending"], self)
        self.drops = Drops(context, self)
        self.problem_banner = ProblemBanner(context, self)
        self.locked_banner = LockedBanner(context, self)
        self.changed_banner = ChangedBanner(context, self)
        for part in (self.tiles, self.problem_banner, self.locked_banner, self.view_stack, self.changed_banner):
            self._main.addWidget(part, part is self.view_stack)
        self._right.addWidget(self.work_strip)
        self.toast = Toast(self._theme, self._centre)
        self.exchange = Exchange(context, self, lambda: self.view_stack.view(VIEWS[0].name))
        self._completed = True
        self._make_low()
        fill_menus(self._menus, self._actions, {"new_database": RecentMenu(context.recent, self)})
        self._connect()
        self.show_view(VIEWS[0].name)

    @property
    def views(self) -> dict[str, QWidget]:
        """The views that were made so far, by name."""
        return self.view_stack.views

    def make_views(self) -> None:
        """Make every view that was not needed yet."""
        self.view_stack.make_views()

    def show_view(self, name: str) -> None:
        """Show the view of this name ("live")."""
        self.view_stack.show_view(name)

    def show_theme(self, mode: Mode) -> None:
        """Put on light, dark or the system's colours, and remember it."""
        self._theme.set_mode(mode)
        self._actions[f"theme_{mode.value}"].setChecked(True)
        remember_mode(self._settings, mode)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell the first paint, once it is done."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.first_painted.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the tiles low where the window is."""
        super().resizeEvent(event)
        if self._completed:
            self._make_low()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide at once and let the worker end what it does; `ended` comes within a second."""
        if self._closing:
            event.accept()
            return
        self._closing = True
        event.ignore()
        if not self._completed:
            self.hide()
            self.ended.emit()
            return
        remember_window(self._settings, self, self.view_stack.panes())
        self.hide()
        self.context.bridge.closed.connect(self._on_worker_ended)
        self._deadline.start(CLOSE_MS)
        self.context.bridge.request_close()

    def _make_parts(self) -> None:
        actions = self._actions
        self._menus = add_menus(self)
        self.tool_bar = add_tool_bar(self, actions)
        self.sidebar = Sidebar([actions[f"show_{spec.name}"] for spec in VIEWS], self)
        self.status_line = StatusLine(self)
        self.setStatusBar(self.status_line)
        self._deadline = QTimer(self, singleShot=True)

    def _lay_out(self) -> None:
        self._centre = centre = QWidget(self)
        centre.setObjectName("centre")
        self._main = main = QVBoxLayout()
        main.setContentsMargins(12, 12, 12, 12)
        main.setSpacing(10)
        self._right = right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(main, 1)
        whole = QHBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.sidebar)
        whole.addLayout(right, 1)
        self.setCentralWidget(centre)

    def _make_low(self) -> None:
        self.tiles.set_low(self.height() < _LOW_PIXELS)

    def _connect(self) -> None:
        context, actions = self.context, self._actions
        own = {
            "open_database": self.opening.ask_for_file,
            "new_database": self.opening.ask_for_new_file,
            "open_demo": self.opening.open_demo,
            "unlock_database": self.opening.unlock,
            "close_database": self.opening.close_database,
            "undo": self.undoing.undo,
            "quit": self.close,
            "stop_sending": self._stop_sending,
            "open_log": self._open_log,
            "about": self._about,
        }
        for name, handler in own.items():
            actions[name].triggered.connect(lambda *_, handler=handler: handler())
        for spec in VIEWS:
            actions[f"show_{spec.name}"].triggered.connect(lambda *_, name=spec.name: self.show_view(name))
        for mode in Mode:
            actions[f"theme_{mode.value}"].triggered.connect(lambda *_, mode=mode: self.show_theme(mode))
        actions[f"theme_{self._theme.mode.value}"].setChecked(True)
        self.tiles.clicked.connect(actions["show_live"].trigger)
        self.view_stack.currentChanged.connect(lambda _: self.tiles.setHidden(self.view_stack.has_own_tiles))
        self._menus["File"].aboutToShow.connect(self.opening.look_for_missing)
        self.drops.database_dropped.connect(self.opening.open_path)
        self.drops.other_dropped.connect(self.exchange.take_dropped)
        self.opening.working.connect(self._on_working)
        self.work_strip.stop_wished.connect(self.exchange.stop)
        self._deadline.timeout.connect(self._on_worker_ended)
        context.notice.connect(self._on_notice)
        context.offered.connect(lambda name: self.toast.offer(actions[name]))
        context.snapshot.connect(self._on_snapshot)
        context.database_opened.connect(self._on_database)
        context.database_closed.connect(self._on_database)
        context.events.connect(self._on_events)
        context.bridge.ready.connect(self._on_ready)
        context.bridge.broken.connect(self._on_broken)
        self._show_stop(None)

    def _show_stop(self, snapshot: "Snapshot | None") -> None:
        sending = snapshot.sending if snapshot is not None else None
        running = sending is not None and not sending.stopping
        self._actions.set_available("stop_sending", running, self.tr("Nothing is being sent."))

    def _stop_sending(self) -> None:
        self.context.ask(lambda backend: backend.sending.stop(), self._on_stopped)

    def _on_stopped(self, _nothing: None) -> None:
        self.context.notify(self.tr("Stopped. What had not gone out is told as not sent."))

    def _open_log(self) -> None:
        from webpush_admin.gui.help import open_log

        open_log(self.context)

    def _about(self) -> None:
        from webpush_admin.gui.help import show_about

        show_about(self.context, self)

    def _on_working(self, sentence: str) -> None:
        self._working = sentence
        self.status_line.show_worker(sentence or self.tr("Worker ready"))

    def _on_ready(self) -> None:
        if not self._working:
            self.status_line.show_worker(self.tr("Worker ready"))

    def _on_broken(self, sentence: str) -> None:
        self.status_line.show_worker(self.tr("No worker"))
        self.context.notify(sentence, "bad")

    def _on_snapshot(self, snapshot: "Snapshot") -> None:
        if self.context.database is None:
            return
        self.tiles.show_snapshot(snapshot)
        self.work_strip.show_snapshot(snapshot, self.view_stack.shown_work)
        self.toast.keep_above(self.work_strip.height() if self.work_strip.isVisible() else 0)
        if not self._working:
            self.status_line.show_snapshot(snapshot, self.context.bridge.lost)
        self._show_stop(snapshot)

    def _on_database(self, info: "DatabaseInfo | None" = None) -> None:
        self.status_line.show_database(info)
        self.setWindowTitle(_title(info))
        if info is None:
            self.tiles.clear()
            self.work_strip.end()
            self._show_stop(None)

    def _on_notice(self, kind: str, text: str) -> None:
        _log().info("Notice (%s): %s", kind, text)
        if not self._closing:
            self.toast.show_notice(kind, text)

    def _on_events(self, events: list[object]) -> None:
        # While the window closes nobody sees the lists: what was interrupted is told in the log.
        if self._closing:
            from webpush_admin.push.events import PushFinished

            for event in events:
                if isinstance(event, PushFinished) and event.delivery.failed:
                    _log().info("While closing: %s", event.delivery)

    def _on_worker_ended(self) -> None:
        self._deadline.stop()
        self.ended.emit()


def _title(info: "DatabaseInfo | None") -> str:
    """Return what the title bar says; Qt adds the application's name itself."""
    if info is None:
        return ""
    read_only = info.read_only and not info.checking
    words = QCoreApplication.translate("MainWindow", "{name} (read-only)") if read_only else "{name}"
    return words.format(name=display_text(info.name))


def _log() -> "logging.Logger":
    # Imported here: the first paint does not need it.
    import logging

    return logging.getLogger(__name__)
