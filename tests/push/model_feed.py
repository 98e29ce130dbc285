"""A feed and a transport in memory, for what a schedule does with any of them.

Runs on: any
"""

from collections import Counter, deque
from collections.abc import Sequence

from tests.push.material import P256DH
from webpush_admin.push.answer import Answer, Delivery
from webpush_admin.push.endpoint import Endpoint
from webpush_admin.push.feed import Push
from webpush_admin.push.lane import Done, Request
from webpush_admin.push.receiver import Receiver
from webpush_admin.push.verdict import judge


class ModelFeed:
    """Counts what was taken and what was settled."""

    tries: int | None = None

    def __init__(self, receivers: Sequence[Receiver] = (), *, tries: int | None = None) -> None:
        self.tries = tries
        self.parked: dict[Push, None] = {}
        self.abandoned = False
        self.paused = False
        self.coming = deque(receivers)
        self.taken: list[Push] = []
        self.settled: Counter[Push] = Counter()
        self.deliveries: list[Delivery] = []
        self.taken_back: set[Push] = set()
        self.stale = False

    def take(self) -> Push | None:
        if not self.coming or (self.paused and not self.abandoned):
            return None
        push = Push(self, len(self.taken), self.coming.popleft())
        self.taken.append(push)
        return push

    def is_current(self, push: Push) -> bool:
        if self.stale:
            self.taken_back.add(push)
        return not self.stale

    def build(self, push: Push) -> Request:
        assert push.receiver.target is not None
        return Request(push.receiver.target[0], [], P256DH.encode())

    def judged(self, push: Push, answer: Answer) -> Delivery:
        return judge(push.receiver.subscription, answer, attempts=push.attempts)

    def settle(self, push: Push, delivery: Delivery) -> None:
        self.settled[push] += 1
        self.deliveries.append(delivery)

    def fail(self, push: Push, error: Exception) -> None:
        raise AssertionError("everything here can be built and judged") from error


class ModelTransport:
    """A number of lanes whose answers a test gives; what is interrupted is answered later, as libcurl does."""

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes
        self.closed = False
        self.under_way: list[tuple[Endpoint, object, Done]] = []
        self.aborted: list[tuple[Endpoint, object, Done]] = []

    @property
    def in_flight(self) -> int:
        return len(self.under_way) + len(self.aborted)

    @property
    def room(self) -> int:
        return 0 if self.closed else self.lanes - self.in_flight

    def start(self, request: Request, owner: object, done: Done) -> None:
        assert self.room > 0
        self.under_way.append((request.endpoint, owner, done))

    def interrupt(self, owner: object = None) -> None:
        hit = [one for one in self.under_way if owner is None or one[1] is owner]
        self.aborted += hit
        self.under_way = [one for one in self.under_way if one not in hit]

    def answer(self, number: int, answer: Answer) -> None:
        """Give the answer to a request, counted as they began."""
        _, _, done = self.under_way.pop(number)
        done(answer)

    def tell_aborted(self, answer: Answer) -> None:
        """Answer what was interrupted; it may have had its answer just before."""
        while self.aborted:
            _, _, done = self.aborted.pop(0)
            done(answer)
