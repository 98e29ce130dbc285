"""Ends a read, or long work, from another thread.

Runs on: any
"""


class Cancel:
    """A flag that only rises. Whoever works looks at it often; whoever waits raises it.

    Attributes:
        raised: Nobody wants the answer any more.
    """

    __slots__ = ("raised",)

    def __init__(self) -> None:
        self.raised = False

    def cancel(self) -> None:
        """Raise it. Idempotent."""
        self.raised = True
