"""The line on top of the live view: whether the dispatcher is healthy, why not, and where to look.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from webpush_admin.gui.models.live_places import LivePlace
from webpush_admin.gui.views.live.health import Health
from webpush_admin.gui.widgets.plain import PlainLabel

_NARROW_PIXELS: Final = 1000
"""Below this width the cause has a line of its own."""


class HealthLine(QWidget):
    """A dot, a sentence, its cause and one quiet button.

    Args:
        page_names: What the button calls the pages.
        end: Stands at the right.
        parent: The view.

    Attributes:
        asked: The operator wants to see the cause: a `LivePlace`.
    """

    asked = Signal(object)

    def __init__(self, page_names: dict[LivePlace, str], end: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("health_line")
        self._page_names = page_names
        self._told = Health("muted", "")
        self._narrow = False
        elide = Qt.TextElideMode.ElideRight
        self.health_dot = PlainLabel("●", self, name="health_dot", tone="muted")
        self.health_text = PlainLabel("", self, name="health_text", tone="heading", elide=elide)
        self.health_cause = PlainLabel("", self, name="health_cause", tone="muted", elide=elide)
        for label in (self.health_text, self.health_cause):
            # They get what they need as long as there is room, and what there is otherwise.
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.health_button = QPushButton(self)
        self.health_button.setObjectName("health_button")
        self.health_button.setAccessibleName(self.tr("Show the cause"))
        self.health_button.setProperty("kind", "link")
        self.health_button.clicked.connect(self._on_clicked)
        # It comes and goes: the line stays as high as it is with it, and nothing below it moves.
        self.health_text.setMinimumHeight(self.health_button.sizeHint().height())
        self._below = QWidget(self)
        self._below.setObjectName("health_below")
        self._second = self._row(self._below)
        self._second.setContentsMargins(20, 0, 0, 0)
        self._second.addStretch(1)
        self._first = self._row()
        self._first.addWidget(self.health_dot)
        self._first.addWidget(self.health_text)
        self._first.addWidget(self.health_cause)
        self._first.addWidget(self.health_button)
        self._first.addStretch(1)
        self._first.addWidget(end)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(2, 0, 0, 0)
        lines.setSpacing(2)
        lines.addLayout(self._first)
        lines.addWidget(self._below)
        self.show_health(self._told)

    def show_health(self, told: Health) -> None:
        """Show how the dispatcher is; cheap where it is the same."""
        self._told = told
        self.health_dot.set_tone(told.role)
        self.health_text.show_text(told.sentence)
        self.health_cause.show_text(told.cause)
        self.health_cause.setHidden(not told.cause)
        self.health_button.setHidden(told.place is None)
        self._below.setHidden(not self._narrow or (not told.cause and told.place is None))
        if told.place is not None:
            page = self._page_names[told.place]
            text = self.tr("Show {0}").format(page[:1].lower() + page[1:])
            if text != self.health_button.text():
                self.health_button.setText(text)
                self.health_button.setAccessibleName(text)

    def fit(self, width: int) -> None:
        """Take one line, or two in a narrow view."""
        narrow = width < _NARROW_PIXELS
        if narrow == self._narrow:
            return
        self._narrow = narrow
        former, row, first = (self._first, self._second, 0) if narrow else (self._second, self._first, 2)
        for number, part in enumerate((self.health_cause, self.health_button)):
            former.removeWidget(part)
            row.insertWidget(first + number, part)
        self.show_health(self._told)

    def _row(self, parent: QWidget | None = None) -> QHBoxLayout:
        row = QHBoxLayout() if parent is None else QHBoxLayout(parent)
        row.setSpacing(8)
        return row

    def _on_clicked(self) -> None:
        if self._told.place is not None:
            self.asked.emit(self._told.place)
