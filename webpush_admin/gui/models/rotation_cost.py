"""What a rotation costs and what came of it, in words; and the table of push services.

Runs on: any
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.key_records import (
    KeyPairInfo,
    KeysRotated,
    RotationCost,
    RotationUndone,
    ServiceCost,
    Subscribers,
)
from webpush_admin.backend.records import DatabaseInfo
from webpush_admin.gui.models.columns import Column, translate
from webpush_admin.gui.models.words import ago, ago_exactly, counted, exact_utc
from webpush_admin.gui.text import display_text
from webpush_admin.store.key_rows import Home, KeyState

CONFIRMING_WORD: Final = "ROTATE"
"""Not translated: what must be typed is what the manual says."""

LABEL_CHARACTERS: Final = 40

COST_COLUMNS: Final[tuple[Column[ServiceCost], ...]] = (
    Column(
        "service",
        str(QT_TRANSLATE_NOOP("Columns", "Push service")),
        0,
        text=lambda line: translate("Columns", line.service),
        tip=lambda line: line.service,
        meaning=str(QT_TRANSLATE_NOOP("Columns", "Who takes the pushes: a known push service, or a host.")),
    ),
    Column(
        "subscriptions",
        str(QT_TRANSLATE_NOOP("Columns", "Subscriptions")),
        118,
        text=lambda line: f"{line.subscriptions:,}",
        tip=lambda _line: "",
        right_aligned=True,
    ),
    Column(
        "last_success",
        str(QT_TRANSLATE_NOOP("Columns", "Last success")),
        118,
        text=lambda line: ago(line.last_success_at),
        tip=lambda line: exact_utc(line.last_success_at),
        right_aligned=True,
        muted=True,
        meaning=str(QT_TRANSLATE_NOOP("Columns", "When a push to one of them was accepted last.")),
    ),
)


def subscriptions_of(count: int) -> str:
    """Return "1,204 subscriptions"."""
    return counted(count, translate("Rotation", "subscription"), translate("Rotation", "subscriptions"))


def cost_told(cost: RotationCost) -> str:
    """Return the totals in one sentence."""
    if not cost.subscriptions:
        return translate("Rotation", "There is no subscription that a rotation would cost.")
    words = translate("Rotation", "{those} of {people}; {accepted} accepted a push in the last 30 days.")
    return words.format(
        those=subscriptions_of(cost.subscriptions),
        people=counted(cost.users, translate("Rotation", "user"), translate("Rotation", "users")),
        accepted=f"{cost.accepted_lately:,}" if cost.accepted_lately else translate("Rotation", "none"),
    )


def elsewhere_told(cost: RotationCost) -> str:
    """Return what is bound to other pairs and stays as it is, "" for nothing."""
    if not cost.elsewhere:
        return ""
    words = translate("Rotation", "Besides, {those} of other pairs: these stay in any case, and go on with their pair.")
    return words.format(those=subscriptions_of(cost.elsewhere))


def active_told(cost: RotationCost) -> str:
    """Return which pair is in force, and since when it is there."""
    if cost.active is None:
        return translate("Rotation", "No pair is in force: nothing can be signed now.")
    words = translate("Rotation", "In force now: {pair}, made {when}.")
    return words.format(pair=named_exactly(cost.active), when=ago_exactly(cost.active.created_at))


def named_exactly(pair: KeyPairInfo) -> str:
    """Return label and fingerprint of a pair; the label may be hostile."""
    label = display_text(pair.label, LABEL_CHARACTERS)
    # Of what is no public key there is none.
    name = pair.fingerprint or translate("Rotation", "pair {0}").format(pair.id)
    return f"{label} ({name})" if label else name


def can_keep(cost: RotationCost) -> bool:
    """Return whether there is a pair with which the present subscriptions could go on."""
    return cost.active is not None


def word_to_type(cost: RotationCost, subscribers: Subscribers) -> str:
    """Return what must be typed before anything is done: the number that is lost, or else a word."""
    lost = subscribers is Subscribers.DELETE and cost.subscriptions
    return str(cost.subscriptions) if lost else CONFIRMING_WORD


def becomes_told(cost: RotationCost, subscribers: Subscribers) -> str:
    """Return what will become of the subscriptions and of the pair that is in force."""
    if subscribers is Subscribers.KEEP:
        words = (
            translate("Rotation", "{those} kept and bound to the old pair, which goes on signing for them alone.")
            if cost.subscriptions
            else translate("Rotation", "The old pair is kept as an inactive one.")
        )
    else:
        words = (
            translate("Rotation", "{those} deleted, and the old private key destroyed: everybody must subscribe again.")
            if cost.subscriptions
            else translate("Rotation", "The old private key is destroyed.")
        )
    return words.format(those=subscriptions_of(cost.subscriptions))


def effect_told(cost: RotationCost, subscribers: Subscribers) -> str:
    """Return what the button says."""
    those = subscriptions_of(cost.subscriptions)
    if subscribers is Subscribers.DELETE:
        if cost.subscriptions:
            return translate("Rotation", "Delete {those} and rotate").format(those=those)
        return translate("Rotation", "Destroy the old private key and rotate")
    if cost.subscriptions:
        return translate("Rotation", "Rotate and keep {those}").format(those=those)
    return translate("Rotation", "Rotate and keep the old pair")


def rotated_told(rotated: KeysRotated) -> str:
    """Return what came of a rotation."""
    if rotated.deleted_subscriptions:
        became = translate("Rotation", "{those} deleted").format(those=subscriptions_of(rotated.deleted_subscriptions))
    elif rotated.bound_subscriptions:
        words = translate("Rotation", "{those} kept, and sent to with the old pair")
        became = words.format(those=subscriptions_of(rotated.bound_subscriptions))
    else:
        became = translate("Rotation", "no subscription was concerned")
    words = translate("Rotation", "Another pair is in force, {fingerprint}: {became}. Backup: {backup}")
    return words.format(fingerprint=rotated.keys.fingerprint, became=became, backup=str(rotated.backup))


def undone_told(undone: RotationUndone) -> str:
    """Return what came of bringing a backup's keys back."""
    again = translate("Rotation", "The pair {fingerprint} is in force again.")
    told = [again.format(fingerprint=undone.keys.fingerprint)]
    if any(pair.state is KeyState.ACTIVE and pair.home is Home.DATABASE for pair in undone.keys.pairs):
        # Of a backup it comes there, wherever it was kept before.
        told.append(translate("Rotation", "Its private key is in the database."))
    if undone.restored:
        words = translate("Rotation", "{those} brought back.")
        told.append(words.format(those=subscriptions_of(undone.restored)))
    if undone.there_again:
        words = translate("Rotation", "{n} were not: their users have subscribed anew.")
        told.append(words.format(n=f"{undone.there_again:,}"))
    if undone.bound:
        words = translate("Rotation", "Made since, and going on with the newer pair: {those}.")
        told.append(words.format(those=subscriptions_of(undone.bound)))
    return " ".join(told)


def dated_beside(database: DatabaseInfo, what: str, ending: str, now: datetime) -> Path:
    """Return a dated name beside the database; in the home folder where it has no file of its own.

    Args:
        database: The open one.
        what: A part of the name: "before-rotation".
        ending: With its dot.
        now: Aware.
    """
    path = Path((database.url or database.location).removeprefix("sqlite:///"))
    folder, stem = (path.parent, path.stem) if path.is_absolute() else (Path.home(), Path(database.name).stem.lower())
    return folder / f"{stem or 'database'}-{what}-{now.astimezone(UTC):%Y%m%d-%H%M%S}{ending}"
