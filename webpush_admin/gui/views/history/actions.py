"""What the buttons and menus of the history do, as actions of the view's own.

Runs on: GUI thread
"""

from typing import Final, NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtGui import QAction

from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.theme import Theme


class _Spec(NamedTuple):
    name: str
    text: str
    icon: str
    tip: str


_SPECS: Final = (
    _Spec(
        "remedy",
        str(QT_TRANSLATE_NOOP("HistoryActions", "Do what it advises")),
        "check",
        str(QT_TRANSLATE_NOOP("HistoryActions", "Do what the diagnosis advises.")),
    ),
    _Spec(
        "show_subscription",
        str(QT_TRANSLATE_NOOP("HistoryActions", "Show subscription")),
        "bell",
        str(QT_TRANSLATE_NOOP("HistoryActions", "Go to the subscription that it was sent to.")),
    ),
    _Spec(
        "only_user",
        str(QT_TRANSLATE_NOOP("HistoryActions", "Only this user")),
        "user",
        str(QT_TRANSLATE_NOOP("HistoryActions", "Show every delivery to this user.")),
    ),
    _Spec(
        "only_subscription",
        str(QT_TRANSLATE_NOOP("HistoryActions", "Only this subscription")),
        "filter",
        str(QT_TRANSLATE_NOOP("HistoryActions", "Show every delivery to this subscription.")),
    ),
    _Spec(
        "only_diagnosis",
        str(QT_TRANSLATE_NOOP("HistoryActions", "Only this diagnosis")),
        "filter",
        str(QT_TRANSLATE_NOOP("HistoryActions", "Show every delivery with this diagnosis.")),
    ),
    _Spec(
        "copy_rows",
        str(QT_TRANSLATE_NOOP("HistoryActions", "Copy rows as CSV")),
        "copy",
        str(QT_TRANSLATE_NOOP("HistoryActions", "Copy the shown columns of the selected rows; endpoints are masked.")),
    ),
    _Spec(
        "forget",
        str(QT_TRANSLATE_NOOP("HistoryActions", "How much is kept…")),
        "settings",
        str(QT_TRANSLATE_NOOP("HistoryActions", "How long the history is kept, and how much of it.")),
    ),
)


class HistoryActions(QObject):
    """The actions by name: `actions.forget` asks how much of the history is kept.

    Attributes:
        remedy, show_subscription, only_user, only_subscription, only_diagnosis, copy_rows, forget: See `_SPECS`.
    """

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._made = {spec.name: self._make(spec) for spec in _SPECS}
        (
            self.remedy,
            self.show_subscription,
            self.only_user,
            self.only_subscription,
            self.only_diagnosis,
            self.copy_rows,
            self.forget,
        ) = self._made.values()
        self.remedy.setVisible(False)
        self._remedy_icon = "check"
        self.paint_icons()
        theme.changed.connect(self.paint_icons)

    def paint_icons(self) -> None:
        """Tint the icons in the theme's colours."""
        for spec in _SPECS:
            icon = self._remedy_icon if spec.name == "remedy" else spec.icon
            self._made[spec.name].setIcon(tinted_icon(icon, self._theme.tokens.text, self._theme.tokens.border))

    def set_available(self, action: QAction, reason: str) -> None:
        """Enable an action, or disable it and tell the reason in its tooltip."""
        spec = next(spec for spec in _SPECS if self._made[spec.name] is action)
        action.setEnabled(not reason)
        told = QCoreApplication.translate("HistoryActions", spec.tip)
        action.setToolTip(plain_tooltip(f"{told}\n{reason}" if reason else told))

    def offer_remedy(self, text: str, icon: str, tip: str) -> None:
        """Offer what a diagnosis advises; "" for nothing."""
        self.remedy.setVisible(bool(text))
        if text:
            self._remedy_icon = icon
            self.remedy.setText(text)
            self.remedy.setToolTip(plain_tooltip(tip))
            self.paint_icons()

    def _make(self, spec: _Spec) -> QAction:
        action = QAction(QCoreApplication.translate("HistoryActions", spec.text), self)
        action.setObjectName(spec.name)
        action.setToolTip(plain_tooltip(QCoreApplication.translate("HistoryActions", spec.tip)))
        return action
