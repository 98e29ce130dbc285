"""Verbs that bring subscriptions in from files, and take them out.

Runs on: worker loop
"""

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
from webpush_admin.backend.session import Session
from webpush_admin.push.errors import PushError


class Exchange:
    """Each verb raises PushError with a sentence; what is stopped, in `Snapshot.works`, has changed nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def preview(self, source: Source, for_user: UUID | None = None) -> ImportPreview:
        """Read a file or a pasted text, and tell what an import would do; the records wait for `apply` or `discard`.

        Args:
            source: Recognised by its content, not by its name.
            for_user: Whose the records are that do not say it themselves; None refuses those.
        """
        raise PushError(f"{source!r:.0} cannot be read yet.")

    async def apply(self, number: int, *, skip_refused: bool = False) -> ImportResult:
        """Import what was previewed, in one transaction.

        Raises:
            PushError: Records were refused and are not to be skipped, or users have changed since the preview, in
                which case it takes another one.
        """
        raise PushError("Nothing can be imported yet.")

    async def discard(self, number: int) -> None:
        """Forget a preview; nothing happens where there is none."""

    async def export(
        self, wanted: Wanted, path: Path, options: ExportOptions, *, overwrite: bool = False
    ) -> ExportResult:
        """Write subscriptions to a file that only its owner can read; there is a whole file in the end, or none.

        Raises:
            PushError: There is a file already and it is not to be overwritten; or the disk refuses.
        """
        raise PushError("Nothing can be exported yet.")
