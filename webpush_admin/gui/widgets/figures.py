"""Numbers as the window writes them.

Runs on: any
"""


def grouped(number: int) -> str:
    """Return 1284 as "1,284"."""
    return f"{number:,}"


def compact(number: int) -> str:
    """Return 12,812,345 as "12.8 M"; below ten thousand every digit counts."""
    if number < 10_000:
        return grouped(number)
    for size, letter in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.1f} {letter}"
    return grouped(number)


def rate(per_second: float) -> str:
    """Return a rate: "0", "3.2", "410", "10,412"."""
    if per_second <= 0:
        return "0"
    return f"{per_second:.1f}" if per_second < 10 else f"{per_second:,.0f}"


def percent(share: float) -> str:
    """Return 0.974 as "97.4 %"; 100 % only where nothing is missing."""
    return "100 %" if share >= 1 else f"{min(99.9, share * 100):.1f} %"


def duration(seconds: float) -> str:
    """Return a length of time in one or two units: "8 s", "2 min 5 s", "1 h 3 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
