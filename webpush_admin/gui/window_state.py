"""What the window remembers from one start to the next: place, size, panes, columns and theme.

Runs on: GUI thread
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter

from webpush_admin.gui.theme import Mode

if TYPE_CHECKING:
    from webpush_admin.gui.widgets.table import Table

_GEOMETRY: Final = "window/geometry"
_THEME: Final = "window/theme"
_PANES: Final = "panes"
_COLUMNS: Final = "columns"


def remembered_mode(settings: QSettings) -> Mode:
    """Return the theme that was chosen last, or the system's."""
    kept = settings.value(_THEME)
    return next((mode for mode in Mode if mode.value == kept), Mode.SYSTEM)


def remember_mode(settings: QSettings, mode: Mode) -> None:
    """Keep the theme."""
    settings.setValue(_THEME, mode.value)


def restore_window(settings: QSettings, window: QMainWindow) -> bool:
    """Put the window where it was; return whether that is known."""
    kept = settings.value(_GEOMETRY)
    return isinstance(kept, QByteArray) and window.restoreGeometry(kept)


def restore_panes(settings: QSettings, name: str, splitters: list[QSplitter]) -> None:
    """Give the panes of a view the sizes that they had."""
    for splitter in splitters:
        kept = settings.value(f"{_PANES}/{name}/{splitter.objectName()}")
        if isinstance(kept, QByteArray):
            splitter.restoreState(kept)


def restore_columns(settings: QSettings, name: str, tables: "Iterable[Table]") -> None:
    """Arrange the tables of a view as they were, and keep from now on what the operator makes of them."""
    # Imported here: the first paint does not need it.
    from webpush_admin.gui.models.column_layout import read_layout

    for table in tables:
        columns, key = table.columns, f"{_COLUMNS}/{name}/{table.objectName()}"
        kept = settings.value(key)
        if kept is not None:
            columns.arrange(read_layout(kept, columns.all))
        columns.changed.connect(lambda columns=columns, key=key: settings.setValue(key, columns.layout.to_json()))


def remember_window(settings: QSettings, window: QMainWindow, panes: dict[str, list[QSplitter]]) -> None:
    """Keep place, size and the sizes of all panes, by view."""
    settings.setValue(_GEOMETRY, window.saveGeometry())
    for name, splitters in panes.items():
        for splitter in splitters:
            settings.setValue(f"{_PANES}/{name}/{splitter.objectName()}", splitter.saveState())
