"""JSON read piece by piece, strictly: no name twice, no NaN, at most 32 levels.

A whole file in one `json.loads` would hold the interpreter for a second, and with it the window; here no call sees more
than one record.

Runs on: any
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, TextIO

from webpush_admin.store.importing.pieces import Piece, Unreadable

MAX_DEPTH: Final = 32
MAX_RECORD_CHARACTERS: Final = 1 << 20
MAX_MEMBERS: Final = 200_000
"""Of the outermost object: their names are remembered, so that none comes twice."""

_READ_CHARACTERS: Final = 1 << 16
_LONGEST_WORD: Final = 16
"""More than `-Infinity` and an escaped pair of surrogates."""

_NUMBER_GOES_ON: Final = 3
"""Characters after which it is sure that a number has ended."""

_SPACE: Final = re.compile(r"[ \t\n\r]*")

TWICE: Final = "The object has a name twice."
NO_NUMBER: Final = "NaN and Infinity are no JSON."
TOO_DEEP: Final = f"The record is nested deeper than {MAX_DEPTH} levels."


class Strict:
    """A decoder that notices what JSON forbids, and still finds the end of the record."""

    def __init__(self) -> None:
        self._flaw = ""
        self._decoder = json.JSONDecoder(object_pairs_hook=self._object, parse_constant=self._constant)

    def decode(self, text: str, at: int = 0) -> tuple[object, int, str]:
        """Return the value that begins there, where it ends, and its flaw as a sentence.

        Raises:
            ValueError: No value begins there, or it does not end.
            RecursionError: It is nested a thousand levels deep.
        """
        self._flaw = ""
        value, end = self._decoder.raw_decode(text, at)
        if not self._flaw and _deeper(value, MAX_DEPTH):
            self._flaw = TOO_DEEP
        return value, end, self._flaw

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) != len(pairs):
            self._flaw = TWICE
        return made

    def _constant(self, name: str) -> None:
        del name
        self._flaw = NO_NUMBER


class JsonText:
    """A cursor in a text that is longer than what is held of it.

    Attributes:
        line: Where the cursor is, from 1.
    """

    def __init__(self, stream: TextIO) -> None:
        self.line = 1
        self._stream = stream
        self._strict = Strict()
        self._held = ""
        self._at = 0
        self._ended = False

    def next(self) -> str:
        """Step over white space; return the character there, "" at the end."""
        while True:
            space = _SPACE.match(self._held, self._at)
            assert space is not None
            self._move(space.end())
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._read(_READ_CHARACTERS):
                return ""

    def step(self, *expected: str) -> str:
        """Step over one of these characters and return it.

        Raises:
            Unreadable: Another one is there.
        """
        found = self.next()
        if found == "" or found not in expected:
            what = "the file ends too early" if found == "" else "this is no JSON"
            raise Unreadable(self.line, f"{what}: {' or '.join(expected)} is expected.")
        self._move(self._at + 1)
        return found

    def value(self) -> Piece:
        """Step over a value and return it.

        Raises:
            Unreadable: There is none, or it is too long.
        """
        self.next()
        while True:
            try:
                value, end, flaw = self._strict.decode(self._held, self._at)
            except RecursionError:
                raise Unreadable(self.line, TOO_DEEP) from None
            except ValueError as error:
                if self._may_be_cut(error) and self._grow():
                    continue
                raise self._unreadable(error) from None
            # What ends where we stopped reading may be the first half of a number, as in "1e+".
            if end + _NUMBER_GOES_ON > len(self._held) and self._grow():
                continue
            piece = Piece(self.line, value, flaw)
            self._move(end)
            return piece

    def _may_be_cut(self, error: ValueError) -> bool:
        """Whether it may be no mistake, but where we stopped reading: a string without end, or an error at our end."""
        if not isinstance(error, json.JSONDecodeError):
            return False
        return error.msg.startswith("Unterminated") or error.pos > len(self._held) - _LONGEST_WORD

    def _unreadable(self, error: ValueError) -> Unreadable:
        if not isinstance(error, json.JSONDecodeError):
            # The text of a number with thousands of digits, which Python refuses to read.
            return Unreadable(self.line, "a number is too long.")
        line = self.line + self._held.count("\n", self._at, error.pos)
        # The standard library's words name what it expected, never what it found.
        return Unreadable(line, f"this is no JSON ({error.msg.removesuffix(' at')}).")

    def _grow(self) -> bool:
        """Read as much again as is held of this record; return whether there was more."""
        held = len(self._held) - self._at
        if not self._ended and held > MAX_RECORD_CHARACTERS:
            raise Unreadable(self.line, f"a record is longer than {MAX_RECORD_CHARACTERS:,} characters, or no JSON.")
        return self._read(max(_READ_CHARACTERS, held))

    def _read(self, characters: int) -> bool:
        if self._ended:
            return False
        block = self._stream.read(characters)
        if not block:
            # What is held stays where it is: an error in it knows its place.
            self._ended = True
            return False
        self._held = self._held[self._at :] + block
        self._at = 0
        return True

    def _move(self, to: int) -> None:
        self.line += self._held.count("\n", self._at, to)
        self._at = to


def elements(stream: TextIO) -> Iterator[Piece]:
    """Yield the elements of an array.

    Raises:
        Unreadable: It is no array, or not whole.
    """
    text = JsonText(stream)
    text.step("[")
    if text.next() == "]":
        text.step("]")
    else:
        while True:
            yield text.value()
            if text.step(",", "]") == "]":
                break
    _end(text)


def members(stream: TextIO) -> Iterator[tuple[str, Piece]]:
    """Yield the members of an object with their names.

    Raises:
        Unreadable: It is no object, or not whole, or has a name twice.
    """
    text = JsonText(stream)
    names: set[str] = set()
    text.step("{")
    if text.next() == "}":
        text.step("}")
    else:
        while True:
            name = text.value()
            if not isinstance(name.value, str):
                raise Unreadable(name.line, "this is no JSON (a name in quotes is expected).")
            if name.value in names:
                raise Unreadable(name.line, "the object has this name twice.")
            names.add(name.value)
            if len(names) > MAX_MEMBERS:
                raise Unreadable(name.line, f"the object has more than {MAX_MEMBERS:,} names.")
            text.step(":")
            value = text.value()
            yield name.value, Piece(name.line, value.value, value.flaw)
            if text.step(",", "}") == "}":
                break
    _end(text)


def lines(stream: TextIO) -> Iterator[Piece]:
    """Yield the values of JSON Lines; a line that cannot be read spoils no other.

    Raises:
        Unreadable: A line is too long.
    """
    strict = Strict()
    number = 0
    while line := stream.readline(MAX_RECORD_CHARACTERS + 1):
        number += 1
        if len(line) > MAX_RECORD_CHARACTERS:
            raise Unreadable(number, f"it is longer than {MAX_RECORD_CHARACTERS:,} characters.")
        text = line.strip(" \t\r\n")
        if not text:
            continue
        try:
            value, end, flaw = strict.decode(text)
        except RecursionError:
            yield Piece(number, None, TOO_DEEP)
            continue
        except ValueError:
            yield Piece(number, None, "The line is no JSON.")
            continue
        yield Piece(number, value, flaw or ("Something follows the object." if end < len(text) else ""))


def parse(text: str) -> tuple[object, str]:
    """Return a value that stands in a text of its own, and its flaw as a sentence."""
    stripped = text.strip(" \t\r\n")
    try:
        value, end, flaw = Strict().decode(stripped)
    except (ValueError, RecursionError):
        return None, "What should be JSON is none."
    return value, flaw or ("Something follows the object." if end < len(stripped) else "")


def _end(text: JsonText) -> None:
    if text.next():
        raise Unreadable(text.line, "something follows the end of the JSON.")


def _deeper(value: object, levels: int) -> bool:
    if isinstance(value, dict):
        inner: Iterable[object] = value.values()
    elif isinstance(value, list):
        inner = value
    else:
        return False
    # Asked here as well, since most values are texts, and calls are dear.
    return levels == 0 or any(isinstance(one, dict | list) and _deeper(one, levels - 1) for one in inner)
