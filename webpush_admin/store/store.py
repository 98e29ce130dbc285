"""The database as everybody else sees it: verbs for users, subscriptions, keys and pages, and who is told of a commit.

Runs on: any
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection

from webpush_admin.push.dispatch_store import AnswerMark, BoundPair, ChangeKind, Listener, StoreChange
from webpush_admin.push.subscription import Subscription
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store import backup, keys, people, suspects
from webpush_admin.store import subscriptions as rows
from webpush_admin.store.engine import Database
from webpush_admin.store.findings import Findings
from webpush_admin.store.forgotten import Moment
from webpush_admin.store.history.history import History
from webpush_admin.store.key_pairs import KeyPairs
from webpush_admin.store.listeners import Listeners
from webpush_admin.store.lists import RowList
from webpush_admin.store.pages import subscription_list, user_list
from webpush_admin.store.pruned import PrunedRows
from webpush_admin.store.rows import SubscriptionQuery, SubscriptionRow, User, UserQuery, UserRow

Undone = tuple[Moment, Moment] | None


class Store:
    """An open database. Every method may be called from every thread, and blocks: call it off an event loop.

    Each raises `StoreError` with one sentence where the database refuses, is read-only for a change, or is closed.

    Attributes:
        database: The file itself, for what is more than a verb; whoever commits through it calls `tell`.
        findings: Of the newest audit.
        history: Of what was sent.
        pruned: What `delete_subscriptions` deleted and can come back.
        keys: The VAPID key pairs.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.findings = Findings(database)
        self.history = History(database, self.findings)
        self.pruned = PrunedRows(database, self.tell)
        self.keys = KeyPairs(database, self.tell)
        self._listeners = Listeners()

    @classmethod
    def open(cls, url: str, *, read_only: bool | None = False, create: bool = True, unchecked: bool = False) -> "Store":
        """Open "sqlite:///path"; the path stands as it is, nothing in it is decoded.

        Args:
            url: "sqlite:///push.db", or "sqlite:////var/lib/push.db" for a path from the root.
            read_only: Never write to it; None lets the file decide, see `Database.standing`.
            create: Make the schema in a missing or empty file (mode 0600).
            unchecked: Changes wait until `check` has found the file whole.

        Raises:
            StoreError: It cannot be used; a file that was there is as it was.
        """
        return cls(Database.open(url, read_only=read_only, create=create, unchecked=unchecked))

    @property
    def path(self) -> Path:
        """The database file, absolute."""
        return self.database.path

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written."""
        return self.database.read_only

    def close(self) -> None:
        """Close the file; what is called afterwards raises. Idempotent."""
        self.keys.vault.close()
        self.history.close()
        self.database.close()

    # Who is told, and what others did

    def add_listener(self, listener: Listener) -> Callable[[], None]:
        """Call `listener`, which must not raise, after each commit on the thread that committed; return its removal."""
        return self._listeners.add(listener)

    def foreign_version(self) -> int:
        """Return a number that differs whenever somebody else has committed; never waits for a writer."""
        return self.database.foreign_version()

    # Users

    def add_user(self, name: str) -> User:
        """Make a user; the name need not be unique."""
        made = self.database.write(lambda connection: people.add(connection, name))
        self.tell(ChangeKind.USERS, frozenset({made.id}))
        return made

    def rename_user(self, user_id: UUID, name: str, seen: str | None = None) -> User:
        """Give a user another name; where one was `seen` and it is another by now, nothing changes."""
        renamed = self.database.write(lambda connection: people.rename(connection, user_id, name, seen))
        self.tell(ChangeKind.USERS, frozenset({user_id}))
        return renamed

    def delete_users(self, user_ids: Sequence[UUID], *, by: object = None) -> int:
        """Delete users and their subscriptions; return how many subscriptions went with them."""
        gone = self.database.write(lambda connection: people.delete_all(connection, user_ids))
        if user_ids:
            self.tell(ChangeKind.USERS, frozenset(user_ids), by)
        if gone:
            self.tell(ChangeKind.SUBSCRIPTIONS, frozenset(user_ids), by)
        return gone

    def user(self, user_id: UUID) -> User | None:
        """Return a user, None where there is none."""
        return self.database.read(lambda connection: people.find(connection, user_id))

    def list_users(self, query: UserQuery) -> RowList[str, UserRow]:
        """Return the users that a query wants, in its order, to be read page by page; close it in the end."""
        return RowList(self.database, user_list(query))

    def names_of(self, user_ids: Sequence[UUID]) -> dict[UUID, str]:
        """Return the names of those users that there are."""
        return self.database.read(lambda connection: people.names_of(connection, user_ids))

    def user_ids_after(self, last: UUID | None, limit: int) -> list[UUID]:
        """Return the next users who have subscriptions, in the order of their ids; None begins."""
        return self.database.read(lambda connection: people.ids_after(connection, last, limit))

    def counts(self, user_id: UUID | None = None) -> tuple[int, int]:
        """Return (users with subscriptions, subscriptions), of everybody or of one user."""
        return self.database.read(lambda connection: rows.count(connection, user_id))

    # Subscriptions

    def subscriptions_count(self) -> int:
        """Return how many subscriptions there are in all."""
        return self.database.read(rows.count_all)

    def add_subscription(
        self,
        user_id: UUID,
        *,
        endpoint: str,
        p256dh: str,
        auth: str,
        user_agent: str | None = None,
        may_replace: bool = True,
    ) -> Subscription:
        """Add a subscription, or replace the keys of the one with this user and endpoint. Nothing is validated here."""
        add = partial(rows.add, user_id=user_id, user_agent=user_agent, may_replace=may_replace)
        added = self.database.write(partial(add, endpoint=endpoint, p256dh=p256dh, auth=auth))
        self.tell(ChangeKind.SUBSCRIPTIONS, frozenset({user_id}))
        return added

    def edit_subscription(
        self,
        subscription_id: int,
        *,
        endpoint: str,
        p256dh: str,
        auth: str,
        user_agent: str | None,
        seen: Subscription | None = None,
    ) -> Subscription:
        """Change a subscription; its answers are forgotten where endpoint or keys are others.

        Where it was `seen` and says something else by now, nothing changes.
        """
        edit = partial(rows.edit, subscription_id=subscription_id, user_agent=user_agent, seen=seen)
        edited = self.database.write(partial(edit, endpoint=endpoint, p256dh=p256dh, auth=auth))
        self.tell(ChangeKind.SUBSCRIPTIONS, _owners([edited]))
        return edited

    def subscriptions_of(self, user_id: UUID) -> list[Subscription]:
        """Return a user's subscriptions in the order they were made, with one query."""
        return self.database.read(lambda connection: rows.of_user(connection, user_id))

    def subscription(self, subscription_id: int) -> SubscriptionRow | None:
        """Return one subscription with its user's name, None where there is none."""
        return next(iter(self.subscriptions([subscription_id])), None)

    def subscriptions(self, subscription_ids: Sequence[int]) -> list[SubscriptionRow]:
        """Return subscriptions in the order of the ids; ids without a row are left out."""
        return self.database.read(lambda connection: rows.with_names(connection, subscription_ids))

    def list_subscriptions(self, query: SubscriptionQuery) -> RowList[int, SubscriptionRow]:
        """Return the subscriptions that a query wants, in its order, to be read page by page; close it in the end."""
        return RowList(self.database, subscription_list(self.findings, query))

    def delete_subscriptions(self, subscriptions: Sequence[Subscription], *, by: object = None) -> list[Subscription]:
        """Delete the rows whose id, endpoint and p256dh match, in one transaction; return those that there were."""
        gone = self.pruned.delete(subscriptions)
        if gone:
            self.tell(ChangeKind.SUBSCRIPTIONS, _owners(gone), by)
        return gone

    def record_answers(self, marks: Sequence[AnswerMark]) -> None:
        """Remember the newest answers with their rows, in one transaction. Listeners are not told."""
        if marks:
            self.database.write(lambda connection: rows.mark(connection, marks))
            self.findings.forget_idle(rows.accepted(marks))

    def mark_suspect(self, subscription_ids: Sequence[int]) -> int:
        """Mark subscriptions, until they accept a push or get other keys; return how many were not marked before."""
        return self._mark(suspects.mark, subscription_ids)

    def unmark(self, subscription_ids: Sequence[int]) -> int:
        """Take that mark away; return how many had one."""
        return self._mark(suspects.unmark, subscription_ids)

    def _mark(self, how: Callable[[Connection, Sequence[int]], int], ids: Sequence[int]) -> int:
        changed = self.database.write(lambda connection: how(connection, ids))
        if changed:
            whose = self.database.read(lambda connection: suspects.owners(connection, ids))
            # Not by `tell`: what the audit judged is as it was.
            self._listeners.tell(StoreChange(ChangeKind.SUBSCRIPTIONS, whose))
        return changed

    # Keys, settings, backup

    def vapid_keys(self) -> VapidKeys:
        """Return the active key pair, made by the first call while there are no subscriptions.

        Raises:
            StoreError: There are subscriptions but no keys; nothing is deleted. Or read-only, and no keys.
            KeysLocked: The private key is kept elsewhere, and cannot be had now.
        """
        return self.keys.active()

    def bound_pairs(self) -> Mapping[int, BoundPair]:
        """Return the older pairs, by number, that subscriptions are bound to: they are still sent to with these."""
        return self.keys.bound()

    def keys_created_at(self) -> datetime | None:
        """Return when the active key pair was made, aware UTC; None where there is none."""
        return self.database.read(keys.active_since)

    def regenerate_vapid_keys(self, expected_subscriptions: int | None = None, *, by: object = None) -> VapidKeys:
        """Make a new pair active and delete every subscription, in one transaction.

        Raises:
            StoreError: There is another number of subscriptions than expected; nothing changed.
        """
        made = self.keys.replace(expected_subscriptions)
        self.pruned.forget()
        self.tell(ChangeKind.KEYS, by=by)
        # Only now: a keyring may ask its user first.
        self.keys.moving.sweep()
        return made

    def setting(self, name: str) -> str | None:
        """Return what is kept with the database under a name, None where nothing is."""
        return self.database.read(lambda connection: keys.setting(connection, name))

    def set_setting(self, name: str, value: str) -> None:
        """Keep a text with the database under a name. Listeners are not told."""
        self.database.write(lambda connection: keys.set_setting(connection, name, value))

    def backup(self, path: Path) -> None:
        """Write the whole database, private keys among it, to a new file (mode 0600) and read it again.

        Raises:
            StoreError: The file exists, cannot be written, or could not be read again; no new file is left then.
        """
        backup.write(self.database, path)

    def tell(
        self, kind: ChangeKind, user_ids: frozenset[UUID] = frozenset(), by: object = None, *, undone: Undone = None
    ) -> None:
        """Tell the listeners of a commit that was made through `database`; nobody named means all or unknown.

        `undone` are the moments before and after the commit that this one has taken back, exactly.
        """
        back = undone is not None and self.findings.go_back(*undone)
        if kind not in (ChangeKind.USERS, ChangeKind.PAIRS) and not back:
            self.findings.forget_users(tuple(user_ids))
        self._listeners.tell(StoreChange(kind, user_ids, by))


def _owners(subscriptions: Sequence[Subscription]) -> frozenset[UUID]:
    """Return whose rows these are, nobody (which means unknown) where one does not say."""
    owners = frozenset(row.user_id for row in subscriptions)
    return frozenset() if None in owners else owners  # type: ignore[return-value]  # None is not among them
