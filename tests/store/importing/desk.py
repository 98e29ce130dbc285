"""A store, and what is imported into it from the files of tests/data/import.

Runs on: any
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from webpush_admin.push.errors import PushError
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.importing.applying import apply
from webpush_admin.store.importing.preparing import prepare
from webpush_admin.store.importing.records import ImportPreview, ImportResult
from webpush_admin.store.importing.source import SourceFile, open_file, open_text

DATA: Final = Path(__file__).parents[2] / "data" / "import"
P256DH: Final = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
OTHER_P256DH: Final = "BDgpRKok2GZZDmS4r63vbJSUtcQx4Fq1V58-6-3NbZzSTlZsQiCEDTQy3CZ0ZMsqeqsEb7qW2blQHA4S48fynTk"
AUTH: Final = "tBHItJI5svbpez7KI4CCXg"
FCM: Final = "https://fcm.googleapis.com/fcm/send/"

ROWS: Final = (
    "SELECT users.name, endpoint, p256dh, auth, user_agent, subscriptions.created_at, last_status, last_success_at, "
    "first_404_at FROM subscriptions JOIN users ON users.id = user_id ORDER BY subscriptions.id"
)


class CountedWork:
    """Counts how often it was asked, and is stopped at a step that a test names."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.cancel = Cancel()
        self.told: list[tuple[int, int | None]] = []
        self.asked = 0
        self._stop_at = stop_at

    def advance(self, done: int, total: int | None = None) -> None:
        self.told.append((done, total))

    def check(self) -> None:
        self.asked += 1
        if self._stop_at is not None and self.asked >= self._stop_at:
            raise PushError("Stopped by the test.")


class ImportDesk:
    """Imports files one after the other."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self._folder = folder
        self._number = 0

    @property
    def staged(self) -> Path:
        """Where the records of the newest preview lie."""
        return self._folder / f"import-{self._number}.db"

    def preview(
        self, source: str | Path, for_user: UUID | None = None, *, work: CountedWork | None = None
    ) -> ImportPreview:
        """Preview a file by its path, or by its name in tests/data/import."""
        return self._prepare(open_file(source if isinstance(source, Path) else DATA / source), for_user, work)

    def preview_text(self, text: str, for_user: UUID | None = None) -> ImportPreview:
        """Preview a pasted text."""
        return self._prepare(open_text(text), for_user, None)

    def apply(
        self, preview: ImportPreview, *, skip_refused: bool = False, work: CountedWork | None = None
    ) -> ImportResult:
        """Import the newest preview."""
        return apply(self.store, self.staged, preview, skip_refused=skip_refused, work=work or CountedWork())

    def take(self, source: str | Path, for_user: UUID | None = None) -> ImportResult:
        """Preview and import."""
        return self.apply(self.preview(source, for_user))

    def rows(self) -> list[tuple[Any, ...]]:
        """Return what is in the database, as SQLite gives it."""
        return self.store.database.read(lambda connection: [tuple(row) for row in connection.exec_driver_sql(ROWS)])

    def told(self) -> list[tuple[str, str]]:
        """Return the names and the ends of the endpoints that are in the database."""
        return [(row[0], row[1].rpartition("/")[2]) for row in self.rows()]

    def _prepare(
        self, opened: AbstractContextManager[SourceFile], for_user: UUID | None, work: CountedWork | None
    ) -> ImportPreview:
        self._number += 1
        with opened as source:
            return prepare(
                self.store.database,
                source,
                self.staged,
                number=self._number,
                for_user=for_user,
                policy=EndpointPolicy(),
                work=work or CountedWork(),
            )
