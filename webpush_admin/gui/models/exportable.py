"""What a view has to offer for an export.

Runs on: GUI thread
"""

from typing import NamedTuple

from webpush_admin.store.rows import Chosen, SubscriptionQuery


class Exportable(NamedTuple):
    """A selection and a list.

    Attributes:
        chosen: What is selected; of nothing its count is 0.
        query: What the table shows.
        stamp: Which reading of it, see `backend.lists`.
        narrowed: The table shows less than everything.
        user_name: Whose subscriptions the table shows, "" for everybody's. Hostile text.
    """

    chosen: Chosen = Chosen(0)
    query: SubscriptionQuery = SubscriptionQuery()
    stamp: int = 0
    narrowed: bool = False
    user_name: str = ""

    @property
    def selected(self) -> int:
        """How many are selected."""
        return self.chosen.count
