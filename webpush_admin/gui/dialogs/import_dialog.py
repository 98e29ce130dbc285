"""Shows what an import would do before it does it: counts, the first records, and what is refused and why.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QStackedWidget, QVBoxLayout, QWidget

from webpush_admin.backend.exchange_records import ImportPreview, Source
from webpush_admin.backend.records import Snapshot, WorkKind
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.dialogs.import_pages import PreviewPage, ReadingPage
from webpush_admin.gui.dialogs.owner import OwnerField
from webpush_admin.gui.models.import_rows import format_words
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.widgets.empty import EmptyState
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.store.rows import User

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

_WIDTH = 780
_HEIGHT = 540
_MARGIN = 32
"""Around it, where the window is smaller."""


class ImportWish(NamedTuple):
    """What the operator wants imported.

    Attributes:
        preview: What was shown.
        source: Where it came from.
        user: Whose the records are that do not say it.
        skip_refused: Import the others where records were refused.
    """

    preview: ImportPreview
    source: Source
    user: User | None
    skip_refused: bool


class ImportDialog(FormDialog):
    """Reads as soon as it is opened; closing it forgets what was read.

    Attributes:
        wished: An `ImportWish`: the button was pressed. Whoever hears it answers for the preview.
        another_wished: The file cannot be used, and the operator wants to give another.
    """

    wished = Signal(object)
    another_wished = Signal()

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        source: Source,
        *,
        user: User | None = None,
        problem: str = "",
    ) -> None:
        """Make the dialog.

        Args:
            context: For the backend.
            parent: The window.
            source: A file, or the text that was pasted.
            user: Whose the records are that do not say it, at first.
            problem: Why the same import did not go through just now.
        """
        super().__init__(context, parent)
        self.setObjectName("import_dialog")
        self._source = source
        self._name = self.tr("Pasted text") if isinstance(source, str) else source.name
        self._shown_problem = problem
        self._failed = False
        self._handed_over = False
        self._reading: Job[ImportPreview] | None = None
        self.preview: ImportPreview | None = None
        self.setWindowTitle(self.tr("Import subscriptions"))
        self._make_parts(user)
        self._lay_out()
        context.snapshot.connect(self._on_snapshot)
        context.database_closed.connect(self.reject)
        self._read()

    def _make_parts(self, user: User | None) -> None:
        self.what = PlainLabel(self._name, self, name="what", tone="heading", elide=Qt.TextElideMode.ElideMiddle)
        self.recognised = PlainLabel("", self, name="recognised", tone="muted")
        self.owner = OwnerField(self.context, self, user)
        self.owner.setObjectName("owner")
        self.owner.setAccessibleName(self.tr("User of the records that name none"))
        self.owner.changed.connect(self._read)
        self.reading = ReadingPage(self)
        self.page = PreviewPage(self.context, self)
        self.unusable = EmptyState("circle-alert", self.tr("This cannot be imported"), "", parent=self, name="unusable")
        self.stack = QStackedWidget(self)
        self.stack.setObjectName("stack")
        for page in (self.reading, self.page, self.unusable):
            self.stack.addWidget(page)
        self.skip = QCheckBox(self)
        self.skip.setObjectName("skip")
        self.skip.toggled.connect(self._show_action)
        for field in (
            self.owner.search,
            self.owner.list,
            self.owner.change_button,
            self.page.sample_table,
            self.page.problems_table,
            self.page.copy_button,
            self.skip,
        ):
            self.keep_field(field)

    def _lay_out(self) -> None:
        self.form.addRow(self.owner)
        self.whose = PlainLabel("", self, name="whose")
        self.whose.setWordWrap(True)
        self.form.insertRow(0, self.whose)
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.what)
        head.addWidget(self.recognised)
        self.content.insertLayout(0, head)
        # Before the sentence that says what is wrong; it takes all the room there is.
        at = self.content.indexOf(self.problem)
        self.content.insertWidget(at, self.stack, 1)
        self.content.insertWidget(at + 1, self.skip)
        self.content.setStretch(self.content.count() - 2, 0)
        self.form.setRowVisible(self.owner, False)
        self.form.setRowVisible(self.whose, False)
        self.skip.hide()

    def submit(self) -> None:
        """Hand the preview over, and close; or ask for another file where this one cannot be used."""
        if self._failed:
            self.reject()
            self.another_wished.emit()
        elif self.preview is not None:
            self._handed_over = True
            wish = ImportWish(self.preview, self._source, self.owner.user, self.skip.isChecked())
            self.accept()
            self.wished.emit(wish)

    def fit(self) -> None:
        """Take the same room always, within the window."""
        window = self.parentWidget()
        room = window.window().size() if window is not None else None
        width = min(_WIDTH, room.width() - _MARGIN) if room else _WIDTH
        height = min(_HEIGHT, room.height() - _MARGIN) if room else _HEIGHT
        self.resize(max(width, self.width()), max(height, self.height()))

    def showEvent(self, event: QShowEvent) -> None:
        """Start where Escape works while the file is read."""
        super().showEvent(event)
        self._focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return in the search for a user chooses one, and must not import at the same time."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.owner.search.hasFocus():
            return
        super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Close, and forget what was read unless somebody imports it."""
        self.owner.close_search()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if not self._handed_over:
            self._discard()
        super().done(result)

    def _read(self) -> None:
        self._discard()
        if self._reading is not None:
            self._reading.cancel()
        user_id: UUID | None = self.owner.user.id if self.owner.user is not None else None
        source = self._source
        self._failed = False
        self.reading.begin()
        self.stack.setCurrentWidget(self.reading)
        self.recognised.show_text(self.tr("What is in it is being found out; nothing is changed."))
        self.skip.hide()
        self._show_action()
        self._reading = self.context.ask(
            lambda backend: backend.exchange.preview(source, user_id), self._on_preview, self._on_unusable
        )

    def _discard(self) -> None:
        preview, self.preview = self.preview, None
        if preview is not None and self.context.database is not None:
            number = preview.number
            self.context.ask(lambda backend: backend.exchange.discard(number), _nothing, _pass_over)

    def _on_preview(self, preview: ImportPreview) -> None:
        self._reading = None
        self.preview = preview
        records = counted(preview.records, self.tr("record"), self.tr("records"))
        self.recognised.show_text(
            self.tr("Recognised as {format}: {records}.").format(format=format_words(preview.format), records=records)
        )
        self.page.show_preview(preview)
        self.stack.setCurrentWidget(self.page)
        self._show_owner(preview)
        if preview.refused:
            refused = counted(preview.refused, self.tr("refused record"), self.tr("refused records"))
            self.skip.setText(self.tr("&Skip the {refused} and import the others").format(refused=refused))
            self.skip.setAccessibleName(self.skip.text().replace("&", ""))
        self.skip.setVisible(bool(preview.refused and preview.changes))
        if self._shown_problem:
            self.show_problem(self._shown_problem)
            self._shown_problem = ""
        self._show_action()
        self._focus()

    def _show_owner(self, preview: ImportPreview) -> None:
        needed = preview.needs_user > 0
        self.form.setRowVisible(self.owner, needed)
        self.form.setRowVisible(self.whose, needed)
        if needed:
            one, many = self.tr("record does not say whose it is"), self.tr("records do not say whose they are")
            self.whose.show_text(
                self.tr("{records}. They go to:").format(records=counted(preview.needs_user, one, many))
                if preview.needs_user > 1
                else self.tr("{records}. It goes to:").format(records=counted(1, one, many))
            )

    def _on_unusable(self, sentence: str) -> None:
        self._reading = None
        self._failed = True
        self.recognised.show_text("")
        self.unusable.show_text(self.tr("This cannot be imported"), sentence)
        self.stack.setCurrentWidget(self.unusable)
        self.form.setRowVisible(self.owner, False)
        self.form.setRowVisible(self.whose, False)
        self._show_action()
        self._focus()

    def _show_action(self) -> None:
        preview = self.preview
        if self._failed:
            again = self.tr("Paste again") if isinstance(self._source, str) else self.tr("Choose another file…")
            self.set_action(again)
            self.action_button.setEnabled(True)
            return
        changes = preview.changes if preview is not None else 0
        what = counted(changes, self.tr("subscription"), self.tr("subscriptions"))
        none = self.tr("Import")
        if preview is not None:
            waits = preview.needs_user > 0 and self.owner.user is None
            none = self.tr("Waiting for a user") if waits else self.tr("Nothing to import")
        self.set_action(self.tr("Import {what}").format(what=what) if changes else none)
        unanswered = preview is not None and preview.refused > 0 and not self.skip.isChecked()
        self.action_button.setEnabled(changes > 0 and not unanswered)
        self.action_button.setToolTip(
            self.tr("Records were refused: say whether to skip them.") if changes and unanswered else ""
        )

    def _focus(self) -> None:
        searching = self.owner.search.isVisibleTo(self) and self.owner.user is None
        if searching:
            self.owner.search.setFocus()
        elif self.action_button.isEnabled():
            self.action_button.setFocus()
        elif self.skip.isVisibleTo(self):
            self.skip.setFocus()
        else:
            self.cancel_button.setFocus()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if self._reading is None:
            return
        for work in snapshot.works:
            if work.kind is WorkKind.IMPORT_PREVIEW and not work.stopping:
                self.reading.show_work(work)


def _nothing(_answer: Any) -> None:
    """Nobody waits for it."""


def _pass_over(_sentence: str) -> None:
    """The database was closed, and what was read went with it."""
