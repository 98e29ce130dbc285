"""Reads a file into the side folder, and tells what an import of it would do; the database stays as it is.

Runs on: any
"""

from collections import Counter
from pathlib import Path
from typing import Final
from uuid import UUID

from webpush_admin.push.errors import PushError
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.store.engine import Database
from webpush_admin.store.importing.fields import NO_USER, Record, masked, record_of, shown
from webpush_admin.store.importing.formats import Records
from webpush_admin.store.importing.records import Fate, ImportFormat, ImportPreview, ImportRow
from webpush_admin.store.importing.resolving import ask, fate_of, has_user, resolve
from webpush_admin.store.importing.source import SourceFile
from webpush_admin.store.importing.staging import BATCH, Shown, Staging, open_staging
from webpush_admin.store.watched import Watched

MAX_PROBLEMS: Final = 1000
MAX_SAMPLE: Final = 100

_LOOKED_AFTER: Final = 100
"""Records between two looks at whether anybody still wants this: some ten milliseconds."""


def prepare(
    database: Database,
    source: SourceFile,
    path: Path,
    *,
    number: int,
    for_user: UUID | None,
    policy: EndpointPolicy,
    work: Watched,
) -> ImportPreview:
    """Return the preview; its records lie in a new file at `path` then, for `apply`.

    Args:
        database: What is asked about users and subscriptions.
        source: What is read.
        path: Of the file that is made.
        number: What the preview is known by.
        for_user: Whose the records are that do not say it themselves; None refuses those.
        policy: What endpoints are held against.
        work: Told of the records.

    Raises:
        PushError: Nothing in the file can be used, or it was stopped; no file is left then.
    """
    if for_user is not None and not ask(database, [for_user.hex], has_user)[0]:
        raise PushError("There is no such user any more.")
    records = Records(source)
    try:
        with open_staging(path, work, new=True) as staging:
            read = _Reading(source, staging, for_user, policy, work)
            read.all(records)
            resolve(database, staging)
            staging.let_the_last_count()
            return _preview(database, staging, read, number, source, records.format or ImportFormat.CSV)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


class _Reading:
    """One way through the file."""

    def __init__(
        self, source: SourceFile, staging: Staging, for_user: UUID | None, policy: EndpointPolicy, work: Watched
    ) -> None:
        self.records = 0
        self.refused = 0
        self.needs_user = 0
        self.problems: list[ImportRow] = []
        self._source = source
        self._staging = staging
        self._for_user = for_user
        self._policy = policy
        self._work = work

    def all(self, records: Records) -> None:
        """Keep what can be used, and remember the rest."""
        batch: list[tuple[int, Record]] = []
        for piece in records:
            self.records += 1
            record = record_of(piece, self._policy)
            self._own(record)
            if record.refusal:
                self._refuse(record)
            else:
                batch.append((self.records, record))
            if self.records % _LOOKED_AFTER == 0:
                self._tell()
            if len(batch) >= BATCH:
                self._staging.add(batch)
                batch = []
        self._staging.add(batch)
        self._work.advance(self.records, self.records)

    def _own(self, record: Record) -> None:
        """Give a record without a user to the one that was chosen."""
        if record.refusal or record.user_id or record.user_name:
            return
        self.needs_user += 1
        record.user_id = self._for_user
        if self._for_user is None:
            record.refusal = NO_USER

    def _refuse(self, record: Record) -> None:
        self.refused += 1
        if len(self.problems) < MAX_PROBLEMS:
            row = ImportRow(
                record.line,
                record.who,
                record.masked,
                Fate.REFUSED,
                record.refusal,
                self.records,
                needs_user=record.refusal is NO_USER,
            )
            self.problems.append(row)

    def _tell(self) -> None:
        self._work.check()
        position = self._source.position
        # A guess, from the size of the records so far; it is right in the end.
        self._work.advance(self.records, max(self.records, round(self.records * self._source.size / max(position, 1))))


def _preview(
    database: Database, staging: Staging, read: _Reading, number: int, source: SourceFile, known: ImportFormat
) -> ImportPreview:
    first = staging.shown(MAX_SAMPLE, odd=False)
    asked = {one.number for one in first}
    fates: dict[int, Fate] = {}
    counts: Counter[Fate] = Counter()
    for batch in staging.counting():
        for staged, (fate, _, _) in zip(batch, ask(database, batch, fate_of), strict=True):
            counts[fate] += 1
            if staged.number in asked:
                fates[staged.number] = fate
    problems = [*read.problems, *(_row(one, fates) for one in staging.shown(MAX_PROBLEMS, odd=True))]
    # The first refused are among the problems: there are more of those than of the sample.
    sample = [*(_row(one, fates) for one in first), *read.problems[:MAX_SAMPLE]]
    return ImportPreview(
        number=number,
        name=source.name,
        format=known,
        records=read.records,
        added=counts[Fate.ADDED],
        replaced=counts[Fate.REPLACED],
        unchanged=counts[Fate.UNCHANGED],
        repeated=staging.repeated(),
        refused=read.refused + staging.refused(),
        users_added=staging.users_added(),
        needs_user=read.needs_user,
        problems=tuple(sorted(problems, key=_place)[:MAX_PROBLEMS]),
        sample=tuple(sorted(sample, key=_place)[:MAX_SAMPLE]),
    )


def _row(one: Shown, fates: dict[int, Fate]) -> ImportRow:
    fate, reason = fates.get(one.number, Fate.ADDED), ""
    if one.problem:
        fate, reason = Fate.REFUSED, one.problem
    elif one.counts != one.number:
        fate, reason = Fate.REPEATED, f"Record {one.counts:,} in line {one.counts_line:,} is the same subscription."
    who = shown(one.name) or (str(UUID(one.given_id)) if one.given_id else "")
    return ImportRow(one.line, who, masked(one.endpoint), fate, reason, one.number)


def _place(row: ImportRow) -> int:
    return row.record
