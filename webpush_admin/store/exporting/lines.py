"""How a row is written: CSV that no spreadsheet runs, or JSON in the shape of a PushSubscription.

Runs on: any
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from webpush_admin.store.exporting.reading import Exported
from webpush_admin.store.exporting.records import ExportFormat, ExportOptions
from webpush_admin.store.importing.escaping import escaped
from webpush_admin.store.importing.names import MASKED_ENDPOINT

_BEFORE: Final = ("id", "user_id", "user_name", "host")
_AFTER: Final = ("user_agent", "created_at", "last_status", "last_success_at", "first_404_at")


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Writing(Generic[Row]):
    """A format at work.

    Attributes:
        head: Written first.
        rows: Turns rows into text; told whether they are the first ones.
        tail: Written last; told whether there was any row.
    """

    head: str
    rows: Callable[[Sequence[Row], bool], str]
    tail: Callable[[bool], str]


def writing(options: ExportOptions) -> Writing[Exported]:
    """Return how these options are written."""
    return as_format(
        options.format, _columns(options), lambda row: _values(row, options), lambda row: _object(row, options)
    )


def as_format(
    kind: ExportFormat,
    columns: Sequence[str],
    values: Callable[[Row], Sequence[object]],
    made: Callable[[Row], dict[str, object]],
) -> Writing[Row]:
    """Return how rows of any kind are written.

    Args:
        kind: The format.
        columns: The heads of a table.
        values: Of a row of a table; None is an empty cell.
        made: An object of a row.
    """
    if kind is ExportFormat.CSV:
        return Writing(
            _table([columns]), lambda rows, _: _table([[*map(_cell, values(row))] for row in rows]), lambda _: ""
        )
    if kind is ExportFormat.JSON:
        # One row in a line, so that other programs' tools for lines are of use too.
        return Writing(
            "[",
            lambda rows, first: "".join(
                f"{'' if first and number == 0 else ','}\n{_json(made(row))}" for number, row in enumerate(rows)
            ),
            lambda some: "\n]\n" if some else "]\n",
        )
    return Writing("", lambda rows, _: "".join(f"{_json(made(row))}\n" for row in rows), lambda _: "")


def _columns(options: ExportOptions) -> list[str]:
    keys = ("p256dh", "auth") if options.keys else ()
    return [*_BEFORE, "endpoint" if options.endpoints else MASKED_ENDPOINT, *keys, *_AFTER]


def _values(row: Exported, options: ExportOptions) -> tuple[object, ...]:
    keys = (row.p256dh, row.auth) if options.keys else ()
    return (
        row.id,
        row.user_id,
        row.user_name,
        row.host,
        row.endpoint if options.endpoints else row.masked,
        *keys,
        row.user_agent,
        row.created_at,
        row.last_status,
        row.last_success_at,
        row.first_404_at,
    )


def _cell(value: object) -> str:
    return "" if value is None else escaped(value if isinstance(value, str) else str(value))


def _table(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    # RFC 4180: everything quoted, CRLF. Quotes also keep a spreadsheet from reading ids as numbers where it asks.
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _object(row: Exported, options: ExportOptions) -> dict[str, object]:
    made: dict[str, object] = {"id": row.id, "user_id": row.user_id, "user_name": row.user_name, "host": row.host}
    if options.endpoints:
        made["endpoint"] = row.endpoint
    else:
        made[MASKED_ENDPOINT] = row.masked
    if options.keys:
        made["keys"] = {"p256dh": row.p256dh, "auth": row.auth}
    made["user_agent"] = row.user_agent
    made["created_at"] = row.created_at
    made["last_status"] = row.last_status
    made["last_success_at"] = row.last_success_at
    made["first_404_at"] = row.first_404_at
    return made


def _json(made: dict[str, object]) -> str:
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))
