"""`webpush-admin export`: what the window's export does, without a window.

Runs on: any
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from webpush_admin.cli.arguments import Parser, check_database, one_line, stop
from webpush_admin.cli.people import add_user_options, chosen_user
from webpush_admin.cli.terminal import TerminalWork, interruptible, told
from webpush_admin.push.errors import PushError
from webpush_admin.push.services import SERVICES
from webpush_admin.store.browsers import BROWSERS, OTHER, UNKNOWN
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.exporting import reading, writing
from webpush_admin.store.exporting.reading import Exported
from webpush_admin.store.exporting.records import ExportFormat, ExportOptions
from webpush_admin.store.lists import all_ids
from webpush_admin.store.rows import Condition, SubscriptionFilter, SubscriptionQuery
from webpush_admin.store.store import Store

_STANDARD_OUTPUT: Final = "-"

_STATES: Final = {
    "ok": Condition.OK,
    "new": Condition.NEW,
    "failing": Condition.FAILING,
    "suspect": Condition.SUSPECT,
    "idle": Condition.IDLE,
}
"""Those that the database itself can tell; the others take an audit."""


def run_export(arguments: Sequence[str]) -> int:
    """Return 0, 2 where nothing could be written, 130 after Ctrl+C."""
    parsed = _parser().parse_args(arguments)
    if parsed.json and parsed.output == _STANDARD_OUTPUT:
        stop("--json reports on standard output, where the export goes: give --output FILE.")
    return told(lambda: _export(parsed))


def _parser() -> Parser:
    parser = Parser(
        prog="webpush-admin export",
        description="Export subscriptions. Whoever has an endpoint can push to it, so endpoints are masked and keys "
        "left out unless they are asked for; only with both can the file be imported again.",
    )
    parser.add_argument("--database", metavar="URL", required=True, help="for example sqlite:///push.db")
    parser.add_argument("--format", choices=[kind.value for kind in ExportFormat], required=True)
    parser.add_argument("--output", metavar="FILE", default=_STANDARD_OUTPUT, help="- (the default): standard output")
    parser.add_argument("--overwrite", action="store_true", help="replace FILE where there is one")
    parser.add_argument("--endpoints", action="store_true", help="whole endpoints")
    parser.add_argument("--keys", action="store_true", help="p256dh and auth")
    add_user_options(parser, "of one user")
    parser.add_argument(
        "--search", metavar="TEXT", default="", help="a part of a name, the start of an endpoint, an id"
    )
    parser.add_argument("--service", metavar="NAME", default="", help="a push service by name, or a host")
    parser.add_argument("--browser", choices=[*(one.name for one in BROWSERS), OTHER, UNKNOWN], default="")
    parser.add_argument("--state", choices=list(_STATES))
    for what, happened in (("created", "made"), ("success", "last sent to with success")):
        parser.add_argument(f"--{what}-from", metavar="DAY", type=_day, help=f"{happened} on this day (UTC) or later")
        parser.add_argument(f"--{what}-to", metavar="DAY", type=_day, help=f"{happened} on this day (UTC) or before")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    return parser


def _export(parsed: argparse.Namespace) -> int:
    check_database(parsed.database)
    options = ExportOptions(ExportFormat(parsed.format), parsed.endpoints, parsed.keys)
    cancel = Cancel()
    with interruptible(cancel), closing(Store.open(parsed.database, read_only=True, create=False)) as store:
        work = TerminalWork(cancel, "Exporting")
        try:
            batches = _batches(store, _query(parsed, store), work)
            if parsed.output == _STANDARD_OUTPUT:
                _to_standard_output(batches, options, work)
                return 0
            path = Path(parsed.output)
            writing.check_target(path, store.path, overwrite=parsed.overwrite)
            done = writing.to_file(batches, path, options, overwrite=parsed.overwrite, work=work)
        except PushError:
            # A read that is stopped says so in the words of the database.
            work.check()
            raise
        finally:
            work.end()
        if parsed.json:
            print(json.dumps({"rows": done.rows, "bytes": done.size_bytes, "path": str(done.path)}))
        else:
            what = "1 subscription" if done.rows == 1 else f"{done.rows:,} subscriptions"
            print(one_line(f"Exported {what} to {done.path} ({done.size_bytes:,} bytes)."))
    return 0


def _query(parsed: argparse.Namespace, store: Store) -> SubscriptionQuery:
    # A name of ours is found whatever its case; anything else is a host.
    service = next((one.name for one in SERVICES if one.name.lower() == parsed.service.lower()), parsed.service)
    condition = None if parsed.state is None else _STATES[parsed.state]
    where = SubscriptionFilter(
        search=parsed.search,
        service=service,
        browser=parsed.browser,
        condition=condition,
        created_from=parsed.created_from,
        created_to=_end_of(parsed.created_to),
        success_from=parsed.success_from,
        success_to=_end_of(parsed.success_to),
    )
    return SubscriptionQuery(user_id=chosen_user(parsed, store.database), where=where)


def _day(text: str) -> datetime:
    """Return when a day begins, for argparse.

    Raises:
        argparse.ArgumentTypeError: It is no day.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day is written as in 2026-11-20") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _end_of(day: datetime | None) -> datetime | None:
    # No filter is needed to the end of all days, which has no day after it.
    return None if day is None or day.date() == date.max else day + timedelta(days=1)


def _batches(store: Store, query: SubscriptionQuery, work: TerminalWork) -> Iterator[list[Exported]]:
    if query == SubscriptionQuery():
        return reading.everything(store.database, work)
    rows = store.list_subscriptions(query)
    try:
        ids = all_ids(rows, None, work.cancel)
    finally:
        rows.close()
    return reading.chosen(store.database, ids, work)


def _to_standard_output(batches: Iterator[list[Exported]], options: ExportOptions, work: TerminalWork) -> None:
    try:
        writing.to_stream(batches, sys.stdout.buffer.write, options, work)
        sys.stdout.buffer.flush()
        return
    except OSError:
        # What is left in the buffer must not be written once more when the program ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise PushError("Standard output was closed before everything was written.")
