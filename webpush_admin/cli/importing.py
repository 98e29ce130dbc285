"""`webpush-admin import`: what the window's import does, without a window.

Runs on: any
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from webpush_admin.cli.arguments import Parser, check_database, one_line, say
from webpush_admin.cli.people import add_user_options, chosen_user
from webpush_admin.cli.terminal import TerminalWork, interruptible, told
from webpush_admin.push.errors import PushError
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.importing.applying import apply
from webpush_admin.store.importing.preparing import MAX_PROBLEMS, prepare
from webpush_admin.store.importing.records import Fate, ImportPreview, ImportResult, ImportRow
from webpush_admin.store.importing.source import SourceFile, open_file, spool
from webpush_admin.store.store import Store

SOME_REFUSED: Final = 1
MAX_SHOWN: Final = 20

_STANDARD_INPUT: Final = "-"


def run_import(arguments: Sequence[str]) -> int:
    """Return 0, 1 where records were refused, 2 where nothing could be read, 130 after Ctrl+C."""
    parsed = _parser().parse_args(arguments)
    return told(lambda: _import(parsed))


def _parser() -> Parser:
    parser = Parser(
        prog="webpush-admin import",
        description="Import subscriptions: PushSubscription JSON, JSON Lines, CSV with a header, or Home Assistant's "
        "html5 file. All of them in one transaction, or none. Exit code 1 tells that records were refused.",
    )
    parser.add_argument("file", metavar="FILE", help="what to import; - reads standard input")
    parser.add_argument("--database", metavar="URL", required=True, help="for example sqlite:///push.db")
    add_user_options(parser, "whose the records are that do not say it")
    parser.add_argument("--skip-refused", action="store_true", help="import the others where records are refused")
    parser.add_argument("--dry-run", action="store_true", help="tell what would happen, and change nothing")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    return parser


def _import(parsed: argparse.Namespace) -> int:
    check_database(parsed.database)
    cancel = Cancel()
    with (
        tempfile.TemporaryDirectory(prefix="webpush-admin-") as folder,
        # Outside of what follows: a pipe that nobody writes to is waited for until Ctrl+C.
        _source(parsed.file, Path(folder)) as source,
        interruptible(cancel),
        closing(Store.open(parsed.database, read_only=True if parsed.dry_run else None, create=False)) as store,
    ):
        if store.read_only and not parsed.dry_run:
            # The file of another program, say: whoever sees the window could allow it, here nobody was asked.
            raise PushError(f"{store.database.standing.reason} Nothing was imported.")
        path = store.database.side.file("import.db")
        reading = TerminalWork(cancel, "Reading")
        try:
            preview = prepare(
                store.database,
                source,
                path,
                number=1,
                for_user=chosen_user(parsed, store.database),
                policy=EndpointPolicy(),
                work=reading,
            )
        finally:
            reading.end()
        result = None
        if not parsed.dry_run and (parsed.skip_refused or not preview.refused):
            writing = TerminalWork(cancel, "Importing")
            try:
                result = apply(store, path, preview, skip_refused=parsed.skip_refused, work=writing)
            finally:
                writing.end()
        _report(preview, result, parsed)
    return SOME_REFUSED if preview.refused else 0


@contextmanager
def _source(file: str, folder: Path) -> Iterator[SourceFile]:
    if file != _STANDARD_INPUT:
        with open_file(Path(file)) as source:
            yield source
        return
    kept = folder / "input"
    spool(sys.stdin.buffer, kept)
    with open_file(kept) as source:
        source.name = "Standard input"
        yield source


def _report(preview: ImportPreview, result: ImportResult | None, parsed: argparse.Namespace) -> None:
    if parsed.json:
        print(json.dumps(_as_json(preview, result)))
    else:
        for line in _lines(preview, result, dry_run=parsed.dry_run):
            print(one_line(line))
    if preview.refused:
        what = "1 record is" if preview.refused == 1 else f"{preview.refused:,} records are"
        if result is not None:
            say(f"{what} refused; the others were imported.")
        else:
            say(f"{what} refused: nothing was imported.")


def _lines(preview: ImportPreview, result: ImportResult | None, *, dry_run: bool) -> Iterator[str]:
    counted: ImportPreview | ImportResult = result or preview
    is_past = result is not None
    yield f"{preview.format.value}, {_number(preview.records, 'record')}"
    yield f"{'Added' if is_past else 'To add'}: {counted.added:,}"
    yield f"{'Replaced' if is_past else 'To replace'}: {counted.replaced:,}"
    yield f"Unchanged: {counted.unchanged:,}"
    yield f"{'Users added' if is_past else 'Users to add'}: {counted.users_added:,}"
    if preview.repeated:
        yield f"Repeated in the file, of which the last one counts: {preview.repeated:,}"
    if preview.refused:
        yield f"Refused: {preview.refused:,}"
    refused = [row for row in preview.problems if row.fate is Fate.REFUSED]
    for row in refused[:MAX_SHOWN]:
        yield f"  Line {row.line:,}{f', {row.user}' if row.user else ''}: {_reason(row)}"
    if preview.refused > MAX_SHOWN:
        yield f"  and {preview.refused - MAX_SHOWN:,} more; --json tells the first {MAX_PROBLEMS:,}"
    if dry_run:
        yield "Nothing was changed: this was a dry run."


def _reason(row: ImportRow) -> str:
    # The window has a list of users to choose from.
    return "The record does not say whose it is: give --user or --user-id." if row.needs_user else row.reason


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _as_json(preview: ImportPreview, result: ImportResult | None) -> dict[str, object]:
    counted: ImportPreview | ImportResult = result or preview
    return {
        "imported": result is not None,
        "format": preview.format.value,
        "records": preview.records,
        "added": counted.added,
        "replaced": counted.replaced,
        "unchanged": counted.unchanged,
        "repeated": preview.repeated,
        "refused": preview.refused,
        "users_added": counted.users_added,
        "problems": [
            {
                "record": row.record,
                "line": row.line,
                "user": row.user,
                "endpoint": row.endpoint,
                "fate": row.fate.value,
                "reason": _reason(row),
            }
            for row in preview.problems
        ],
    }
