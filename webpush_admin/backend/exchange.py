"""Verbs that bring subscriptions in from files, and take them out.

Runs on: worker loop
"""

import itertools
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import UUID

from webpush_admin.backend.exchange_records import (
    ExportOptions,
    ExportResult,
    ImportPreview,
    ImportResult,
    Source,
    Wanted,
)
from webpush_admin.backend.lists import Lists
from webpush_admin.backend.records import WorkKind
from webpush_admin.backend.session import Session
from webpush_admin.backend.work import Work
from webpush_admin.push.errors import PushError
from webpush_admin.store.exporting import reading, writing
from webpush_admin.store.importing.applying import apply
from webpush_admin.store.importing.preparing import prepare
from webpush_admin.store.importing.source import SourceFile, open_file, open_text
from webpush_admin.store.rows import Chosen
from webpush_admin.store.store import Store

GONE = "This preview is not there any more: read the file again."


class Exchange:
    """Each verb raises PushError with a sentence; what is stopped, in `Snapshot.works`, has changed nothing."""

    def __init__(self, session: Session, lists: Lists) -> None:
        self._session = session
        self._lists = lists
        self._numbers = itertools.count(1)
        self._previews: dict[int, tuple[Path, ImportPreview]] = {}

    async def preview(self, source: Source, for_user: UUID | None = None) -> ImportPreview:
        """Read a file or a pasted text, and tell what an import would do; the records wait for `apply` or `discard`.

        Args:
            source: Recognised by its content, not by its name.
            for_user: Whose the records are that do not say it themselves; None refuses those.
        """
        number = next(self._numbers)
        policy = self._session.opening.policy

        def read(store: Store, work: Work) -> tuple[Path, ImportPreview]:
            path = store.database.side.file(f"import-{number}.db")
            with _opened(source) as opened:
                return path, prepare(
                    store.database, opened, path, number=number, for_user=for_user, policy=policy, work=work
                )

        with self._session.works.running(WorkKind.IMPORT_PREVIEW) as work:
            self._previews[number] = await self._session.work(lambda store: read(store, work))
        return self._previews[number][1]

    async def apply(self, number: int, *, skip_refused: bool = False) -> ImportResult:
        """Import what was previewed, in one transaction.

        Raises:
            PushError: Records were refused and are not to be skipped, or users have changed since the preview, in
                which case it takes another one.
        """
        # Taken out: nobody imports it twice, or discards it meanwhile.
        kept = self._previews.pop(number, None)
        if kept is None:
            raise PushError(GONE)
        path, preview = kept
        try:
            with self._session.works.running(WorkKind.IMPORT, preview.added + preview.replaced) as work:
                done = await self._session.work(
                    lambda store: apply(store, path, preview, skip_refused=skip_refused, work=work)
                )
        except PushError:
            # Nothing was changed. Of a caller who was cancelled that is not known: the thread may have committed.
            self._previews[number] = kept
            raise
        await self._remove(path)
        return done

    async def discard(self, number: int) -> None:
        """Forget a preview; nothing happens where there is none."""
        kept = self._previews.pop(number, None)
        if kept is not None:
            await self._remove(kept[0])

    async def check_target(self, path: Path, *, overwrite: bool) -> bool:
        """Refuse a file that `export` would refuse, while there is time for another; return whether it is there."""
        return await self._session.read(lambda store: writing.check_target(path, store.path, overwrite=overwrite))

    async def export(
        self, wanted: Wanted, path: Path, options: ExportOptions, *, overwrite: bool = False
    ) -> ExportResult:
        """Write subscriptions to a file that only its owner can read; there is a whole file in the end, or none.

        Raises:
            PushError: There is a file already and it is not to be overwritten; or the disk refuses.
        """
        with self._session.works.running(WorkKind.EXPORT) as work:
            try:
                return await self._export(wanted, path, options, overwrite, work)
            except PushError:
                # A read that is stopped says so in the words of the database.
                work.check()
                raise

    async def _export(
        self, wanted: Wanted, path: Path, options: ExportOptions, overwrite: bool, work: Work
    ) -> ExportResult:
        session = self._session
        await self.check_target(path, overwrite=overwrite)
        ids = None
        if wanted is not None:
            chosen = wanted if isinstance(wanted, Chosen) else Chosen(count=0, query=wanted)
            ids = await self._lists.ids(chosen, work.cancel)

        def write(store: Store) -> ExportResult:
            batches = (
                reading.everything(store.database, work) if ids is None else reading.chosen(store.database, ids, work)
            )
            return writing.to_file(batches, path, options, overwrite=overwrite, work=work)

        return await session.work(write)

    async def _remove(self, path: Path) -> None:
        await self._session.read(lambda _: path.unlink(missing_ok=True))


def _opened(source: Source) -> AbstractContextManager[SourceFile]:
    return open_text(source) if isinstance(source, str) else open_file(source)
