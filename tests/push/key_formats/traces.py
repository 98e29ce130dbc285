"""What an exception would tell whoever prints it with all its locals.

Runs on: any
"""

import traceback

from webpush_admin.push.key_formats import KeyFormat, write_keys
from webpush_admin.push.vapid import VapidKeys, from_base64url


def told_by(error: BaseException) -> str:
    """Return its text, and those of its cause and context, with the locals of every frame but the test's own."""
    told = []
    pending: list[BaseException | None] = [error]
    while pending:
        one = pending.pop()
        if one is None:
            continue
        pending += [one.__cause__, one.__context__]
        # The first frame is the test's, which knows the key.
        frames = list(traceback.walk_tb(one.__traceback__))[1:]
        told += [repr(one), *(repr(dict(frame.f_locals)) for frame, _ in frames)]
    return "\n".join(told)


def shows(told: str, keys: VapidKeys) -> bool:
    """Whether a text has a private key in it, in any of the ways in which Python may show it."""
    scalar = from_base64url(keys.private_key)
    ways = [keys.private_key, scalar.hex(), str(int.from_bytes(scalar, "big")), repr(scalar)[2:-1]]
    for form in (KeyFormat.PEM, KeyFormat.PKCS8):
        # The lines of PEM between the first and the last, which are alike in others too.
        ways += write_keys(keys, form).decode().splitlines()[1:-2]
    return any(way in told for way in ways)
