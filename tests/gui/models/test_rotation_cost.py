"""What a rotation costs, would do and has done, in words.

Runs on: any
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from webpush_admin.backend.key_records import (
    KeyPairInfo,
    KeysInfo,
    KeysRotated,
    RotationCost,
    RotationUndone,
    ServiceCost,
    Subscribers,
)
from webpush_admin.backend.records import DatabaseInfo
from webpush_admin.gui.models.rotation_cost import (
    COST_COLUMNS,
    active_told,
    becomes_told,
    cost_told,
    dated_beside,
    effect_told,
    elsewhere_told,
    named_exactly,
    rotated_told,
    undone_told,
    word_to_type,
)
from webpush_admin.store.key_rows import Home, KeyState

NOW = datetime(2026, 11, 22, 17, 11, 29, tzinfo=UTC)
KEYS = KeysInfo("B" * 87, "12ab 34cd 56ef 7890", NOW, "mailto:ops@example.org", 0)
PAIR = KeyPairInfo(
    1, "B" * 87, "12ab 34cd 56ef 7890", KeyState.ACTIVE, "", Home.DATABASE, "", False, NOW, None, subscriptions=0
)
COST = RotationCost(1204, 380, 911, NOW, (), (), PAIR, backup_has_key=True)
NOTHING = replace(COST, subscriptions=0, users=0, accepted_lately=0)
DATABASE = DatabaseInfo("push.db", "/srv/push.db", False, "", "", "", url="sqlite:////srv/push.db")


def test_the_cost_is_told_in_one_sentence() -> None:
    assert cost_told(COST) == "1,204 subscriptions of 380 users; 911 accepted a push in the last 30 days."
    one = replace(COST, subscriptions=1, users=1, accepted_lately=0)
    assert cost_told(one) == "1 subscription of 1 user; none accepted a push in the last 30 days."
    assert "no subscription" in cost_told(NOTHING)
    assert elsewhere_told(COST) == ""
    assert "12 subscriptions of other pairs" in elsewhere_told(replace(COST, elsewhere=12))
    assert active_told(COST).startswith("In force now: 12ab 34cd 56ef 7890, made ")
    assert "2026-11-22 17:11:29 UTC" in active_told(COST)
    assert "No pair is in force" in active_told(replace(COST, active=None))


def test_a_label_is_shown_as_it_is_written() -> None:
    assert named_exactly(PAIR) == PAIR.fingerprint
    assert named_exactly(replace(PAIR, label="<b>x</b>\u202e")) == f"<b>x</b><U+202E> ({PAIR.fingerprint})"
    assert len(named_exactly(replace(PAIR, label="x" * 10_000))) < 80


@pytest.mark.parametrize(
    ("cost", "subscribers", "word", "button", "becomes"),
    [
        (COST, Subscribers.DELETE, "1204", "Delete 1,204 subscriptions and rotate", "subscriptions deleted"),
        (COST, Subscribers.KEEP, "ROTATE", "Rotate and keep 1,204 subscriptions", "kept and bound"),
        (NOTHING, Subscribers.DELETE, "ROTATE", "Destroy the old private key and rotate", "is destroyed"),
        (NOTHING, Subscribers.KEEP, "ROTATE", "Rotate and keep the old pair", "is kept as an inactive one"),
    ],
)
def test_the_button_names_the_effect_and_the_number(
    cost: RotationCost, subscribers: Subscribers, word: str, button: str, becomes: str
) -> None:
    assert word_to_type(cost, subscribers) == word
    assert effect_told(cost, subscribers) == button
    assert becomes in becomes_told(cost, subscribers)


def test_what_was_done_is_told_with_numbers_and_the_backup() -> None:
    backup = Path("/srv/before.db")
    told = rotated_told(KeysRotated(KEYS, 1204, 0, backup))
    assert all(part in told for part in (KEYS.fingerprint, "1,204 subscriptions deleted", "/srv/before.db"))
    assert "3 subscriptions kept" in rotated_told(KeysRotated(KEYS, 0, 3, backup))
    assert "no subscription" in rotated_told(KeysRotated(KEYS, 0, 0, backup))
    told = undone_told(RotationUndone(KEYS, 1204, 2, 1))
    assert told == (
        "The pair 12ab 34cd 56ef 7890 is in force again. 1,204 subscriptions brought back. "
        "2 were not: their users have subscribed anew. Made since, and going on with the newer pair: 1 subscription."
    )
    assert undone_told(RotationUndone(KEYS, 0, 0, 0)) == "The pair 12ab 34cd 56ef 7890 is in force again."
    # A backup gives it to the database, also where it had been kept out of it.
    here = replace(KEYS, pairs=(PAIR,))
    assert undone_told(RotationUndone(here, 0, 0, 0)).endswith("again. Its private key is in the database.")
    elsewhere = replace(KEYS, pairs=(replace(PAIR, home=Home.KEYRING),))
    assert undone_told(RotationUndone(elsewhere, 0, 0, 0)).endswith("again.")


def test_a_new_file_is_proposed_beside_the_database() -> None:
    assert dated_beside(DATABASE, "before-rotation", ".db", NOW) == Path("/srv/push-before-rotation-20261122-171129.db")
    demo = replace(DATABASE, name="Demo", location="throw-away database", url="", demo=True)
    assert dated_beside(demo, "vapid-key", ".pem", NOW) == Path.home() / "demo-vapid-key-20261122-171129.pem"


def test_the_table_says_when_something_was_accepted_last() -> None:
    line = ServiceCost("Mozilla autopush", 1204, None)
    assert [column.text(line) for column in COST_COLUMNS] == ["Mozilla autopush", "1,204", "never"]
