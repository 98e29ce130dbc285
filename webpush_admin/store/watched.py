"""Long work as whoever waits for it sees it: how far it is, and whether it is still wanted.

Runs on: any
"""

from typing import Protocol

from webpush_admin.store.cancel import Cancel


class Watched(Protocol):
    """Told by the thread that works, every some hundred rows."""

    @property
    def cancel(self) -> Cancel:
        """Raised when nobody wants it any more."""
        ...

    def advance(self, done: int, total: int | None = None) -> None:
        """Tell how much is done, of how much where that is known or can be guessed."""
        ...

    def check(self) -> None:
        """Go on, unless it was stopped.

        Raises:
            PushError: It was stopped.
        """
        ...
