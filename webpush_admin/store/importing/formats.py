"""Recognises what a file is by its content, and yields its records.

Runs on: any
"""

from collections.abc import Iterator
from typing import Final, TextIO

from webpush_admin.push.errors import PushError
from webpush_admin.store.importing import json_text, table
from webpush_admin.store.importing.names import WHOLE
from webpush_admin.store.importing.pieces import Piece, Unreadable
from webpush_admin.store.importing.records import ImportFormat
from webpush_admin.store.importing.source import SourceFile

_HEAD_CHARACTERS: Final = 1 << 16
_MOST_NAMES: Final = 256
"""Of one PushSubscription with everything that somebody keeps beside it."""

NONE_OF_THEM: Final = (
    "is nothing that can be imported: neither PushSubscription JSON, nor JSON Lines, nor CSV with a header that names "
    "endpoint, p256dh and auth."
)


class Records:
    """The records of a file, in its order.

    Attributes:
        format: Known once the first record was read.
    """

    def __init__(self, source: SourceFile) -> None:
        """Look at the beginning.

        Raises:
            PushError: It is nothing that can be imported.
        """
        source.check()
        with source.text() as stream:
            head = stream.read(_HEAD_CHARACTERS)
        self._source = source
        self.format = _recognised(head)
        if self.format is None:
            raise PushError(f"{source.name} {NONE_OF_THEM}")

    def __iter__(self) -> Iterator[Piece]:
        """Yield them.

        Raises:
            Unreadable: From there on nothing can be read.
            PushError: It is no UTF-8.
        """
        with self._source.text() as stream:
            if self.format is ImportFormat.CSV:
                yield from table.rows(stream)
            elif self.format is ImportFormat.JSON_ARRAY:
                yield from json_text.elements(stream)
            elif self.format is ImportFormat.JSON_LINES:
                yield from json_text.lines(stream)
            else:
                yield from self._object(stream)

    def _object(self, stream: TextIO) -> Iterator[Piece]:
        """Yield the one object, or, where its members are such, each of them: its names are users then."""
        single: dict[str, object] = {}
        flaw = ""
        for name, member in json_text.members(stream):
            if not single and name not in WHOLE and _is_registration(member.value):
                self.format = ImportFormat.HOME_ASSISTANT
            if self.format is ImportFormat.HOME_ASSISTANT:
                yield Piece(member.line, member.value, member.flaw, owner=name)
                continue
            single[name] = member.value
            flaw = flaw or member.flaw
            if len(single) > _MOST_NAMES:
                raise Unreadable(member.line, f"one object has more than {_MOST_NAMES} names.")
        if self.format is not ImportFormat.HOME_ASSISTANT:
            yield Piece(1, single, flaw)


def _recognised(head: str) -> ImportFormat | None:
    text = head.lstrip(" \t\r\n")
    if text.startswith("["):
        return ImportFormat.JSON_ARRAY
    if text.startswith("{"):
        written = [line for line in text.split("\n") if line.strip()]
        # Two lines, for the first may be the one that is broken; no line of an indented object is one of its own.
        lines = len(written) > 1 and any(isinstance(json_text.parse(line)[0], dict) for line in written[:2])
        return ImportFormat.JSON_LINES if lines else ImportFormat.PUSH_SUBSCRIPTION
    first = head.partition("\n")[0].partition("\r")[0]
    return ImportFormat.CSV if table.delimiter_of(first) else None


def _is_registration(value: object) -> bool:
    """Whether this is what Home Assistant files under a name: an object that holds a whole subscription."""
    return isinstance(value, dict) and any(isinstance(value.get(name), dict) for name in WHOLE)
