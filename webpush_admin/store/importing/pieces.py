"""One record of a file before anybody judged it, and the end of a file that cannot be read.

Runs on: any
"""

from dataclasses import dataclass

from webpush_admin.push.errors import PushError


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """What stands at one place of the file. Holds secrets: there is no repr.

    Attributes:
        line: Where it begins, from 1.
        value: As it was read; an object where all is well.
        flaw: Why it counts for nothing, as a sentence; "" where it could be read.
        owner: The name that it is filed under, "" where the format has none.
    """

    line: int
    value: object
    flaw: str = ""
    owner: str = ""


class Unreadable(PushError):
    """From here on nothing in the file can be read."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"Line {line:,}: {what}")
