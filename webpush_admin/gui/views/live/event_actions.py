"""What the buttons and the menu of the event log do, as actions of its own.

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
        "pause",
        str(QT_TRANSLATE_NOOP("EventActions", "Pause")),
        "pause",
        str(QT_TRANSLATE_NOOP("EventActions", "Hold the list still, or let it go on (Space in the list).")),
    ),
    _Spec(
        "clear",
        str(QT_TRANSLATE_NOOP("EventActions", "Clear")),
        "x",
        str(QT_TRANSLATE_NOOP("EventActions", "Empty the list; it begins with what happens from now on.")),
    ),
    _Spec(
        "save",
        str(QT_TRANSLATE_NOOP("EventActions", "Save…")),
        "save",
        str(QT_TRANSLATE_NOOP("EventActions", "Write the events to a file, one JSON object a line.")),
    ),
    _Spec(
        "copy_lines",
        str(QT_TRANSLATE_NOOP("EventActions", "Copy lines")),
        "copy",
        str(QT_TRANSLATE_NOOP("EventActions", "Copy the selected events as lines of text; endpoints are masked.")),
    ),
    _Spec(
        "copy_json",
        str(QT_TRANSLATE_NOOP("EventActions", "Copy as JSON")),
        "copy",
        str(QT_TRANSLATE_NOOP("EventActions", "Copy the selected events as JSON Lines; endpoints are masked.")),
    ),
    _Spec(
        "only_user",
        str(QT_TRANSLATE_NOOP("EventActions", "Only this user")),
        "user",
        str(QT_TRANSLATE_NOOP("EventActions", "Show what concerns this user, and nothing else.")),
    ),
    _Spec(
        "only_group",
        str(QT_TRANSLATE_NOOP("EventActions", "Only this kind")),
        "filter",
        str(QT_TRANSLATE_NOOP("EventActions", "Show events of this group, and nothing else.")),
    ),
)


class EventActions(QObject):
    """The actions by name.

    Attributes:
        pause, clear, save, copy_lines, copy_json, only_user, only_group: See `_SPECS`.
    """

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._made = {spec.name: self._make(spec) for spec in _SPECS}
        (
            self.pause,
            self.clear,
            self.save,
            self.copy_lines,
            self.copy_json,
            self.only_user,
            self.only_group,
        ) = self._made.values()
        self.pause.setCheckable(True)
        self.pause.toggled.connect(self._on_paused)
        self.paint_icons()
        theme.changed.connect(self.paint_icons)

    def paint_icons(self) -> None:
        """Tint the icons in the theme's colours."""
        tokens = self._theme.tokens
        for spec in _SPECS:
            icon = "play" if spec.name == "pause" and self.pause.isChecked() else spec.icon
            self._made[spec.name].setIcon(tinted_icon(icon, tokens.text, tokens.border))

    def _on_paused(self, paused: bool) -> None:
        text = QT_TRANSLATE_NOOP("EventActions", "Resume") if paused else QT_TRANSLATE_NOOP("EventActions", "Pause")
        self.pause.setText(QCoreApplication.translate("EventActions", str(text)))
        self.paint_icons()

    def _make(self, spec: _Spec) -> QAction:
        action = QAction(QCoreApplication.translate("EventActions", spec.text), self)
        action.setObjectName(spec.name)
        action.setToolTip(plain_tooltip(QCoreApplication.translate("EventActions", spec.tip)))
        return action
