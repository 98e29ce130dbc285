"""What the buttons of the audit do, as actions of the view's own.

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
        "check",
        str(QT_TRANSLATE_NOOP("AuditActions", "Check all subscriptions")),
        "shield-check",
        str(QT_TRANSLATE_NOOP("AuditActions", "Look at every subscription; nothing is changed and nothing is sent.")),
    ),
    _Spec(
        "stop",
        str(QT_TRANSLATE_NOOP("AuditActions", "Stop checking")),
        "circle-stop",
        str(QT_TRANSLATE_NOOP("AuditActions", "End the check: what it found until now is not kept.")),
    ),
    _Spec(
        "show",
        str(QT_TRANSLATE_NOOP("AuditActions", "Show them")),
        "filter",
        str(QT_TRANSLATE_NOOP("AuditActions", "Go to the subscriptions with this finding.")),
    ),
    _Spec(
        "delete",
        str(QT_TRANSLATE_NOOP("AuditActions", "Delete them…")),
        "trash-2",
        str(
            QT_TRANSLATE_NOOP(
                "AuditActions", "Look at them again, then ask whether those that still have the finding may go."
            )
        ),
    ),
    _Spec(
        "copy",
        str(QT_TRANSLATE_NOOP("AuditActions", "Copy summary")),
        "copy",
        str(QT_TRANSLATE_NOOP("AuditActions", "Copy the counts as text; no user and no endpoint is named.")),
    ),
)


class AuditActions(QObject):
    """The actions by name: `actions.check` looks at every subscription.

    Attributes:
        check, stop, show, delete, copy: See `_SPECS`.
    """

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        made = {spec.name: self._make(spec) for spec in _SPECS}
        self.check, self.stop, self.show, self.delete, self.copy = made.values()
        self._made = made
        self.paint_icons()
        theme.changed.connect(self.paint_icons)

    def paint_icons(self) -> None:
        """Tint the icons in the theme's colours."""
        tokens = self._theme.tokens
        for spec in _SPECS:
            self._made[spec.name].setIcon(tinted_icon(spec.icon, tokens.text, tokens.border))

    def set_available(self, action: QAction, available: bool, reason: str = "") -> None:
        """Enable an action, or disable it and tell the reason in its tooltip."""
        spec = next(spec for spec in _SPECS if self._made[spec.name] is action)
        action.setEnabled(available)
        told = QCoreApplication.translate("AuditActions", spec.tip)
        action.setToolTip(plain_tooltip(told if available or not reason else f"{told}\n{reason}"))

    def _make(self, spec: _Spec) -> QAction:
        text = QCoreApplication.translate("AuditActions", spec.text)
        action = QAction(text, self)
        action.setObjectName(spec.name)
        action.setToolTip(plain_tooltip(QCoreApplication.translate("AuditActions", spec.tip)))
        return action
