"""CSV with a header: each row becomes an object with the names of the header.

Source: RFC 4180; commas, semicolons and tabulators are told apart by the header.

Runs on: any
"""

import csv
from collections.abc import Iterator, Sequence
from typing import Final, TextIO

from webpush_admin.store.importing.escaping import unescaped
from webpush_admin.store.importing.names import COLUMNS, ENDPOINT, MASKED, WHOLE, normalised
from webpush_admin.store.importing.pieces import Piece, Unreadable

MAX_LINE_CHARACTERS: Final = 1 << 20
MAX_COLUMNS: Final = 1000

_DELIMITERS: Final = (",", ";", "\t")
_NEEDED: Final = frozenset((*ENDPOINT, *WHOLE, *MASKED))


def delimiter_of(header: str) -> str:
    """Return what divides the columns of a header, "" where it names none that holds an endpoint."""
    best, most = "", 0
    for delimiter in _DELIMITERS:
        names = _names(header, delimiter)
        known = len(COLUMNS.intersection(names))
        if known > most and not _NEEDED.isdisjoint(names):
            best, most = delimiter, known
    return best


def rows(stream: TextIO) -> Iterator[Piece]:
    """Yield the rows as objects, without the cells that are empty.

    Raises:
        Unreadable: The header cannot be used, or a line is too long.
    """
    lines = _lines(stream)
    header = next(lines, "")
    delimiter = delimiter_of(header)
    names = _names(header, delimiter) if delimiter else []
    known = [name for name in names if name in COLUMNS]
    if not known:
        raise Unreadable(1, "the header names no column that holds an endpoint.")
    if len(names) > MAX_COLUMNS or len(set(known)) != len(known):
        raise Unreadable(1, "the header has too many columns, or one of them twice.")
    # Strict: a quote in the wrong place is told instead of guessed.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        # The reader has not seen the header.
        line = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # The words of the csv module name quotes and delimiters, never the content of a cell.
            yield Piece(line, None, f"The row cannot be read: {error}.")
            continue
        if not cells:
            continue
        if len(cells) != len(names):
            yield Piece(line, None, f"The row has {len(cells)} cells, but the header {len(names)}.")
            continue
        yield Piece(line, {name: unescaped(cell) for name, cell in zip(names, cells, strict=True) if cell})


def _names(header: str, delimiter: str) -> Sequence[str]:
    try:
        return [normalised(name) for name in next(csv.reader([header], delimiter=delimiter, strict=True), [])]
    except csv.Error:
        return []


def _lines(stream: TextIO) -> Iterator[str]:
    number = 0
    while line := stream.readline(MAX_LINE_CHARACTERS + 1):
        number += 1
        if len(line) > MAX_LINE_CHARACTERS:
            raise Unreadable(number, f"it is longer than {MAX_LINE_CHARACTERS:,} characters.")
        yield line
