"""The list of sends, the newest first: choosing one narrows the deliveries.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QToolButton, QVBoxLayout, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.sends import SendsModel, left_of, retryable_of
from webpush_admin.gui.views.history.send_delegate import HEIGHT, SendDelegate
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.flow import FlowLayout
from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.store.history_rows import SendRow

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

SENDS_AT_ONCE: Final = 100


class SendsList(QListView):
    """Lines of sends.

    Attributes:
        opened: Enter: on to the deliveries.
    """

    opened = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; everything else is the list's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class SendsPane(Card):
    """Reads the sends a hundred at a time, as they are scrolled to.

    Attributes:
        chosen: A `SendRow`, or None for all of them.
        opened: Enter or a double click on one.
        menu_wished: A context menu at this global position.
        read: The newest are here, as they are now.
    """

    chosen = Signal(object)
    opened = Signal()
    menu_wished = Signal(QPoint)
    read = Signal()

    def __init__(self, context: Context, forget: QAction, parent: QWidget) -> None:
        super().__init__(parent, name="sends_pane")
        self._context = context
        self._job: Job[Any] | None = None
        self._again = False
        self._chosen: int | None = None
        self._choosing = False
        self.known = False
        self.model = SendsModel(self)
        self.title = PlainLabel(self.tr("Sends"), self, name="title", tone="heading")
        self.list = SendsList(self)
        self.list.setObjectName("sends_list")
        self.list.setAccessibleName(self.tr("Sends, the newest first"))
        self.list.setProperty("flat", True)
        self.list.setModel(self.model)
        self.list.setItemDelegate(SendDelegate(context.theme, self.list))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(
            lambda position: self.menu_wished.emit(self.list.viewport().mapToGlobal(position))
        )
        self.keeping_button = QToolButton(self, autoRaise=True)
        self.keeping_button.setDefaultAction(forget)
        self.keeping_button.setObjectName("keeping_button")
        self.keeping_button.setAccessibleName(forget.text().rstrip("…"))
        self.keeping_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.retry_button = ActionButton(context.actions["retry_failed"], self, name="retry_button")
        self.prune_button = ActionButton(context.actions["prune_held"], self, kind="danger", name="prune_button")
        self.buttons = QWidget(self)
        self.buttons.setObjectName("buttons")
        flow = FlowLayout(self.buttons)
        flow.addWidget(self.retry_button)
        flow.addWidget(self.prune_button)
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 6, 0)
        head.addWidget(self.title, 1)
        head.addWidget(self.keeping_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 6, 1, 1)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        below = QHBoxLayout()
        below.setContentsMargins(10, 4, 10, 8)
        below.addWidget(self.buttons)
        layout.addLayout(below)
        self.model.older_wished.connect(self._on_older_wished)
        self.model.rowsInserted.connect(self._on_rows_inserted)
        self.list.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.list.opened.connect(self.opened)
        self.list.doubleClicked.connect(self.opened)
        context.theme_changed.connect(self.list.viewport().update)

    @property
    def current(self) -> SendRow | None:
        """The send that is chosen, None for all."""
        return self.model.send(self.model.row_of(self._chosen))

    def clear(self) -> None:
        """Show nothing."""
        if self._job is not None:
            self._job.cancel()
        self._job, self._again, self._chosen, self.known = None, False, None, False
        self.model.clear()

    def refresh(self) -> None:
        """Read the newest ones; what is on its way may be older than the wish, and is read once more."""
        if self._context.database is None:
            return
        if self._job is not None:
            self._again = True
            return
        self._job = self._context.ask(
            lambda backend: backend.history.sends(SENDS_AT_ONCE), self._on_newest, self._on_failed
        )

    def choose(self, number: int | None) -> None:
        """Make a send the current one, None for all, without telling it."""
        self._chosen = number
        self._select_chosen()

    def show_numbers(self) -> None:
        """Offer what can be done about the send that is chosen, with its numbers."""
        send = self.current
        failed, left = (retryable_of(send), left_of(send)) if send is not None else (0, 0)
        self.retry_button.set_text(self.tr("Retry {n} failed").format(n=f"{failed:,}") if failed else "")
        self.retry_button.setVisible(failed > 0)
        self.prune_button.set_text(self.tr("Prune {n} held").format(n=f"{left:,}") if left else "")
        self.prune_button.setVisible(left > 0)
        self.buttons.setVisible(failed > 0 or left > 0)

    def _select_chosen(self) -> None:
        if not self.model.rowCount():
            return
        index = self.model.index(self.model.row_of(self._chosen))
        flags = QItemSelectionModel.SelectionFlag
        self._choosing = True
        self.list.selectionModel().setCurrentIndex(index, flags.ClearAndSelect)
        self._choosing = False

    def _on_newest(self, sends: Sequence[SendRow]) -> None:
        self._job = None
        self.known = True
        self._choosing = True
        self.model.take_newest(sends, SENDS_AT_ONCE)
        self._choosing = False
        if not self.list.currentIndex().isValid() or self.model.send(self.list.currentIndex().row()) != self.current:
            self._select_chosen()
        again, self._again = self._again, False
        self.read.emit()
        if again:
            self.refresh()

    def _on_failed(self, sentence: str) -> None:
        self._job, self._again = None, False
        if self._context.database is not None:
            self._context.notify(sentence, "bad")

    def _on_older_wished(self, before: int) -> None:
        self._context.ask(
            lambda backend: backend.history.sends(SENDS_AT_ONCE, before),
            lambda sends: self.model.take_older(sends, SENDS_AT_ONCE),
            self._on_older_failed,
        )

    def _on_older_failed(self, sentence: str) -> None:
        self.model.give_up_older()
        self._context.notify_failure(sentence)

    def _on_rows_inserted(self, _parent: object, first: int, last: int) -> None:
        bar = self.list.verticalScrollBar()
        if first == 1 and (bar.value() > 0 or self.list.underMouse()):
            # Nothing moves under the cursor: the new ones are above what is seen.
            self.list.doItemsLayout()
            bar.setValue(bar.value() + (last - first + 1) * HEIGHT)

    def _on_current_changed(self) -> None:
        if self._choosing or not self.list.currentIndex().isValid():
            return
        send = self.model.send(self.list.currentIndex().row())
        self._chosen = send.number if send is not None else None
        self.chosen.emit(send)
