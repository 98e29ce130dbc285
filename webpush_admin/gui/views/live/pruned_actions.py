"""What can be done with endpoints that were pruned, as actions of the page's own.

Runs on: GUI thread
"""

from typing import Final, NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtGui import QAction

from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.models.pruned import endpoints
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.theme import Theme


class _Spec(NamedTuple):
    name: str
    text: str
    icon: str
    tip: str


_SPECS: Final = (
    _Spec(
        "restore",
        str(QT_TRANSLATE_NOOP("PrunedActions", "Restore")),
        "undo-2",
        str(
            QT_TRANSLATE_NOOP(
                "PrunedActions",
                "Bring the rows back as they were, with the same ids; the next push will most likely prune them again.",
            )
        ),
    ),
    _Spec(
        "show_in_history",
        str(QT_TRANSLATE_NOOP("PrunedActions", "Show in history")),
        "history",
        str(QT_TRANSLATE_NOOP("PrunedActions", "Show the delivery whose answer pruned it.")),
    ),
    _Spec(
        "show_user",
        str(QT_TRANSLATE_NOOP("PrunedActions", "Show user")),
        "user",
        str(QT_TRANSLATE_NOOP("PrunedActions", "Show the subscriptions that its user still has.")),
    ),
    _Spec(
        "copy_rows",
        str(QT_TRANSLATE_NOOP("PrunedActions", "Copy as CSV")),
        "copy",
        str(QT_TRANSLATE_NOOP("PrunedActions", "Copy the shown columns of the selected rows; endpoints are masked.")),
    ),
    _Spec(
        "copy_json",
        str(QT_TRANSLATE_NOOP("PrunedActions", "Copy as JSON")),
        "copy",
        str(QT_TRANSLATE_NOOP("PrunedActions", "Copy all that is known of the selected rows; endpoints are masked.")),
    ),
    _Spec(
        "export_rows",
        str(QT_TRANSLATE_NOOP("PrunedActions", "Export…")),
        "download",
        str(
            QT_TRANSLATE_NOOP(
                "PrunedActions", "Write what the table shows to a file, as CSV or as JSON; endpoints are masked."
            )
        ),
    ),
)

MENU: Final = ("restore", "", "show_in_history", "show_user", "", "copy_rows", "copy_json", "", "export_rows")
"""Names of actions; "" is a line."""


class PrunedActions(QObject):
    """The actions by name: `actions["restore"]`."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._made = {spec.name: self._make(spec) for spec in _SPECS}
        self._paint_icons()
        theme.changed.connect(self._paint_icons)

    def __getitem__(self, name: str) -> QAction:
        return self._made[name]

    def set_available(self, name: str, reason: str) -> None:
        """Enable an action, or disable it and tell the reason in its tooltip."""
        action = self._made[name]
        tip = QCoreApplication.translate("PrunedActions", next(spec.tip for spec in _SPECS if spec.name == name))
        shown = plain_tooltip(f"{tip}\n{reason}" if reason else tip)
        if action.isEnabled() == bool(reason):
            action.setEnabled(not reason)
        if action.toolTip() != shown:
            action.setToolTip(shown)

    def show_restorable(self, count: int) -> None:
        """Name the effect with its number; 0 names the effect alone."""
        text = QCoreApplication.translate("PrunedActions", "Restore")
        if count:
            text = QCoreApplication.translate("PrunedActions", "Restore {those}").format(those=endpoints(count))
        if self._made["restore"].text() != text:
            self._made["restore"].setText(text)

    def _make(self, spec: _Spec) -> QAction:
        action = QAction(QCoreApplication.translate("PrunedActions", spec.text), self)
        action.setObjectName(spec.name)
        action.setToolTip(plain_tooltip(QCoreApplication.translate("PrunedActions", spec.tip)))
        return action

    def _paint_icons(self) -> None:
        tokens = self._theme.tokens
        for spec in _SPECS:
            self._made[spec.name].setIcon(tinted_icon(spec.icon, tokens.text, tokens.border))
