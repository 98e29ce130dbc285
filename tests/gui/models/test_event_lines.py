"""Every event has its line and its columns, and none has a secret."""

import typing
from dataclasses import replace

import pytest

from tests.event_samples import AT, REJECTED, ROW, SAMPLES, SECRETS, USER
from webpush_admin.backend.records import BackendEvent
from webpush_admin.gui.models.event_kinds import EVENT_KINDS, kind_role, kind_tip, kind_word
from webpush_admin.gui.models.event_lines import event_columns, event_line, user_of
from webpush_admin.gui.models.event_ring import EventsPassed, LoggedEvent
from webpush_admin.push import events
from webpush_admin.push.answer import Delivery, Outcome

ALL: tuple[LoggedEvent, ...] = (*SAMPLES, EventsPassed(5, AT))


@pytest.mark.parametrize("event", ALL, ids=lambda event: type(event).__name__)
def test_a_line_tells_when_and_what_without_secrets(event: LoggedEvent) -> None:
    columns = event_columns(lambda _: "Ada")
    cells = [column.text(event) for column in columns]
    tips = [column.tip(event) for column in columns]
    line = event_line(event)
    assert line.startswith("2026-11-22T14:22:07.114Z  ")
    assert cells[0] == "14:22:07.114"
    assert tips[0] == "2026-11-22 14:22:07.114 UTC"
    assert all(text.isprintable() for text in (line, *cells))
    assert all((kind_word(event), kind_tip(event)))
    assert kind_role(event) in ("ok", "warn", "bad", "muted", "accent")
    assert not any(secret in text for secret in SECRETS for text in (line, *cells, *tips))


def test_every_kind_of_event_has_a_sample_and_words() -> None:
    core = {kind for kind in vars(events).values() if isinstance(kind, type) and kind.__module__ == events.__name__}
    kinds = (core - {events.CacheEvent}) | set(typing.get_args(BackendEvent))
    assert kinds == {type(sample) for sample in SAMPLES}
    assert kinds | {EventsPassed} == set(EVENT_KINDS)


def test_an_answer_reads_like_one() -> None:
    accepted = events.PushFinished(Delivery(ROW, Outcome.ACCEPTED, 201, elapsed_s=0.018), False, AT)
    told = "2026-11-22T14:22:07.114Z  push 201  Ada  fcm.googleapis.com/…wxyz  18 ms"
    assert event_line(accepted, lambda _: "Ada") == told
    assert kind_role(accepted) == "ok"


def test_what_went_wrong_is_told_with_its_diagnosis_and_what_is_being_waited_for() -> None:
    rejected = events.PushFinished(REJECTED, False, AT)
    assert event_line(rejected).endswith("18 ms  3 tries  rate limit  It asked for patience.  rests until 14:22:07")
    assert kind_role(rejected) == "bad"
    twice = replace(REJECTED, reason="Rate limit: the push service answered 429.")
    assert "3 tries  Rate limit: the" in event_line(events.PushFinished(twice, False, AT)), "it is said once"
    held = events.PushFinished(Delivery(ROW, Outcome.GONE, 410, held=True), False, AT)
    assert "kept: too many are gone" in event_line(held)
    assert kind_role(held) == "warn"
    kept = events.PushFinished(replace(held.delivery, held=False, prune_failed=True), False, AT)
    assert kind_role(kept) == "bad"
    rests = event_line(events.OriginRests("https://fcm.googleapis.com", AT, AT))
    assert rests.endswith("rests  fcm.googleapis.com is left alone until 14:22:07")


def test_of_many_rows_some_are_named() -> None:
    pruned = event_line(events.SubscriptionsPruned(USER, (ROW,) * 6, AT))
    assert pruned.count("…wxyz") == 4
    assert pruned.endswith("and 2 more")


def test_a_known_name_stands_for_the_user_and_cannot_push_the_rest_out_of_the_line() -> None:
    line = event_line(events.CacheHit(USER, 4, AT), lambda _: "\u202eAda\n" + "x" * 200)
    assert "<U+202E>Ada<U+000A>" in line
    assert line.endswith("…  generation 4")
    assert "user 12345678" in event_line(events.CacheHit(USER, 4, AT))


def test_who_an_event_is_about() -> None:
    about = {type(sample).__name__: user_of(sample) for sample in SAMPLES[:20]}
    assert {name for name, user_id in about.items() if user_id is None} == {
        "AnswersRecorded",
        "CacheCleared",
        "OriginRests",
        "KeysLoaded",
    }
    assert "everybody" in event_line(events.CacheCleared(9, "New keys.", AT))
