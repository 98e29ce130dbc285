import pytest

from benchmarks.statistics import middle, percentile, ratio, rounded


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 50) == 50
    assert percentile(values, 99) == 99
    assert percentile(values, 100) == 100
    assert percentile([7.0], 1) == percentile([7.0], 99) == 7.0


def test_the_99th_of_few_values_is_the_largest() -> None:
    assert percentile([1.0, 2.0, 90.0], 99) == 90.0


def test_of_nothing_there_is_no_percentile() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 99)


def test_one_slow_round_does_not_move_the_median() -> None:
    assert middle([1.0, 1000.0, 2.0]) == 2.0


def test_figures_have_four_digits() -> None:
    assert rounded(3222.456) == 3222.0
    assert rounded(0.000123456) == 0.0001235
    assert ratio(3000.0, 1324.0) == 2.27
