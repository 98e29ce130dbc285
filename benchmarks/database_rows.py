"""The rows of a database of the benchmarks: what `benchmarks.make_database` tells of them.

Runs on: any
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from benchmarks.population import BROWSERS, KEY_PAIRS, Endpoints, Names, key_pair, off_curve, orders
from webpush_admin.store.rows import IDLE_DAYS
from webpush_admin.store.schema import name_key

YEARS_MS: Final = 3 * 365 * 86_400_000
PLANTED_EVERY: Final = 1000
ORDERS: Final = 1009

PLANTED: Final = {
    17: "cut endpoint",
    71: "cut endpoint",
    123: "cut p256dh",
    167: "cut auth",
    211: "off-curve p256dh",
    263: "off-curve p256dh",
    307: "removed",
    353: "removed",
    401: "unknown host",
    449: "unknown host",
    503: "unknown host",
    547: "shared endpoint",
    601: "shared endpoint",
    653: "same browser",
    701: "same browser",
    751: "same browser",
    809: "idle",
    853: "idle",
    907: "idle",
    953: "idle",
}
"""What is wrong with a subscription, by its number modulo `PLANTED_EVERY`.

A shared endpoint is that of an earlier subscription, of which the audit then tells too; "same browser" repeats the
user's browser before, where there is one; only what is old enough can be idle.
"""

_DAY_MS: Final = 86_400_000
_CUTS: Final = (80, 100, 128)
"""Lengths of columns that applications have kept endpoints in."""

_STATUSES: Final = ((0.955, 201), (0.970, 404), (0.981, 410), (0.988, 429), (0.993, 503), (0.996, 403), (1.0, 400))
"""Shares added up, and the status of the newest answer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make.

    Attributes:
        users: How many.
        subscriptions: How many, of all of them together.
        seed: Another one makes other rows of the same kind.
        until_ms: The end of the three years.
        deliveries: Of the history.
    """

    users: int
    subscriptions: int
    seed: int
    until_ms: int
    deliveries: int = 0


class Rows:
    """The rows of a plan, in the order of their ids."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._random = Random(plan.seed)
        self._since_ms = plan.until_ms - YEARS_MS
        self._user_ids: list[str] = []
        self._joined_ms = array("q", sorted(int(self._random.random() * YEARS_MS) for _ in range(plan.users)))
        self._keys = [
            key_pair(plan.seed, number).public_key for number in range(min(KEY_PAIRS, plan.subscriptions + 1))
        ]

    def users(self) -> Iterator[tuple[object, ...]]:
        """Yield every user, once: they are remembered for `subscriptions`."""
        names = Names(self._random)
        for number, joined_ms in enumerate(self._joined_ms):
            # As uuid4() sets them: version 4, variant 1.
            drawn = self._random.getrandbits(128) & ~(0xF << 76) & ~(3 << 62) | 4 << 76 | 2 << 62
            user_id, name = f"{drawn:032x}", names.one(number)
            self._user_ids.append(user_id)
            yield user_id, name, name_key(name), self._since_ms + joined_ms

    def subscriptions(self) -> Iterator[tuple[object, ...]]:
        """Yield every subscription, without its id."""
        made = Endpoints(self._random)
        ways = orders(self._random, ORDERS)
        agents = [browser.agents for browser in BROWSERS]
        owned = array("q", bytes(8 * self._plan.users))
        earlier: list[tuple[int, str]] = []
        for number, (created_ms, owner) in enumerate(self._created(), start=1):
            planted = PLANTED.get(number % PLANTED_EVERY, "")
            nth = owned[owner]
            owned[owner] += 1
            if planted == "same browser" and nth:
                nth -= 1
            browser = ways[owner % ORDERS][nth % len(BROWSERS)]
            versions_of = agents[browser]
            # Of an owner and a browser, so that a repetition is the same to the letter.
            agent: str | None = versions_of[(owner * 7 + browser) % len(versions_of)]
            if number % 61 == 0 and not planted:
                agent = None
            endpoint = made.at("unknown" if planted == "unknown host" else BROWSERS[browser].service)
            if planted == "removed":
                endpoint = made.removed()
            elif planted == "cut endpoint":
                endpoint = endpoint[: _CUTS[number // PLANTED_EVERY % len(_CUTS)]]
            elif planted == "shared endpoint":
                endpoint = next((url for whose, url in earlier if whose != owner), endpoint)
            elif number % 499 == 0 and not planted:
                earlier = [*earlier[-1:], (owner, endpoint)]
            p256dh, auth = self._keys_of(number, planted, made)
            yield (
                self._user_ids[owner],
                endpoint,
                p256dh,
                auth,
                agent,
                created_ms,
                *self._answers(created_ms, idle=planted == "idle"),
                1,
            )

    def _keys_of(self, number: int, planted: str, made: Endpoints) -> tuple[str, str]:
        p256dh, auth = self._keys[number % len(self._keys)], made.auth()
        if planted == "cut p256dh":
            return p256dh[:64], auth
        if planted == "cut auth":
            return p256dh, auth[:16]
        if planted == "off-curve p256dh":
            return off_curve(p256dh), auth
        return p256dh, auth

    def _created(self) -> Iterator[tuple[int, int]]:
        """Yield (milliseconds since 1970, place of the user), the earliest first."""
        random, joined_ms = self._random, self._joined_ms
        drawn: list[int] = []
        for owner, count in enumerate(self._counts()):
            since_ms = joined_ms[owner]
            # One number each, since a million tuples would take ten times the memory.
            drawn.extend((since_ms + int(random.random() * (YEARS_MS - since_ms)) << 32) + owner for _ in range(count))
        drawn.sort()
        for both in drawn:
            yield self._since_ms + (both >> 32), both & 0xFFFFFFFF

    def _counts(self) -> "array[int]":
        """Return how many subscriptions each user has: none to twice the average."""
        random, plan = self._random, self._plan
        average = plan.subscriptions / max(plan.users, 1)
        counts = array("q", (int(random.random() * (2 * average + 1)) for _ in range(plan.users)))
        missing = plan.subscriptions - sum(counts)
        while missing:
            owner = random.randrange(plan.users)
            if missing > 0:
                counts[owner] += 1
                missing -= 1
            elif counts[owner]:
                counts[owner] -= 1
                missing += 1
        return counts

    def _answers(self, created_ms: int, *, idle: bool) -> tuple[int | None, int | None, int | None]:
        """Return the newest status, and when the last success and the first 404 were."""
        random, until_ms = self._random, self._plan.until_ms
        age_ms = until_ms - created_ms
        if idle and age_ms > (IDLE_DAYS + 1) * _DAY_MS:
            return 503, created_ms + int(random.random() * (age_ms - (IDLE_DAYS + 1) * _DAY_MS)), None
        if age_ms < 90 * _DAY_MS and random.random() < 0.4:
            return None, None, None
        share = random.random()
        status = next(status for limit, status in _STATUSES if share < limit)
        success_ms = max(created_ms, until_ms - int(min(random.expovariate(1 / 20), 200) * _DAY_MS))
        missing_ms = success_ms + int(random.random() * (until_ms - success_ms)) if status == 404 else None
        return status, success_ms, missing_ms
