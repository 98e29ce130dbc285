"""Brings subscriptions in from files and the clipboard, and takes them out: opens the dialogs and tells what was done.

Runs on: GUI thread
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.text import display_text

if TYPE_CHECKING:
    from webpush_admin.backend.exchange_records import ExportResult, ImportResult, Source
    from webpush_admin.gui.dialogs.import_dialog import ImportWish
    from webpush_admin.gui.models.exportable import Exportable, ExportWish
    from webpush_admin.store.rows import User

NAME_CHARACTERS = 80


class Offering(Protocol):
    """A view whose rows can be exported."""

    def exportable(self) -> "Exportable":
        """Return what is selected and shown."""

    def owner(self) -> "User | None":
        """Return whose rows are shown, None for everybody's."""


class Exchange(QObject):
    """The actions `import_subscriptions`, `paste_subscriptions` and `export_subscriptions`, in every view.

    Attributes:
        native_file_dialog: Ask with the system's dialog.
    """

    def __init__(self, context: Context, window: QWidget, view: Callable[[], QWidget]) -> None:
        """Make it.

        Args:
            context: For the backend, and for what is told.
            window: The dialogs' parent.
            view: Returns the view of subscriptions, an `Offering`: views and this never see each other.
        """
        super().__init__(window)
        self._context = context
        self._window = window
        self._view = view
        self.native_file_dialog = True
        for name, handler in (
            ("import_subscriptions", self.ask_for_file),
            ("paste_subscriptions", self.paste),
            ("export_subscriptions", self.export),
        ):
            context.actions[name].triggered.connect(lambda *_, handler=handler: handler())
        context.database_opened.connect(self._show_availability)
        context.database_closed.connect(self._show_availability)
        self._show_availability()

    def ask_for_file(self) -> None:
        """Ask which file to import."""
        dialog = QFileDialog(self._window, self.tr("Import subscriptions"))
        dialog.setObjectName("import_file_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [self.tr("Subscriptions (*.json *.jsonl *.ndjson *.csv *.tsv *.conf *.txt)"), self.tr("All files (*)")]
        )
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native_file_dialog)
        if self._context.recent.folder:
            dialog.setDirectory(self._context.recent.folder)
        dialog.fileSelected.connect(self._on_file_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take_dropped(self, path: str) -> None:
        """Show what an import of a file would do that is no database: of subscriptions, or of keys."""
        if not self._refused():
            self._context.ask(
                lambda backend: backend.files.holds_keys(Path(path)),
                lambda keys: self._import_keys(path) if keys else self.import_file(path),
            )

    def import_file(self, path: str) -> None:
        """Show what an import of this file would do."""
        if not self._refused() and self._window.findChild(QWidget, "import_dialog") is None:
            self._begin(Path(path))

    def paste(self) -> None:
        """Show what an import of the clipboard's text would do."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self._begin(text)
        else:
            self._context.notify(
                self.tr("There is no text in the clipboard: copy a PushSubscription as JSON, several, or CSV.")
            )

    def export(self) -> None:
        """Ask what to export and where."""
        from webpush_admin.gui.dialogs.export_dialog import ExportDialog

        database = self._context.database
        if database is not None:
            dialog = ExportDialog(self._context, self._window, self._offering().exportable(), database)
            dialog.wished.connect(self._on_export_wished)
            dialog.open()

    def stop(self, number: int) -> None:
        """Stop a piece of long work; whoever asked for it is told that it was."""
        self._context.ask(lambda backend: backend.works.stop(number), _nothing, _pass_over)

    def _refused(self) -> bool:
        """Whether nothing can be imported now; then it is told why."""
        if self._context.database is None:
            self._context.notify(self.tr("Open a database first: then the file can be imported into it."), "bad")
        elif self._context.database.read_only:
            self._context.notify(self._context.database.read_only, "bad")
        else:
            return False
        return True

    def _import_keys(self, path: str) -> None:
        from webpush_admin.gui.dialogs.import_keys import ImportKeysDialog

        if not self._refused() and self._window.findChild(QWidget, "import_keys_dialog") is None:
            dialog = ImportKeysDialog(self._context, self._window, Path(path))
            # The view of the keys hears of it from the database.
            dialog.imported.connect(lambda added: self._context.notify(added.note, "good"))
            dialog.open()

    def _offering(self) -> Offering:
        view = self._view()
        assert hasattr(view, "exportable") and hasattr(view, "owner")
        return view

    def _begin(self, source: "Source", *, user: "User | None" = None, problem: str = "") -> None:
        from webpush_admin.gui.dialogs.import_dialog import ImportDialog

        whose = user or self._offering().owner()
        dialog = ImportDialog(self._context, self._window, source, user=whose, problem=problem)
        dialog.wished.connect(self._on_import_wished)
        dialog.another_wished.connect(self.paste if isinstance(source, str) else self.ask_for_file)
        dialog.open()

    def _on_file_chosen(self, path: str) -> None:
        self._context.recent.remember_folder(str(Path(path).parent))
        self.import_file(path)

    def _on_import_wished(self, wish: "ImportWish") -> None:
        # The strip shows how far it is, and stops it.
        self._context.ask(
            lambda backend: backend.exchange.apply(wish.preview.number, skip_refused=wish.skip_refused),
            self._on_imported,
            lambda sentence: self._on_import_failed(wish, sentence),
        )

    def _on_imported(self, result: "ImportResult") -> None:
        told = [self.tr("{added} added").format(added=self._subscriptions(result.added))]
        if result.replaced:
            told.append(self.tr("{count} replaced").format(count=f"{result.replaced:,}"))
        if result.unchanged:
            told.append(self.tr("{count} unchanged").format(count=f"{result.unchanged:,}"))
        if result.refused:
            told.append(self.tr("{count} refused").format(count=f"{result.refused:,}"))
        if result.users_added:
            told.append(counted(result.users_added, self.tr("new user"), self.tr("new users")))
        self._context.notify(self.tr("Imported: {what}.").format(what=", ".join(told)), "good")

    def _on_import_failed(self, wish: "ImportWish", sentence: str) -> None:
        from webpush_admin.store.faults import STOPPED

        number = wish.preview.number
        database = self._context.database
        if database is not None:
            self._context.ask(lambda backend: backend.exchange.discard(number), _nothing, _pass_over)
        if sentence == STOPPED or database is None or database.read_only:
            self._context.notify_failure(sentence)
        else:
            # What was previewed may be true no more: it is read again, and the operator tells whether to go on.
            self._begin(wish.source, user=wish.user, problem=sentence)

    def _on_export_wished(self, wish: "ExportWish") -> None:
        self._context.ask(
            lambda backend: backend.exchange.export(wish.wanted, wish.path, wish.options, overwrite=wish.overwrite),
            self._on_exported,
        )

    def _on_exported(self, result: "ExportResult") -> None:
        told = self.tr("{what} exported to {path} ({size}).").format(
            what=self._subscriptions(result.rows),
            path=display_text(str(result.path), NAME_CHARACTERS),
            size=_size(result.size_bytes),
        )
        self._context.notify(told, "good")

    def _subscriptions(self, count: int) -> str:
        return counted(count, self.tr("subscription"), self.tr("subscriptions"))

    def _show_availability(self) -> None:
        closed = "" if self._context.database is not None else self.tr("No database is open.")
        for name in ("import_subscriptions", "paste_subscriptions", "export_subscriptions"):
            self._context.actions.set_available(name, not closed, closed)


def _size(size_bytes: int) -> str:
    for limit, unit in ((1_000_000, "MB"), (1_000, "kB")):
        if size_bytes >= limit:
            return f"{size_bytes / limit:,.1f} {unit}"
    return f"{size_bytes:,} bytes"


def _nothing(_answer: object) -> None:
    """Nobody waits for it."""


def _pass_over(_sentence: str) -> None:
    """The database was closed, and what was read went with it."""
