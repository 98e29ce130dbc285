"""Whom a send is for, as the operator has chosen it.

Runs on: any
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from webpush_admin.gui.text import display_text
from webpush_admin.store.rows import Chosen

NAME_CHARACTERS: Final = 18


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a send is for: one user, all users, or subscriptions.

    Attributes:
        user_id: The user, None for all or for subscriptions.
        user_name: Hostile text.
        subscription_ids: Selected subscriptions; empty for a user or all.
        users: How many users it concerns, as far as the window knows; 0 where it does not.
        subscriptions: How many subscriptions.
        filtered: What the filter of the table shows, None where none is set.
        problem: Why nothing can be sent to the selection, "" where it can.
        send: Number of the send whose failed ones are meant, else 0.
    """

    user_id: UUID | None = None
    user_name: str = ""
    subscription_ids: tuple[int, ...] = ()
    users: int = 0
    subscriptions: int = 0
    filtered: Chosen | None = None
    problem: str = ""
    send: int = 0

    @property
    def is_test(self) -> bool:
        """Whether it is test() of subscriptions, which neither reads the cache nor prunes."""
        return bool(self.subscription_ids)

    @property
    def to_all(self) -> bool:
        """Whether it is for every user."""
        return self.user_id is None and not self.subscription_ids and not self.problem and not self.send

    def label(self) -> str:
        """Return whom it is for, as the button says it: "Ada", "3 selected", "all 100"."""
        if self.problem and not self.subscriptions:
            return QCoreApplication.translate("Target", "selection")
        if self.subscription_ids or self.problem:
            return QCoreApplication.translate("Target", "{n} selected").format(n=f"{self.subscriptions:,}")
        if self.user_id is None:
            return QCoreApplication.translate("Target", "all {n}").format(n=f"{self.subscriptions:,}")
        return display_text(self.user_name, NAME_CHARACTERS)
