"""Deletions and undos in words."""

import pytest

from webpush_admin.backend.undo_records import Deleted, Undoable, Undone
from webpush_admin.gui.models.deletions import both, deleted_sentence, undo_text, undone_sentence


@pytest.mark.parametrize(
    ("users", "subscriptions", "words"),
    [
        (0, 1, "1 subscription"),
        (0, 1204, "1,204 subscriptions"),
        (1, 0, "1 user"),
        (2, 7, "2 users and 7 subscriptions"),
        (0, 0, "0 subscriptions"),
    ],
)
def test_what_there_is_of_each(users: int, subscriptions: int, words: str) -> None:
    assert both(users, subscriptions) == words


def test_a_deletion_is_told_with_what_it_took() -> None:
    assert deleted_sentence(Deleted(12)) == "Deleted 12 subscriptions."
    assert deleted_sentence(Deleted(3, 1)) == "Deleted 1 user and 3 subscriptions."
    assert "somebody else" in deleted_sentence(Deleted(0))


def test_the_action_names_what_would_come_back_and_keeps_its_mnemonic() -> None:
    assert undo_text(Undoable(12)) == "U&ndo deletion of 12 subscriptions"
    assert undo_text(Undoable(0, 2)) == "U&ndo deletion of 2 users"
    assert undo_text(None) == "U&ndo delete"


def test_an_undo_tells_what_did_not_come_back() -> None:
    assert undone_sentence(Undone(12, 0, 0, 0)) == "Restored 12 subscriptions."
    assert undone_sentence(Undone(7, 2, 1, 3)) == (
        "Restored 2 users and 7 subscriptions. 1 subscription left alone: the user has it again. "
        "3 subscriptions left out: the user is gone."
    )
    assert undone_sentence(Undone(0, 0, 1, 0)).startswith("Nothing was restored. 1 subscription")
