"""The key pairs in force: loaded from the store, loaded anew when they change, ready to sign.

Runs on: worker loop
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

from webpush_admin.push.dispatch_store import ChangeKind, DispatchStore, StoreChange
from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.events import KeysLoaded
from webpush_admin.push.signers import Signers
from webpush_admin.push.store_calls import StoreCalls
from webpush_admin.push.subject import normalised_subject
from webpush_admin.push.vapid import Authorizations


class Keyring:
    """Follows the store's active key pair, and older ones that rows are bound to.

    A commit that changes the keys is heard on whatever thread made it. It only raises a flag there; the next dispatch,
    or the loop's next turn, acts on the flag: so a dispatch that starts after the commit never uses the old pair.

    Args:
        store: Where the pair lives.
        calls: Runs the store's methods off the loop.
        subject: The `sub` claim, normalised here.
        on_event: Told `KeysLoaded`.
        on_change: Called on the loop before another active pair is read, with a sentence: rows read before are void.

    Raises:
        InvalidKeys: The subject cannot be used.
    """

    def __init__(
        self,
        store: DispatchStore,
        calls: StoreCalls,
        subject: str,
        *,
        on_event: Callable[[KeysLoaded], None] | None,
        on_change: Callable[[str], None],
    ) -> None:
        self._store = store
        self._calls = calls
        self._subject = normalised_subject(subject)
        self._on_event = on_event
        self._on_change = on_change
        self._signers: Signers | None = None
        self._changed = False
        self._moved = False
        self._load: asyncio.Task[Signers] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_listening: Callable[[], None] | None = None

    @property
    def public_key(self) -> str:
        """87 characters base64url, "" before `open`."""
        return self._signers.active.public_key if self._signers else ""

    async def open(self) -> None:
        """Listen for changes and load the pair; the first load of a new database makes it.

        Raises:
            StoreError: The store cannot give a pair.
            InvalidKeys: The pair cannot be used.
        """
        self._loop = asyncio.get_running_loop()
        self._stop_listening = self._store.add_listener(self._on_store_change)
        try:
            # Making the first pair is itself a change: hence the loop.
            self._changed = True
            while self._changed:
                self._changed = False
                self._adopt(await self._read())
        except BaseException:
            self.close()
            raise

    async def current(self) -> Signers:
        """Return the pairs in force, after a load of them where they have changed.

        Raises:
            StoreError: The store cannot give a pair; the next call tries again.
            InvalidKeys: The pair cannot be used, or is locked.
        """
        self.look()
        while self._load is not None:
            await asyncio.shield(self._load)
            self.look()
        if self._signers is None:
            return await asyncio.shield(self._start_load())
        return self._signers

    def look(self) -> None:
        """Act on a change that was heard of: the cache first, then a load."""
        changed, moved, self._changed, self._moved = self._changed, self._moved, False, False
        if changed:
            self._on_change("The VAPID keys were changed.")
        if changed or moved:
            self._start_load()

    def changed_outside(self) -> None:
        """Load the pair again: another program wrote to the database."""
        self._start_load()

    def change_subject(self, subject: str) -> None:
        """Sign for somebody else from now on.

        Raises:
            InvalidKeys: The subject cannot be used.
        """
        self._subject = normalised_subject(subject)
        for authorizations in self._all():
            authorizations.change_subject(self._subject)

    def forget_signatures(self) -> None:
        """Sign anew from here on: the clock has moved."""
        for authorizations in self._all():
            authorizations.clear()

    def close(self) -> None:
        """Stop listening."""
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None
        if self._load is not None:
            self._load.cancel()

    def _on_store_change(self, change: StoreChange) -> None:
        if change.kind in (ChangeKind.KEYS, ChangeKind.PAIRS) and self._loop is not None:
            if change.kind is ChangeKind.KEYS:
                self._changed = True
            self._moved = True
            # A loop that was closed meanwhile is no fault of the thread that has just committed.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._look_if_open)

    def _look_if_open(self) -> None:
        # While `open` runs it looks by itself.
        if self._signers is not None and self._stop_listening is not None:
            self.look()

    def _all(self) -> list[Authorizations]:
        return [self._signers.active, *self._signers.bound.values()] if self._signers else []

    def _start_load(self) -> asyncio.Task[Signers]:
        self._load = asyncio.create_task(self._load_again(), name="webpush-keys-load")
        self._load.add_done_callback(_look_at_error)
        return self._load

    async def _load_again(self) -> Signers:
        signers = None
        try:
            signers = await self._read()
        finally:
            # A load that was overtaken by another change answers who waited for it, and is neither kept nor told. Not
            # in a done callback, which runs later: `current` would wait again and again for a load that has ended.
            if self._load is asyncio.current_task():
                self._load = None
                self._adopt(signers)
        return signers

    def _adopt(self, signers: Signers | None) -> None:
        """Sign with these from now on; None after a load that failed: what was known may be void."""
        before, self._signers = self._signers, signers
        other = signers is not None and (before is None or before.active is not signers.active)
        if signers is not None and other and self._on_event is not None:
            self._on_event(KeysLoaded(signers.active.public_key, datetime.now(UTC)))

    async def _read(self) -> Signers:
        known = self._signers
        subject = self._subject
        signers = await self._calls.run(lambda: self._signers_of_store(known, subject))
        if self._subject != subject:
            # Changed meanwhile, when there was nothing yet to change it in.
            for made in (signers.active, *signers.bound.values()):
                made.change_subject(self._subject)
        return signers

    def _signers_of_store(self, known: Signers | None, subject: str) -> Signers:
        """Read every pair; what is known already stays the same object, with what it has signed. Off the loop."""
        keys, pairs = self._store.vapid_keys(), self._store.bound_pairs()
        active = known.active if known is not None and known.active.public_key == keys.public_key else None
        bound: dict[int | None, Authorizations] = {}
        refused: dict[int | None, str] = {}
        for number, pair in pairs.items():
            if pair.keys is None:
                refused[number] = pair.problem
                continue
            same = known.bound.get(number) if known is not None else None
            try:
                fits = same is not None and same.public_key == pair.keys.public_key
                bound[number] = same if same is not None and fits else Authorizations(pair.keys, subject)
            except InvalidKeys as error:
                # The rows of one broken pair are refused; those of the others are not.
                refused[number] = str(error)
        if known is not None and active is not None and (bound, refused) == (known.bound, known.refused):
            return known
        return Signers(active or Authorizations(keys, subject), bound, refused)


def _look_at_error(load: asyncio.Task[Signers]) -> None:
    if not load.cancelled():
        # Nobody may have waited for it; the next dispatch tries again and is told.
        load.exception()
