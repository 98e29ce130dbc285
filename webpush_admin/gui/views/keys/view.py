"""Shows the VAPID keys: which pairs there are, and a page for each question about the one that is chosen.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from PySide6.QtCore import QSettings
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo, Severity
from webpush_admin.backend.records import ChangedByOthers, DatabaseChanged, DatabaseInfo, InfoChanged
from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.views.keys.availability import tell_availability
from webpush_admin.gui.views.keys.check_page import CheckPage
from webpush_admin.gui.views.keys.key_actions import KeyActions
from webpush_admin.gui.views.keys.overview_page import OverviewPage
from webpush_admin.gui.views.keys.pair_list import PairList
from webpush_admin.gui.views.keys.snippets_page import SnippetsPage
from webpush_admin.gui.views.keys.states import KeyStates
from webpush_admin.gui.views.keys.token_page import TokensPage
from webpush_admin.gui.widgets.banner import Banner

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

_PAGE_KEY: Final = "keys/page"
_MARKS: Final = {Severity.BAD: ("circle-x", "bad"), Severity.WARN: ("triangle-alert", "warn")}
"""By what was found worst: the icon of the page that tells it, and its colour."""


class KeysPage(Protocol):
    """What a page of the view is told."""

    def show_keys(self, info: KeysInfo | None, pair: KeyPairInfo | None) -> None:
        """Show another pair, or the same as it is now; None while nothing has been read, or where there is none."""


class KeysView(QWidget):
    """A list of the pairs, and pages that follow what is chosen there."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("keys_view")
        self.setAccessibleName(self.tr("Keys"))
        self._context = context
        self._keys: KeysInfo | None = None
        self._reading: Job[KeysInfo] | None = None
        self._settings: QSettings | None = None
        self._worst: Severity | None = None
        self._active = False
        self.acts = KeyActions(context, self)
        self.problem = Banner(context, self, name="keys_problem", kind="bad")
        self.pair_list = PairList(context, self)
        self._make_pages()
        self._lay_out()
        self._refresher = Refresher(self._read_again, self)
        self._refresher.hold()
        self.acts.read_wished.connect(self._read)
        self.acts.told.connect(self._on_read)
        self.acts.pair_wished.connect(self.pair_list.choose)
        self.acts.snippets_wished.connect(self._on_snippets_wished)
        self.check_page.worst_changed.connect(self._on_worst)
        context.theme.changed.connect(self._mark_page)
        self.pair_list.chosen.connect(self._on_chosen)
        self.pages.currentChanged.connect(self._on_page)
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self._on_database_closed)
        context.changes.connect(self._on_changes)
        self._show()

    def activate(self) -> None:
        """The view is shown: read the keys."""
        self._refresher.wish()
        self._refresher.release()
        self._tell_availability()
        # It is also called when something about the database is another: whoever types goes on.
        used = self._active and self._has_focus()
        self._active = True
        if self.stack.currentWidget() is self.content and not used:
            self.pair_list.table.setFocus()

    def deactivate(self) -> None:
        """The view is hidden: what changes is read when it is shown again."""
        self._refresher.hold()
        self._active = False

    def refresh(self) -> None:
        """Read the keys again."""
        self._refresher.wish()

    def restore(self, settings: QSettings) -> None:
        """Show the page that was shown last, and remember from now on which one is."""
        wanted = str(settings.value(_PAGE_KEY))
        shown = next((page for page in self._pages if page.objectName() == wanted), self.overview_page)
        self.pages.setCurrentWidget(shown)
        self.pair_list.restore(settings)
        self._settings = settings

    def set_subject(self) -> None:
        """Ask for another subject."""
        self.acts.do("set_subject")

    def copy_public_key(self) -> None:
        """Put the public key on the clipboard, as `applicationServerKey` wants it."""
        self.acts.do("copy_public_key")

    def generate_keys(self) -> None:
        """Make a pair."""
        self.acts.do("generate_keys")

    def import_keys(self) -> None:
        """Read a pair from a file or a text."""
        self.acts.do("import_keys")

    def export_keys(self) -> None:
        """Write the chosen pair to a file."""
        self.acts.do("export_keys")

    def rename_keys(self) -> None:
        """Call the chosen pair something else."""
        self.acts.do("rename_keys")

    def remove_keys(self) -> None:
        """Destroy the private key of the chosen pair."""
        self.acts.do("remove_keys")

    def keep_keys(self) -> None:
        """Keep the private key of the chosen pair somewhere else."""
        self.acts.do("keep_keys")

    def reveal_key(self) -> None:
        """Show the private key of the chosen pair, after asking."""
        self.acts.do("reveal_key")

    def unlock_keys(self) -> None:
        """Unlock the chosen pair, or the active one."""
        self.acts.do("unlock_keys")

    def lock_keys(self) -> None:
        """Forget what was unlocked."""
        self.acts.do("lock_keys")

    def rotate_keys(self) -> None:
        """Put another pair in force."""
        self.acts.do("rotate_keys")

    def undo_rotation(self) -> None:
        """Put the pair of the last backup in force again."""
        self.acts.do("undo_rotation")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the pages the room that they need."""
        super().resizeEvent(event)
        self.pair_list.fit(self.size())

    def _make_pages(self) -> None:
        self.pages = QTabWidget(self)
        self.pages.setObjectName("pages")
        self.pages.setAccessibleName(self.tr("What to know of the keys"))
        self.pages.setDocumentMode(True)
        self.pages.tabBar().setDrawBase(False)
        self.overview_page = OverviewPage(self._context, self)
        self.check_page = CheckPage(self._context, self)
        self.token_page = TokensPage(self._context, self)
        self.snippets_page = SnippetsPage(self._context, self)
        self._pages: tuple[QWidget, ...] = (self.overview_page, self.check_page, self.token_page, self.snippets_page)
        for page in self._pages:
            self.pages.addTab(page, page.accessibleName())

    def _lay_out(self) -> None:
        self.content = QWidget(self)
        self.content.setObjectName("content")
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.problem)
        column.addWidget(self.pair_list)
        column.addWidget(self.pages, 1)
        self.stack = KeyStates(self._context, self.content, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _read(self) -> None:
        if self._context.database is not None:
            self._stop_reading()
            self._reading = self._context.ask(lambda backend: backend.keys.info(), self._on_answer, self._on_not_read)

    def _read_again(self) -> None:
        """Read, unless that is under way: where it takes long, it would never be done."""
        if self._reading is None:
            self._read()
        else:
            self._refresher.wish()

    def _stop_reading(self) -> None:
        """Wait for no answer any more: it would be about the former database."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _on_answer(self, keys: KeysInfo) -> None:
        self._reading = None
        self._on_read(keys)

    def _on_not_read(self, sentence: str) -> None:
        self._reading = None
        self.acts.forget()
        self._context.notify_failure(sentence)

    def _on_read(self, keys: KeysInfo) -> None:
        if self._context.database is not None:
            self._keys = keys
            self._show()

    def _show(self) -> None:
        """Show what was read last."""
        keys, database = self._keys, self._context.database
        before = self.stack.currentWidget()
        self.stack.show_keys(keys)
        # Of a locked key the window itself tells, in every view.
        told = database is not None and not database.keys_locked
        self.problem.show_text(database.keys_problem if database is not None and told else "")
        self.pair_list.show_keys(keys)
        if before is not self.content is self.stack.currentWidget() and self._has_focus():
            # From a button of the state before, Qt goes on to the next button.
            self.pair_list.table.setFocus()

    def _has_focus(self) -> bool:
        focused = self.window().focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _on_chosen(self, pair: KeyPairInfo | None) -> None:
        pages: Sequence[Any] = self._pages
        for page in pages:
            shown: KeysPage = page
            shown.show_keys(self._keys, pair)
        self._tell_availability()
        self.acts.show_keys(self._keys, pair)

    def _on_snippets_wished(self) -> None:
        self.pages.setCurrentWidget(self.snippets_page)
        self.snippets_page.list.setFocus()

    def _on_worst(self, worst: Severity | None) -> None:
        self._worst = worst
        self._mark_page()

    def _mark_page(self) -> None:
        """Mark the page that has something to tell, also while another one is looked at."""
        name, role = _MARKS.get(self._worst, ("", "")) if self._worst is not None else ("", "")
        icon = tinted_icon(name, self._context.theme.tokens.role(role)) if name else QIcon()
        self.pages.setTabIcon(self.pages.indexOf(self.check_page), icon)

    def _on_page(self, _number: int) -> None:
        if self._settings is not None:
            self._settings.setValue(_PAGE_KEY, self.pages.currentWidget().objectName())

    def _on_database_opened(self, _info: DatabaseInfo) -> None:
        self._show()
        self._refresher.wish()

    def _on_database_closed(self) -> None:
        self._keys = None
        self._stop_reading()
        self._refresher.forget()
        self.acts.forget()
        self._show()

    def _on_changes(self, batch: Sequence[Any]) -> None:
        if any(isinstance(event, DatabaseChanged | ChangedByOthers | InfoChanged) for event in batch):
            self._refresher.wish()

    def _tell_availability(self) -> None:
        tell_availability(self._context, self._keys, self.pair_list.pair)
