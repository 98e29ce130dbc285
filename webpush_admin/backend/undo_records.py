"""What the backend tells of deletions and of their undoing.

Runs on: any
"""

from dataclasses import dataclass, field
from datetime import datetime

from webpush_admin.backend.changes import now_utc


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a deletion took away; less than was chosen where others had been faster.

    Attributes:
        subscriptions: How many, those of deleted users among them.
        users: How many.
    """

    subscriptions: int
    users: int = 0


@dataclass(frozen=True, slots=True)
class Undoable:
    """The deletion that an undo would bring back.

    Attributes:
        subscriptions: How many it took away.
        users: How many it took away.
        deletions: How many could be undone one after the other, this one included.
    """

    subscriptions: int
    users: int = 0
    deletions: int = 1


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo brought back.

    Attributes:
        subscriptions: How many.
        users: How many.
        there_again: Subscriptions that were left alone: their user has one with the same endpoint again.
        without_user: Subscriptions that were left out: their user has been deleted meanwhile.
    """

    subscriptions: int
    users: int
    there_again: int
    without_user: int


@dataclass(frozen=True, slots=True)
class UndoChanged:
    """An undo would bring back something else now.

    Attributes:
        undoable: None where there is nothing to undo.
    """

    undoable: Undoable | None
    at: datetime = field(default_factory=now_utc, compare=False)
