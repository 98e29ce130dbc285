"""The counters of the cache and of the pushes, and the sentence that says whether all is well.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.text import plain_tooltip
from webpush_admin.gui.widgets.figures import grouped, percent
from webpush_admin.gui.widgets.plain import Card, PlainLabel

_COLUMNS: Final = 4


@dataclass(frozen=True, slots=True)
class Counter:
    """One number of the snapshot.

    Attributes:
        name: objectName of its label, without `_value`.
        title: What it is called.
        tip: What it means.
        value: Reads it.
        tone: Its colour once it is not zero, "" for the text's.
    """

    name: str
    title: str
    tip: str
    value: Callable[[Snapshot], str]
    tone: str = ""


def _hit_rate(snapshot: Snapshot) -> str:
    share = snapshot.cache.hit_rate
    return "–" if share is None else percent(share)


CACHE: Final = (
    Counter(
        "hit_rate",
        str(QT_TRANSLATE_NOOP("Counters", "Hit rate")),
        str(QT_TRANSLATE_NOOP("Counters", "Dispatches that cost no read of their own.")),
        _hit_rate,
    ),
    Counter(
        "hits",
        str(QT_TRANSLATE_NOOP("Counters", "Hits")),
        str(QT_TRANSLATE_NOOP("Counters", "Served from memory.")),
        lambda s: grouped(s.cache.hits),
    ),
    Counter(
        "misses",
        str(QT_TRANSLATE_NOOP("Counters", "Misses")),
        str(QT_TRANSLATE_NOOP("Counters", "Each started a read.")),
        lambda s: grouped(s.cache.misses),
    ),
    Counter(
        "joins",
        str(QT_TRANSLATE_NOOP("Counters", "Shared")),
        str(QT_TRANSLATE_NOOP("Counters", "Callers who waited for a read that was under way.")),
        lambda s: grouped(s.cache.joins),
    ),
    Counter(
        "generation",
        str(QT_TRANSLATE_NOOP("Counters", "Generation")),
        str(QT_TRANSLATE_NOOP("Counters", "The newest one handed out.")),
        lambda s: grouped(s.cache.generation),
    ),
    Counter(
        "invalidations",
        str(QT_TRANSLATE_NOOP("Counters", "Invalidated")),
        str(QT_TRANSLATE_NOOP("Counters", "Users dropped from the cache by name.")),
        lambda s: grouped(s.cache.invalidations),
    ),
    Counter(
        "stale",
        str(QT_TRANSLATE_NOOP("Counters", "Stale reads")),
        str(
            QT_TRANSLATE_NOOP("Counters", "Stale reads discarded: they began before an invalidation and were not kept.")
        ),
        lambda s: grouped(s.cache.stale_discarded),
    ),
    Counter(
        "reads_failed",
        str(QT_TRANSLATE_NOOP("Counters", "Read errors")),
        str(QT_TRANSLATE_NOOP("Counters", "The database refused; nothing was kept.")),
        lambda s: grouped(s.cache.reads_failed),
        tone="bad",
    ),
)

PUSHES: Final = (
    Counter(
        "delivered",
        str(QT_TRANSLATE_NOOP("Counters", "Delivered")),
        str(QT_TRANSLATE_NOOP("Counters", "Accepted by the push service: 200, 201 or 202.")),
        lambda s: grouped(s.pushes.accepted),
        tone="ok",
    ),
    Counter(
        "failed",
        str(QT_TRANSLATE_NOOP("Counters", "Failed")),
        str(QT_TRANSLATE_NOOP("Counters", "Neither accepted nor gone: rejected, unreachable, blocked or not sent.")),
        lambda s: grouped(s.pushes.failed),
        tone="bad",
    ),
    Counter(
        "gone",
        str(QT_TRANSLATE_NOOP("Counters", "Gone")),
        str(QT_TRANSLATE_NOOP("Counters", "Answered 410.")),
        lambda s: grouped(s.pushes.gone),
        tone="warn",
    ),
    Counter(
        "pruned",
        str(QT_TRANSLATE_NOOP("Counters", "Pruned")),
        str(QT_TRANSLATE_NOOP("Counters", "Rows deleted after a 410.")),
        lambda s: grouped(s.pushes.pruned),
    ),
    Counter(
        "in_flight",
        str(QT_TRANSLATE_NOOP("Counters", "In flight")),
        str(QT_TRANSLATE_NOOP("Counters", "Under way now.")),
        lambda s: grouped(s.pushes.in_flight),
    ),
    Counter(
        "rejected",
        str(QT_TRANSLATE_NOOP("Counters", "Rejected")),
        str(QT_TRANSLATE_NOOP("Counters", "Answered with another status.")),
        lambda s: grouped(s.pushes.rejected),
        tone="bad",
    ),
    Counter(
        "unreachable",
        str(QT_TRANSLATE_NOOP("Counters", "Unreachable")),
        str(QT_TRANSLATE_NOOP("Counters", "No complete answer came.")),
        lambda s: grouped(s.pushes.unreachable),
        tone="bad",
    ),
    Counter(
        "blocked",
        str(QT_TRANSLATE_NOOP("Counters", "Blocked")),
        str(QT_TRANSLATE_NOOP("Counters", "Refused by our own checks: nothing was sent.")),
        lambda s: grouped(s.pushes.blocked + s.pushes.not_sent),
        tone="bad",
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
                grid.setRowMinimumHeight(3 * row - 1, 8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
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

    def _value(self, counter: Counter) -> PlainLabel:
        label = PlainLabel("0", self, name=f"{counter.name}_value", tone="value", elide=Qt.TextElideMode.ElideRight)
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
        tip = plain_tooltip(QCoreApplication.translate("Counters", counter.tip))
        title.setToolTip(tip)
        self.values[counter.name].setToolTip(tip)
        return title


def health(snapshot: Snapshot) -> tuple[str, str]:
    """Return the role ("ok", "warn", "bad", "muted") and the sentence of the dispatcher's state."""
    pushes, cache = snapshot.pushes, snapshot.cache
    translate = QCoreApplication.translate
    if cache.reads_failed:
        sentence = translate("Health", "The database refused {reads} reads: see the events below.")
        return "bad", sentence.format(reads=grouped(cache.reads_failed))
    if not pushes.finished:
        return "muted", translate("Health", "Ready. Nothing has been sent since the database was opened.")
    share = pushes.failed / pushes.finished
    if not pushes.failed:
        role, sentence = "ok", translate("Health", "Healthy. {accepted} of {finished} pushes delivered, none failed.")
    elif share < 0.05:
        role = "ok"
        sentence = translate("Health", "Healthy. {accepted} of {finished} pushes delivered, {failed} failed ({share}).")
    elif share < 0.5:
        role = "warn"
        sentence = translate(
            "Health", "Worth a look. {accepted} of {finished} pushes delivered, {failed} failed ({share})."
        )
    else:
        role = "bad"
        sentence = translate("Health", "Failing. {accepted} of {finished} pushes delivered, {failed} failed ({share}).")
    return role, sentence.format(
        accepted=grouped(pushes.accepted),
        finished=grouped(pushes.finished),
        failed=grouped(pushes.failed),
        share=percent(share),
    )
