"""Makes the views, shows one of them, and brings each action to the view whose work it is.

Runs on: GUI thread
"""

from functools import partial
from typing import Final

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.view_specs import VIEWS, ViewSpec
from webpush_admin.gui.widgets.table import Table
from webpush_admin.gui.window_state import restore_columns, restore_panes

_ANYWHERE: Final = frozenset({"add_user"})
"""Actions of the first view that need no selection there."""

_HAND_OVERS: Final = {
    "filter_wished": (VIEWS[0].name, "show_filter"),
    "history_wished": ("history", "show_deliveries"),
    "retry_wished": ("send", "retry_send"),
    "user_wished": (VIEWS[0].name, "show_user"),
}
"""By a view's signal: the view that is shown, and its method that is told."""


class ViewStack(QStackedWidget):
    """One view at a time; the others are made when they are first needed.

    Attributes:
        views: The views that were made so far, by name.
    """

    def __init__(self, context: Context, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("view_stack")
        self.views: dict[str, QWidget] = {}
        self._context = context
        self._settings = settings
        self._current = ""
        self._owed: set[str] = set()
        # What several views do is connected once: the one that is shown does it.
        for name in dict.fromkeys(name for spec in VIEWS for name in spec.does):
            context.actions[name].triggered.connect(lambda *_, name=name: self.do(name))
        context.actions["find"].triggered.connect(lambda *_: self.call_current("focus_search"))
        context.actions["refresh"].triggered.connect(lambda *_: self.refresh())
        context.database_opened.connect(self._on_database)
        context.database_closed.connect(self._on_database)

    def view(self, name: str) -> QWidget:
        """Return a view, made now if it was not needed yet."""
        if name not in self.views:
            view = _spec(name).make(self._context)
            self.views[name] = view
            self.addWidget(view)
            restore_panes(self._settings, name, view.findChildren(QSplitter))
            restore_columns(self._settings, name, view.findChildren(Table))
            restore = getattr(view, "restore", None)
            if callable(restore):
                restore(self._settings)
            for signal, (other, method) in _HAND_OVERS.items():
                if hasattr(view, signal):
                    hand_over = partial(self._hand_over, other, method)
                    getattr(view, signal).connect(hand_over)
        return self.views[name]

    def make_views(self) -> None:
        """Make every view that was not needed yet."""
        for spec in VIEWS:
            self.view(spec.name)

    def show_view(self, name: str) -> None:
        """Show a view, and tell which actions are its own."""
        view = self.view(name)
        if name != self._current:
            self.call_current("deactivate")
            self._current = name
            self.setCurrentWidget(view)
        self._context.actions[f"show_{name}"].setChecked(True)
        self._show_availability()
        self.call_current("activate")
        self._refresh_owed()

    def refresh(self) -> None:
        """Read the view that is shown again, and the others when they are shown."""
        self._owed = set(self.views)
        self._refresh_owed()

    @property
    def shown_work(self) -> int | None:
        """The number of the long work that the view shows itself, None where it shows none."""
        found = getattr(self.views.get(self._current), "shown_work", None)
        return found if isinstance(found, int) else None

    @property
    def has_own_tiles(self) -> bool:
        """Whether the view that is shown has tiles of its own."""
        return bool(self._current) and _spec(self._current).own_tiles

    def do(self, name: str) -> None:
        """Let the view that is shown do what an action asks, else the view whose work it is."""
        if not hasattr(self.views[self._current], name):
            spec = next(spec for spec in VIEWS if name in spec.does)
            if name in spec.quiet:
                _call(self.view(spec.name), name)
                return
            self.show_view(spec.name)
        self.call_current(name)

    def call_current(self, method: str) -> None:
        """Call a method of the view that is shown, where it has one."""
        if self._current:
            _call(self.views[self._current], method)

    def panes(self) -> dict[str, list[QSplitter]]:
        """Return the panes whose sizes are remembered, by view."""
        return {name: view.findChildren(QSplitter) for name, view in self.views.items()}

    def _hand_over(self, name: str, method: str, what: object) -> None:
        """Bring what one view found to the view that shows it: they never see each other."""
        self.show_view(name)
        found = getattr(self.views[name], method, None)
        if callable(found):
            found(what)

    def _refresh_owed(self) -> None:
        if self._current in self._owed:
            self._owed.remove(self._current)
            self.call_current("refresh")

    def _on_database(self, _info: object = None) -> None:
        self._show_availability()
        self.call_current("activate")

    def _show_availability(self) -> None:
        """Disable what belongs to a selection that is not on the screen; a view tells about its own actions."""
        if not self._current:
            return
        actions, view = self._context.actions, self.views[self._current]
        closed = "" if self._context.database else self.tr("No database is open.")
        for spec in VIEWS:
            away = self.tr("It is in another view: {0}.").format(actions[f"show_{spec.name}"].iconText())
            for name in spec.does:
                selects = spec is VIEWS[0] and name not in _ANYWHERE and not hasattr(view, name)
                reason = closed or (away if selects else "")
                actions.set_available(name, not reason, reason)
        search = "" if hasattr(view, "focus_search") else self.tr("There is nothing to search here.")
        actions.set_available("find", not (closed or search), closed or search)
        actions.set_available("refresh", not closed, closed)


def _spec(name: str) -> ViewSpec:
    return next(spec for spec in VIEWS if spec.name == name)


def _call(view: QWidget, method: str) -> None:
    found = getattr(view, method, None)
    if callable(found):
        found()
