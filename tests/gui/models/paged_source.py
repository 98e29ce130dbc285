"""A list behind a paged model, whose pages are answered when a test says so.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import Any, cast

from PySide6.QtTest import QAbstractItemModelTester

from webpush_admin.backend.records import Page
from webpush_admin.gui.bridge import Job
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.models.paged import PagedModel
from webpush_admin.gui.models.requests import Stretch

Row = tuple[int, str]

COLUMNS: tuple[Column[Row], ...] = (
    Column("id", "ID", 80, text=lambda row: str(row[0]), tip=lambda row: "", right_aligned=True, mono=True),
    Column("name", "Name", 0, text=lambda row: row[1], tip=lambda row: f"<i>{row[1]}</i>", role=lambda row: "ok"),
)


class Pending:
    """One fetch that has not been answered."""

    def __init__(self, stretch: Stretch, done: Callable[[Page[Row]], None], failed: Callable[[str], None]) -> None:
        self.offset, self.limit, self.done, self.failed = stretch.offset, stretch.limit, done, failed
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Source:
    """A list of rows whose pages are answered when the test says so."""

    def __init__(self, count: int) -> None:
        self.rows: list[Row | None] = [(number, f"name {number}") for number in range(count)]
        self.pending: list[Pending] = []
        self.asked: list[int] = []
        self.counts_later = False
        self.counting: list[tuple[Callable[[int], None], Callable[[str], None]]] = []

    def fetch(self, stretch: Stretch, done: Callable[[Page[Row]], None], failed: Callable[[str], None]) -> Job[Any]:
        self.asked.append(stretch.offset)
        self.pending.append(Pending(stretch, done, failed))
        return cast("Job[Any]", self.pending[-1])

    def answer(self) -> None:
        while self.pending:
            wish = self.pending.pop(0)
            if not wish.cancelled:
                self.answer_one(wish)

    def answer_one(self, wish: Pending) -> None:
        total = None if self.counts_later else len(self.rows)
        wish.done(Page(wish.offset, tuple(self.rows[wish.offset : wish.offset + wish.limit]), total))

    def count(self, stamp: int, done: Callable[[int], None], failed: Callable[[str], None]) -> Job[Any]:
        self.counting.append((done, failed))
        return cast("Job[Any]", Pending(Stretch(stamp, 0, 0), lambda _: None, failed))


def model_of(source: Source) -> PagedModel[Row]:
    return PagedModel(COLUMNS, source.fetch, key=lambda row: row[0], count=source.count)


def loaded(count: int, *, watched: bool = False) -> tuple[Source, PagedModel[Row]]:
    """Where it is watched, every signal is followed by a look at all rules; a broken one is a warning and fails."""
    source = Source(count)
    model = model_of(source)
    if watched:
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    model.reset()
    source.answer()
    return source, model
