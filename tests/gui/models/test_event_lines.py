"""Every event has its line, and no line has a secret."""

import typing
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from webpush_admin.backend.audit_records import Audited
from webpush_admin.backend.records import BackendEvent, ChangedByOthers, DatabaseChanged, HistoryChanged, InfoChanged
from webpush_admin.backend.undo_records import Undoable, UndoChanged
from webpush_admin.gui.models.event_lines import event_line
from webpush_admin.push import events
from webpush_admin.push.answer import Delivery, Diagnosis, DiagnosisAction, Outcome
from webpush_admin.push.dispatch_store import ChangeKind
from webpush_admin.push.subscription import Subscription

AT = datetime(2026, 11, 22, 14, 22, 7, 114_000, tzinfo=UTC)
USER = UUID("12345678-0000-4000-8000-000000000000")
PATH = "SECRETsecretSECRETsecret"
ROW = Subscription(f"https://fcm.googleapis.com/fcm/send/{PATH}wxyz", "P256DHP256DH", "AUTHAUTHAUTH", id=3)

SAMPLES: tuple[events.Event | BackendEvent, ...] = (
    events.CacheHit(USER, 4, AT),
    events.ReadStarted(USER, 4, AT),
    events.ReadJoined(USER, 4, AT),
    events.ReadCached(USER, 4, AT, 3),
    events.ReadFailed(USER, 4, AT, "disk I/O error\u202e", 3),
    events.StaleReadDiscarded(USER, 4, AT, 3),
    events.UserInvalidated(USER, 4, AT),
    events.EntryPruned(USER, 4, AT, 1),
    events.AnswersRecorded(3, AT),
    events.CacheCleared(9, "New keys.", AT),
    events.DispatchStarted(USER, 3, AT),
    events.PushFinished(Delivery(ROW, Outcome.ACCEPTED, 201, elapsed_s=0.018), False, AT),
    events.PushFinished(Delivery(ROW, Outcome.UNREACHABLE, None, "No answer."), True, AT),
    events.OriginRests("https://fcm.googleapis.com", AT, AT),
    events.SubscriptionsPruned(USER, (ROW,), AT),
    events.DispatchFinished(USER, AT),
    events.KeysLoaded("BAYkaOlujmoot8910", AT),
    DatabaseChanged(ChangeKind.SUBSCRIPTIONS, frozenset({USER})),
    ChangedByOthers(AT),
    InfoChanged(),
    HistoryChanged(3),
    HistoryChanged(0),
    UndoChanged(Undoable(12)),
    UndoChanged(None),
    Audited(1_500, AT),
)


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: type(event).__name__)
def test_a_line_tells_when_and_what_without_secrets(event: events.Event | BackendEvent) -> None:
    line = event_line(event)
    assert line.startswith("14:22:07.114  " if hasattr(event, "at") else " " * 14)
    assert line.isprintable()
    assert not any(secret in line for secret in (PATH, "P256DH", "AUTHAUTH"))


def test_every_kind_of_event_has_a_sample() -> None:
    core = {kind for kind in vars(events).values() if isinstance(kind, type) and kind.__module__ == events.__name__}
    kinds = (core - {events.CacheEvent}) | set(typing.get_args(BackendEvent))
    assert kinds == {type(sample) for sample in SAMPLES}


def test_an_answer_reads_like_one() -> None:
    assert event_line(SAMPLES[11]) == "14:22:07.114  201          fcm.googleapis.com/…wxyz  18 ms"


def test_what_went_wrong_is_told_with_its_diagnosis_and_what_is_being_waited_for() -> None:
    diagnosis = Diagnosis("any-429-rate", DiagnosisAction.RETRY, "rate limit")
    row = Delivery(ROW, Outcome.REJECTED, 429, "It asked for patience.", elapsed_s=0.018, attempts=3)
    told = event_line(events.PushFinished(replace(row, diagnosis=diagnosis, resting_until=AT), False, AT))
    assert told.endswith("18 ms  3 tries  rate limit  It asked for patience.  rests until 14:22:07")
    held = event_line(events.PushFinished(Delivery(ROW, Outcome.GONE, 410, held=True), False, AT))
    assert "kept: too many are gone" in held
    rests = event_line(events.OriginRests("https://fcm.googleapis.com", AT, AT))
    assert rests == "14:22:07.114  rests        fcm.googleapis.com is left alone until 14:22:07"


def test_a_known_name_stands_for_the_user_and_cannot_push_the_rest_out_of_the_line() -> None:
    line = event_line(events.CacheHit(USER, 4, AT), lambda _: "\u202eAda\n" + "x" * 200)
    assert "<U+202E>Ada<U+000A>" in line
    assert line.endswith("…  generation 4")
