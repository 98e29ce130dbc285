"""Takes events out of the log: into the clipboard as lines or as JSON, and into a file.

Runs on: GUI thread
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.event_lines import NameOf, event_line
from webpush_admin.gui.models.event_ring import LoggedEvent
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.text import display_text

if TYPE_CHECKING:
    from webpush_admin.backend.exchange_records import ExportResult

COPIED_EVENTS: Final = 1_000
"""Lines are written here, where a key must not take longer than a frame or two; a file takes them all."""

_NAME_CHARACTERS: Final = 80


class EventTakingOut(QObject):
    """Copies and saves; endpoints stay masked.

    Attributes:
        native_file_dialog: Ask with the system's dialog.
    """

    def __init__(self, context: Context, name_of: NameOf, page: QWidget) -> None:
        super().__init__(page)
        self._context = context
        self._name_of = name_of
        self._page = page
        self.native_file_dialog = True

    def copy_lines(self, events: Sequence[LoggedEvent]) -> None:
        """Copy events as lines of text."""
        lines = (event_line(event, self._name_of) for event in events[-COPIED_EVENTS:])
        self._copied("".join(f"{line}\n" for line in lines), len(events))

    def copy_json(self, events: Sequence[LoggedEvent]) -> None:
        """Copy events as JSON Lines."""
        # Imported here: few copy it.
        from webpush_admin.backend.event_json import event_json

        self._copied("".join(f"{event_json(event)}\n" for event in events[-COPIED_EVENTS:]), len(events))

    def ask_where(self, events: Sequence[LoggedEvent]) -> None:
        """Ask where to, then write; what happens meanwhile is not in it."""
        dialog = QFileDialog(self._page.window(), self.tr("Save events"))
        dialog.setObjectName("save_events_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("JSON Lines (*.jsonl)"))
        dialog.setDefaultSuffix("jsonl")
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native_file_dialog)
        if self._context.recent.folder:
            dialog.setDirectory(self._context.recent.folder)
        database = self._context.database
        stem = "demo" if database is None or database.demo else Path(database.location).stem
        dialog.selectFile(f"{stem}-events-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.jsonl")
        dialog.fileSelected.connect(lambda path: self._on_chosen(events, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, events: Sequence[LoggedEvent], path: Path) -> None:
        """Write them there; where there was a file, somebody has asked."""
        self._context.ask(
            lambda backend: backend.events.save(events, path, overwrite=True), partial(self._on_saved, path)
        )

    def _on_chosen(self, events: Sequence[LoggedEvent], path: Path) -> None:
        self._context.recent.remember_folder(str(path.parent))
        self.save(events, path)

    def _on_saved(self, path: Path, result: "ExportResult") -> None:
        told = self.tr("{those} saved to {path}; endpoints are masked.").format(
            those=self._events(result.rows), path=display_text(path.name, _NAME_CHARACTERS)
        )
        self._context.notify(told, "good")

    def _copied(self, text: str, count: int) -> None:
        if not count:
            return
        QGuiApplication.clipboard().setText(text)
        if count > COPIED_EVENTS:
            told = self.tr("Copied the newest {some} of {those}; a file takes them all.").format(
                some=f"{COPIED_EVENTS:,}", those=self._events(count)
            )
        else:
            told = self.tr("Copied {those}; endpoints are masked.").format(those=self._events(count))
        self._context.notify(told, "good")

    def _events(self, count: int) -> str:
        return counted(count, self.tr("event"), self.tr("events"))
