"""What can be done with the endpoints that are selected among those that were pruned.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.table_export import TableExport, format_of
from webpush_admin.gui.models.pruned import back_sentence, endpoints, pruned_json
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.views.live.pruned_actions import MENU, PrunedActions
from webpush_admin.gui.views.live.pruned_list import AT_ONCE, PrunedList
from webpush_admin.gui.widgets.table import Table
from webpush_admin.store.history_rows import DeliveryFilter

if TYPE_CHECKING:
    from webpush_admin.backend.pruned_records import PrunedBack, PrunedRow


class PrunedSelection(QObject):
    """Restores, shows elsewhere, copies and exports; endpoints stay masked.

    Attributes:
        actions: All that can be done.
        exporting: Asks where to.
        history_wished: A `DeliveryFilter` that the history should show.
        user_wished: Id and name of a user whose subscriptions are to be shown.
    """

    history_wished = Signal(object)
    user_wished = Signal(object)

    def __init__(self, context: Context, shown: PrunedList, table: Table, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._list = shown
        self._table = table
        self._parent = parent
        self._restoring = False
        self.actions = PrunedActions(context.theme, self)
        self.exporting = TableExport(context, parent, self.tr("Export pruned endpoints"))
        for name, does in (
            ("restore", self.restore),
            ("show_in_history", self.show_in_history),
            ("show_user", self._show_user),
            ("copy_rows", self._copy_rows),
            ("copy_json", self._copy_json),
            ("export_rows", self._ask_where),
        ):
            self.actions[name].triggered.connect(does)
        table.selection_moved.connect(self._on_moved)
        table.opened.connect(self.show_in_history)
        table.menu_wished.connect(self._on_menu_wished)
        shown.model.loaded.connect(self.show_availability)
        shown.model.modelReset.connect(self.show_availability)

    @property
    def rows(self) -> "list[PrunedRow]":
        """The selected rows that are in memory; none where there are too many to be held there."""
        if self._table.selected_count() > AT_ONCE:
            return []
        return self._list.rows(self._table.selected_rows())

    def restore(self) -> None:
        """Bring back what is selected."""
        count, wanted = self._list.wanted_back(self._table.selected_stretches())
        if count and not self._restoring:
            self._restoring = True
            # The button that was pressed goes off: the keyboard must not be sent to the one beside it.
            self._table.setFocus()
            self.show_availability()
            self._context.ask(lambda backend: backend.pruned.restore(wanted), self._on_back, self._on_failed)

    def show_in_history(self) -> None:
        """Show the delivery that pruned the selected one."""
        rows = self.rows
        if len(rows) == 1 and rows[0].send:
            self.history_wished.emit(DeliveryFilter(send=rows[0].send, subscription_id=rows[0].subscription_id))

    def export(self, path: Path) -> None:
        """Write what the table shows, as JSON where the name ends so; where there was a file, somebody has asked."""
        query = self._list.query
        self._context.ask(
            lambda backend: backend.pruned.export(query, path, format_of(path), overwrite=True),
            lambda rows: self.exporting.tell(endpoints(rows), path),
        )

    def show_availability(self) -> None:
        """Say what can be done now, with how many, and else why not."""
        selected, rows = self._table.selected_count(), self.rows
        restorable = self._list.wanted_back(self._table.selected_stretches())[0] if selected else 0
        database = self._context.database
        nothing = "" if selected else self.tr("No endpoint is selected.")
        one = "" if len(rows) == 1 else self.tr("Select one.")
        if self._restoring:
            reason = self.tr("The selected ones are being restored.")
        elif database is not None and database.read_only:
            reason = database.read_only
        else:
            reason = nothing or ("" if restorable else self.tr("None of the selected ones can be restored."))
        self.actions.show_restorable(restorable)
        self.actions.set_available("restore", reason)
        unwritten = self.tr("Its dispatch is not in the history.")
        self.actions.set_available("show_in_history", one or ("" if rows[0].send else unwritten))
        self.actions.set_available("show_user", one or ("" if rows[0].user_name else self.tr("Its user is gone.")))
        too_many = "" if rows or not selected else self.tr("Too many to copy: export them.")
        for name in ("copy_rows", "copy_json"):
            self.actions.set_available(name, nothing or too_many)
        listed = self._list.model.rowCount()
        self.actions.set_available("export_rows", "" if listed else self.tr("Nothing is listed."))

    def _on_moved(self) -> None:
        """Keep what is selected in memory, however far the operator scrolls."""
        many = self._table.selected_count() > AT_ONCE
        self._list.model.hold([] if many else self._table.selected_rows())
        self.show_availability()

    def _on_back(self, back: "PrunedBack") -> None:
        self._restoring = False
        self.show_availability()
        self._context.notify(back_sentence(back), "good" if back.restored else "info")

    def _on_failed(self, sentence: str) -> None:
        self._restoring = False
        self.show_availability()
        self._context.notify_failure(sentence)

    def _show_user(self) -> None:
        for row in self.rows[:1]:
            self.user_wished.emit((row.user_id, row.user_name))

    def _copy_rows(self) -> None:
        # Imported here: few copy rows.
        from webpush_admin.gui.models.csv_rows import csv_text

        rows = self.rows
        self._copy(csv_text(self._table.columns.shown_in_order, rows), len(rows), "CSV")

    def _copy_json(self) -> None:
        rows = self.rows
        self._copy(pruned_json(rows), len(rows), "JSON")

    def _copy(self, text: str, count: int, kind: str) -> None:
        QGuiApplication.clipboard().setText(text)
        told = counted(count, self.tr("row"), self.tr("rows"))
        self._context.notify(self.tr("Copied {0} as {1}; endpoints are masked.").format(told, kind), "good")

    def _ask_where(self) -> None:
        database = self._context.database
        if database is not None:
            stem = "demo" if database.demo else Path(database.location).stem
            self.exporting.ask_where(f"{stem}-pruned-{datetime.now(UTC):%Y-%m-%d}", self.export)

    def _on_menu_wished(self, position: QPoint) -> None:
        menu = QMenu(self._parent)
        menu.setObjectName("context_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in MENU:
            if name:
                menu.addAction(self.actions[name])
            else:
                menu.addSeparator()
        menu.popup(position)
