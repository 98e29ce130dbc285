"""`webpush-admin vapid rotate` and `undo-rotation`: another active pair, and the way back.

Runs on: any (its own loop, on the main thread)
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from webpush_admin.backend.key_records import RotationPlan
from webpush_admin.cli import vapid_lines as lines
from webpush_admin.cli.passphrases import Passphrases
from webpush_admin.cli.vapid_arguments import subscribers_of
from webpush_admin.cli.vapid_desk import VapidDesk
from webpush_admin.push.errors import PushError
from webpush_admin.store.key_rows import Home, KeepIn, KeyState
from webpush_admin.store.opening import path_of


async def rotate(parsed: argparse.Namespace, passphrases: Passphrases, unlocking: Passphrases) -> int:
    """Put another pair in force.

    Raises:
        PushError: Refused; nothing was changed.
    """
    async with VapidDesk.opened(parsed, "Rotating", writes=True) as desk:
        rotation = desk.backend.keys.rotation
        cost = await desk.shown(rotation.cost())
        expected = parsed.delete_subscriptions
        if expected is not None and expected != cost.subscriptions:
            raise PushError(
                f"There are {cost.subscriptions} subscriptions of the active pair, not {expected}: nothing was changed."
            )
        chosen = None if parsed.to is None else await desk.pair(parsed.to)
        if chosen is not None and chosen.state is KeyState.ACTIVE:
            raise PushError("This key pair is the active one already: nothing was changed.")
        if chosen is not None and chosen.locked:
            await desk.unlock(chosen, unlocking)
        elif cost.active is not None and unlocking.given:
            # With its private key in the backup, undoing it needs nothing else.
            await desk.unlock(cost.active, unlocking)
            cost = await desk.shown(rotation.cost())
        plan = RotationPlan(
            expected_subscriptions=cost.subscriptions,
            backup=parsed.backup or _dated_backup(path_of(parsed.database)),
            subscribers=subscribers_of(parsed),
            pair_id=chosen.id if chosen else None,
            keep_in=kept_in(Home(parsed.home or Home.DATABASE.value), parsed, passphrases),
        )
        desk.check()
        rotated = await desk.shown(rotation.rotate(plan))
    if parsed.json:
        lines.put_json(lines.rotated_as_json(rotated, backup_has_key=cost.backup_has_key))
    else:
        lines.put(lines.rotated_told(rotated, cost.active, backup_has_key=cost.backup_has_key))
    return 0


async def undo_rotation(parsed: argparse.Namespace) -> int:
    """Put the pair of a backup in force again.

    Raises:
        PushError: There is no such backup, or it is of no use; nothing was changed.
    """
    async with VapidDesk.opened(parsed, "Undoing", writes=True) as desk:
        backup = parsed.backup or (await desk.info()).last_backup
        if backup is None:
            raise PushError("No backup of a rotation is known: give --backup FILE.")
        undone = await desk.shown(desk.backend.keys.rotation.undo(backup))
    if parsed.json:
        lines.put_json(lines.undone_as_json(undone))
    else:
        lines.put(lines.undone_told(undone))
    return 0


def kept_in(home: Home, parsed: argparse.Namespace, passphrases: Passphrases) -> KeepIn:
    """Return where a private key is to be kept, with the passphrase of the file that is to be made.

    Raises:
        PushError: There is no passphrase.
    """
    if home is not Home.FILE:
        return KeepIn(home)
    if parsed.key_file.exists():
        # Asked before the passphrase: nobody types one, twice, for nothing.
        raise PushError("The file for the private key exists already: choose another name.")
    return KeepIn(home, parsed.key_file, passphrases.make("of the new file"))


def _dated_backup(database: Path) -> Path:
    """Return a dated name beside the database."""
    name = f"{database.stem or 'database'}-before-rotation-{datetime.now(UTC):%Y%m%d-%H%M%S}.db"
    return database.absolute().with_name(name)
