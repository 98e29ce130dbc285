"""Takes the pictures of the tour: every view in both themes, and the live view with nothing, little and much going on.

Runs on: GUI thread
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QElapsedTimer, QSize
from PySide6.QtWidgets import QTableView

from webpush_admin.gui.context import Context
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.models.live_places import LivePlace
from webpush_admin.gui.models.trends import Window
from webpush_admin.gui.theme import Mode
from webpush_admin.gui.view_specs import VIEWS
from webpush_admin.gui.views.keys import KeysView
from webpush_admin.gui.views.live import LiveView

SIZE: Final = QSize(1280, 800)
LARGE: Final = QSize(1920, 1080)
SETTLE_MS: Final = 300
PAGE_SETTLE_MS: Final = 150
"""A page of a view that is there already has less to read."""

Ready = Callable[[], bool]


def pause(milliseconds: int) -> Ready:
    """Return what is true after a while: what has just come to the front reads, and has no signal for "all of it"."""
    settled = QElapsedTimer()
    settled.start()
    return partial(settled.hasExpired, milliseconds)


class Pictures:
    """Each generator yields what must be true before it goes on.

    Attributes:
        taken: Names of the files.
    """

    def __init__(self, window: MainWindow, context: Context, folder: Path) -> None:
        self.taken: list[str] = []
        self._window = window
        self._context = context
        self._folder = folder
        self._mode = Mode.DARK

    @property
    def live_view(self) -> LiveView:
        """The live view."""
        view = self._window.view_stack.view("live")
        assert isinstance(view, LiveView)
        return view

    def views(self) -> Iterator[Ready]:
        """Take every view in both themes, every page of the live view, and those of the keys that say something."""
        # Other colours are work for every widget of every view: they are put on once.
        for mode in (Mode.LIGHT, Mode.DARK):
            self._put_on(mode)
            for spec in VIEWS:
                self._context.actions[f"show_{spec.name}"].trigger()
                yield pause(SETTLE_MS)
                self._take(f"{spec.name}-{mode.value}")
                if spec.name == "live":
                    yield from self._pages(mode)
                elif spec.name == "keys":
                    yield from self._key_pages(mode)

    def live(self, amount: str) -> Iterator[Ready]:
        """Take the live view in both themes, small and large, with so much going on."""
        self._context.actions["show_live"].trigger()
        self.live_view.show_place(LivePlace.CACHE)
        # All of the tour has happened in the last minute.
        self.live_view.window_switch.choose(Window.MINUTE)
        # The theme that is on comes first.
        for mode in sorted((Mode.LIGHT, Mode.DARK), key=lambda mode: mode is not self._mode):
            self._put_on(mode)
            for size in (SIZE, LARGE):
                self._window.resize(size)
                yield pause(PAGE_SETTLE_MS)
                self._choose_somebody()
                yield pause(PAGE_SETTLE_MS)
                self._take(f"live-{mode.value}-{size.width()}-{amount}")
        self._window.resize(SIZE)

    def race(self) -> Iterator[Ready]:
        """Take the timeline of a race in both themes."""
        for mode in sorted((Mode.LIGHT, Mode.DARK), key=lambda mode: mode is not self._mode):
            self._put_on(mode)
            yield pause(PAGE_SETTLE_MS)
            self._take(f"live-{mode.value}-race")

    def choose_nobody(self) -> None:
        """Choose none of the cached users."""
        table = self.live_view.cache_page.findChild(QTableView)
        if table is not None:
            table.clearSelection()

    def _pages(self, mode: Mode) -> Iterator[Ready]:
        for place in LivePlace:
            if place is not LivePlace.CACHE:
                self.live_view.show_place(place)
                yield pause(PAGE_SETTLE_MS)
                self._take(f"live-{place.value.removesuffix('_page')}-{mode.value}")
        self.live_view.show_place(LivePlace.CACHE)

    def _key_pages(self, mode: Mode) -> Iterator[Ready]:
        view = self._window.view_stack.view("keys")
        assert isinstance(view, KeysView)
        for page in (view.check_page, view.snippets_page):
            view.pages.setCurrentWidget(page)
            yield pause(PAGE_SETTLE_MS)
            self._take(f"keys-{page.objectName().removesuffix('_page')}-{mode.value}")
        view.pages.setCurrentWidget(view.overview_page)

    def _choose_somebody(self) -> None:
        """Choose the first of the cached users, so that there is a timeline to see."""
        table = self.live_view.cache_page.findChild(QTableView)
        if table is not None and table.model().rowCount() and not table.selectionModel().hasSelection():
            table.selectRow(0)

    def _put_on(self, mode: Mode) -> None:
        self._mode = mode
        self._context.actions[f"theme_{mode.value}"].trigger()

    def _take(self, name: str) -> None:
        path = self._folder / f"{name}.png"
        if not self._window.grab().save(str(path)):
            raise OSError(f"{path.name} cannot be written")
        self.taken.append(path.name)
