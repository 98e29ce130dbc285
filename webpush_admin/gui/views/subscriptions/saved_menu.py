"""The button of the saved filters: apply, save, rename, delete.

Runs on: GUI thread
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.one_line import OneLineDialog
from webpush_admin.gui.models.filters import NO_FILTERS, Filters
from webpush_admin.gui.models.saved_filters import MOST_NAME_CHARACTERS, MOST_SAVED, SavedFilters, read_saved
from webpush_admin.gui.text import display_text

_KEY: Final = "filters/saved"


class SavedButton(QToolButton):
    """Filters with names, kept in the settings.

    Attributes:
        applied: The `Filters` that were chosen.
    """

    applied = Signal(object)

    def __init__(self, context: Context, current: Callable[[], Filters], parent: QWidget) -> None:
        """Make the button.

        Args:
            context: For dialogs and notices.
            current: Returns the filters that could be saved.
            parent: Its widget.
        """
        super().__init__(parent)
        self.setObjectName("saved_button")
        self.setProperty("framed", True)
        self.setText(self.tr("Saved"))
        self.setAccessibleName(self.tr("Saved filters"))
        self.setToolTip(self.tr("Filters that were given a name."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._context = context
        self._current = current
        self._settings: QSettings | None = None
        self.saved = SavedFilters()
        self.saved_menu = QMenu(self)
        self.saved_menu.setObjectName("saved_menu")
        self.saved_menu.aboutToShow.connect(self._fill)
        self.setMenu(self.saved_menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def restore(self, settings: QSettings) -> None:
        """Read what was saved, and save there from now on; what cannot be read is told and left out."""
        self._settings = settings
        self.saved, lost = read_saved(settings.value(_KEY))
        if lost:
            self._context.notify(self.tr("Some saved filters could not be read and were left out."), "bad")

    def save(self) -> None:
        """Ask for a name for what narrows now."""
        OneLineDialog(
            self._context,
            self.window(),
            title=self.tr("Save filters"),
            explanation=self._current().sentence(),
            label=self.tr("Name"),
            action=self.tr("Save filters"),
            check=lambda name: self._taken(name, ""),
            done=self._on_named,
            most=MOST_NAME_CHARACTERS,
        ).open()

    def rename(self, name: str) -> None:
        """Ask for another name."""
        OneLineDialog(
            self._context,
            self.window(),
            title=self.tr("Rename saved filters"),
            label=self.tr("Name"),
            action=self.tr("Rename"),
            check=lambda new: self._taken(new, name),
            done=lambda new: self._keep(self.saved.renamed(name, new)),
            text=name,
            most=MOST_NAME_CHARACTERS,
        ).open()

    def delete(self, name: str) -> None:
        """Forget the filters of this name."""
        self._keep(self.saved.without(name))
        self._context.notify(self.tr("The saved filters “{0}” were deleted.").format(display_text(name)))

    def _apply(self, name: str) -> None:
        self.applied.emit(self.saved[name])

    def _taken(self, name: str, own: str) -> str:
        other = name in self.saved and name.casefold() != own.casefold()
        return self.tr("There are saved filters of this name.") if other else ""

    def _on_named(self, name: str) -> None:
        self._keep(self.saved.with_one(name, self._current()))
        self._context.notify(self.tr("Saved as “{0}”.").format(display_text(name)), "good")

    def _keep(self, saved: SavedFilters) -> None:
        self.saved = saved
        if self._settings is not None:
            self._settings.setValue(_KEY, saved.to_json())

    def _fill(self) -> None:
        menu = self.saved_menu
        menu.clear()
        current = self._current()
        own = self.saved.name_of(current)
        for name in self.saved:
            action = self._add(menu, name, partial(self._apply, name))
            action.setCheckable(True)
            action.setChecked(name == own)
        if not self.saved.saved:
            menu.addAction(self.tr("None yet")).setEnabled(False)
        menu.addSeparator()
        save = menu.addAction(self.tr("Save these filters…"))
        save.setObjectName("save_filters")
        save.triggered.connect(lambda: self.save())
        save.setEnabled(current != NO_FILTERS and not own and not self.saved.full)
        menu.setToolTipsVisible(True)
        if self.saved.full:
            save.setToolTip(self.tr("There are {0} already: delete one first.").format(MOST_SAVED))
        elif current == NO_FILTERS:
            save.setToolTip(self.tr("Nothing narrows the table now."))
        if self.saved.saved:
            rename, delete = menu.addMenu(self.tr("Rename")), menu.addMenu(self.tr("Delete"))
            for name in self.saved:
                self._add(rename, name, partial(self.rename, name))
                self._add(delete, name, partial(self.delete, name))

    def _add(self, menu: QMenu, name: str, chosen: Callable[[], None]) -> QAction:
        action = menu.addAction(display_text(name).replace("&", "&&"))
        action.triggered.connect(lambda *_: chosen())
        return action
