import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import dispatch
from benchmarks.dispatch import Comparison, Load
from benchmarks.dispatch_clients import ASYNC, NODE, OURS, PARSED, RUST, SYNC, SYNC_SESSION, Client, run
from benchmarks.dispatch_figures import DELAY_MS, GOALS, Rounds, Turn, figures, judged
from benchmarks.fresh_process import MeasurementFailed
from benchmarks.nginx_sink import NginxSink
from benchmarks.round import Round, Timing
from benchmarks.workload import make_database


@pytest.fixture
def without_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """No package can be had from anywhere."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")


def turn(pushes_per_s: float, cpu_s_per_1000: float) -> Turn:
    return Turn(Timing(1000, 1000 / pushes_per_s, cpu_s_per_1000, 80.0), sink_cpu_s=0.1)


@pytest.mark.slow
def test_all_send_to_both_sinks_which_confirm_it_and_who_cannot_be_installed_is_told(
    nginx: str, without_registries: None
) -> None:
    load = Load(pushes=40, rounds=1, delayed_pushes=20, delayed_rounds=1, subscriptions_each=10, subscriptions=20)
    found = json.loads(json.dumps(dispatch.compare(load, (OURS, ASYNC, SYNC, RUST))))
    assert set(found["goals"]) == {goal.name for goal in GOALS}
    assert all(goal["ratio"] > 0 for goal in found["goals"].values())
    assert set(found["missing"]) == {RUST.name}
    assert "could not be installed" in found["missing"][RUST.name]
    for part in (found["at_once"], found[f"after_{DELAY_MS}_ms"]):
        assert set(part["clients"]) == {OURS.name, ASYNC.name, SYNC.name}
        for told in part["clients"].values():
            assert min(told["pushes_per_s"], told["cpu_s_per_1000"]) > 0
            assert len(told["pushes_per_s_by_round"]) == 1
            assert told["peak_mb"] is None or told["peak_mb"] > 10
        assert part["arrived"]["HTTP/2.0"] >= part["clients"][OURS.name]["pushes"]
    assert found["users"] == 2


@pytest.mark.slow
@pytest.mark.parametrize("client", [PARSED, SYNC_SESSION, NODE, RUST], ids=lambda client: client.name)
def test_each_of_the_others_sends_what_it_is_told(client: Client, sink: NginxSink, tmp_path: Path) -> None:
    installed = Comparison([client], tmp_path)
    if installed.missing:
        pytest.skip(installed.missing[client.name])
    make_database(tmp_path / "push.db", sink.origin, users=1, subscriptions_each=2)
    chosen = Round(str(tmp_path / "push.db"), str(sink.certificates.authority), pushes=5, warm_up=2)
    timing = run(client, chosen, installed._folders)
    assert (timing.pushes, timing.wall_s > 0, timing.cpu_s > 0) == (5, True, True)
    sink.__exit__(None, None, None)
    assert sink.arrived() == {client.protocol: 7}


def test_a_rival_that_does_not_run_here_is_left_out(sink: NginxSink, tmp_path: Path) -> None:
    comparison = Comparison([], tmp_path)
    assert RUST.package is not None
    comparison.clients.append(RUST)
    comparison._folders[RUST.package] = tmp_path
    rounds = Rounds(0, {RUST: []})
    chosen = Round(str(tmp_path / "no.db"), str(sink.certificates.authority), pushes=5, warm_up=2)
    assert comparison._turn(RUST, chosen, sink, rounds) is None
    assert (comparison.clients, rounds.turns) == ([], {})
    assert "webpush_rs" in comparison.missing[RUST.name]


def test_without_nginx_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    assert dispatch.main([]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "nginx-light" in printed.err
    assert len(printed.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arrived",
    [{"HTTP/2.0": 1009, "HTTP/1.1": 2000}, {"HTTP/1.1": 3010}, {"HTTP/2.0": 1010, "HTTP/1.1": 2000, "HTTP/1.0": 1}],
    ids=["too few", "another protocol", "one more protocol"],
)
def test_a_client_is_not_believed_without_the_sink(arrived: dict[str, int]) -> None:
    rounds = Rounds(0, {client: [turn(1, 1)] for client in (OURS, ASYNC, PARSED)})
    warmed_up = Counter({"HTTP/2.0": 10})
    with pytest.raises(MeasurementFailed):
        dispatch.check(rounds, arrived, warmed_up)
    dispatch.check(rounds, {"HTTP/2.0": 1010, "HTTP/1.1": 2000}, warmed_up)


def test_a_goal_is_judged_round_by_round() -> None:
    """A minute in which everything was slow changes nothing."""
    speed, cost, _ = GOALS
    rounds = Rounds(0, {OURS: [turn(3000, 0.3), turn(330, 3.0)], ASYNC: [turn(1000, 1.0), turn(100, 10.0)]})
    assert judged(speed, rounds) == {"ratio": 3.15, "at_least": 3.0, "reached": True}
    assert judged(cost, rounds) == {"ratio": 0.3, "at_most": 0.35, "reached": True}
    rounds.turns[OURS] = [turn(2990, 0.36), turn(299, 3.6)]
    assert [judged(goal, rounds)["reached"] for goal in (speed, cost)] == [False, False]


def test_the_figures_of_a_rival_have_ours_beside_them() -> None:
    rounds = Rounds(0, {OURS: [turn(4000, 0.25)], RUST: [turn(2000, 0.5)]})
    told = figures(RUST, rounds)
    assert (told["dispatcher_is_faster_by"], told["dispatcher_takes_of_its_cpu"]) == (2.0, 0.5)
    assert (told["package"], told["peak_mb"]) == (str(RUST.package), 80.0)
    assert "dispatcher_is_faster_by" not in figures(OURS, rounds)
