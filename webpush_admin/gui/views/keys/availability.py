"""Which actions of the keys view can be done now, and why the others cannot.

Runs on: GUI thread
"""

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.words import counted
from webpush_admin.store.key_rows import Home, KeyState


def reasons(keys: KeysInfo | None, pair: KeyPairInfo | None) -> dict[str, str]:
    """Return by action why it cannot be done, "" where it can.

    Args:
        keys: As they were read last, None where they have not been read yet.
        pair: That is chosen.
    """
    unread = "" if keys is not None else translate("KeyActions", "The keys have not been read yet.")
    none = unread or ("" if pair is not None else translate("KeyActions", "There is no key pair."))
    return {
        "copy_public_key": none or _unreadable(pair),
        "export_keys": none or _no_private(pair),
        "rename_keys": none,
        "remove_keys": none or _not_removable(pair),
        "keep_keys": none or _no_private(pair),
        "reveal_key": none or _no_private(pair),
        "unlock_keys": unread
        or ("" if to_unlock(keys, pair) else translate("KeyActions", "No private key is locked.")),
        "lock_keys": unread or _nothing_to_lock(keys),
        "rotate_keys": unread,
        # A backup may lie anywhere: the dialog asks for it.
        "undo_rotation": unread,
    }


def tell_availability(context: Context, keys: KeysInfo | None, pair: KeyPairInfo | None) -> None:
    """Enable the view's actions, or disable them with the reason in their tooltips."""
    closed = "" if context.database else translate("KeyActions", "No database is open.")
    for name in ("set_subject", "generate_keys", "import_keys"):
        context.actions.set_available(name, not closed, closed)
    for name, reason in reasons(keys, pair).items():
        context.actions.set_available(name, not (closed or reason), closed or reason)


def to_unlock(keys: KeysInfo | None, pair: KeyPairInfo | None) -> KeyPairInfo | None:
    """Return the pair that is to be unlocked: the chosen one if it is locked, else the active one if that is."""
    if keys is None:
        return None
    locked = [one for one in keys.pairs if one.locked]
    for wanted in (lambda one: pair is not None and one.id == pair.id, lambda one: one.state is KeyState.ACTIVE):
        found = next((one for one in locked if wanted(one)), None)
        if found is not None:
            return found
    return None


def _unreadable(pair: KeyPairInfo | None) -> str:
    there = pair is not None and pair.fingerprint
    return "" if there else translate("KeyActions", "The public key of this pair is none that can be read.")


def _no_private(pair: KeyPairInfo | None) -> str:
    if pair is None or pair.state is KeyState.RETIRED:
        return translate("KeyActions", "The private key of this pair is gone.")
    return translate("KeyActions", "The private key of this pair is locked.") if pair.locked else ""


def _not_removable(pair: KeyPairInfo | None) -> str:
    if pair is None or pair.state is KeyState.RETIRED:
        return translate("KeyActions", "The private key of this pair is gone.")
    if pair.state is KeyState.ACTIVE:
        return translate("KeyActions", "This pair is the active one: rotate to another one first.")
    if pair.subscriptions:
        many = translate("KeyActions", "subscriptions")
        those = counted(pair.subscriptions, translate("KeyActions", "subscription"), many)
        return translate("KeyActions", "{those} bound to it could not be sent to any more.").format(those=those)
    return ""


def _nothing_to_lock(keys: KeysInfo | None) -> str:
    pairs = keys.pairs if keys is not None else ()
    unlocked = any(
        one.home is not Home.DATABASE and not one.locked for one in pairs if one.state is not KeyState.RETIRED
    )
    return (
        "" if unlocked else translate("KeyActions", "No private key is unlocked: what is in the database has no lock.")
    )
