"""Keys from any file and any text, recognised by content.

Runs on: any
"""

import re
from collections.abc import Sequence
from typing import Final, NoReturn

from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.key_formats import objects
from webpush_admin.push.key_formats.containers import Block, read_block, take_blocks
from webpush_admin.push.key_formats.halves import SCALAR_BYTES, Half, together
from webpush_admin.push.key_formats.lettering import as_text, without_colons
from webpush_admin.push.key_formats.others import refuse_binary, refuse_text, refuse_torn
from webpush_admin.push.key_formats.records import FoundKeys
from webpush_admin.push.key_formats.settings import (
    Setting,
    read_settings,
    refuse_settings,
    settings_in,
    without_comments,
)
from webpush_admin.push.key_formats.values import read_bytes, read_value
from webpush_admin.push.secret import NO_SECRET, Secret

LIMIT_BYTES: Final = 64 * 1024
"""The largest settings with a key in them are a tenth of it."""

EMPTY: Final = "There is nothing in it: choose the file, or paste the text, that holds the private key."
TOO_LARGE: Final = "It is larger than 64 KiB, which no file of keys is: copy the lines with the keys, and paste them."

_BETWEEN: Final = re.compile(r"[\s,;:\"'`()\[\]{}]+")
_CANDIDATE: Final = re.compile(r"(?<![\w+/-])[A-Za-z0-9+/_-]{32,176}={0,2}(?![\w+/=-])")
_COMMENT_MARKS: Final = re.compile(r"^[ \t]*(?:#|//|;|--)[ \t]?", re.MULTILINE)
_FEW: Final = 4
"""Values in a text that is nothing but keys: two pairs, written alike."""
_LONGEST_LINE: Final = 90
"""Of a public key alone; what takes more lines is a container."""
_MOST: Final = 400
"""Candidates that are tried in a text without names."""


def read_keys(data: bytes, passphrase: Secret = NO_SECRET) -> FoundKeys:
    """Return the pair that a file or a text holds.

    Args:
        data: The file, or the text as UTF-8; not more than 64 KiB.
        passphrase: Of what is encrypted.

    Raises:
        InvalidKeys: It holds no pair that can be used; the sentence says what it is, and what to do.
        PassphraseNeeded: It is encrypted, and there is no passphrase, or another one.
    """
    try:
        return _read(data, passphrase)
    except InvalidKeys as error:
        refusal = type(error)(str(error))
    # Raised out here and without the bytes: a traceback that tells its locals must not tell a private key.
    del data
    raise refusal


def _read(data: bytes, passphrase: Secret) -> FoundKeys:
    if len(data) > LIMIT_BYTES:
        raise InvalidKeys(TOO_LARGE)
    text = as_text(data)
    if text is None:
        return _read_binary(data, passphrase)
    if not text.strip():
        raise InvalidKeys(EMPTY)
    return _read_text(text.strip(), passphrase)


def _read_binary(data: bytes, passphrase: Secret) -> FoundKeys:
    refuse_binary(data)
    pair = SCALAR_BYTES * 3 + 1
    if len(data) == pair and 4 in (data[0], data[SCALAR_BYTES]):
        # The order of the halves is told by the point's first byte; where both could be, the halves tell.
        orders = ((data[:-SCALAR_BYTES], data[-SCALAR_BYTES:]), (data[SCALAR_BYTES:], data[:SCALAR_BYTES]))
        public, private = next(order for order in orders if order[0][0] == 4)
        halves = [read_bytes(one, "bytes", passphrase) for one in (public, private)]
        return FoundKeys(together(half for half in halves if half is not None), "97 bytes, both halves")
    half = read_bytes(data, "", passphrase)
    if half is None:
        raise InvalidKeys("This is no file of keys: look for one in PEM, DER or JWK, or for the server's settings.")
    return FoundKeys(together([half]), half.form or "32 bytes")


def _read_text(text: str, passphrase: Secret) -> FoundKeys:
    value = objects.parse(text) if text[0] in '{["' else None
    if isinstance(value, str):
        inner = as_text(value.encode("utf-8", "replace")) or ""
        return _read_text(inner.strip(), passphrase) if inner.strip() else _nothing(text)
    if value is not None:
        return _read_object(value, text, passphrase)
    whole, blocks = take_blocks(without_colons(text))
    plain = without_comments(whole)
    settings = tuple(settings_in(plain))
    found = (
        read_settings(settings, blocks, passphrase)
        or objects.read_jwks(objects.within(plain))
        or _read_unnamed(plain, blocks, passphrase)
    )
    if found is None:
        refuse_settings(settings, blocks, passphrase)
        found = _read_blocks(blocks, passphrase) if blocks else None
    if found is None:
        _refuse_comments(whole, passphrase)
        _nothing(whole)
    return found


def _read_object(value: object, text: str, passphrase: Secret) -> FoundKeys:
    found = objects.read_jwks(value)
    if found is None:
        objects.refuse_others(value)
        settings: list[Setting] = []
        blocks: list[Block] = []
        for one in objects.settings_of(value):
            plain, more = take_blocks(one.value, len(blocks))
            settings.append(Setting(one.name, plain))
            blocks.extend(more)
        found = read_settings(settings, blocks, passphrase) or _matching(text, blocks, passphrase)
        if found is None:
            refuse_settings(settings, blocks, passphrase)
    return found or _nothing(text)


def _read_unnamed(text: str, blocks: Sequence[Block], passphrase: Secret) -> FoundKeys | None:
    if not blocks:
        refuse_torn(text)
    bare = None if blocks else _read_bare(text, passphrase)
    return bare or _matching(text, blocks, passphrase)


def _read_blocks(blocks: Sequence[Block], passphrase: Secret) -> FoundKeys:
    """Return the pair of a PEM file; certificates and parameters beside a private key do not matter."""
    private = [block for block in blocks if block.label.endswith("PRIVATE KEY")]
    public = [block for block in blocks if block.label == "PUBLIC KEY"]
    chosen = private + public or list(blocks[:1])
    halves = [read_block(block, passphrase) for block in chosen]
    return FoundKeys(together(halves), halves[0].form)


def _read_bare(text: str, passphrase: Secret) -> FoundKeys | None:
    """Return the pair of a text that is nothing but keys, in lines or in one."""
    parts = [part for part in _BETWEEN.split(text) if part]
    halves = [read_value(part, (), passphrase) for part in parts[: _FEW + 1]]
    known = [half for half in halves if half is not None]
    if known and len(known) == len(parts):
        both = ", both halves" if len(known) > 1 else ""
        return FoundKeys(together(known), f"{known[0].form}{both}")
    # Base64 in lines.
    whole = read_value(text, (), passphrase) if len(text) > _LONGEST_LINE else None
    return None if whole is None else FoundKeys(together([whole]), whole.form)


def _matching(text: str, blocks: Sequence[Block], passphrase: Secret) -> FoundKeys | None:
    """Return the one private key in a text whose public key is in it too; nothing but a pair does that by chance."""
    private: list[Half] = []
    public: dict[str, Half] = {}
    for found in list(_CANDIDATE.finditer(text))[:_MOST]:
        try:
            half = read_value(found[0], blocks, passphrase)
        except InvalidKeys:
            continue
        if half is not None and half.keys is not None:
            private.append(half)
        elif half is not None:
            public[half.public_key] = half
    pairs = [half for half in private if half.public_key in public]
    if not pairs:
        return None
    return FoundKeys(together([*pairs, public[pairs[0].public_key]]), f"{pairs[0].form}, both halves in a text")


def _refuse_comments(text: str, passphrase: Secret) -> None:
    settings = tuple(settings_in(_COMMENT_MARKS.sub("", text)))
    try:
        found = read_settings(settings, (), passphrase)
    except InvalidKeys:
        return
    if found is not None:
        raise InvalidKeys("The keys in it are commented out: take the marks away if they are the right ones.")


def _nothing(text: str) -> NoReturn:
    refuse_text(text)
    raise InvalidKeys("There is no private key in it: look for PEM, a JWK, or a setting such as VAPID_PRIVATE_KEY.")
