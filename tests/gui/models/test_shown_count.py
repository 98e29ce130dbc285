"""How many are shown, in words."""

import pytest

from webpush_admin.gui.models.shown_count import shown_words


@pytest.mark.parametrize(
    ("rows", "everything", "selected", "words"),
    [
        (233, 100_000, 0, "233 of 100,000 subscriptions"),
        (None, 100_000, 0, "… of 100,000 subscriptions"),
        (None, None, 0, "… subscriptions"),
        (1, None, 0, "1 subscription"),
        (100_000, 100_000, 0, "100,000 subscriptions"),
        (0, 1, 0, "0 of 1 subscription"),
        (233, 100_000, 3, "3 selected of 233"),
        (None, 100_000, 3, "3 selected of …"),
    ],
)
def test_what_is_shown_is_counted(rows: int | None, everything: int | None, selected: int, words: str) -> None:
    assert shown_words(rows, everything, selected, ("subscription", "subscriptions")) == words
