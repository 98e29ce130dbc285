"""The actions of the window as Qt objects, made from their records.

Runs on: GUI thread
"""

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from webpush_admin.gui.action_specs import ACTIONS, ActionSpec
from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.theme import Theme


class Actions(QObject):
    """The actions as Qt objects: `actions["send_test"]` is a QAction."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._specs = {spec.name: spec for spec in ACTIONS}
        self._choices: dict[str, QActionGroup] = {}
        self._locked = ""
        self._told: dict[str, tuple[bool, str]] = {}
        self._shown: dict[str, tuple[bool, str]] = {}
        self._actions = {spec.name: self._make(spec) for spec in ACTIONS}
        theme.changed.connect(self.paint_icons)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def lock(self, reason: str) -> None:
        """Disable what changes the database, whatever else is told of it; "" ends that."""
        if reason != self._locked:
            self._locked = reason
            for spec in ACTIONS:
                if spec.writes:
                    self.set_available(spec.name, *self._told.get(spec.name, (True, "")))

    def set_available(self, name: str, available: bool, reason: str = "") -> None:
        """Enable an action, or disable it and tell the reason in its tooltip."""
        action = self._actions[name]
        if self._specs[name].writes:
            self._told[name] = available, reason
            if self._locked:
                available, reason = False, self._locked
        # Views tell it of all their actions whenever anything moves.
        if self._shown.get(name) == (available, reason):
            return
        self._shown[name] = available, reason
        if action.isEnabled() != available:
            action.setEnabled(available)
        tip = self._tip(self._specs[name], "" if available else reason)
        if action.toolTip() != tip:
            action.setToolTip(tip)

    def paint_icons(self) -> None:
        """Give every action its icon in the theme's colours; called after the first paint, since it costs."""
        for name in self._actions:
            self.paint_icon(name)

    def paint_icon(self, name: str) -> None:
        """Give one action its icon, where it is needed for the first paint."""
        tokens = self._theme.tokens
        spec = self._specs[name]
        colour, checked = (tokens.muted, tokens.accent) if spec.choice == "view" else (tokens.text, "")
        self._actions[name].setIcon(tinted_icon(spec.icon, colour, tokens.border, checked))

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(QCoreApplication.translate("Actions", spec.text), self)
        action.setObjectName(spec.name)
        action.setIconText(QCoreApplication.translate("Actions", spec.text).replace("&", "").rstrip("…"))
        if spec.shortcut:
            # As text: QKeySequence's constructor loads all of Qt's enumerations, too much before the first paint.
            action.setProperty("shortcut", spec.shortcut)
        tip = QCoreApplication.translate("Actions", spec.tip)
        action.setStatusTip(tip)
        action.setToolTip(self._tip(spec, ""))
        if spec.choice:
            if spec.choice not in self._choices:
                self._choices[spec.choice] = QActionGroup(self)
            action.setCheckable(True)
            self._choices[spec.choice].addAction(action)
        return action

    def _tip(self, spec: ActionSpec, reason: str) -> str:
        lines = [QCoreApplication.translate("Actions", spec.tip)]
        if spec.shortcut:
            lines[0] += f" ({QKeySequence.fromString(spec.shortcut).toString(QKeySequence.SequenceFormat.NativeText)})"
        if reason:
            lines.append(reason)
        return plain_tooltip("\n".join(lines))
