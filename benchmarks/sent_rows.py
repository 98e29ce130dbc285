"""The history of a database of the benchmarks: sends of the last 80 days, and what became of each push.

Nine of ten sends are tests or go to one user; the others are broadcasts, to which nearly all of the deliveries belong.

Runs on: any
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, Final

from webpush_admin.push.answer import Answer, Failure
from webpush_admin.push.subscription import Subscription, endpoint_host, endpoint_tail
from webpush_admin.push.verdict import judge
from webpush_admin.store.history.codes import CODE_OF, OUTCOMES, STATE_CODE_OF
from webpush_admin.store.history_rows import SendState
from webpush_admin.store.schema import OUTCOME_COLUMNS

SINCE_MS: Final = 80 * 86_400_000
"""Less than what the application keeps by itself."""

BROADCASTS: Final = 25
SENDS_EACH: Final = 10
"""Of ten sends one is a broadcast."""

FEW: Final = 5
PAYLOAD_BYTES: Final = 200
OVERHEAD_BYTES: Final = 103

ANSWERS: Final = (
    (0.940, Answer(201)),
    (0.960, Answer(410, body=b"")),
    (0.970, Answer(404, body=b"")),
    (0.978, Answer(429, headers=(("retry-after", "30"),), body=b"Too Many Requests")),
    (0.984, Answer(503, body=b"Service Unavailable")),
    (0.990, Answer(403, body=b"Forbidden")),
    (0.994, Answer(400, body=b"Bad Request")),
    (0.998, Answer(None, "The push service did not answer in time.", failure=Failure.TIMEOUT)),
    (1.000, Answer(None, "The connection was refused.", failure=Failure.REFUSED)),
)
"""Shares added up, and what came back."""

Row = tuple[object, ...]


@dataclass(slots=True)
class Send:
    """One send, and what is counted of it."""

    number: int
    size: int
    broadcast: bool
    at_ms: int
    counts: Counter[int]
    pruned: int = 0


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a push went to."""

    number: int
    user_id: str
    host: str
    tail: str


@cache
def _verdict(host: str, place: int) -> tuple[Any, ...]:
    """Return outcome, status, rule, reason, body and headers of an answer at a host, as the history has them."""
    found = judge(Subscription(f"https://{host}/", "", ""), ANSWERS[place][1])
    return (
        CODE_OF[found.outcome],
        found.status,
        found.diagnosis.rule if found.diagnosis else "",
        found.reason,
        found.body,
        json.dumps(found.headers, separators=(",", ":")) if found.headers else None,
    )


class Sent:
    """The rows of a history.

    Args:
        connection: Of the database, with its subscriptions.
        deliveries: How many.
        seed: Another one makes other rows of the same kind.
        until_ms: Its end.
    """

    def __init__(self, connection: sqlite3.Connection, deliveries: int, seed: int, until_ms: int) -> None:
        self._connection = connection
        self._random = Random(f"history {seed}")
        self._sends = self._plan(deliveries, until_ms)
        self._requests: dict[tuple[int, str], int] = {}
        found = connection.execute("SELECT max(id) FROM subscriptions").fetchone()[0]
        self._last: int = found or 0

    def deliveries(self) -> Iterator[Row]:
        """Yield every delivery, without its id; once, since sends and requests are counted by it."""
        for send in self._sends:
            for place, receiver in enumerate(self._receivers(send)):
                answer = self._answer()
                outcome, status, rule, reason, body, headers = _verdict(receiver.host, answer)
                at_ms = send.at_ms + place // 2
                gone = OUTCOMES[outcome].name == "GONE" and send.size > 1
                send.counts[outcome] += 1
                send.pruned += gone
                key = send.number, receiver.host
                yield (
                    send.number,
                    at_ms,
                    # A row that was deleted then cannot be one that is there now.
                    None if gone else receiver.number,
                    receiver.user_id,
                    receiver.host,
                    receiver.tail,
                    outcome,
                    status,
                    rule,
                    reason,
                    body,
                    round(0.02 + self._random.random() ** 4 * 2, 4),
                    1 if status == 201 else self._random.randrange(1, 4),
                    gone,
                    self._requests.setdefault(key, len(self._requests) + 1),
                    headers,
                )

    def sends(self) -> Iterator[Row]:
        """Yield every send; after `deliveries`."""
        for send in self._sends:
            ended_ms = send.at_ms + send.size // 2 + 40
            yield (
                send.number,
                send.at_ms,
                ended_ms,
                STATE_CODE_OF[SendState.ENDED],
                ended_ms,
                "all" if send.broadcast else f"{send.size} subscription{'' if send.size == 1 else 's'}",
                send.size == 1,
                "",
                60,
                "normal",
                None,
                PAYLOAD_BYTES,
                send.size,
                send.size,
                *(send.counts[code] for code in range(len(OUTCOME_COLUMNS))),
                send.pruned,
            )

    def requests(self, public_key: str) -> Iterator[Row]:
        """Yield every request; after `deliveries`."""
        for (send, host), number in self._requests.items():
            headers = [
                ["TTL", "60"],
                ["Urgency", "normal"],
                ["Content-Encoding", "aes128gcm"],
                ["Authorization", f"vapid t=[struck],k={public_key}"],
            ]
            claims = {"aud": f"https://{host}", "exp": 1_900_000_000, "sub": "mailto:push@example.org"}
            yield (
                number,
                send,
                f"https://{host}",
                json.dumps(headers),
                PAYLOAD_BYTES + OVERHEAD_BYTES,
                PAYLOAD_BYTES,
                '{"typ":"JWT","alg":"ES256"}',
                json.dumps(claims),
                public_key,
            )

    def _plan(self, deliveries: int, until_ms: int) -> list[Send]:
        random = self._random
        sizes: list[tuple[int, bool]] = []
        left = deliveries
        while left:
            broadcast = len(sizes) % SENDS_EACH == 0
            wanted = max(FEW + 1, deliveries // BROADCASTS) if broadcast else random.randrange(1, FEW + 1)
            sizes.append((min(left, wanted), broadcast))
            left -= sizes[-1][0]
        moments = sorted(until_ms - int(random.random() * SINCE_MS) for _ in sizes)
        return [
            Send(number, size, broadcast, at_ms, Counter())
            for number, ((size, broadcast), at_ms) in enumerate(zip(sizes, moments, strict=True), start=1)
        ]

    def _receivers(self, send: Send) -> Iterator[Receiver]:
        """Yield the receivers of a send: rows that follow each other, from the first one again after the last."""
        after = 0 if send.broadcast else self._random.randrange(max(self._last, 1))
        left = send.size
        while left:
            asked = "SELECT id, user_id, endpoint FROM subscriptions WHERE id > ? ORDER BY id LIMIT ?"
            rows = self._connection.execute(asked, (after, left)).fetchall()
            for number, user_id, endpoint in rows:
                yield Receiver(number, user_id, endpoint_host(endpoint), endpoint_tail(endpoint))
            left -= len(rows)
            after = 0

    def _answer(self) -> int:
        drawn = self._random.random()
        return next(place for place, (share, _) in enumerate(ANSWERS) if drawn < share)
