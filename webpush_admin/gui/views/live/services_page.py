"""The pushes by push service, and what was answered.

Runs on: GUI thread
"""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QScrollArea, QStackedLayout, QWidget

from webpush_admin.backend.records import DatabaseInfo, Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.push_readings import PushReadings, Stretch
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.models.services import ServiceLines, seconds_left
from webpush_admin.gui.theme import ROW_PIXELS
from webpush_admin.gui.views.live.answered_card import AnsweredCard
from webpush_admin.gui.views.live.naming import Naming
from webpush_admin.gui.views.live.services_card import ServicesCard
from webpush_admin.gui.widgets.empty import EmptyState
from webpush_admin.gui.widgets.figures import duration
from webpush_admin.store.history_rows import DeliveryFilter

SHOWN_MS: Final = 250
"""Between two times that the numbers are written."""

BESIDE_PIXELS: Final = 1500
BESIDE_ROWS: Final = 10
"""From this width, and from so many rows on, the cards stand side by side."""

_FRAME_PIXELS: Final = 84
"""Of a card, without its rows."""
_LEAST_ROWS: Final = 2
_LEAST_ANSWERED_PIXELS: Final = 134
_FIRST_ROWS: Final = 6
"""So many push services are shown before the answers get more than the least."""
_MOST_SHARE: Final = 0.6
_SECOND_MS: Final = 1000
_MOST_PIXELS: Final = 16_777_215
"""No limit, as Qt writes it."""


class ServicesPage(QWidget):
    """What each push service takes, how fast, and what it answers where it does not.

    Attributes:
        history_wished: A `DeliveryFilter` that the history should show.
    """

    history_wished = Signal(object)

    def __init__(self, context: Context, naming: Naming, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("services_page")
        self.setAccessibleName(self.tr("Push services"))
        self._context = context
        self._naming = naming
        self._readings = PushReadings()
        self._lines = ServiceLines()
        self._location = context.database.location if context.database is not None else ""
        self._make_parts()
        self._lay_out()
        self._refresher = Refresher(self._show, self, between_ms=SHOWN_MS)
        self._refresher.hold()
        self._second = QTimer(self, interval=_SECOND_MS)
        self._second.timeout.connect(self.services_card.pass_second)
        context.snapshot.connect(self._on_snapshot)
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self._on_database_closed)

    @property
    def stretch(self) -> Stretch:
        """Of which time the numbers tell."""
        stretch = self.stretch_choice.currentData()
        assert isinstance(stretch, Stretch)
        return stretch

    def showEvent(self, event: QShowEvent) -> None:
        """Write what happened while nobody looked."""
        super().showEvent(event)
        self._refresher.release()
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop writing."""
        super().hideEvent(event)
        self._refresher.hold()
        self._second.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cards side by side where there is room."""
        super().resizeEvent(event)
        self._fit()

    def _make_parts(self) -> None:
        context = self._context
        self.empty = EmptyState(
            "radio-tower",
            self.tr("Nothing has been sent yet"),
            self.tr(
                "Once something is, each push service has a row here: how much it takes, how fast it answers, what "
                "fails and why, and whether it is left alone for a while."
            ),
            context.actions["compose"],
            parent=self,
        )
        self.scroller = QScrollArea(self)
        self.scroller.setObjectName("scroller")
        self.scroller.setAccessibleName(self.accessibleName())
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.content = QWidget(self.scroller)
        self.content.setObjectName("content")
        self.services_card = ServicesCard(context.theme, self.content)
        self.answered_card = AnsweredCard(context.theme, self.content)
        for card in (self.services_card, self.answered_card):
            card.history_wished.connect(self._on_history_wished)
        self.stretch_choice = QComboBox(self.services_card)
        self.stretch_choice.setObjectName("stretch_choice")
        self.stretch_choice.setAccessibleName(self.tr("Of which time"))
        self.stretch_choice.setToolTip(self.tr("Of which time all numbers are, but for those of now."))
        for stretch, words in (
            (Stretch.OPENED, self.tr("Since opened")),
            (Stretch.MINUTES, self.tr("Last 5 minutes")),
            (Stretch.MINUTE, self.tr("Last minute")),
        ):
            self.stretch_choice.addItem(words, stretch)
        self.stretch_choice.currentIndexChanged.connect(self._show)
        self.services_card.add_button(self.stretch_choice)

    def _lay_out(self) -> None:
        self._cards = QBoxLayout(QBoxLayout.Direction.TopToBottom, self.content)
        self._cards.setContentsMargins(0, 6, 0, 0)
        self._cards.setSpacing(8)
        self._cards.addWidget(self.services_card)
        self._cards.addWidget(self.answered_card)
        self.services_card.setMinimumHeight(_FRAME_PIXELS + _LEAST_ROWS * ROW_PIXELS)
        self.answered_card.setMinimumHeight(_LEAST_ANSWERED_PIXELS)
        self.scroller.setWidget(self.content)
        tables = (self.services_card.table, self.answered_card.table)
        stops = (self.stretch_choice, *(stop for table in tables for stop in (table.horizontalHeader(), table)))
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.scroller)

    def _fit(self) -> None:
        """Give the push services what their rows need, as far as the answers can be read as well."""
        rows = max(_LEAST_ROWS, self.services_card.model.rowCount())
        beside = self.width() >= BESIDE_PIXELS and rows >= BESIDE_ROWS
        self._cards.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        most = _FRAME_PIXELS + rows * ROW_PIXELS
        if rows > _FIRST_ROWS:
            most = max(_FRAME_PIXELS + _FIRST_ROWS * ROW_PIXELS, round(_MOST_SHARE * self.height()))
        self.services_card.setMaximumHeight(_MOST_PIXELS if beside else most)
        for place, stretch in enumerate((5, 3) if beside else (100, 1)):
            self._cards.setStretch(place, stretch)

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._readings.add(snapshot.taken_s, snapshot.pushes)
        if self.isVisible():
            self._refresher.wish()

    def _show(self) -> None:
        """Write the newest numbers."""
        readings = self._readings
        now, since = readings.newest, readings.since(self.stretch)
        busy = bool(now.pushes.services)
        if busy:
            self.services_card.show_lines(self._lines.lines(now, since, readings.for_rates), now.taken_s)
            self.services_card.show_time(self._time_words(now.taken_s - since.taken_s))
            self.answered_card.show_answers(now.pushes, since.pushes)
            self._fit()
        self._stack.setCurrentWidget(self.scroller if busy else self.empty)
        clock = datetime.now(UTC)
        if any(seconds_left(rest, clock) for rest in now.pushes.resting) and self.isVisible():
            if not self._second.isActive():
                self._second.start()
        else:
            self._second.stop()

    def _time_words(self, elapsed_s: float) -> str:
        if self.stretch is Stretch.OPENED:
            return self.tr("since the database was opened")
        return self.tr("in the last {time}").format(time=duration(elapsed_s))

    def _clear(self) -> None:
        self._readings.clear()
        self._lines.clear()
        self.services_card.clear()
        self.answered_card.clear()
        self._refresher.forget()
        self._second.stop()
        self._stack.setCurrentWidget(self.empty)

    def _on_database_opened(self, info: DatabaseInfo) -> None:
        # Told also when the open one's keys or subject are others: its counters go on.
        if info.location != self._location:
            self._location = info.location
            self._clear()

    def _on_database_closed(self) -> None:
        self._location = ""
        self._clear()

    def _on_history_wished(self, where: DeliveryFilter) -> None:
        if self.stretch is not Stretch.OPENED:
            since = self._readings.since(self.stretch)
            begins = datetime.now(UTC) - timedelta(seconds=time.monotonic() - since.taken_s)
            where = replace(where, at_from=begins)
        self.history_wished.emit(where)
