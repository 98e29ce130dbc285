"""The button of the templates: choose, save, rename, delete.

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
from webpush_admin.gui.models.draft import Draft
from webpush_admin.gui.models.templates import (
    MOST_NAME_CHARACTERS,
    MOST_TEMPLATES,
    SAMPLES,
    Templates,
    fits,
    read_templates,
)
from webpush_admin.gui.text import display_text
from webpush_admin.gui.widgets.letter_menu import LetterMenu

_KEY: Final = "send/templates"


class TemplatesButton(QToolButton):
    """Messages with names, kept in the settings.

    Attributes:
        chosen: A `Draft`.
        changed: There are others now.
    """

    chosen = Signal(object)
    changed = Signal()

    def __init__(self, context: Context, current: Callable[[], Draft], parent: QWidget) -> None:
        """Make the button.

        Args:
            context: For dialogs, notices and the action that saves.
            current: Returns what could be saved.
            parent: Its widget.
        """
        super().__init__(parent)
        self.setObjectName("templates_button")
        self.setProperty("framed", True)
        self.setText(self.tr("Templates"))
        self.setAccessibleName(self.tr("Templates"))
        self.setToolTip(self.tr("Messages that were given a name, and some to begin with."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._context = context
        self._current = current
        self._settings: QSettings | None = None
        self.templates = Templates()
        self.templates_menu = LetterMenu(self)
        self.templates_menu.setObjectName("templates_menu")
        self.templates_menu.setToolTipsVisible(True)
        self.templates_menu.aboutToShow.connect(self._fill)
        self.setMenu(self.templates_menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def restore(self, settings: QSettings) -> None:
        """Read what was saved, and save there from now on; what cannot be read is told and left out."""
        self._settings = settings
        self.templates, lost = read_templates(settings.value(_KEY))
        if lost:
            self._context.notify(self.tr("Some templates could not be read and were left out."), "bad")

    def problem(self) -> str:
        """Return why what is written cannot be saved, "" where it can."""
        draft = self._current()
        if draft == Draft(shape=draft.shape):
            return self.tr("There is nothing to save yet.")
        name = self.templates.name_of(draft)
        if name:
            return self.tr("It is saved already, as “{0}”.").format(display_text(name))
        if not fits(draft):
            return self.tr("It is too long to be saved: no push could carry it.")
        return ""

    def save(self) -> None:
        """Ask for a name for what is written; the name of one that is there replaces it."""
        problem = self.problem()
        if problem:
            self._context.notify(problem)
            return
        OneLineDialog(
            self._context,
            self.window(),
            title=self.tr("Save as template"),
            explanation=self.tr("A template of the same name is replaced."),
            label=self.tr("Name"),
            action=self.tr("Save template"),
            check=self._no_room,
            done=self._on_named,
            text=self._current().headline[:MOST_NAME_CHARACTERS],
            most=MOST_NAME_CHARACTERS,
        ).open()

    def rename(self, name: str) -> None:
        """Ask for another name."""
        OneLineDialog(
            self._context,
            self.window(),
            title=self.tr("Rename template"),
            label=self.tr("Name"),
            action=self.tr("Rename template"),
            check=lambda new: self._taken(new, name),
            done=lambda new: self._keep(self.templates.renamed(name, new)),
            text=name,
            most=MOST_NAME_CHARACTERS,
        ).open()

    def delete(self, name: str) -> None:
        """Forget the template of this name."""
        self._keep(self.templates.without(name))
        self._context.notify(self.tr("The template “{0}” was deleted.").format(display_text(name)))

    def _no_room(self, name: str) -> str:
        if self.templates.full and name not in self.templates:
            return self.tr("There are {0} already: delete one first, or replace one.").format(MOST_TEMPLATES)
        return ""

    def _taken(self, name: str, own: str) -> str:
        other = name in self.templates and name.casefold() != own.casefold()
        return self.tr("There is a template of this name.") if other else ""

    def _on_named(self, name: str) -> None:
        self._keep(self.templates.with_one(name, self._current()))
        self._context.notify(self.tr("Saved as “{0}”.").format(display_text(name)), "good")

    def _keep(self, templates: Templates) -> None:
        self.templates = templates
        if self._settings is not None:
            self._settings.setValue(_KEY, templates.to_json())
        self.changed.emit()

    def _fill(self) -> None:
        menu = self.templates_menu
        menu.clear()
        own = self.templates.name_of(self._current())
        for name, draft in self.templates.saved:
            action = self._add(menu, name, partial(self.chosen.emit, draft))
            action.setCheckable(True)
            action.setChecked(name == own)
        if not self.templates.saved:
            menu.addAction(self.tr("None saved yet")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self._context.actions["save_template"])
        if self.templates.saved:
            rename, delete = menu.addMenu(self.tr("Rename")), menu.addMenu(self.tr("Delete"))
            for name in self.templates:
                self._add(rename, name, partial(self.rename, name))
                self._add(delete, name, partial(self.delete, name))
        menu.addSection(self.tr("To begin with"))
        for name, draft in SAMPLES:
            self._add(menu, self.tr(name), partial(self.chosen.emit, draft))

    def _add(self, menu: QMenu, name: str, chosen: Callable[[], object]) -> QAction:
        action = menu.addAction(display_text(name).replace("&", "&&"))
        action.triggered.connect(lambda *_: chosen())
        return action
