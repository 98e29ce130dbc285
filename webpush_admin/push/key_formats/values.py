"""One value: what a setting holds, or what stands alone in a text.

Runs on: any
"""

import re
from collections.abc import Sequence
from typing import Final

from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.key_formats.containers import Block, mark, read_block, read_der, take_blocks
from webpush_admin.push.key_formats.halves import (
    POINT_BYTES,
    SCALAR_BYTES,
    SHORT,
    Half,
    point_half,
    scalar_half,
)
from webpush_admin.push.key_formats.lettering import as_bytes, as_text, is_hex
from webpush_admin.push.secret import Secret

HEX_ALONE: Final = (
    "These 64 hexadecimal digits may be a private key or something else: give the public key with them to tell."
)

_SHORTEST: Final = 24
"""Eight bytes of zeros in front are as good as impossible; shorter is something else."""
_DEPTH: Final = 3
"""A key in base64, in base64 once more as a Secret of Kubernetes has it, and PEM inside."""
_MARK: Final = re.compile(mark(0).replace("0", r"(\d+)"))


def read_value(text: str, blocks: Sequence[Block], passphrase: Secret, depth: int = _DEPTH) -> Half | None:
    """Return the key that a value is, None where it is none.

    Raises:
        InvalidKeys: It is a key, but not one that can be used.
        PassphraseNeeded: It is encrypted.
    """
    found = _MARK.search(text)
    if found is not None:
        return read_block(blocks[int(found[1])], passphrase)
    data = as_bytes(text)
    if data is None:
        return None
    if is_hex(text):
        return read_bytes(data, "hexadecimal", passphrase, 0, doubt=HEX_ALONE)
    form = "base64url" if re.search("[-_]", text) or ("=" not in text and not re.search("[+/]", text)) else "base64"
    return read_bytes(data, form, passphrase, depth)


def read_bytes(data: bytes, form: str, passphrase: Secret, depth: int = 0, doubt: str = "") -> Half | None:
    """Return the key that bytes are: a scalar, a point, DER; None where they are none.

    Args:
        data: The bytes.
        form: How they were written.
        passphrase: For what is encrypted.
        depth: How often they may be text again.
        doubt: Why a scalar is believed only beside its public key.

    Raises:
        InvalidKeys: It is a key, but not one that can be used.
        PassphraseNeeded: It is encrypted.
    """
    # Numbers that were written with their sign have a zero in front.
    if len(data) == SCALAR_BYTES or (len(data) == SCALAR_BYTES + 1 and data[0] == 0):
        return scalar_half(data, form, doubt)
    if (len(data) == POINT_BYTES and data[0] == 4) or (len(data) == SCALAR_BYTES + 1 and data[0] in (2, 3)):
        return point_half(data, form)
    if len(data) == POINT_BYTES - 1:
        return point_half(b"\4" + data, form)
    if data[:1] == b"\x30" and len(data) > SCALAR_BYTES + 1:
        half = read_der(data, passphrase)
        return half.worded(f"{form}, {half.form.removeprefix('DER, ')}" if form else half.form)
    if depth:
        inner = _read_inner(data, passphrase, depth)
        if inner is not None:
            return inner
    if _SHORTEST <= len(data) < SCALAR_BYTES:
        return scalar_half(data, form, SHORT.format(len(data)))
    return None


def _read_inner(data: bytes, passphrase: Secret, depth: int) -> Half | None:
    inner = as_text(data)
    if inner is None or not inner.isascii():
        return None
    text, blocks = take_blocks(inner)
    half = read_value(text.strip(), blocks, passphrase, depth - 1)
    return half and half.worded(f"base64 of {half.form}")


def is_key(text: str, blocks: Sequence[Block], passphrase: Secret) -> bool:
    """Whether a value is a key that can be used."""
    try:
        return read_value(text, blocks, passphrase) is not None
    except InvalidKeys:
        return False
