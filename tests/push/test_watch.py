"""The two clocks that drift apart while a machine sleeps.

Runs on: any
"""

import pytest

from webpush_admin.push.watch import SUSPEND_DRIFT_S, SuspendWatch


@pytest.mark.parametrize(
    ("drift_s", "drifted"), [(0.0, False), (5.0, False), (-5.0, False), (5.001, True), (-6.0, True)]
)
def test_more_than_five_seconds_either_way_is_a_drift_and_told_once(drift_s: float, drifted: bool) -> None:
    now = {"wall": 1000.0, "monotonic": 10.0}
    watch = SuspendWatch(wall_s=lambda: now["wall"], monotonic_s=lambda: now["monotonic"])
    now["wall"] += 500.0 + drift_s
    now["monotonic"] += 500.0
    assert watch.drifted() is drifted
    assert watch.drifted() is False
    assert SUSPEND_DRIFT_S == 5.0


def test_small_drifts_add_up() -> None:
    now = {"wall": 0.0}
    watch = SuspendWatch(wall_s=lambda: now["wall"], monotonic_s=lambda: 0.0)
    for moment_s, drifted in ((3.0, False), (6.0, True), (9.0, False)):
        now["wall"] = moment_s
        assert watch.drifted() is drifted


def test_the_real_clocks_of_a_machine_that_is_awake_do_not_drift() -> None:
    assert SuspendWatch().drifted() is False
