"""The verb that saves events which a window has kept.

Runs on: worker loop
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from webpush_admin.backend.event_json import Timed, event_json
from webpush_admin.backend.records import WorkKind
from webpush_admin.backend.session import Session
from webpush_admin.store.exporting import writing
from webpush_admin.store.exporting.lines import Writing
from webpush_admin.store.exporting.records import ExportResult
from webpush_admin.store.store import Store

BATCH: Final = 500


class EventExport:
    """Raises PushError with a sentence; what is stopped, in `Snapshot.works`, leaves no file."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def save(self, events: Sequence[Timed], path: Path, *, overwrite: bool = False) -> ExportResult:
        """Write events as JSON Lines, see `backend.event_json`, to a file that only its owner can read.

        Raises:
            PushError: There is a file already and it is not to be overwritten; or the disk refuses.
        """
        with self._session.works.running(WorkKind.EXPORT, len(events)) as work:

            def write(store: Store) -> ExportResult:
                writing.check_target(path, store.path, overwrite=overwrite)
                return writing.write_file(_batches(events), path, _LINES, overwrite=overwrite, work=work)

            return await self._session.work(write)


def _batches(events: Sequence[Timed]) -> Iterator[Sequence[Timed]]:
    for start in range(0, len(events), BATCH):
        yield events[start : start + BATCH]


_LINES: Final[Writing[Timed]] = Writing(
    "", lambda events, _first: "".join(f"{event_json(event)}\n" for event in events), lambda _some: ""
)
