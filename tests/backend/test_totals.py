"""What became of a send is counted in bounded memory, whatever hosts strangers have named."""

from dataclasses import replace

from tests.backend.desk import AUTH, P256DH
from webpush_admin.backend.records import SendSummary
from webpush_admin.backend.totals import KEPT_DELIVERIES, KEPT_NAMES, Totals
from webpush_admin.push.answer import Delivery, Diagnosis, DiagnosisAction, Outcome
from webpush_admin.push.subscription import Subscription
from webpush_admin.store.checks import OTHER_HOSTS

KEY = Diagnosis("any-403", DiagnosisAction.FIX_CLAIMS, "refused")


def delivery(host: str, outcome: Outcome, status: int | None = None) -> Delivery:
    diagnosis = KEY if status == 403 else None
    return Delivery(Subscription(f"https://{host}/x", P256DH, AUTH), outcome, status, diagnosis=diagnosis)


def summary(totals: Totals, left_out: int = 0) -> SendSummary:
    return totals.summary(left_out=left_out, elapsed_s=1.0, stopped=bool(left_out), problem="", send=7)


def test_each_is_counted_by_outcome_service_and_diagnosis() -> None:
    totals = Totals()
    totals.count([delivery("fcm.googleapis.com", Outcome.REJECTED, 403)] * 3)
    gone = delivery("push.example.net", Outcome.GONE, 410)
    totals.count(
        [
            delivery("push.example.net", Outcome.ACCEPTED, 201),
            replace(gone, pruned=True),
            replace(gone, held=True),
            replace(gone, prune_failed=True),
            delivery("push.example.net", Outcome.NOT_SENT),
        ]
    )
    told = summary(totals, left_out=10)
    assert (told.targets, told.accepted, told.gone, told.failed) == (18, 1, 3, 15)
    assert (told.pruned, told.held, told.not_sent, told.send, told.stopped) == (1, 1, 11, 7, True)
    assert told.retryable == 4, "whom nobody came to is in no row of the history, and what is gone is not sent to"
    assert [(tally.name, tally.counts) for tally in told.by_service] == [
        ("push.example.net", ((Outcome.ACCEPTED, 1), (Outcome.GONE, 3), (Outcome.NOT_SENT, 1))),
        ("FCM (Chrome)", ((Outcome.REJECTED, 3),)),
    ]
    assert [(tally.name, tally.counts) for tally in told.by_diagnosis] == [("any-403", ((Outcome.REJECTED, 3),))]
    (sentence,) = told.alike
    assert "FCM" in sentence
    assert "403" in sentence
    assert "configuration" in sentence


def test_neither_hosts_nor_deliveries_grow_without_end() -> None:
    totals = Totals()
    count = KEPT_DELIVERIES + KEPT_NAMES
    for number in range(count):
        totals.count([delivery(f"host-{number}.example.net", Outcome.REJECTED, 403)] * 2)
    told = summary(totals)
    assert (told.targets, len(told.deliveries)) == (2 * count, KEPT_DELIVERIES)
    assert len(told.by_service) == KEPT_NAMES + 1
    assert told.by_service[0].name == OTHER_HOSTS
    assert told.by_service[0].counts == ((Outcome.REJECTED, 2 * (count - KEPT_NAMES)),)
    # Of many hosts together nothing is said.
    assert len(told.alike) == KEPT_NAMES
    assert not any(OTHER_HOSTS in sentence for sentence in told.alike)
