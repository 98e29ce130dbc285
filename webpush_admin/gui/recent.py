"""Which databases were opened last, and in which folder: kept from one start to the next.

Runs on: GUI thread
"""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

from PySide6.QtCore import QObject, QSettings, Signal

from webpush_admin.gui.text import display_text

KEPT: Final = 10
VERSION: Final = 1
"""Of what is kept: another one is left alone, and begun anew."""

_VERSION: Final = "recent/version"
_PATHS: Final = "recent/paths"
_FOLDER: Final = "recent/folder"
_FOLDER_CHARACTERS: Final = 48


class RecentDatabases(QObject):
    """Paths of database files, the newest first.

    Attributes:
        changed: Others are known, or other ones are missing.
        wished: A path that the operator wants opened again.
    """

    changed = Signal()
    wished = Signal(str)

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._missing: frozenset[str] = frozenset()
        self._paths = _kept(settings)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path, also of files that are missing."""
        return self._paths

    @property
    def folder(self) -> str:
        """The folder that a file was last chosen from, "" at first."""
        kept = self._settings.value(_FOLDER)
        return kept if isinstance(kept, str) else ""

    def remember_folder(self, folder: str) -> None:
        """Begin the next choice of a file in this folder."""
        self._settings.setValue(_FOLDER, folder)

    def is_missing(self, path: str) -> bool:
        """Return whether there was no file when somebody looked last."""
        return path in self._missing

    def add(self, path: str) -> None:
        """Put a path first: it has just been opened."""
        self._missing -= {path}
        self._keep((path, *(other for other in self._paths if other != path))[:KEPT])

    def clear(self) -> None:
        """Forget every path."""
        self._keep(())

    def set_missing(self, paths: Iterable[str]) -> None:
        """Tell which files are not there at the moment: they may come back, with a stick or a share."""
        missing = frozenset(paths)
        if missing != self._missing:
            self._missing = missing
            self.changed.emit()

    def wish(self, path: str) -> None:
        """Ask for a database to be opened."""
        self.wished.emit(path)

    def _keep(self, paths: tuple[str, ...]) -> None:
        self._paths = paths
        self._settings.setValue(_VERSION, VERSION)
        self._settings.setValue(_PATHS, list(paths))
        self.changed.emit()


def shown_path(path: str) -> str:
    """Return a path as a button or an entry of a menu says it: the name, then the end of its folder."""
    pure = PurePath(path)
    folder = str(pure.parent)
    if len(folder) > _FOLDER_CHARACTERS:
        folder = "…" + folder[1 - _FOLDER_CHARACTERS :]
    # An ampersand would underline what follows it.
    return f"{display_text(pure.name, 60)}  –  {display_text(folder)}".replace("&", "&&")


def _kept(settings: QSettings) -> tuple[str, ...]:
    # A settings file is text, and a list of one comes back as its only entry.
    if str(settings.value(_VERSION, "")) != str(VERSION):
        return ()
    kept = settings.value(_PATHS)
    entries = [kept] if isinstance(kept, str) else kept if isinstance(kept, list) else []
    return tuple(entry for entry in entries if isinstance(entry, str) and entry)[:KEPT]
