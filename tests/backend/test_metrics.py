"""What Prometheus reads is what the core has counted, number by number."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import accumulate

import pytest
from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as strict_families
from prometheus_client.parser import text_string_to_metric_families

from tests.backend.desk import HI, Desk, Town
from webpush_admin import __version__
from webpush_admin.backend.metrics import EVERY_BOUND, metrics_registry
from webpush_admin.backend.records import Snapshot
from webpush_admin.push.stats import LATENCY_BOUNDS_S, CacheStats, Latency, PushStats, Rest, ServiceStats
from webpush_admin.sandbox.records import Temper

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]

HOSTILE = (
    'push"} 1\nforged{a="',
    "back\\slash\\n",
    "h" * 255,
    "h" * 4000,
    "h" * 4001,
    "\ud800.example",
    "\ud801.example",
    "\x1b[2Jscreen\u202e",
    "",
)


def sample(name: str, value: float, **labels: str) -> tuple[tuple[str, frozenset[tuple[str, str]]], float]:
    return (f"webpush_admin_{name}", frozenset(labels.items())), value


def samples(families: Iterable[Metric]) -> Samples:
    """Return every sample of them, each of which may be told only once."""
    told = [((one.name, frozenset(one.labels.items())), one.value) for family in families for one in family.samples]
    assert len(dict(told)) == len(told)
    return dict(told)


def expected(cache: CacheStats, pushes: PushStats) -> Samples:
    """Return the samples that these totals make; what is left of a rest is left out."""
    made = dict(
        (
            sample("build_info", 1, version=__version__),
            sample("cache_lookups_total", cache.hits, result="hit"),
            sample("cache_lookups_total", cache.joins, result="shared"),
            sample("cache_lookups_total", cache.misses, result="miss"),
            sample("cache_read_failures_total", cache.reads_failed),
            sample("cache_stale_reads_discarded_total", cache.stale_discarded),
            sample("cache_invalidations_total", cache.invalidations),
            sample("cache_evictions_total", cache.evictions),
            sample("cache_clears_total", cache.clears),
            sample("cache_pruned_subscriptions_total", cache.pruned),
            sample("cache_entries", cache.entries),
            sample("cache_generation", cache.generation),
            sample("pushes_retrying", pushes.retrying),
            sample("pruned_subscriptions_total", pushes.pruned),
            *(sample("push_diagnoses_total", count, rule=rule) for rule, count in pushes.diagnoses),
        )
    )
    for service in pushes.services:
        name = service.name
        for outcome in ("accepted", "gone", "rejected", "unreachable", "blocked", "not_sent"):
            made |= [sample("pushes_total", getattr(service, outcome), service=name, outcome=outcome)]
        counts = service.latency.counts or (0,) * (len(LATENCY_BOUNDS_S) + 1)
        made |= (
            sample("push_latency_seconds_bucket", sum(counts[: number + 1]), service=name, le=str(bound))
            for number, bound in enumerate(LATENCY_BOUNDS_S)
            if number % EVERY_BOUND == 0
        )
        made |= [
            sample("push_latency_seconds_bucket", sum(counts), service=name, le="+Inf"),
            sample("push_latency_seconds_count", sum(counts), service=name),
            sample("push_latency_seconds_sum", service.latency.total_s, service=name),
            sample("push_retries_total", service.retries, service=name),
            sample("pushes_in_flight", service.in_flight, service=name),
        ]
    return made


def fetched(port: int) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/metrics")
        return connection.getresponse().read().decode()
    finally:
        connection.close()


async def scraped(port: int) -> Samples:
    """Return what a scrape reads, without what is left of a rest."""
    told = samples(text_string_to_metric_families(await asyncio.to_thread(fetched, port)))
    return {key: value for key, value in told.items() if key[0] != "webpush_admin_service_rest_seconds"}


def told(snapshot: Snapshot) -> str:
    return generate_latest(metrics_registry(lambda: snapshot)).decode()


def test_a_scrape_reads_what_was_counted_and_begins_anew_with_another_database(town: Town) -> None:
    ada, grace = town.add_users(
        [[Temper.CREATED, Temper.CREATED, Temper.GONE, Temper.TOO_LARGE, Temper.DROP], [Temper.SERVER_ERROR]]
    )
    town.add_endpoint(ada, 'https://ho"st\\.example/x')

    async def scenario() -> None:
        async with Desk() as desk:
            port = await desk.backend.serve_metrics(0)
            assert await scraped(port) == expected(CacheStats(), PushStats()), "no database is open"
            await town.open(desk)
            for user_id in (ada, ada, grace):
                await desk.backend.sending.to_user(user_id, HI)
            desk.dispatcher.invalidate_user(ada)
            await desk.backend._opened().watching.publish()
            cache, pushes = desk.dispatcher.cache_stats(), desk.dispatcher.push_stats()
            read = await scraped(port)
            assert read == expected(cache, pushes)
            assert (cache.hits, cache.misses, cache.invalidations, cache.pruned) == (1, 2, 1, 1)
            assert {service.name for service in pushes.services} == {"127.0.0.1", 'ho"st\\.example'}
            accepted, gone, refused, dropped, _ = town.arrived()
            of_sandbox = {"service": "127.0.0.1"}
            for outcome, count in (("accepted", accepted), ("gone", gone), ("unreachable", dropped)):
                key, _ = sample("pushes_total", 0, outcome=outcome, **of_sandbox)
                assert read[key] == count > 0
            rejected, _ = sample("pushes_total", 0, outcome="rejected", **of_sandbox)
            retries, _ = sample("push_retries_total", 0, **of_sandbox)
            assert read[rejected] + read[retries] == refused > read[rejected] > 0
            answered, _ = sample("push_latency_seconds_count", 0, **of_sandbox)
            assert read[answered] == accepted + gone + refused - read[retries]
            await desk.backend.close_database()
            assert await scraped(port) == expected(CacheStats(), PushStats())

    asyncio.run(scenario())


def test_nothing_is_told_of_whom_or_how_somebody_can_be_reached(town: Town) -> None:
    ada = town.add_user(Temper.CREATED, Temper.GONE)

    async def scenario() -> None:
        async with Desk() as desk:
            await town.open(desk)
            rows = [row.subscription for row in await desk.rows()]
            await desk.backend.sending.to_user(ada, HI)
            text = await asyncio.to_thread(fetched, await desk.backend.serve_metrics(0))
            assert '"127.0.0.1"' in text
            assert "user 0" not in text
            assert str(ada) not in text
            for row in rows:
                assert not any(
                    secret in text for secret in (row.endpoint.rsplit("/", 1)[1], row.p256dh, row.auth, row.endpoint)
                )

    asyncio.run(scenario())


def test_hostile_hosts_stay_in_their_label_and_apart() -> None:
    services = tuple(ServiceStats(name, accepted=number) for number, name in enumerate(HOSTILE, 1))
    text = told(Snapshot(pushes=PushStats(services=services)))
    read = samples(text_string_to_metric_families(text))
    accepted = {
        dict(labels)["service"]: value
        for (name, labels), value in read.items()
        if name == "webpush_admin_pushes_total" and ("outcome", "accepted") in labels
    }
    assert accepted == {
        'push"} 1\ufffdforged{a="': 1,
        "back\\slash\\n": 2,
        "h" * 255: 3,
        f"{'h' * 255} (2)": 4,
        f"{'h' * 255} (3)": 5,
        "\ufffd.example": 6,
        "\ufffd.example (2)": 7,
        "\ufffd[2Jscreen\ufffd": 8,
        "": 9,
    }
    assert "\nforged" not in text
    assert "\x1b" not in text


def test_names_units_and_meanings_are_as_prometheus_wants_them() -> None:
    counts = tuple(range(len(LATENCY_BOUNDS_S) + 1))
    cache = CacheStats(*range(1, 12))
    apple = ServiceStats("Apple", 12, 13, 14, 15, 16, 17, 18, 19, Latency(counts, 7.25))
    stats = PushStats(pruned=20, retrying=21, services=(apple,), diagnoses=(("any-201", 22),))
    registry = metrics_registry(lambda: Snapshot(cache=cache, pushes=stats))
    # Refuses counters without _total, buckets that fall, units that are not in the name, and much more.
    text = openmetrics.generate_latest(registry).decode()  # type: ignore[no-untyped-call]  # the library's
    families = list(strict_families(text))  # type: ignore[no-untyped-call]  # the library's
    assert samples(families).items() >= expected(cache, stats).items()
    for family in families:
        assert family.name.startswith("webpush_admin_")
        assert family.documentation.endswith("."), family.name
        assert family.type in ("counter", "gauge", "histogram", "info"), family.name
        assert (family.unit == "seconds") is family.name.endswith("_seconds")
    (latency,) = (family for family in families if family.type == "histogram")
    bounds = [float(one.labels["le"]) for one in latency.samples if one.name.endswith("_bucket")]
    assert len(bounds) == 20
    assert (bounds[0], bounds[-2]) == (0.0001, 100.0)
    assert set(bounds[:-1]) <= set(LATENCY_BOUNDS_S)


@pytest.mark.parametrize("counts", [(), (0,) * len(LATENCY_BOUNDS_S) + (5,)], ids=["none", "very slow"])
def test_a_bucket_holds_what_was_as_fast(counts: tuple[int, ...]) -> None:
    stats = PushStats(services=(ServiceStats("Apple", latency=Latency(counts, 1.0)),))
    read = samples(text_string_to_metric_families(told(Snapshot(pushes=stats))))
    buckets = [value for (name, _), value in read.items() if name.endswith("_bucket")]
    assert buckets == [0] * 19 + [sum(counts)]
    assert list(accumulate(buckets))[-1] == read[sample("push_latency_seconds_count", 0, service="Apple")[0]]


def test_a_service_that_rests_tells_how_long() -> None:
    now = datetime.now(UTC)

    def rest(service: str, seconds: float) -> Rest:
        return Rest(f"https://{service}:{seconds}", service, now + timedelta(seconds=seconds), asked=True)

    stats = PushStats(
        services=(ServiceStats("Apple"), ServiceStats("WNS (Edge)"), ServiceStats("past"), ServiceStats("other hosts")),
        resting=(rest("Apple", 100), rest("Apple", 500), rest("past", -5), rest("a", 50), rest("b", 70)),
    )
    read = samples(text_string_to_metric_families(told(Snapshot(pushes=stats))))
    left = {dict(labels)["service"]: value for (name, labels), value in read.items() if "_rest_" in name}
    assert left.keys() == {"Apple", "WNS (Edge)", "past", "other hosts"}, "no more names than there are services"
    assert 400 < left["Apple"] <= 500
    assert 0 < left["other hosts"] <= 70
    assert (left["WNS (Edge)"], left["past"]) == (0, 0)


def test_some_metrics_can_be_asked_for_alone(town: Town) -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            port = await desk.backend.serve_metrics(0)
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            await asyncio.to_thread(connection.request, "GET", "/metrics?name[]=webpush_admin_cache_entries")
            answer = await asyncio.to_thread(connection.getresponse)
            text = (await asyncio.to_thread(answer.read)).decode()
            connection.close()
            assert samples(text_string_to_metric_families(text)) == dict((sample("cache_entries", 0),))

    asyncio.run(scenario())
