"""What tests of filters on the demo look at.

Runs on: GUI thread
"""

from typing import Final, cast

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from pytestqt.qtbot import QtBot

from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.subscriptions import SubscriptionsView

TIMEOUT_MS: Final = 15_000


def filled_view(demo: MainWindow, qtbot: QtBot) -> SubscriptionsView:
    """Return the view once the demo's rows are there."""
    made = cast("SubscriptionsView", demo.views["subscriptions"])
    qtbot.waitUntil(lambda: made.table.model.rowCount() == 100, timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: made.people.current is not None, timeout=TIMEOUT_MS)
    return made


def choice(menu: QMenu, text: str) -> QAction:
    """Return an entry of a menu, as it is when the menu opens."""
    menu.aboutToShow.emit()
    return next(action for action in menu.actions() if action.text() == text)


def shown_dialog(kind: type[QDialog]) -> QDialog:
    """Return the dialog of a kind that is shown."""
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def settled(view: SubscriptionsView) -> bool:
    """Whether the rows of what was asked for last are there."""
    return view.table.model.known and not view.table.model.busy


def browsers(view: SubscriptionsView) -> set[str]:
    """Return the names of the browsers that are shown."""
    return {info.browser.split()[0] for _, info in view.table.model.fetched()}
