"""What a send would be: everything is built for one receiver of it, and nothing goes out.

Runs on: worker loop
"""

from collections.abc import Sequence
from functools import partial
from typing import Final
from uuid import UUID

from webpush_admin.backend.records import DryRun
from webpush_admin.backend.session import Session
from webpush_admin.push.message import Message
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import stretches
from webpush_admin.store.store import Store

TRIED: Final = 50
"""So many are looked at for one that can be sent to: a bad row at the top would tell nothing of the others."""

NOBODY: Final = "There is no subscription that this could be built for."


async def dry_run(session: Session, target: Sequence[int] | UUID | None, message: Message) -> DryRun:
    """Build a send for the first of its receivers that can be sent to, else tell why the first cannot.

    Args:
        session: The open database.
        target: Ids of subscriptions, a user, or None for all.
        message: What would be sent.

    Raises:
        PushError: The receivers cannot be read, or nothing can be sent at all.
    """
    dispatcher = session.open_dispatcher
    payload = message.payload().decode()
    first: DryRun | None = None
    for row in await session.read(partial(_some, target=target)):
        request, problem = await dispatcher.dry_run(row, message)
        built = DryRun(request, payload, row.masked, problem)
        if not problem:
            return built
        first = first or built
    return first or DryRun(None, payload, "", NOBODY)


def _some(store: Store, target: Sequence[int] | UUID | None) -> Sequence[Subscription]:
    if isinstance(target, UUID):
        return store.subscriptions_of(target)[:TRIED]
    if target is None:
        read = partial(stretches.after, last=stretches.BEFORE_ALL, until=stretches.AFTER_ALL, limit=TRIED)
    else:
        read = partial(stretches.of_ids, ids=target[:TRIED])
    return store.database.read(read)
