"""The whole program: its window, its database, its push service and its numbers, in a process of its own.

Runs on: any
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from webpush_admin.gui.tour_numbers import Numbers
from webpush_admin.gui.view_specs import VIEWS
from webpush_admin.sandbox.records import SandboxCounts

KEYS = (
    "delivered",
    "failed",
    "pruned",
    "retries",
    "cache_hits",
    "cache_misses",
    "generation_max",
    "history_delivered",
    "history_gone",
    "history_failed",
    "sandbox_received",
    "sandbox_decrypted",
    "screens",
)


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], Path]:
    """Take the tour once; return what it printed and where its pictures are."""
    folder = tmp_path_factory.mktemp("tour")
    home = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [sys.executable, "-m", "webpush_admin", "--demo", "--tour", str(folder)],
        env={**os.environ, "HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=75,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), folder


def test_prints_one_line_with_every_number(tour: tuple[dict[str, object], Path]) -> None:
    told, _ = tour
    assert tuple(told) == KEYS


def test_shows_what_a_cached_dispatcher_does(tour: tuple[dict[str, object], Path]) -> None:
    told, _ = tour
    numbers = Numbers(**{name: int(str(told[name])) for name in KEYS if name != "screens"})
    assert numbers.pruned == 6, "every 410 of the demo"
    assert numbers.cache_hits == 1, "the second test to one person reads nobody again"
    assert numbers.cache_misses == 2, (
        "once before and once after the cache forgot that person; a broadcast passes it by"
    )
    assert numbers.retries > 0, "some of the demo's browsers are out of order"
    # One user is invalidated; two rows of one user that are gone at a time move its generation on once.
    assert 2 <= numbers.generation_max <= numbers.pruned + 1
    assert numbers.sandbox_received == numbers.sandbox_decrypted


SIZES = {"1280": (1280, 800), "1920": (1920, 1080)}
PAGES = ("services", "pruned", "events", "totals", "tuning")


def test_takes_a_picture_of_every_view_in_both_themes(tour: tuple[dict[str, object], Path]) -> None:
    told, folder = tour
    views = [f"{spec.name}-{theme}.png" for theme in ("light", "dark") for spec in VIEWS]
    pages = [f"live-{page}-{theme}.png" for theme in ("light", "dark") for page in PAGES]
    live = [
        f"live-{theme}-{width}-{amount}.png"
        for amount in ("nothing", "little", "much")
        for theme in ("light", "dark")
        for width in SIZES
    ]
    key_pages = [f"keys-{page}-{theme}.png" for theme in ("light", "dark") for page in ("check", "snippets")]
    races = [f"live-{theme}-race.png" for theme in ("light", "dark")]
    screens = told["screens"]
    assert isinstance(screens, list)
    assert sorted(screens) == sorted(views + pages + key_pages + live + races)
    for name in screens:
        picture = QImage(str(folder / name))
        width = next((width for width in SIZES if width in name), "1280")
        assert (picture.width(), picture.height()) == SIZES[width]
        lightness = picture.pixelColor(640, 3).lightness()
        assert lightness > 200 if "-light" in name else lightness < 80
        assert len({picture.pixel(x, y) for x in range(0, 1280, 7) for y in range(0, 800, 7)}) > 20, "not blank"


def test_a_demonstration_is_not_in_the_history() -> None:
    numbers = replace(NUMBERS, delivered=9, failed=4, retries=1)
    sandbox = replace(SANDBOX, accepted=9, received=15, refused=3)
    assert (
        replace(numbers, sandbox_received=15, sandbox_decrypted=15).contradictions(
            sandbox, gone=2, rows_gone=2, blocked=1, unwritten=(4, 1)
        )
        == []
    )


NUMBERS = Numbers(
    delivered=5,
    failed=3,
    pruned=2,
    retries=2,
    cache_hits=0,
    cache_misses=1,
    generation_max=1,
    history_delivered=5,
    history_gone=2,
    history_failed=3,
    sandbox_received=11,
    sandbox_decrypted=11,
)
SANDBOX = SandboxCounts(received=11, decrypted=11, accepted=5, gone=2, refused=3, dropped=1)


def test_agreement_has_no_contradictions() -> None:
    assert NUMBERS.contradictions(SANDBOX, gone=2, rows_gone=2, blocked=1, unwritten=(0, 0)) == []


@pytest.mark.parametrize(
    ("sandbox", "gone", "rows_gone", "blocked"),
    [
        (replace(SANDBOX, accepted=4), 2, 2, 1),
        (replace(SANDBOX, gone=3), 2, 2, 1),
        (replace(SANDBOX, refused=1), 2, 2, 1),
        (replace(SANDBOX, received=10), 2, 2, 1),
        (SANDBOX, 1, 2, 1),
        (SANDBOX, 2, 1, 1),
        (SANDBOX, 2, 2, 0),
    ],
)
def test_every_disagreement_is_told(sandbox: SandboxCounts, gone: int, rows_gone: int, blocked: int) -> None:
    assert NUMBERS.contradictions(sandbox, gone=gone, rows_gone=rows_gone, blocked=blocked, unwritten=(0, 0))


@pytest.mark.parametrize("name", ["history_delivered", "history_gone", "history_failed", "retries", "delivered"])
def test_a_history_that_says_something_else_is_told(name: str) -> None:
    numbers = replace(NUMBERS, **{name: getattr(NUMBERS, name) + 1})
    assert numbers.contradictions(SANDBOX, gone=2, rows_gone=2, blocked=1, unwritten=(0, 0))
