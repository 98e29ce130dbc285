"""Searches every file of a run for secrets, in each way of writing them that anybody uses, halves and all.

Runs on: any
"""

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from webpush_admin.push.vapid import VapidKeys, from_base64url

LEAST_CHARACTERS: Final = 8
"""A shorter piece of a secret may be anything."""

_BREAKS: Final = re.compile(rb"\\r|\\n|[\s\0:\"',]")
"""What lines of PEM, JSON, hexadecimal pairs, UTF-16 and reprs put between the letters of a secret."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A secret, and the pieces of which any one tells it.

    Attributes:
        name: What it is called where it is found.
        pieces: Halves of it, in every way of writing it.
    """

    name: str
    pieces: frozenset[bytes]

    def is_in(self, content: bytes) -> bool:
        """Whether some of it is there."""
        # As it stands first: bytes that look like a break may be a part of the secret.
        return any(piece in text for text in (content, _BREAKS.sub(b"", content)) for piece in self.pieces)


def private_key(name: str, keys: VapidKeys) -> Hidden:
    """Return a private key as it must not be found."""
    return Hidden(name, frozenset(_halves(_written(from_base64url(keys.private_key)))))


def words(name: str, text: str) -> Hidden:
    """Return a text, such as a passphrase, as it must not be found."""
    plain = text.encode()
    ways = [_BREAKS.sub(b"", plain), plain, plain.hex().encode(), plain.hex().upper().encode()]
    ways += [way for shift in range(3) for way in _base64(plain, shift)]
    return Hidden(name, frozenset(_halves(ways)))


def found_in(folders: Sequence[Path], hidden: Iterable[Hidden]) -> dict[str, set[str]]:
    """Return the files that each secret is in, by their paths below the folder that they are in."""
    wanted = list(hidden)
    found: dict[str, set[str]] = {one.name: set() for one in wanted}
    for folder in folders:
        for path in _files(folder):
            content = path.read_bytes()
            for one in wanted:
                if one.is_in(content):
                    found[one.name].add(str(path.relative_to(folder)))
    return found


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _written(raw: bytes) -> Iterator[bytes]:
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield str(int.from_bytes(raw, "big")).encode()
    yield repr(raw).encode()[2:-1]
    # In PEM, in DER that was encoded, and in whatever else begins before it, it stands at any of three places.
    for shift in range(3):
        yield from _base64(raw, shift)


def _base64(raw: bytes, shift: int) -> tuple[bytes, bytes]:
    """Return the letters that depend on nothing but `raw`, in both alphabets."""
    first, last = -(-8 * shift // 6), 8 * (shift + len(raw)) // 6
    around = bytes(shift) + raw + bytes(3)
    return base64.b64encode(around)[first:last], base64.urlsafe_b64encode(around)[first:last]


def _halves(ways: Iterable[bytes]) -> Iterator[bytes]:
    for way in ways:
        middle = len(way) // 2
        yield from (half for half in (way[:middle], way[middle:]) if len(half) >= LEAST_CHARACTERS)
