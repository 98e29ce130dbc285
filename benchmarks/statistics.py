"""Medians and percentiles of what was measured, rounded for people.

Runs on: any
"""

from collections.abc import Sequence
from statistics import median
from typing import Final

SIGNIFICANT_DIGITS: Final = 4


def rounded(value: float) -> float:
    """Return a figure with as many digits as a measurement deserves."""
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def middle(values: Sequence[float]) -> float:
    """Return the median, rounded."""
    return rounded(median(values))


def ratio(of: float, to: float) -> float:
    """Return how many times `to` goes into `of`, rounded."""
    return round(of / to, 2)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least `percent` of the values do not exceed (the nearest rank).

    Raises:
        ValueError: There are no values.
    """
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    rank = -int(-len(ordered) * percent // 100)
    return ordered[max(rank, 1) - 1]
