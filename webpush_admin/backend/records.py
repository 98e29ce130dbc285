"""What the backend tells the window: frozen records without SQLAlchemy, pycurl or Qt.

Runs on: any
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final, Generic, TypeVar, get_args

from webpush_admin.backend.audit_records import Audited
from webpush_admin.backend.changes import ChangedByOthers as ChangedByOthers
from webpush_admin.backend.changes import DatabaseChanged as DatabaseChanged
from webpush_admin.backend.changes import EventsLost as EventsLost
from webpush_admin.backend.changes import HistoryChanged as HistoryChanged
from webpush_admin.backend.changes import InfoChanged as InfoChanged
from webpush_admin.backend.pruned_records import PrunedChanged
from webpush_admin.backend.undo_records import UndoChanged
from webpush_admin.push.answer import Delivery, SentRequest
from webpush_admin.push.stats import CacheStats, PushStats
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import SandboxCounts
from webpush_admin.store.history_rows import SendTally
from webpush_admin.store.rows import NOTHING_FOUND, Finding

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A stretch of a list.

    Attributes:
        offset: Position of the first row.
        rows: The rows, possibly fewer than asked for; None where a row was deleted since the list was made.
        total: Rows in the whole list; None where that is being counted, and comes with `total()` of the same list.
    """

    offset: int
    rows: tuple[Row | None, ...]
    total: int | None


class State(Enum):
    """How a subscription is doing, in the word that its pill shows."""

    NEW = "no answer yet"
    OK = "ok"
    FAILING = "failing"
    SUSPECT = "suspect"
    """Answered 404 or 410, or marked by the operator: perhaps gone."""
    INVALID = "invalid"
    """Its endpoint or keys cannot be used."""


@dataclass(frozen=True, slots=True)
class SubscriptionInfo:
    """A subscription as the table and the detail pane show it.

    Attributes:
        subscription: The row.
        user_name: Whose it is; hostile text.
        state: See `State`.
        service: The push service's name ("Mozilla autopush"), or its host where unknown.
        browser: The browser and system as parsed from the user agent ("Firefox 141 on Linux"), "" where unknown.
        endpoint_problem: Why the endpoint cannot be used, "" where it can.
        key_problem: Why the keys cannot be used, "" where they can.
        findings: What the audit found, nothing where it has not run.
        marked: The operator has marked it suspect.
    """

    subscription: Subscription
    user_name: str
    state: State
    service: str
    browser: str
    endpoint_problem: str = ""
    key_problem: str = ""
    findings: Finding = NOTHING_FOUND
    marked: bool = False


@dataclass(frozen=True, slots=True)
class DatabaseInfo:
    """The open database.

    Attributes:
        name: File name for the title bar ("push.db", "demo").
        location: Path or URL for the status bar.
        demo: A throw-away database on the running sandbox.
        subject: VAPID subject kept with the database, "" where none has been asked for yet.
        public_key: 87 characters base64url, "" where there is no active pair, or it cannot be used.
        fingerprint: First 16 hexadecimal digits of the SHA-256 of the public key's 65 bytes, in groups of four.
        keys_problem: Why nothing can be sent, "" where all is well.
        url: "sqlite:///path", "" for the demo.
        read_only: Why nothing can be written, as a sentence; "" where it can.
        unlockable: The operator may ask for a database that can be written to.
        checking: It is read-only only until the file was checked for damage, which takes seconds for a large one.
        problem: What is wrong with the file, as a sentence, shown for as long as it lasts; "" where nothing is.
        keys_locked: `keys_problem` is that the private key is elsewhere, and has to be unlocked.
    """

    name: str
    location: str
    demo: bool
    subject: str
    public_key: str
    fingerprint: str
    keys_problem: str = ""
    url: str = ""
    read_only: str = ""
    unlockable: bool = False
    checking: bool = False
    problem: str = ""
    keys_locked: bool = False


@dataclass(frozen=True, slots=True)
class SendSummary:
    """How a send ended. `deliveries` holds at most the first 1000; the counts are of all.

    Attributes:
        targets: Subscriptions that it was meant for.
        failed: Neither accepted nor gone; what was not sent among them.
        not_sent: Stopped, or its push service rests.
        retryable: Those of the failed whom a retry sends to: not those that nobody came to, of whom the history has no
            row.
        stopped: It was stopped, or the window closed.
        elapsed_s: Monotonic seconds.
        held: Gone, but kept until somebody has been asked: too many at once.
        send: Its number in the history, 0 where that could not be kept.
        by_service: What came of it at each push service, the largest first.
        by_diagnosis: What came of it by diagnosis, the most frequent first.
        alike: Sentences about hosts where everything failed alike: configuration, not rows.
        problem: Why some could not even be tried, "" where all were; they are counted as failed.
    """

    targets: int
    accepted: int
    gone: int
    failed: int
    pruned: int
    elapsed_s: float
    stopped: bool = False
    deliveries: tuple[Delivery, ...] = ()
    problem: str = ""
    not_sent: int = 0
    held: int = 0
    send: int = 0
    by_service: tuple[SendTally, ...] = ()
    by_diagnosis: tuple[SendTally, ...] = ()
    alike: tuple[str, ...] = ()
    retryable: int = 0


@dataclass(frozen=True, slots=True)
class Resting:
    """A push service that is left alone for a while.

    Attributes:
        origin: Scheme, host and port.
        until: Aware UTC.
    """

    origin: str
    until: datetime


@dataclass(frozen=True, slots=True)
class SendProgress:
    """How far the running send is.

    Attributes:
        targets: Subscriptions that it is meant for.
        done: Those with an outcome.
        accepted, gone, failed: Of those.
        waiting: Those that failed for now and are tried again.
        paused: Nothing new goes out.
        stopping: It was asked to stop.
        broadcast: It pages through the store, and can be paused.
        resting: Push services that are left alone.
    """

    targets: int
    done: int
    accepted: int = 0
    gone: int = 0
    failed: int = 0
    waiting: int = 0
    paused: bool = False
    stopping: bool = False
    broadcast: bool = False
    resting: tuple[Resting, ...] = ()


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a send would be, without sending: everything is built as for one receiver of it.

    Attributes:
        request: What would go out, secrets struck.
        payload: The plaintext.
        target: Masked endpoint of the receiver that it was built for.
        problem: Why that receiver cannot be sent to, "" where it can.
    """

    request: SentRequest | None
    payload: str
    target: str
    problem: str = ""


class WorkKind(Enum):
    """What long work does, in the words that its strip shows."""

    AUDIT = "Checking subscriptions"
    IMPORT_PREVIEW = "Reading the file"
    IMPORT = "Importing"
    EXPORT = "Exporting"
    DELETE = "Deleting"
    UNDO = "Restoring"
    FORGET = "Shortening the history"
    ROTATION_COST = "Counting what a rotation costs"
    ROTATE = "Rotating the keys"


@dataclass(frozen=True, slots=True)
class WorkProgress:
    """How far a piece of long work is.

    Attributes:
        number: To stop it by.
        total: Of how many, None where that is not known.
        stopping: It was asked to stop.
    """

    number: int
    kind: WorkKind
    done: int
    total: int | None
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every total that the window shows, taken by the worker about ten times a second. Read from any thread.

    Attributes:
        taken_s: Monotonic seconds.
        cache: Counters of the cache.
        pushes: Counters of the pushes.
        sending: The running send, None where none is.
        sandbox: None where the sandbox is not running.
        works: Long work in the background, the oldest first.
    """

    taken_s: float = 0.0
    cache: CacheStats = field(default_factory=CacheStats)
    pushes: PushStats = field(default_factory=PushStats)
    sending: SendProgress | None = None
    sandbox: SandboxCounts | None = None
    works: tuple[WorkProgress, ...] = ()


BackendEvent = (
    DatabaseChanged
    | ChangedByOthers
    | InfoChanged
    | UndoChanged
    | Audited
    | HistoryChanged
    | PrunedChanged
    | EventsLost
)

CHANGES: Final = frozenset(get_args(BackendEvent))
"""The types of these events."""
