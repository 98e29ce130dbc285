"""The generations of the users in the cache: numbers that only rise, handed out by one counter.

A user who is not remembered is in the newest one, so forgetting a user can only make a read in flight look older than
it is: it is discarded, never wrongly kept.

Runs on: worker loop
"""

from collections import OrderedDict
from uuid import UUID


class Generations:
    """Remembers the generation of so many users, those that were used last.

    Args:
        most: Users that are remembered one by one.

    Attributes:
        newest: The newest generation: a moment, to be asked about later.
    """

    def __init__(self, most: int) -> None:
        self.newest = 0
        self._most = most
        self._of: OrderedDict[UUID, int] = OrderedDict()
        # The newest generation that was forgotten with its user.
        self._forgotten = 0

    def of(self, user_id: UUID) -> int:
        """Return a user's generation."""
        return self._of.get(user_id, self.newest)

    def remember(self, user_id: UUID) -> int:
        """Return a user's generation, which is remembered from now on."""
        generation = self.of(user_id)
        self._keep(user_id, generation)
        return generation

    def move_on(self, user_id: UUID) -> None:
        """Let a user be in a new generation."""
        self.newest += 1
        self._keep(user_id, self.newest)

    def move_all_on(self) -> None:
        """Let everybody be in a new generation."""
        self.newest += 1
        self._forgotten = self.newest
        self._of.clear()

    def moved_since(self, user_id: UUID, moment: int) -> bool:
        """Whether a user's generation has moved on since then, or may have: of users who are forgotten nobody knows."""
        return self._of.get(user_id, self._forgotten) > moment

    def _keep(self, user_id: UUID, generation: int) -> None:
        self._of[user_id] = generation
        self._of.move_to_end(user_id)
        if len(self._of) > self._most:
            _, generation = self._of.popitem(last=False)
            self._forgotten = max(self._forgotten, generation)
