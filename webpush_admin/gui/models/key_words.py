"""What the overview says of a key pair, in sentences.

Runs on: GUI thread
"""

from datetime import datetime

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.key_pairs import HOME_ICONS, pair_rows
from webpush_admin.gui.models.words import ago_exactly, counted
from webpush_admin.store.key_rows import Home, KeyState


def public_key() -> str:
    """Return the title of its card."""
    return translate("KeyWords", "Public key")


def copy_option() -> str:
    """Return what the button says that copies the public key as the option of a call."""
    return translate("KeyWords", "Copy as applicationServerKey")


def private_key() -> str:
    """Return the title of its card."""
    return translate("KeyWords", "Private key")


def signs() -> str:
    """Return the title of the card of what is signed with a pair."""
    return translate("KeyWords", "What is signed with it")


def subject() -> str:
    """Return the title of its card."""
    return translate("KeyWords", "Subject")


def edit() -> str:
    """Return what the button of the subject says."""
    return translate("KeyWords", "Edit")


def home_icon(pair: KeyPairInfo | None) -> str:
    """Return the name of the icon that tells where a private key is."""
    if pair is None or pair.state is KeyState.RETIRED:
        return "ban"
    return "lock" if pair.locked else HOME_ICONS[pair.home]


def home_sentence(pair: KeyPairInfo | None) -> str:
    """Return where a private key is."""
    if pair is None:
        return ""
    if pair.state is KeyState.RETIRED:
        return translate("KeyWords", "Gone")
    words = {
        Home.DATABASE: translate("KeyWords", "In the database"),
        Home.KEYRING: translate("KeyWords", "In the system's keyring"),
        Home.FILE: translate("KeyWords", "In an encrypted file"),
    }[pair.home]
    return translate("KeyWords", "{place}, locked").format(place=words) if pair.locked else words


def home_meaning(pair: KeyPairInfo | None) -> str:
    """Return what that means for whoever keeps it there."""
    if pair is None:
        return ""
    if pair.state is KeyState.RETIRED:
        return translate("KeyWords", "It was destroyed. Nothing can be signed with this pair any more.")
    if pair.locked:
        return (
            translate("KeyWords", "Nothing can be sent until it is unlocked.")
            if pair.state is KeyState.ACTIVE
            else translate("KeyWords", "The subscriptions bound to it cannot be sent to until it is unlocked.")
        )
    return {
        Home.DATABASE: translate(
            "KeyWords", "Whoever can read the database file, or a copy of it, can send pushes in your name."
        ),
        Home.KEYRING: translate("KeyWords", "The database names the entry alone: a copy of it cannot send."),
        Home.FILE: translate(
            "KeyWords", "The database names the file alone. Its passphrase is kept nowhere: keep it safe."
        ),
    }[pair.home]


def signing_sentence(keys: KeysInfo | None, pair: KeyPairInfo | None) -> str:
    """Return how many subscriptions are sent to with a pair."""
    if keys is None or pair is None:
        return ""
    count = next((row.signs for row in pair_rows(keys) if row.pair.id == pair.id), 0)
    those = counted(count, translate("KeyWords", "subscription"), translate("KeyWords", "subscriptions"))
    if not pair.fingerprint and pair.state is not KeyState.RETIRED:
        return translate("KeyWords", "Nothing: this is no public key.")
    if pair.state is KeyState.ACTIVE:
        if not count:
            return translate("KeyWords", "Nothing yet: every push to those who subscribe from now on.")
        return translate("KeyWords", "Every push to {those}.").format(those=those)
    if pair.state is KeyState.INACTIVE:
        if not count:
            return translate("KeyWords", "Nothing. Rotate to it to put it in force.")
        words = translate("KeyWords", "Pushes to {those} bound to it, each until its browser subscribes again.")
        return words.format(those=those)
    if not count:
        return translate("KeyWords", "Nothing any more.")
    return translate("KeyWords", "Nothing any more: {those} made with it cannot be sent to.").format(those=those)


def others_sentence(keys: KeysInfo | None, pair: KeyPairInfo | None) -> str:
    """Return how many subscriptions are bound to other pairs, where the active one is looked at; "" for none."""
    if keys is None or pair is None or pair.state is not KeyState.ACTIVE:
        return ""
    count = sum(one.subscriptions for one in keys.pairs if one.state is not KeyState.ACTIVE)
    if not count:
        return ""
    those = counted(count, translate("KeyWords", "subscription"), translate("KeyWords", "subscriptions"))
    return translate("KeyWords", "Besides, {those} bound to other pairs.").format(those=those)


def rotated_sentence(at: datetime | None) -> str:
    """Return when the pairs were rotated last, None where the name of the backup does not say it."""
    if at is None:
        return translate("KeyWords", "The backup of the last rotation is still there:")
    return translate("KeyWords", "Last rotated {when}. The backup is still there:").format(when=ago_exactly(at))


def until_caption(pair: KeyPairInfo | None) -> str:
    """Return what to call the time at which a pair ceased to sign."""
    kept = pair is not None and pair.state is KeyState.INACTIVE
    return translate("KeyWords", "Active until") if kept else translate("KeyWords", "Retired")


def kept_sentence(pair: KeyPairInfo) -> str:
    """Return where a private key is kept from now on."""
    return {
        Home.DATABASE: translate("KeyWords", "The private key is in the database now."),
        Home.KEYRING: translate("KeyWords", "The private key is in the system's keyring now."),
        Home.FILE: translate("KeyWords", "The private key is in {file} now."),
    }[pair.home].format(file=pair.place)


def unlocked_sentence(pair: KeyPairInfo) -> str:
    """Return what an unlocked pair is good for, and until when."""
    if pair.state is KeyState.ACTIVE:
        return translate("KeyWords", "Unlocked: pushes are signed until the database is closed or the key is locked.")
    return translate("KeyWords", "Unlocked until the database is closed or the key is locked.")
