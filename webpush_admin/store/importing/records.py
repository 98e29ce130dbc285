"""What is told of an import: frozen records, free of SQLAlchemy, so that a window can name them early.

Runs on: any
"""

from dataclasses import dataclass
from enum import Enum


class ImportFormat(Enum):
    """What a file was recognised as, by its content; the value is what the operator reads."""

    PUSH_SUBSCRIPTION = "one PushSubscription"
    JSON_ARRAY = "JSON array"
    JSON_LINES = "JSON Lines"
    HOME_ASSISTANT = "Home Assistant html5"
    CSV = "CSV"


class Fate(Enum):
    """What becomes of a record of the file."""

    ADDED = "added"
    REPLACED = "replaced"
    """The user has this endpoint with other keys, or with another user agent."""
    UNCHANGED = "unchanged"
    """The database holds exactly this; what it knows of answers stays."""
    REPEATED = "repeated"
    """A later record of the file has the same user and endpoint, and counts in its place."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One record of the file, without keys.

    Attributes:
        line: Where it begins, from 1.
        user: Whose it is or would be: a name, or an id where there is no name; "" where the file does not say.
            Hostile text, cut after 200 characters.
        endpoint: Masked ("fcm.googleapis.com/…x7Qk"), "" where there is none. Hostile text.
        fate: See `Fate`.
        reason: Why it is refused, or which record counts in its place, as a sentence; "" otherwise.
        record: Its place among the records, from 1: a JSON array may have all of them on one line.
        needs_user: It is refused for nothing but that it does not say whose it is.
    """

    line: int
    user: str
    endpoint: str
    fate: Fate
    reason: str = ""
    record: int = 0
    needs_user: bool = False


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do. Nothing has been changed yet; the records wait in a file that `number` names.

    Attributes:
        number: For `apply` and `discard`.
        name: As a sentence names it: the file in quotes, or "The text". Hostile text.
        format: See `ImportFormat`.
        records: All of them: added + replaced + unchanged + repeated + refused.
        users_added: Users who are not in the database yet, of the records that are not refused.
        needs_user: How many could be used but do not say whose they are: they are refused unless a user was given.
        problems: The first thousand of the repeated and refused, by line.
        sample: The first hundred records, whatever becomes of them, by line.
    """

    number: int
    name: str
    format: ImportFormat
    records: int
    added: int
    replaced: int
    unchanged: int
    repeated: int
    refused: int
    users_added: int
    needs_user: int = 0
    problems: tuple[ImportRow, ...] = ()
    sample: tuple[ImportRow, ...] = ()

    @property
    def waiting(self) -> int:
        """How many of the refused would be taken if a user was given for them."""
        return self.needs_user if any(row.needs_user for row in self.problems) else 0

    @property
    def changes(self) -> int:
        """How many subscriptions would be added or replaced."""
        return self.added + self.replaced


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, in one transaction."""

    added: int
    replaced: int
    unchanged: int
    users_added: int
    refused: int
