"""Every push is counted once: in all, for its push service, and for its diagnosis.

Runs on: any
"""

from datetime import UTC, datetime

from tests.push.material import row
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.push.pace import Origin, Pace
from webpush_admin.push.stats import PushStats, Rest, ServiceStats
from webpush_admin.push.tally import KEPT_SERVICES, NO_HOST, OTHER_HOSTS, Tally

FCM = "https://fcm.googleapis.com/fcm/send/abc"
AUTOPUSH = "https://updates.push.services.mozilla.com/wpush/v2/abc"


def _delivery(endpoint: str, outcome: Outcome, **more: object) -> Delivery:
    return Delivery(row(endpoint=endpoint), outcome, **more)  # type: ignore[arg-type] # whatever a test varies


def _stats(tally: Tally, *origins: Origin, resting: tuple[Rest, ...] = ()) -> PushStats:
    return tally.stats(in_flight=0, pruned=0, retrying=0, origins=origins, resting=resting)


def test_the_services_add_up_to_the_whole() -> None:
    tally = Tally()
    unreachable = diagnosis_called("no-answer-timeout")
    for delivery in (
        _delivery(FCM, Outcome.ACCEPTED, status=201, elapsed_s=0.02),
        _delivery(FCM, Outcome.GONE, status=410, elapsed_s=0.04),
        _delivery(AUTOPUSH, Outcome.REJECTED, status=403, elapsed_s=2.0),
        _delivery(AUTOPUSH, Outcome.UNREACHABLE, diagnosis=unreachable, elapsed_s=10.0),
        _delivery(AUTOPUSH, Outcome.NOT_SENT, attempts=0),
        _delivery("ftp://", Outcome.BLOCKED, attempts=0),
    ):
        tally.count(delivery)
    for _ in range(2):
        tally.retried("https://fcm.googleapis.com")
    stats = _stats(tally)
    assert stats.retries == 2
    assert (stats.finished, stats.failed, stats.latency.count) == (6, 4, 3)
    assert stats.latency.total_s == 0.02 + 0.04 + 2.0
    fcm, autopush, none = stats.services
    assert (fcm.name, fcm.accepted, fcm.gone, fcm.retries, fcm.latency.count) == ("FCM (Chrome)", 1, 1, 2, 2)
    assert (autopush.rejected, autopush.unreachable, autopush.not_sent, autopush.latency.count) == (1, 1, 1, 1)
    assert (none.name, none.blocked) == (NO_HOST, 1)
    for name in ("accepted", "gone", "rejected", "unreachable", "blocked", "not_sent", "finished", "failed"):
        assert sum(getattr(service, name) for service in stats.services) == getattr(stats, name)
    assert stats.diagnoses == (("no-answer-timeout", 1),)


def test_what_is_under_way_is_told_with_its_service_before_anything_has_ended() -> None:
    first, second = Origin("https://fcm.googleapis.com", Pace()), Origin("https://jmt17.google.com", Pace())
    first.in_flight, second.in_flight = 2, 3
    (service,) = _stats(Tally(), first, second).services
    assert service == ServiceStats("FCM (Chrome)", in_flight=5, latency=service.latency), (
        "both hosts belong to one service"
    )


def test_hosts_are_hostile_and_so_they_are_bounded() -> None:
    tally = Tally()
    for number in range(KEPT_SERVICES + 500):
        tally.count(_delivery(f"https://host{number}.example/x", Outcome.ACCEPTED, status=201))
    services = _stats(tally).services
    assert len(services) == KEPT_SERVICES + 1
    assert (services[-1].name, services[-1].accepted) == (OTHER_HOSTS, 500)


def test_what_is_too_long_for_a_host_is_nobodys_name() -> None:
    tally = Tally()
    for host in ("a" * 253, "a" * 254, "b" * 1_000_000):
        tally.count(_delivery(f"https://{host}/x", Outcome.BLOCKED, attempts=0))
    assert [(service.name, service.blocked) for service in _stats(tally).services] == [("a" * 253, 1), (OTHER_HOSTS, 2)]


def test_what_rests_is_handed_on() -> None:
    rest = Rest("https://fcm.googleapis.com", "FCM (Chrome)", datetime.now(UTC), asked=True)
    stats = _stats(Tally(), resting=(rest,))
    assert stats.resting == (rest,)
    assert [service.name for service in stats.services] == [rest.service], "before any of its pushes has an outcome"
