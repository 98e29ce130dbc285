"""One answer in words, and which buttons stand beside it.

Runs on: any
"""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from webpush_admin.gui.models import answers
from webpush_admin.gui.models.answers import (
    Remedy,
    Told,
    answer_text,
    explained,
    headline,
    in_full,
    meaning_text,
    of_delivery,
    of_row,
    remedies,
    remedy_text,
    remedy_tip,
    tries_text,
)
from webpush_admin.push.answer import Answer, Delivery, DiagnosisAction, Outcome
from webpush_admin.push.diagnosis import diagnose, diagnosis_called
from webpush_admin.push.subscription import Subscription
from webpush_admin.store.history_rows import DeliveryRow

AT = datetime(2026, 11, 22, 14, 3, 10, tzinfo=UTC)
HOST = "updates.push.services.mozilla.com"
ROW = Subscription(f"https://{HOST}/wpush/v2/secret-wXyZ", "BPpublic", "auth-secret", id=3)


def told(
    outcome: Outcome, status: int | None = None, body: str = "", *, gone_left: bool = False, **more: object
) -> Told:
    """Return an answer of Mozilla's with the diagnosis that it has."""
    answer = Answer(status, body=body.encode())
    diagnosis = diagnose(HOST, answer, now=AT) if status is not None else None
    delivery = Delivery(ROW, outcome, status, body=body, elapsed_s=0.038, diagnosis=diagnosis)
    return of_delivery(replace(delivery, **more), AT, gone_left=gone_left)  # type: ignore[arg-type]  # fields by keyword


OTHER_KEY = told(Outcome.REJECTED, 401, '{"errno": 109, "message": "VAPID public key mismatch"}')


def test_an_answer_reads_as_an_operator_says_it() -> None:
    assert (answer_text(told(Outcome.ACCEPTED, 201)), tries_text(told(Outcome.ACCEPTED, 201))) == (
        "201 accepted",
        "38 ms",
    )
    assert answer_text(told(Outcome.GONE, 410, pruned=True)) == "410 gone: removed"
    assert meaning_text(OTHER_KEY) == "subscribed with another key: the user must subscribe again"
    assert headline(OTHER_KEY) == "401 rejected: subscribed with another key"
    assert tries_text(told(Outcome.REJECTED, 503, attempts=3)) == "38 ms, 3 tries"
    assert meaning_text(told(Outcome.ACCEPTED, 201)) == ""


def test_what_was_done_is_not_asked_for() -> None:
    assert meaning_text(told(Outcome.GONE, 410, pruned=True)) == "subscription removed"
    assert meaning_text(told(Outcome.GONE, 410, gone_left=True)) == "subscription removed: prune the row"
    assert "still there" in " ".join(explained(told(Outcome.GONE, 410, gone_left=True)))
    assert "too many" in " ".join(explained(told(Outcome.GONE, 410, gone_left=True, held=True)))


def test_a_service_that_rests_says_until_when() -> None:
    resting = told(Outcome.NOT_SENT, reason="It asked for patience.", resting_until=AT)
    assert meaning_text(resting) == "its push service rests until 14:03:10 UTC"
    assert explained(resting) == ["It asked for patience.", "Its push service rests until 14:03:10 UTC."]


def test_everything_stands_in_the_tooltip() -> None:
    lines = in_full(OTHER_KEY).split("\n")
    assert lines[:3] == ["2026-11-22 14:03:10 UTC", "401 rejected 38 ms", "subscribed with another key"]
    assert "VAPID public key mismatch" in lines[-1]


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (told(Outcome.ACCEPTED, 201), ()),
        (told(Outcome.GONE, 410, gone_left=True), (Remedy.PRUNE,)),
        (told(Outcome.GONE, 410, pruned=True), ()),
        (told(Outcome.GONE, 410), ()),
        (OTHER_KEY, (Remedy.KEYS, Remedy.MARK)),
        (told(Outcome.REJECTED, 404), (Remedy.MARK, Remedy.RETRY)),
        (told(Outcome.REJECTED, 413), (Remedy.SHORTEN,)),
        (told(Outcome.REJECTED, 503), (Remedy.RETRY,)),
        (told(Outcome.UNREACHABLE, reason="No answer."), (Remedy.RETRY,)),
        (replace(told(Outcome.REJECTED, 503), subscription_id=None), ()),
        (replace(told(Outcome.REJECTED, 503), outcome=None), ()),
    ],
)
def test_the_buttons_of_an_answer(answer: Told, wanted: tuple[Remedy, ...]) -> None:
    assert remedies(answer) == wanted


def test_what_is_marked_can_be_unmarked() -> None:
    assert remedies(told(Outcome.REJECTED, 404), suspect=True) == (Remedy.UNMARK, Remedy.RETRY)


def test_every_action_has_its_buttons_and_every_button_its_words() -> None:
    assert set(answers._REMEDIES) == set(DiagnosisAction)
    for remedy in Remedy:
        assert remedy_text(remedy, OTHER_KEY)
        assert remedy_tip(remedy).endswith(".")
    assert remedy_text(Remedy.PRUNE, OTHER_KEY) == "Prune …wXyZ"


def test_the_history_tells_the_same() -> None:
    row = DeliveryRow(
        number=9,
        send=2,
        at=AT,
        subscription_id=3,
        user_id=UUID(int=1),
        user_name="Ada",
        host=HOST,
        tail="wXyZ",
        outcome=Outcome.REJECTED,
        status=401,
        rule=OTHER_KEY.diagnosis.rule if OTHER_KEY.diagnosis else "",
        reason="",
        body=OTHER_KEY.body,
        elapsed_s=0.038,
        attempts=1,
        pruned=False,
        held=False,
    )
    assert of_row(row) == OTHER_KEY
    gone = replace(row, outcome=Outcome.GONE, status=410, rule="any-410-gone")
    assert diagnosis_called(gone.rule)
    assert remedies(of_row(gone)) == (Remedy.PRUNE,)
    assert remedies(of_row(replace(gone, pruned=True))) == ()
