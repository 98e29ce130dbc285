"""The two usual ways to show a table of a database in Qt, as plainly as their documentation has them.

Both work on the GUI thread, as whoever writes them first does.

Runs on: GUI thread
"""

import sqlite3
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRegularExpression,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtSql import QSqlDatabase, QSqlTableModel
from PySide6.QtWidgets import QTableView

COLUMNS: Final = ("id", "user", "endpoint", "user_agent", "created_at", "last_success_at", "last_status")

_ALL: Final = (
    "SELECT subscriptions.id, name, endpoint, user_agent, subscriptions.created_at, last_success_at, last_status "
    "FROM subscriptions JOIN users ON users.id = user_id ORDER BY subscriptions.id"
)
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


class Rival(ABC):
    """A table in a view."""

    def __init__(self, view: QTableView) -> None:
        self.view = view

    @abstractmethod
    def open(self, path: Path) -> None:
        """Show every subscription."""

    @abstractmethod
    def go_to(self, row: int) -> None:
        """Jump to a row."""

    @abstractmethod
    def sort(self, column: str, order: Qt.SortOrder) -> None:
        """Sort by one of `COLUMNS`."""

    @abstractmethod
    def find_endpoints(self, beginning: str) -> None:
        """Show endpoints that begin so."""

    @abstractmethod
    def find_users(self, part: str) -> None:
        """Show subscriptions of users whose names hold this."""

    @abstractmethod
    def show_all(self) -> None:
        """Show every subscription again."""


class Rows(QAbstractTableModel):
    """Every row, in a list."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        super().__init__()
        self._rows = rows

    def rowCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        """Return a value as it came from the database."""
        return self._rows[index.row()][index.column()] if role == _DISPLAY else None


class LoadAll(Rival):
    """Reads everything, and lets a QSortFilterProxyModel do the rest."""

    def open(self, path: Path) -> None:
        """Show every subscription."""
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            self._model = Rows(connection.execute(_ALL).fetchall())
        self._proxy = QSortFilterProxyModel()
        self._proxy.setSourceModel(self._model)
        self.view.setModel(self._proxy)

    def go_to(self, row: int) -> None:
        """Jump to a row."""
        self.view.verticalScrollBar().setValue(row)

    def sort(self, column: str, order: Qt.SortOrder) -> None:
        """Sort by one of `COLUMNS`."""
        self._proxy.sort(COLUMNS.index(column), order)
        self.view.scrollToTop()

    def find_endpoints(self, beginning: str) -> None:
        """Show endpoints that begin so."""
        self._filter("endpoint", f"^{QRegularExpression.escape(beginning)}")

    def find_users(self, part: str) -> None:
        """Show subscriptions of users whose names hold this."""
        self._filter("user", QRegularExpression.escape(part))

    def show_all(self) -> None:
        """Show every subscription again."""
        self._proxy.setFilterFixedString("")

    def _filter(self, column: str, pattern: str) -> None:
        self._proxy.setFilterKeyColumn(COLUMNS.index(column))
        self._proxy.setFilterRegularExpression(
            QRegularExpression(pattern, QRegularExpression.PatternOption.CaseInsensitiveOption)
        )


class SqlTable(Rival):
    """QSqlTableModel on the table of subscriptions."""

    def open(self, path: Path) -> None:
        """Show every subscription.

        Raises:
            RuntimeError: Qt cannot open it.
        """
        database = QSqlDatabase.addDatabase("QSQLITE")
        database.setDatabaseName(str(path))
        if not database.open():
            raise RuntimeError(database.lastError().text())
        self._model = QSqlTableModel(self.view, database)
        self._model.setTable("subscriptions")
        self._model.select()
        self.view.setModel(self._model)

    def go_to(self, row: int) -> None:
        """Jump to a row, which must have been fetched with all before it."""
        while self._model.rowCount() <= row and self._model.canFetchMore():
            self._model.fetchMore()
        self.view.verticalScrollBar().setValue(row)

    def sort(self, column: str, order: Qt.SortOrder) -> None:
        """Sort by one of `COLUMNS`."""
        self._model.setSort(self._model.fieldIndex(column), order)
        self._model.select()
        self.view.scrollToTop()

    def find_endpoints(self, beginning: str) -> None:
        """Show endpoints that begin so."""
        self._filter(f"endpoint LIKE '{_quoted(beginning)}%'")

    def find_users(self, part: str) -> None:
        """Show subscriptions of users whose names hold this."""
        self._filter(f"user_id IN (SELECT id FROM users WHERE name LIKE '%{_quoted(part)}%')")

    def show_all(self) -> None:
        """Show every subscription again."""
        self._filter("")

    def _filter(self, condition: str) -> None:
        # Selects by itself.
        self._model.setFilter(condition)


def _quoted(text: str) -> str:
    return text.replace("'", "''")


RIVALS: Final[dict[str, type[Rival]]] = {"load_all": LoadAll, "sql_table_model": SqlTable}
