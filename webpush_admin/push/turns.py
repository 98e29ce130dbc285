"""Feeds in turns: a test goes out in the midst of a broadcast.

Runs on: worker loop
"""

from collections import OrderedDict
from typing import Final

from webpush_admin.push.feed import Feed, Push

MOST_PARKED: Final = 512
"""Pushes of one feed that wait for their turn: more are not taken from it, so that other services get theirs."""


class Turns:
    """The feeds that have something to send, or something under way."""

    def __init__(self) -> None:
        self._open: dict[Feed, None] = {}
        # Those of them that can be taken from, whose turn it is first.
        self._feeds: OrderedDict[Feed, None] = OrderedDict()

    @property
    def open(self) -> tuple[Feed, ...]:
        """All of them, also those that have nothing to send just now."""
        return tuple(self._open)

    def add(self, feed: Feed) -> None:
        """Take from a feed from now on."""
        self._open[feed] = None
        self._feeds[feed] = None

    def rest(self, feed: Feed) -> None:
        """Take nothing from a feed for now."""
        self._feeds.pop(feed, None)

    def leave(self, feed: Feed) -> None:
        """Forget a feed."""
        self._open.pop(feed, None)
        self._feeds.pop(feed, None)

    def next(self) -> Push | None:
        """Return the next push of the feed whose turn it is, None where nobody has one."""
        for _ in range(len(self._feeds)):
            feed = next(iter(self._feeds))
            push = feed.take() if len(feed.parked) < MOST_PARKED else None
            if push is None and len(feed.parked) < MOST_PARKED:
                del self._feeds[feed]
                continue
            self._feeds.move_to_end(feed)
            if push is not None:
                return push
        return None
