"""What the tiles say, as data."""

from webpush_admin.gui.views.live.trend import timed


def test_lengths_of_time_keep_their_digits() -> None:
    assert timed(0.0012, 0.0034, 0.012) == "1.2 · 3.4 · 12 ms"
    assert timed(0.06, 0.076, 2.1) == "60 ms · 76 ms · 2.1 s"
    assert timed(1.0, 2.0, 12.0) == "1.0 · 2.0 · 12 s"
    assert timed(2.1) == "2.1 s"
