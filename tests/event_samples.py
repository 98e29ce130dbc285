"""An event of each type, of one user, over a row whose secrets must be seen nowhere."""

from datetime import UTC, datetime
from uuid import UUID

from webpush_admin.backend.audit_records import Audited
from webpush_admin.backend.pruned_records import PrunedChanged, PrunedCounts
from webpush_admin.backend.records import (
    BackendEvent,
    ChangedByOthers,
    DatabaseChanged,
    EventsLost,
    HistoryChanged,
    InfoChanged,
)
from webpush_admin.backend.undo_records import Undoable, UndoChanged
from webpush_admin.push import events
from webpush_admin.push.answer import Delivery, Diagnosis, DiagnosisAction, Outcome
from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.subscription import Subscription

AT = datetime(2026, 11, 22, 14, 22, 7, 114_000, tzinfo=UTC)
USER = UUID("12345678-0000-4000-8000-000000000000")
PATH = "SECRETsecretSECRETsecret"
SECRETS = (PATH, "P256DH", "AUTHAUTH", "request body")
ROW = Subscription(
    f"https://fcm.googleapis.com/fcm/send/{PATH}wxyz", "P256DHP256DH", "AUTHAUTHAUTH", id=3, user_id=USER
)
REJECTED = Delivery(
    ROW,
    Outcome.REJECTED,
    429,
    "It asked for patience.",
    body="request body",
    elapsed_s=0.018,
    attempts=3,
    diagnosis=Diagnosis("any-429-rate", DiagnosisAction.RETRY, "rate limit"),
    resting_until=AT,
)

SAMPLES: tuple[events.Event | BackendEvent, ...] = (
    events.CacheHit(USER, 4, AT),
    events.ReadStarted(USER, 4, AT),
    events.ReadJoined(USER, 4, AT),
    events.ReadCached(USER, 4, AT, 3),
    events.ReadFailed(USER, 4, AT, "disk I/O error\u202e", 4),
    events.StaleReadDiscarded(USER, 4, AT, 3),
    events.UserInvalidated(USER, 4, AT),
    events.EntryPruned(USER, 4, AT, 1),
    events.EntryEvicted(USER, 4, AT),
    events.AnswersRecorded(3, AT),
    events.CacheCleared(9, "New keys.", AT),
    events.DispatchStarted(USER, 3, AT),
    events.PushFinished(Delivery(ROW, Outcome.ACCEPTED, 201, elapsed_s=0.018), False, AT),
    events.PushFinished(Delivery(ROW, Outcome.UNREACHABLE, None, "No answer."), True, AT),
    events.PushFinished(REJECTED, False, AT),
    events.OriginRests("https://fcm.googleapis.com", AT, AT),
    events.SubscriptionsPruned(USER, (ROW,) * 6, AT),
    events.DispatchFinished(USER, AT),
    events.KeysLoaded("BAYkaOlujmoot8910", AT),
    DatabaseChanged(ChangeKind.SUBSCRIPTIONS, frozenset({USER}), AT),
    DatabaseChanged(ChangeKind.SUBSCRIPTIONS, frozenset({USER, UUID(int=2)}), AT),
    ChangedByOthers(AT),
    InfoChanged(AT),
    HistoryChanged(3, at=AT),
    HistoryChanged(0, at=AT),
    UndoChanged(Undoable(12), AT),
    UndoChanged(None, AT),
    Audited(1_500, AT),
    PrunedChanged(PrunedCounts(), AT),
    EventsLost(1_204, AT),
)
