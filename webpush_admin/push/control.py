"""Pauses, resumes and stops what is being sent to very many.

Runs on: worker loop
"""

from collections.abc import Callable


class Control:
    """Pauses, resumes and stops a broadcast, and tells how far it is. One for each.

    Attributes:
        paused: Nothing new goes out.
        stopped: It was asked to stop.
    """

    def __init__(self) -> None:
        self.paused = False
        self.stopped = False
        self._changed: Callable[[], None] = lambda: None

    def pause(self) -> None:
        """Let nothing new go out; what is under way ends."""
        self.paused = True
        self._changed()

    def resume(self) -> None:
        """Go on."""
        self.paused = False
        self._changed()

    def stop(self) -> None:
        """End: what is under way is interrupted, what is ready is not sent."""
        self.stopped = True
        self._changed()

    def on_change(self, changed: Callable[[], None]) -> None:
        """Tell whoever runs the broadcast."""
        self._changed = changed
