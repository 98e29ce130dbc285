"""What the overview says of a pair, for each kind of pair.

Runs on: GUI thread
"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.gui.models.test_key_pairs import ACTIVE, GONE, KEPT, KEYS
from webpush_admin.backend.key_records import KeyPairInfo
from webpush_admin.gui.models import key_words
from webpush_admin.store.key_rows import Home, KeyState

OPEN = replace(ACTIVE, locked=False)


@pytest.mark.parametrize(
    ("pair", "icon", "where", "meaning"),
    [
        (ACTIVE, "lock", "In an encrypted file, locked", "Nothing can be sent"),
        (OPEN, "file-text", "In an encrypted file", "passphrase is kept nowhere"),
        (replace(KEPT, locked=True), "lock", "In the system's keyring, locked", "bound to it cannot be sent to"),
        (KEPT, "key-round", "In the system's keyring", "a copy of it cannot send"),
        (replace(OPEN, home=Home.DATABASE), "database", "In the database", "in your name"),
        (GONE, "ban", "Gone", "was destroyed"),
        (None, "ban", "", ""),
    ],
)
def test_where_the_private_key_is(pair: KeyPairInfo | None, icon: str, where: str, meaning: str) -> None:
    assert key_words.home_icon(pair) == icon
    assert key_words.home_sentence(pair) == where
    assert meaning in key_words.home_meaning(pair)


def test_what_is_signed_with_each_pair() -> None:
    def told(pair: KeyPairInfo, of: int = 100) -> str:
        pairs = tuple(pair if one.id == pair.id else one for one in KEYS.pairs)
        return key_words.signing_sentence(replace(KEYS, subscriptions=of, pairs=pairs), pair)

    assert told(ACTIVE) == "Every push to 73 subscriptions."
    assert told(ACTIVE, 27).startswith("Nothing yet")
    assert told(KEPT) == "Pushes to 20 subscriptions bound to it, each until its browser subscribes again."
    assert told(replace(ACTIVE, fingerprint="")) == "Nothing: this is no public key."
    assert told(replace(KEPT, subscriptions=0)).startswith("Nothing. Rotate to it")
    assert told(GONE) == "Nothing any more: 7 subscriptions made with it cannot be sent to."
    assert told(replace(GONE, subscriptions=0)) == "Nothing any more."
    assert key_words.signing_sentence(None, ACTIVE) == ""
    assert key_words.others_sentence(KEYS, ACTIVE) == "Besides, 27 subscriptions bound to other pairs."
    assert key_words.others_sentence(KEYS, KEPT) == ""
    assert key_words.others_sentence(replace(KEYS, pairs=(ACTIVE,)), ACTIVE) == ""


def test_what_became_of_a_private_key() -> None:
    assert key_words.kept_sentence(ACTIVE) == "The private key is in /keys/shop.pem now."
    assert "keyring" in key_words.kept_sentence(KEPT)
    assert key_words.kept_sentence(GONE) == "The private key is in the database now."
    assert "pushes are signed" in key_words.unlocked_sentence(OPEN)
    assert "pushes are signed" not in key_words.unlocked_sentence(KEPT)


def test_when_it_was() -> None:
    at = datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert "2026-09-01 12:00:00 UTC" in key_words.rotated_sentence(at)
    assert "still there" in key_words.rotated_sentence(None)
    assert key_words.until_caption(KEPT) == "Active until"
    assert key_words.until_caption(replace(KEPT, state=KeyState.RETIRED)) == "Retired"
