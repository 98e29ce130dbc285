"""What was answered, by diagnosis, and the way from there to the history.

Runs on: GUI thread
"""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from webpush_admin.gui.models.answered import Answered, answered
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.named_lines import NamedLines
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.theme import Theme
from webpush_admin.gui.views.live.answered_columns import ANSWERED_COLUMNS
from webpush_admin.gui.views.live.table_card import TableCard
from webpush_admin.gui.widgets.share import ShareDelegate
from webpush_admin.gui.widgets.table import Table
from webpush_admin.push.stats import PushStats

_REMEDY_PIXELS = 200


class AnsweredCard(TableCard):
    """The diagnoses of a stretch of time, the most frequent first.

    Attributes:
        history_wished: A `DeliveryFilter` of the row.
    """

    history_wished = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        # Before the card is there it can translate nothing itself.
        title = translate("AnsweredCard", "What was answered")
        model: NamedLines[Answered] = NamedLines(ANSWERED_COLUMNS, {"share": lambda line: line.share})
        table = Table(
            theme,
            model,
            ANSWERED_COLUMNS,
            name="answered_table",
            accessible_name=title,
            leaves_first=("service", "share"),
            stretch_pixels=_REMEDY_PIXELS,
        )
        super().__init__(
            title,
            table,
            parent,
            name="answered_card",
            nothing=translate("AnsweredCard", "Every push of this time was simply delivered."),
        )
        model.setParent(self)
        self.model = model
        table.setSelectionMode(Table.SelectionMode.SingleSelection)
        numbers = {column.key: number for number, column in enumerate(ANSWERED_COLUMNS)}
        table.setItemDelegateForColumn(numbers["share"], ShareDelegate(theme, table))
        table.opened.connect(self._on_opened)
        table.menu_wished.connect(self._on_menu_wished)

    @property
    def selected(self) -> Answered | None:
        """The row that is selected."""
        rows = self.table.selected_rows()
        return self.model.row(rows[0]) if rows else None

    def show_answers(self, now: PushStats, since: PushStats) -> None:
        """Show what was answered between two readings."""
        lines = answered(now, since)
        self.model.show_lines(lines)
        pushes = counted(sum(line.count for line in lines), self.tr("push"), self.tr("pushes"))
        self.show_count(len(lines), self.tr("{pushes} not simply delivered").format(pushes=pushes))

    def clear(self) -> None:
        """Show nothing."""
        self.model.show_lines(())
        self.show_count(0, "")

    def _on_opened(self) -> None:
        line = self.selected
        if line is not None:
            self.history_wished.emit(line.deliveries)

    def _on_menu_wished(self, position: QPoint) -> None:
        if self.selected is None:
            return
        menu = QMenu(self)
        menu.setObjectName("context_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Show these pushes in the history")).triggered.connect(lambda *_: self._on_opened())
        menu.popup(position)
