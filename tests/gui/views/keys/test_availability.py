"""What can be done with which pair, and why the rest cannot.

Runs on: GUI thread
"""

from dataclasses import replace

from tests.gui.models.test_key_pairs import ACTIVE, GONE, KEPT, KEYS
from webpush_admin.backend.key_records import KeyPairInfo
from webpush_admin.gui.views.keys.availability import reasons, to_unlock
from webpush_admin.store.key_rows import Home


def possible(pair: KeyPairInfo | None) -> set[str]:
    return {name for name, reason in reasons(KEYS, pair).items() if not reason}


def test_each_kind_of_pair_has_its_actions() -> None:
    always = {"rotate_keys", "undo_rotation"}
    everywhere = always | {"copy_public_key", "rename_keys", "unlock_keys", "lock_keys"}
    assert possible(ACTIVE) == everywhere, "it is locked: nothing can be done with its private key"
    assert possible(KEPT) == everywhere | {"export_keys", "keep_keys", "reveal_key"}
    assert possible(replace(KEPT, subscriptions=0)) == possible(KEPT) | {"remove_keys"}
    assert "20 subscriptions bound to it" in reasons(KEYS, KEPT)["remove_keys"]
    assert possible(replace(GONE, fingerprint="bbbb")) == everywhere
    assert possible(GONE) == everywhere - {"copy_public_key"}, "its public key cannot be read"
    assert possible(None) == everywhere - {"copy_public_key", "rename_keys"}
    assert all(reasons(None, None).values())


def test_what_is_in_the_database_has_no_lock() -> None:
    here = replace(KEYS, pairs=(replace(ACTIVE, home=Home.DATABASE, locked=False), GONE))
    told = reasons(here, here.pairs[0])
    assert "has no lock" in told["lock_keys"]
    assert "No private key is locked" in told["unlock_keys"]


def test_the_chosen_pair_is_unlocked_before_the_active_one() -> None:
    locked = replace(KEPT, locked=True)
    keys = replace(KEYS, pairs=(ACTIVE, locked, GONE))
    assert to_unlock(keys, locked) == locked
    assert to_unlock(keys, GONE) == ACTIVE
    assert to_unlock(keys, None) == ACTIVE
    assert to_unlock(replace(keys, pairs=(locked,)), None) is None
    assert to_unlock(None, None) is None
