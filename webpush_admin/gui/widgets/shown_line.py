"""The line above the table: what narrows it, each a chip that can be taken away, and how many are shown.

Runs on: GUI thread
"""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from webpush_admin.gui.models.shown_count import shown_words
from webpush_admin.gui.widgets.filter_button import FilterButton
from webpush_admin.gui.widgets.flow import FlowLayout
from webpush_admin.gui.widgets.plain import PlainLabel

LEAST_PIXELS: Final = 28
"""As high as a chip: the first one that comes moves nothing."""


class ShownLine(QWidget):
    """Always there, so that nothing moves when a filter is chosen.

    Args:
        titles: What each filter is called, by its name.
        nouns: What is shown: one of it, many of it.

    Attributes:
        cleared: The filter of this name was taken away.
        all_cleared: All of them were.
        chips: By the filter's name; seen while it narrows.
    """

    cleared = Signal(str)
    all_cleared = Signal()

    def __init__(self, titles: Mapping[str, str], parent: QWidget, *, nouns: tuple[str, str]) -> None:
        super().__init__(parent)
        self.setObjectName("shown_line")
        self._nouns = nouns
        self._rows: int | None = None
        self._everything: int | None = None
        self._selected = 0
        self.setMinimumHeight(LEAST_PIXELS)
        place = QWidget(self)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        place.setSizePolicy(policy)
        flow = FlowLayout(place)
        self.chips: dict[str, FilterButton] = {}
        for name, title in titles.items():
            chip = FilterButton(title, place, name=f"{name}_chip")
            chip.cleared.connect(lambda name=name: self.cleared.emit(name))
            self.chips[name] = chip
            flow.addWidget(chip)
        self.clear_button = QPushButton(self.tr("Clear filters"), place)
        self.clear_button.setObjectName("clear_filters")
        self.clear_button.setAccessibleName(self.tr("Clear filters"))
        self.clear_button.setProperty("kind", "link")
        self.clear_button.clicked.connect(self.all_cleared)
        flow.addWidget(self.clear_button)
        self.count = PlainLabel("", self, name="count", tone="muted")
        self.count.setMinimumHeight(LEAST_PIXELS)
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 0, 2, 0)
        layout.setSpacing(8)
        layout.addWidget(place, 1)
        layout.addWidget(self.count, 0, Qt.AlignmentFlag.AlignTop)
        self.show_filters({})

    @property
    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in the order in which they stand."""
        chips = (widget for chip in self.chips.values() for widget in (chip.button, chip.clear_button))
        return [*chips, self.clear_button]

    def show_filters(self, words: Mapping[str, str]) -> None:
        """Show what narrows: name to words."""
        for name, chip in self.chips.items():
            chip.show_value(words.get(name, ""))
            chip.setVisible(name in words)
        # One is taken away by its own cross.
        self.clear_button.setVisible(len(words) > 1)

    def show_rows(self, rows: int | None, everything: int | None) -> None:
        """Show how many there are, None while they are being counted, and of how many."""
        self._rows, self._everything = rows, everything
        self._show()

    def show_selected(self, selected: int) -> None:
        """Show how many are selected."""
        self._selected = selected
        self._show()

    def _show(self) -> None:
        words = shown_words(self._rows, self._everything, self._selected, self._nouns)
        self.count.show_text(words)
        self.count.setAccessibleName(self.tr("Shown: {0}").format(words))
