"""What a view shows while no database is open: what to open, what was open last, and why an opening has failed.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.recent import shown_path
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.empty import EmptyState
from webpush_admin.gui.widgets.plain import PlainLabel

SHOWN: Final = 5


class DisconnectedState(EmptyState):
    """The same in every view but for its icon and its text.

    Args:
        context: Knows the recent databases and the last failure.
        icon: Name of a Lucide icon.
        text: What this place is for.
    """

    def __init__(self, context: Context, icon: str, text: str, parent: QWidget | None = None) -> None:
        actions = context.actions
        super().__init__(
            icon,
            translate("DisconnectedState", "No database is open"),
            text,
            actions["open_demo"],
            actions["open_database"],
            actions["new_database"],
            parent=parent,
            name="disconnected",
        )
        self._context = context
        self._usual = icon, self.title.text(), text
        self.again_button = QPushButton(self.tr("Try again"), self)
        self.again_button.setObjectName("again_button")
        self.again_button.setProperty("kind", "accent")
        self.again_button.clicked.connect(self._on_again)
        self.buttons.insertWidget(1, self.again_button)
        self.recent_caption = PlainLabel(self.tr("Opened last"), self, name="recent_caption", tone="caption")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self._recent.addSpacing(14)
        self._recent.addWidget(self.recent_caption, 0, Qt.AlignmentFlag.AlignHCenter)
        self.add_below(self._recent)
        self.recent_buttons: list[QPushButton] = []
        context.recent.changed.connect(self._show_recent)
        context.failure_changed.connect(self._show_failure)
        self._show_recent()
        self._show_failure()

    def _show_failure(self) -> None:
        failure = self._context.failure
        self.again_button.setVisible(bool(failure and failure.path))
        demo = self.findChild(ActionButton, "open_demo_button")
        assert isinstance(demo, ActionButton)
        demo.setVisible(failure is None)
        if failure is None:
            icon, title, text = self._usual
            self.show_text(title, text, icon=icon)
            return
        hint = self.tr("Nothing was changed. Try again once that is mended, open another database, or make a new one.")
        self.show_text(
            self.tr("The database could not be opened"), f"{failure.sentence}\n{hint}", icon="triangle-alert"
        )

    def _show_recent(self) -> None:
        for button in self.recent_buttons:
            self._recent.removeWidget(button)
            button.hide()
            button.deleteLater()
        recent = self._context.recent
        there = [path for path in recent.paths if not recent.is_missing(path)][:SHOWN]
        self.recent_caption.setVisible(bool(there))
        self.recent_buttons = [self._button(number, path) for number, path in enumerate(there)]
        for button in self.recent_buttons:
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def _button(self, number: int, path: str) -> QPushButton:
        button = QPushButton(shown_path(path), self)
        button.setObjectName(f"recent_{number}_button")
        button.setProperty("kind", "link")
        button.setAccessibleName(self.tr("Open {path}").format(path=path))
        button.setToolTip(plain_tooltip(path))
        button.clicked.connect(lambda *_, path=path: self._context.recent.wish(path))
        return button

    def _on_again(self) -> None:
        if self._context.failure is not None:
            self._context.recent.wish(self._context.failure.path)
