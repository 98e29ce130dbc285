"""How fast, and how long yet.

Runs on: any
"""

from webpush_admin.gui.models.pace import READINGS, Pace, remaining_s


def test_the_rate_is_of_the_last_readings() -> None:
    pace = Pace()
    assert pace.read(10.0, 0) == 0.0
    assert pace.read(11.0, 100) == 100.0
    assert pace.read(11.0, 100) == 100.0, "the same snapshot twice counts once"
    rates = [pace.read(12.0 + number, 100 + 10 * number) for number in range(READINGS)]
    assert rates[-1] == 10.0
    pace.begin()
    assert pace.read(99.0, 5) == 0.0


def test_what_is_left() -> None:
    assert remaining_s(50, 100, 10.0) == 5.0
    assert remaining_s(0, 100, 0.0) is None
    assert remaining_s(100, 100, 10.0) is None
