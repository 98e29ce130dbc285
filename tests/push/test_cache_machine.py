"""The cache against whatever order of events hypothesis thinks of, with readers and reads that the machine controls.

A read has two moments that the machine chooses: when it sees the database, and when it answers. Every row carries the
number of the read that brought it, so that each answer can be judged by when its rows were read.

Runs on: any
"""

import asyncio
from collections import Counter, deque
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.push.cache_bench import settled
from tests.push.cache_history import MAX_ENTRIES, MAX_GENERATIONS, TTL_S, USERS, Caller, Fate, Read
from tests.push.cache_places import ModelPlaces
from tests.push.material import row
from webpush_admin.push import events
from webpush_admin.push.cache import SubscriptionCache
from webpush_admin.push.errors import StoreError
from webpush_admin.push.seats import Receivers

users = st.sampled_from(USERS)


class CacheMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.step = 0
        self.now_s = 0.0
        self.row_numbers = iter(range(1, 1_000_000))
        self.fates = {user: Fate() for user in USERS}
        self.reads: list[Read] = []
        self.last_ended: Read | None = None
        self.started: dict[UUID, deque[tuple[int, int, object]]] = {user: deque() for user in USERS}
        self.callers: list[Caller] = []
        self.told: list[events.CacheEvent | events.CacheCleared] = []
        self.facts: Counter[str] = Counter()
        self.highest = dict.fromkeys(USERS, 0)
        self.places = ModelPlaces()
        self.cache = SubscriptionCache(
            self._read,
            ttl_s=TTL_S,
            clock=lambda: self.now_s,
            emit=self._on_event,
            max_entries=MAX_ENTRIES,
            max_generations=MAX_GENERATIONS,
        )

    # What the cache calls

    async def _read(self, user_id: UUID) -> Receivers:
        began, epoch, flight = self.started[user_id].popleft()
        beside = [read for read in self.reads if read.user_id == user_id and not read.ended and read.epoch == epoch]
        assert not beside, "two reads of a user in the same generation are in flight"
        answer = self.loop.create_future()
        read = Read(len(self.reads), user_id, began, epoch, answer, flight=flight)
        self.reads.append(read)
        try:
            rows: Receivers = await answer
        finally:
            read.ended = True
            self.last_ended = read
        return rows

    def _on_event(self, event: events.CacheEvent | events.CacheCleared) -> None:
        self.told.append(event)
        fate = Fate() if isinstance(event, events.CacheCleared) else self.fates[event.user_id]
        self.places.take(event, fate, self.last_ended, self.now_s)
        if isinstance(event, events.ReadStarted):
            # The read itself runs a step of the loop later: what happens in between has not been seen by who waits.
            self.started[event.user_id].append((self.step, fate.epoch, self.places.of[event.user_id].flight))
        if isinstance(event, events.ReadCached):
            # Told in the same breath in which the read ended.
            read = self.last_ended
            assert read is not None
            assert read.user_id == event.user_id
            assert read.epoch == self.fates[event.user_id].epoch, "a read begun before a change was kept"
            read.kept_at_s = self.now_s

    # What the machine does

    @rule(user=users, how_many=st.integers(1, 4), at_once=st.booleans())
    def ask(self, user: UUID, how_many: int, at_once: bool) -> None:
        self._tick()
        for _ in range(how_many):
            self._ask(user)
            if not at_once:
                self._settle()
        self._settle()

    @rule(user=users)
    def insert_and_invalidate(self, user: UUID) -> None:
        self._tick()
        self.fates[user].rows.append(next(self.row_numbers))
        self._invalidate(user)
        self._settle()

    @rule(user=users)
    def insert_behind_the_cache(self, user: UUID) -> None:
        self.fates[user].rows.append(next(self.row_numbers))

    @rule(user=users)
    def invalidate_between_two_callers(self, user: UUID) -> None:
        """Less than a step of the loop lies between these: a flight is forgotten before it has even begun to read."""
        self._tick()
        self._ask(user)
        self.loop.call_soon(self._invalidate, user)
        self.loop.call_soon(self._ask, user)
        self._settle()

    @precondition(lambda self: any(fate.rows for fate in self.fates.values()))
    @rule(data=st.data())
    def delete_and_prune(self, data: st.DataObject) -> None:
        self._tick()
        user = data.draw(st.sampled_from([user for user in USERS if self.fates[user].rows]))
        fate = self.fates[user]
        gone = data.draw(st.sets(st.sampled_from(fate.rows), min_size=1))
        fate.rows = [number for number in fate.rows if number not in gone]
        fate.pruned |= gone
        fate.epoch += 1
        self.cache.prune(user, [row(number) for number in gone])
        self.facts["prunes"] += 1
        self._settle()

    @rule()
    def regenerate_the_keys(self) -> None:
        """Every subscription is deleted, and everything read before is void."""
        self._tick()
        for fate in self.fates.values():
            fate.pruned |= frozenset(fate.rows)
            fate.rows = []
            fate.invalidated = self.step
            fate.epoch += 1
        self.cache.clear("The VAPID keys were changed.")
        self.facts["clears"] += 1
        self._settle()

    @rule(ttl_s=st.sampled_from([1.0, TTL_S, 30.0]), max_entries=st.integers(1, MAX_ENTRIES + 1))
    def tune(self, ttl_s: float, max_entries: int) -> None:
        self.places.tune(max_entries)
        self.cache.tune(ttl_s=ttl_s, max_entries=max_entries)

    # Numbers that binary fractions are exact for: at the very moment at which something expires both sides must agree.
    @rule(seconds=st.sampled_from([0.125, 4.0, TTL_S - 0.125, TTL_S, 60.0]))
    def move_the_clock(self, seconds: float) -> None:
        self.now_s += seconds

    @precondition(lambda self: self._under_way())
    @rule(data=st.data())
    def let_a_read_see_the_database(self, data: st.DataObject) -> None:
        self._tick()
        self._see(data.draw(st.sampled_from(self._under_way())))

    @precondition(lambda self: self._under_way())
    @rule(data=st.data())
    def let_a_read_answer(self, data: st.DataObject) -> None:
        self._tick()
        read = data.draw(st.sampled_from(self._under_way()))
        self._see(read)
        self.facts["answered"] += 1
        read.answer.set_result(read.rows)
        self._settle()

    @precondition(lambda self: self._under_way())
    @rule(data=st.data())
    def let_a_read_fail(self, data: st.DataObject) -> None:
        self._tick()
        data.draw(st.sampled_from(self._under_way())).answer.set_exception(StoreError("The database is locked."))
        self.facts["failed"] += 1
        self._settle()

    @precondition(lambda self: any(not caller.task.done() for caller in self.callers))
    @rule(data=st.data())
    def cancel_a_caller(self, data: st.DataObject) -> None:
        caller = data.draw(st.sampled_from([c for c in self.callers if not c.task.done()]))
        caller.task.cancel()
        caller.cancelled = True
        self._settle()

    # What must be true whatever happened

    @invariant()
    def every_answer_was_read_late_enough(self) -> None:
        for caller in self.callers:
            if caller.judged or not caller.task.done():
                continue
            caller.judged = True
            assert caller.task.cancelled() == caller.cancelled, "the cancelling of one caller reached another"
            if caller.cancelled or caller.task.exception() is not None:
                continue
            rows = caller.task.result()
            numbers = {receiver.subscription.id for receiver in rows}
            assert not numbers & caller.pruned, "a pruned row came back"
            for receiver in rows:
                read = self.reads[int(receiver.subscription.user_agent or -1)]
                assert read.seen_at is not None
                assert read.seen_at > caller.invalidated, "rows from before an invalidation"
                assert read.began >= caller.invalidated, "a read that began before an invalidation was joined"

    @invariant()
    def what_is_held_is_what_was_read_without_what_was_pruned(self) -> None:
        for user, entry in self.cache._entries.items():
            fate = self.fates[user]
            kept = [read for read in self.reads if read.user_id == user and read.kept_at_s is not None]
            newest = kept[-1]
            expected = [number for number in sorted(newest.seen) if number not in fate.pruned]
            assert [receiver.subscription.id for receiver in entry.receivers] == expected
            assert newest.seen_at is not None
            assert newest.seen_at > fate.invalidated
            assert newest.kept_at_s is not None
            assert entry.read_s == newest.kept_at_s, "an entry lives longer or shorter than its TTL"

    @invariant()
    def counters_agree_with_what_happened(self) -> None:
        stats = self.cache.stats()
        told = Counter(type(event) for event in self.told)
        assert stats.hits + stats.misses + stats.joins == self.facts["asked"]
        assert stats.misses == len(self.reads) == told[events.ReadStarted]
        assert stats.hits == told[events.CacheHit]
        assert stats.joins == told[events.ReadJoined]
        assert stats.reads_failed == self.facts["failed"] == told[events.ReadFailed]
        assert (
            stats.stale_discarded == told[events.StaleReadDiscarded] == self.facts["answered"] - told[events.ReadCached]
        )
        assert stats.invalidations == self.facts["invalidations"] == told[events.UserInvalidated]
        assert self.facts["prunes"] == told[events.EntryPruned]
        assert stats.pruned == sum(event.removed for event in self.told if isinstance(event, events.EntryPruned))
        assert stats.clears == self.facts["clears"] == told[events.CacheCleared]
        assert stats.evictions == told[events.EntryEvicted]
        assert stats.entries == len(self.places.held)

    @invariant()
    def places_tell_what_happened(self) -> None:
        self.places.check(self.cache, self.now_s, self.cache.ttl_s)

    @invariant()
    def everything_is_bounded(self) -> None:
        assert len(self.cache._entries) <= self.places.max_entries
        assert len(self.cache._generations._of) <= MAX_GENERATIONS
        assert len(self.cache._flights) <= len(self._under_way())
        assert len(self.cache._reads) == len(self._under_way())
        assert len(self.cache._seats._seats) <= 2 * self.places.max_entries + len(self._under_way())

    @invariant()
    def generations_only_rise(self) -> None:
        for user in USERS:
            generation = self.cache.generation(user)
            assert self.highest[user] <= generation <= self.cache.stats().generation
            self.highest[user] = generation

    def teardown(self) -> None:
        # Nobody is left waiting once every read has ended.
        for read in self._under_way():
            self._see(read)
            self.facts["answered"] += 1
            read.answer.set_result(read.rows)
        self._settle()
        assert all(caller.task.done() for caller in self.callers)
        self.every_answer_was_read_late_enough()
        self.counters_agree_with_what_happened()
        self.loop.run_until_complete(self.cache.aclose())
        self.loop.close()

    def _ask(self, user: UUID) -> None:
        fate = self.fates[user]
        task = self.loop.create_task(self.cache.get(user))
        self.callers.append(Caller(user, task, fate.invalidated, fate.pruned))
        self.facts["asked"] += 1

    def _under_way(self) -> list[Read]:
        return [read for read in self.reads if not read.ended]

    def _see(self, read: Read) -> None:
        read.see(self.fates[read.user_id], self.step)

    def _invalidate(self, user: UUID) -> None:
        self._tick()
        self.fates[user].invalidated = self.step
        self.fates[user].epoch += 1
        self.cache.invalidate(user)
        self.facts["invalidations"] += 1
        self._tick()

    def _tick(self) -> None:
        self.step += 1

    def _settle(self) -> None:
        self.loop.run_until_complete(settled())


CacheMachine.TestCase.settings = settings(max_examples=120, stateful_step_count=40, report_multiple_bugs=False)
TestCacheMachine = CacheMachine.TestCase
