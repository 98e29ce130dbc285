"""Events as flat JSON objects, for a file of lines and for the clipboard: no endpoint, no body, no key of a receiver.

Every object has `at` (ISO 8601, UTC), `event` (the name of its type) and `user_id` (null where it is about nobody in
particular). What else an event has follows under the name of its attribute; of a push:

    subscription_id, endpoint_masked, outcome, status, diagnosis, reason, elapsed_s, attempts, pruned, held, test,
    resting_until

Runs on: any
"""

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, Protocol
from uuid import UUID

from webpush_admin.backend.pruned_records import PrunedChanged
from webpush_admin.backend.records import DatabaseChanged
from webpush_admin.backend.undo_records import UndoChanged
from webpush_admin.push.events import PushFinished, SubscriptionsPruned

REASON_CHARACTERS: Final = 300
"""Of what a service or a database has said."""


class Timed(Protocol):
    """An event of the core, of the backend or of the window: a frozen dataclass."""

    @property
    def at(self) -> datetime:
        """Aware."""
        ...


def event_json(event: Timed) -> str:
    """Return one line without its end, in ASCII: what a terminal would not show stands there as an escape."""
    return json.dumps(event_object(event), separators=(",", ":"))


def event_object(event: Timed) -> dict[str, object]:
    """Return the event as an object of texts, numbers, booleans and lists of these."""
    user_id = getattr(event, "user_id", None)
    made: dict[str, object] = {"at": _plain(event.at), "event": type(event).__name__, "user_id": _plain(user_id)}
    made.update(_OBJECTS.get(type(event), _attributes)(event))
    return made


def _attributes(event: Any) -> dict[str, object]:
    """Return what any other event has: each attribute is plain."""
    return {
        field.name: _plain(getattr(event, field.name)) for field in fields(event) if field.name not in ("at", "user_id")
    }


def _push(event: PushFinished) -> dict[str, object]:
    delivery = event.delivery
    row = delivery.subscription
    return {
        "user_id": _plain(row.user_id),
        "subscription_id": row.id,
        "endpoint_masked": row.masked,
        "outcome": delivery.outcome.value,
        "status": delivery.status,
        "diagnosis": delivery.diagnosis.rule if delivery.diagnosis is not None else None,
        "reason": delivery.reason[:REASON_CHARACTERS],
        "elapsed_s": round(delivery.elapsed_s, 4),
        "attempts": delivery.attempts,
        "pruned": delivery.pruned,
        "held": delivery.held,
        "test": event.test,
        "resting_until": _plain(delivery.resting_until),
    }


def _pruned(event: SubscriptionsPruned) -> dict[str, object]:
    return {
        "subscription_ids": [row.id for row in event.subscriptions],
        "endpoints_masked": [row.masked for row in event.subscriptions],
    }


def _changed(event: DatabaseChanged) -> dict[str, object]:
    return {"kind": event.kind.value, "user_ids": sorted(map(str, event.user_ids))}


def _pruned_list(event: PrunedChanged) -> dict[str, object]:
    return asdict(event.counts)


def _undo(event: UndoChanged) -> dict[str, object]:
    return {"subscriptions": event.undoable.subscriptions if event.undoable is not None else 0}


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    return value[:REASON_CHARACTERS] if isinstance(value, str) else value


_OBJECTS: Final[dict[type, Callable[[Any], dict[str, object]]]] = {
    PushFinished: _push,
    SubscriptionsPruned: _pruned,
    DatabaseChanged: _changed,
    PrunedChanged: _pruned_list,
    UndoChanged: _undo,
}
"""Those that hold more than plain attributes: endpoints and keys must not come along by being there."""
