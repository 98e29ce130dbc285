import asyncio

from benchmarks.round import Round, Timing, peak_memory_mb, timed


def test_the_clock_runs_after_the_warm_up_only() -> None:
    happened: list[object] = []

    async def send(pushes: int) -> int:
        happened.append(pushes)
        return pushes + 1

    timing = asyncio.run(timed(send, Round("push.db", "ca.pem", 7, 3), before=lambda: happened.append("before")))
    assert happened == [3, "before", 7]
    assert timing.pushes == 8


def test_a_round_survives_the_command_line() -> None:
    chosen = Round("/a b/push.db", "authority.pem", 10_000, 500)
    assert Round.from_argument(chosen.to_argument()) == chosen


def test_speed_and_cost() -> None:
    timing = Timing(pushes=3000, wall_s=1.5, cpu_s=0.75)
    assert timing.pushes_per_s == 2000
    assert timing.cpu_s_per_1000 == 0.25


def test_the_most_memory_is_this_process_own() -> None:
    peak_mb = peak_memory_mb()
    assert peak_mb is None or 10 < peak_mb < 10_000
