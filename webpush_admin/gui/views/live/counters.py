"""The counters of the cache and of the pushes as data, and the card that shows them.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.models.generation import GENERATION_HELP
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.widgets.figures import grouped, percent
from webpush_admin.gui.widgets.plain import Card, PlainLabel

_COLUMNS: Final = 4


@dataclass(frozen=True, slots=True)
class Counter:
    """One number of the snapshot.

    Attributes:
        name: objectName of its label, without `_value`.
        title: What it is called, marked for translation in the context "Counters".
        tip: What it means, in one sentence.
        value: Reads it.
        tone: Its colour once it is not zero, "" for the text's.
        context: The context in which the tip is marked for translation.
    """

    name: str
    title: str
    tip: str
    value: Callable[[Snapshot], str]
    tone: str = ""
    context: str = "Counters"


def _hit_rate(snapshot: Snapshot) -> str:
    share = snapshot.cache.hit_rate
    return "–" if share is None else percent(share)


CACHE: Final = (
    Counter(
        "total_hit_rate",
        str(QT_TRANSLATE_NOOP("Counters", "Hit rate")),
        str(QT_TRANSLATE_NOOP("Counters", "Share of those who asked that cost no read of the database of their own.")),
        _hit_rate,
    ),
    Counter(
        "total_hits",
        str(QT_TRANSLATE_NOOP("Counters", "Hits")),
        str(QT_TRANSLATE_NOOP("Counters", "Served from memory.")),
        lambda s: grouped(s.cache.hits),
    ),
    Counter(
        "total_joins",
        str(QT_TRANSLATE_NOOP("Counters", "Shared")),
        str(QT_TRANSLATE_NOOP("Counters", "Waited for a read that was under way for somebody else.")),
        lambda s: grouped(s.cache.joins),
    ),
    Counter(
        "total_misses",
        str(QT_TRANSLATE_NOOP("Counters", "Misses")),
        str(QT_TRANSLATE_NOOP("Counters", "Each started a read of the database.")),
        lambda s: grouped(s.cache.misses),
    ),
    Counter(
        "total_generation",
        str(QT_TRANSLATE_NOOP("Counters", "Newest generation")),
        GENERATION_HELP,
        lambda s: grouped(s.cache.generation),
        context="Generation",
    ),
    Counter(
        "total_stale",
        str(QT_TRANSLATE_NOOP("Counters", "Stale reads")),
        str(
            QT_TRANSLATE_NOOP(
                "Counters", "Reads that began in an older generation: they answered who waited, and were not kept."
            )
        ),
        lambda s: grouped(s.cache.stale_discarded),
    ),
    Counter(
        "total_invalidations",
        str(QT_TRANSLATE_NOOP("Counters", "Invalidated")),
        str(
            QT_TRANSLATE_NOOP(
                "Counters", "Users dropped from the cache by name: their rows were changed, or somebody asked for it."
            )
        ),
        lambda s: grouped(s.cache.invalidations),
    ),
    Counter(
        "total_clears",
        str(QT_TRANSLATE_NOOP("Counters", "Cleared")),
        str(
            QT_TRANSLATE_NOOP(
                "Counters", "Times that everybody was dropped: new keys, another program's change, the machine slept."
            )
        ),
        lambda s: grouped(s.cache.clears),
    ),
    Counter(
        "total_entries",
        str(QT_TRANSLATE_NOOP("Counters", "Users held")),
        str(QT_TRANSLATE_NOOP("Counters", "Users whose subscriptions are in memory now.")),
        lambda s: grouped(s.cache.entries),
    ),
    Counter(
        "total_evictions",
        str(QT_TRANSLATE_NOOP("Counters", "Evicted")),
        str(
            QT_TRANSLATE_NOOP(
                "Counters", "Users dropped because the cache was full: the least recently used goes first."
            )
        ),
        lambda s: grouped(s.cache.evictions),
    ),
    Counter(
        "total_rows_pruned",
        str(QT_TRANSLATE_NOOP("Counters", "Rows taken out")),
        str(QT_TRANSLATE_NOOP("Counters", "Pruned subscriptions taken out of what is held, without another read.")),
        lambda s: grouped(s.cache.pruned),
    ),
    Counter(
        "total_reads_failed",
        str(QT_TRANSLATE_NOOP("Counters", "Read errors")),
        str(QT_TRANSLATE_NOOP("Counters", "Reads that the database refused: nothing of them was kept.")),
        lambda s: grouped(s.cache.reads_failed),
        tone="bad",
    ),
)

PUSHES: Final = (
    Counter(
        "total_delivered",
        str(QT_TRANSLATE_NOOP("Counters", "Delivered")),
        str(QT_TRANSLATE_NOOP("Counters", "Accepted by the push service: answered 200, 201 or 202.")),
        lambda s: grouped(s.pushes.accepted),
        tone="ok",
    ),
    Counter(
        "total_failed",
        str(QT_TRANSLATE_NOOP("Counters", "Failed")),
        str(QT_TRANSLATE_NOOP("Counters", "Neither accepted nor gone: rejected, unreachable, blocked or not sent.")),
        lambda s: grouped(s.pushes.failed),
        tone="bad",
    ),
    Counter(
        "total_gone",
        str(QT_TRANSLATE_NOOP("Counters", "Gone")),
        str(QT_TRANSLATE_NOOP("Counters", "The subscription has ended, says its push service.")),
        lambda s: grouped(s.pushes.gone),
        tone="warn",
    ),
    Counter(
        "total_pruned",
        str(QT_TRANSLATE_NOOP("Counters", "Pruned")),
        str(QT_TRANSLATE_NOOP("Counters", "Subscriptions deleted since they have ended.")),
        lambda s: grouped(s.pushes.pruned),
    ),
    Counter(
        "total_rejected",
        str(QT_TRANSLATE_NOOP("Counters", "Rejected")),
        str(QT_TRANSLATE_NOOP("Counters", "Answered with another status.")),
        lambda s: grouped(s.pushes.rejected),
        tone="bad",
    ),
    Counter(
        "total_unreachable",
        str(QT_TRANSLATE_NOOP("Counters", "Unreachable")),
        str(QT_TRANSLATE_NOOP("Counters", "No complete answer came.")),
        lambda s: grouped(s.pushes.unreachable),
        tone="bad",
    ),
    Counter(
        "total_blocked",
        str(QT_TRANSLATE_NOOP("Counters", "Blocked")),
        str(
            QT_TRANSLATE_NOOP("Counters", "Refused by our own checks of endpoint, keys and address: nothing went out.")
        ),
        lambda s: grouped(s.pushes.blocked),
        tone="bad",
    ),
    Counter(
        "total_not_sent",
        str(QT_TRANSLATE_NOOP("Counters", "Not sent")),
        str(QT_TRANSLATE_NOOP("Counters", "Stopped, or their push service rests, before they went out.")),
        lambda s: grouped(s.pushes.not_sent),
        tone="bad",
    ),
    Counter(
        "total_in_flight",
        str(QT_TRANSLATE_NOOP("Counters", "In flight")),
        str(QT_TRANSLATE_NOOP("Counters", "Requests that are under way now.")),
        lambda s: grouped(s.pushes.in_flight),
    ),
    Counter(
        "total_retrying",
        str(QT_TRANSLATE_NOOP("Counters", "Retrying")),
        str(QT_TRANSLATE_NOOP("Counters", "Pushes that have failed for now and are about to be tried again.")),
        lambda s: grouped(s.pushes.retrying),
    ),
    Counter(
        "total_retries",
        str(QT_TRANSLATE_NOOP("Counters", "Retries")),
        str(QT_TRANSLATE_NOOP("Counters", "Attempts that were not the first of their push.")),
        lambda s: grouped(s.pushes.retries),
    ),
    Counter(
        "total_finished",
        str(QT_TRANSLATE_NOOP("Counters", "Pushes in all")),
        str(QT_TRANSLATE_NOOP("Counters", "Delivered, failed or gone: every push that has its outcome.")),
        lambda s: grouped(s.pushes.finished),
    ),
)


class CountersCard(Card):
    """A card of counters; each label's objectName is its counter's name and `_value`."""

    def __init__(self, title: str, counters: tuple[Counter, ...], parent: QWidget | None = None, *, name: str) -> None:
        super().__init__(parent, name=name)
        self.setAccessibleName(title)
        self._counters = counters
        self.values = {counter.name: self._value(counter) for counter in counters}
        heading = PlainLabel(title, self, name=f"{name}_heading", tone="heading")
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        for number, counter in enumerate(counters):
            row, column = divmod(number, _COLUMNS)
            grid.addWidget(self.values[counter.name], 3 * row, column)
            grid.addWidget(self._title(counter), 3 * row + 1, column)
            grid.setColumnStretch(column, 1)
            if row:
                grid.setRowMinimumHeight(3 * row - 1, 10)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(6)
        layout.addWidget(heading)
        layout.addLayout(grid)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the newest numbers; a label that stays the same costs nothing."""
        for counter in self._counters:
            label = self.values[counter.name]
            text = counter.value(snapshot)
            if text != label.text():
                label.show_text(text)
                label.set_tone("value" if text == "0" or not counter.tone else f"value-{counter.tone}")
                label.setAccessibleName(f"{QCoreApplication.translate('Counters', counter.title)}: {text}")

    def _value(self, counter: Counter) -> PlainLabel:
        label = PlainLabel("0", self, name=f"{counter.name}_value", tone="value")
        label.setAccessibleName(QCoreApplication.translate("Counters", counter.title))
        return label

    def _title(self, counter: Counter) -> PlainLabel:
        title = PlainLabel(
            QCoreApplication.translate("Counters", counter.title),
            self,
            name=f"{counter.name}_title",
            tone="caption",
            elide=Qt.TextElideMode.ElideRight,
        )
        tip = plain_tooltip(QCoreApplication.translate(counter.context, counter.tip))
        title.setToolTip(tip)
        self.values[counter.name].setToolTip(tip)
        return title
