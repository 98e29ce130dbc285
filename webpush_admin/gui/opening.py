"""Opens, makes and closes databases as the operator asks, and keeps what is known of the open one true.

Runs on: GUI thread
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context, Failure
from webpush_admin.gui.leaving import Leaving
from webpush_admin.gui.text import display_text
from webpush_admin.gui.undoing import Undoing

if TYPE_CHECKING:
    from webpush_admin.backend.records import DatabaseInfo

_PREFIX: Final = "sqlite:///"


class Trust(NamedTuple):
    """What the command line adds to every database that is opened.

    Attributes:
        subject: VAPID subject, "" for the one that is kept with the database.
        ca_file: Root certificates, None for the system's.
    """

    subject: str = ""
    ca_file: Path | None = None


class Opening(QObject):
    """The verbs of the File menu.

    Attributes:
        working: A sentence for the status bar; "" when it is done.
    """

    working = Signal(str)

    def __init__(self, context: Context, window: QWidget, trust: Trust, undoing: Undoing) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._trust = trust
        self._leaving = Leaving(context, window, undoing)
        self._busy = False
        self._asked_for = ""
        self.native_file_dialog = True
        context.changes.connect(self._on_changes)
        context.recent.wished.connect(self.open_path)
        context.bridge.ready.connect(self.look_for_missing)
        context.database_opened.connect(self._show_availability)
        context.database_closed.connect(self._show_availability)
        self._show_availability()

    @property
    def busy(self) -> bool:
        """Whether a database is being opened or closed."""
        return self._busy

    def ask_for_file(self) -> None:
        """Ask which database to open."""
        self._ask_for_file(self.tr("Open database"), self._on_file_to_open)

    def ask_for_new_file(self) -> None:
        """Ask where to make a new database."""
        self._ask_for_file(self.tr("New database"), self._on_file_to_make, new=True)

    def open_path(self, path: str) -> None:
        """Open a database file."""
        self.open_url(_url(path))

    def open_url(
        self, url: str, *, create: bool = False, read_only: bool | None = None, subject: str | None = None
    ) -> None:
        """Open a database ("sqlite:///push.db") in place of the one that is open.

        Args:
            url: Which one.
            create: Make it where there is none.
            read_only: Never write to it; None lets the file decide.
            subject: Who answers for its pushes; None leaves what is kept with it, or was given on the command line.
        """
        self._leaving.before(lambda: self._open_url(url, create, read_only, subject))

    def _open_url(self, url: str, create: bool, read_only: bool | None, subject: str | None) -> None:
        if not self._begin(self.tr("Opening the database…")):
            return
        self._asked_for = url
        # The subject of the command line is for the database that it names, and not for those that are opened later.
        trust, self._trust = self._trust, Trust(ca_file=self._trust.ca_file)
        self._context.ask(
            lambda backend: backend.open(
                url,
                create=create,
                subject=trust.subject if subject is None else subject,
                ca_file=trust.ca_file,
                read_only=read_only,
            ),
            self._on_opened,
            self._on_failed,
        )

    def open_demo(self) -> None:
        """Open the throw-away database on the sandbox."""
        self._leaving.before(self._open_demo)

    def _open_demo(self) -> None:
        if self._begin(self.tr("Starting the demo…")):
            self._asked_for = ""
            self._context.ask(lambda backend: backend.open_demo(), self._on_opened, self._on_failed)

    def close_database(self) -> None:
        """Close the open database; what is being sent ends first."""
        self._leaving.before(self._close_database)

    def _close_database(self) -> None:
        if self._context.database is not None and self._begin(self.tr("Closing the database…")):
            self._context.ask(lambda backend: backend.close_database(), self._on_closed, self._on_failed)

    def unlock(self) -> None:
        """Ask, then open the read-only database again so that it can be changed."""
        database = self._context.database
        if database is None or not database.unlockable:
            return
        # Imported here: the first paint does not need it.
        from webpush_admin.gui.dialogs.confirm import ConfirmDialog

        told = self.tr(
            "{reason} Once changes are allowed, answers are kept with their subscriptions, and those that a push "
            "service calls gone are deleted."
        ).format(reason=database.read_only)
        url, subject = database.url, database.subject
        ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Allow changes"),
            explanation=told,
            # An ampersand would underline what follows it.
            action=self.tr("Allow changes to {name}").format(name=display_text(database.name, 40).replace("&", "&&")),
            confirmed=lambda: self.open_url(url, read_only=False, subject=subject),
            destructive=False,
        ).open()

    def look_for_missing(self) -> None:
        """Find out which of the recent databases are there."""
        paths = {path: Path(path) for path in self._context.recent.paths}

        def done(there: frozenset[Path]) -> None:
            self._context.recent.set_missing(path for path, one in paths.items() if one not in there)

        if paths:
            self._context.ask(lambda backend: backend.files.existing(tuple(paths.values())), done, _pass_over)

    def _begin(self, sentence: str) -> bool:
        if self._busy:
            self._context.notify(self.tr("A database is being opened already."))
            return False
        self._busy = True
        self._show_availability()
        self.working.emit(sentence)
        return True

    def _end(self, info: "DatabaseInfo | None") -> None:
        self._busy = False
        self.working.emit("")
        self._context.set_database(info)

    def _on_opened(self, info: "DatabaseInfo") -> None:
        # Views forget the former database first.
        if self._context.database is not None:
            self._context.set_database(None)
        self._end(info)
        if not info.demo:
            self._context.recent.add(info.location)
        if info.keys_problem and not info.keys_locked:
            self._context.notify(info.keys_problem, "bad")

    def _on_closed(self, _nothing: None) -> None:
        self._end(None)

    def _on_failed(self, sentence: str) -> None:
        # The one that was open stays open.
        self._busy = False
        self.working.emit("")
        self._show_availability()
        self.look_for_missing()
        if self._context.database is None:
            path = self._asked_for.removeprefix(_PREFIX) if self._asked_for.startswith(_PREFIX) else ""
            self._context.set_failure(Failure(sentence, path))
            # It stays on the screen there.
            self._context.actions["show_subscriptions"].trigger()
        else:
            self._context.notify(sentence, "bad")
            # What was told of it meanwhile was passed over.
            self._ask_for_info()

    def _on_changes(self, events: list[Any]) -> None:
        # Imported here: there are no events before the first paint.
        from webpush_admin.backend.records import DatabaseChanged, HistoryChanged, InfoChanged
        from webpush_admin.push.dispatch_store import ChangeKind

        if self._context.database is not None and any(
            type(event) is InfoChanged or (type(event) is DatabaseChanged and event.kind is ChangeKind.KEYS)
            for event in events
        ):
            self._ask_for_info()
        unknown = sum(event.unknown for event in events if type(event) is HistoryChanged)
        if unknown:
            self._context.notify(
                self.tr("A send broke off when the program ended: {0} of its pushes may have arrived.").format(
                    f"{unknown:,}"
                ),
                "bad",
                offer="show_history",
            )

    def _ask_for_info(self) -> None:
        # Whoever closes it in between tells so.
        self._context.ask(lambda backend: backend.info(), self._on_info, _pass_over)

    def _on_info(self, info: "DatabaseInfo") -> None:
        former = self._context.database
        # Another one may have been opened meanwhile, or the same one anew: whoever opens it brings what is known of it.
        if not self._busy and former is not None and info != former and info.location == former.location:
            self._context.set_database(info)

    def _show_availability(self) -> None:
        actions = self._context.actions
        busy = self.tr("A database is being opened.") if self._busy else ""
        for name in ("open_database", "new_database", "open_demo"):
            actions.set_available(name, not busy, busy)
        closed = busy or ("" if self._context.database else self.tr("No database is open."))
        actions.set_available("close_database", not closed, closed)
        locked = closed or self._why_not_to_unlock()
        actions.set_available("unlock_database", not locked, locked)

    def _why_not_to_unlock(self) -> str:
        database = self._context.database
        if database is None or database.unlockable:
            return ""
        return database.read_only or self.tr("The database can be changed already.")

    def _ask_for_file(self, title: str, chosen: Callable[[str], None], *, new: bool = False) -> None:
        # Imported here: the first paint does not need it.
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, title)
        dialog.setObjectName("database_file_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave if new else QFileDialog.AcceptMode.AcceptOpen)
        dialog.setNameFilters([self.tr("Databases (*.db *.sqlite *.sqlite3)"), self.tr("All files (*)")])
        if new:
            dialog.setDefaultSuffix("db")
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native_file_dialog)
        if self._context.recent.folder:
            dialog.setDirectory(self._context.recent.folder)
        dialog.fileSelected.connect(self._on_file_chosen)
        dialog.fileSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_file_chosen(self, path: str) -> None:
        self._context.recent.remember_folder(str(Path(path).parent))

    def _on_file_to_open(self, path: str) -> None:
        self.open_path(path)

    def _on_file_to_make(self, path: str) -> None:
        self.open_url(_url(path), create=True)


def _pass_over(_sentence: str) -> None:
    """Nobody is waiting for it."""


def _url(path: str) -> str:
    return f"{_PREFIX}{Path(path).absolute().as_posix()}"
