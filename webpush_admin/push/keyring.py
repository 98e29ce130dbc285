"""The key pair in force: loaded from the store, loaded anew when it changes, ready to sign.

Runs on: worker loop
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

from webpush_admin.push.dispatch_store import ChangeKind, DispatchStore, StoreChange
from webpush_admin.push.events import KeysLoaded
from webpush_admin.push.store_calls import StoreCalls
from webpush_admin.push.subject import normalised_subject
from webpush_admin.push.vapid import Authorizations


class Keyring:
    """Follows the store's key pair.

    A commit that changes the keys is heard on whatever thread made it. It only raises a flag there; the next dispatch,
    or the loop's next turn, acts on the flag: so a dispatch that starts after the commit never uses the old pair.

    Args:
        store: Where the pair lives.
        calls: Runs the store's methods off the loop.
        subject: The `sub` claim, normalised here.
        on_event: Told `KeysLoaded`.
        on_change: Called on the loop before a changed pair is read, with a sentence: rows read before are void.

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
        self._authorizations: Authorizations | None = None
        self._changed = False
        self._load: asyncio.Task[Authorizations] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_listening: Callable[[], None] | None = None

    @property
    def public_key(self) -> str:
        """87 characters base64url, "" before `open`."""
        return self._authorizations.public_key if self._authorizations else ""

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

    async def current(self) -> Authorizations:
        """Return the pair in force, after a load of it where it has changed.

        Raises:
            StoreError: The store cannot give a pair; the next call tries again.
            InvalidKeys: The pair cannot be used.
        """
        self.look()
        while self._load is not None:
            await asyncio.shield(self._load)
            self.look()
        if self._authorizations is None:
            return await asyncio.shield(self._start_load())
        return self._authorizations

    def look(self) -> None:
        """Act on a change that was heard of: the cache first, then a load."""
        if self._changed:
            self._changed = False
            self._on_change("The VAPID keys were changed.")
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
        if self._authorizations is not None:
            self._authorizations.change_subject(self._subject)

    def forget_signatures(self) -> None:
        """Sign anew from here on: the clock has moved."""
        if self._authorizations is not None:
            self._authorizations.clear()

    def close(self) -> None:
        """Stop listening."""
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None
        if self._load is not None:
            self._load.cancel()

    def _on_store_change(self, change: StoreChange) -> None:
        if change.kind is ChangeKind.KEYS and self._loop is not None:
            self._changed = True
            # A loop that was closed meanwhile is no fault of the thread that has just committed.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._look_if_open)

    def _look_if_open(self) -> None:
        # While `open` runs it looks by itself.
        if self._authorizations is not None and self._stop_listening is not None:
            self.look()

    def _start_load(self) -> asyncio.Task[Authorizations]:
        self._load = asyncio.create_task(self._load_again(), name="webpush-keys-load")
        self._load.add_done_callback(_look_at_error)
        return self._load

    async def _load_again(self) -> Authorizations:
        authorizations = None
        try:
            authorizations = await self._read()
        finally:
            # A load that was overtaken by another change answers who waited for it, and is neither kept nor told. Not
            # in a done callback, which runs later: `current` would wait again and again for a load that has ended.
            if self._load is asyncio.current_task():
                self._load = None
                self._adopt(authorizations)
        return authorizations

    def _adopt(self, authorizations: Authorizations | None) -> None:
        """Sign with this from now on; None after a load that failed: nothing is signed with a pair that may be void."""
        changed = authorizations is not self._authorizations
        self._authorizations = authorizations
        if changed and authorizations is not None and self._on_event is not None:
            self._on_event(KeysLoaded(authorizations.public_key, datetime.now(UTC)))

    async def _read(self) -> Authorizations:
        keys = await self._calls.run(self._store.vapid_keys)
        known = self._authorizations
        if known is not None and known.public_key == keys.public_key:
            return known
        subject = self._subject
        made = await self._calls.run(lambda: Authorizations(keys, subject))
        if self._subject != subject:
            # Changed meanwhile, when there was nothing yet to change it in.
            made.change_subject(self._subject)
        return made


def _look_at_error(load: asyncio.Task[Authorizations]) -> None:
    if not load.cancelled():
        # Nobody may have waited for it; the next dispatch tries again and is told.
        load.exception()
