"""How records cross the pipes between the application and the sandbox: one line of JSON each way.

A request is an object with a verb and its arguments; a reply holds either `result` or `problem`, a sentence. The first
line that the child writes is the reply to no request: it holds the port.

Runs on: any
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from webpush_admin.sandbox.records import InboxEntry, SandboxCounts, SandboxEndpoint, SandboxSubscription, Temper

HOST: Final = "127.0.0.1"

Row = Sequence[Any]


def to_line(message: object) -> bytes:
    """Return one line; JSON escapes every line break inside of it."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def from_line(line: bytes) -> dict[str, Any]:
    """Return the object that a line holds.

    Raises:
        ValueError: It holds anything else.
    """
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("not a JSON object")
    return message


def entry_to_row(entry: InboxEntry) -> Row:
    """Return an entry of the inbox as JSON carries it."""
    return (
        entry.number,
        entry.at.timestamp(),
        entry.endpoint,
        entry.status,
        entry.payload,
        entry.problem,
        entry.ttl_s,
        entry.urgency,
        entry.topic,
        entry.http_version,
    )


def entry_from_row(row: Row) -> InboxEntry:
    """Return the entry that `entry_to_row` was given."""
    number, at, *rest = row
    return InboxEntry(number, datetime.fromtimestamp(at, UTC), *rest)


def subscription_from_row(row: Row) -> SandboxSubscription:
    """Return a subscription from endpoint, p256dh, auth and the name of its temper."""
    endpoint, p256dh, auth, temper = row
    return SandboxSubscription(endpoint, p256dh, auth, Temper[temper])


def endpoint_from_row(row: Row) -> SandboxEndpoint:
    """Return an endpoint from its URL, the name of its temper and the number of requests."""
    endpoint, temper, received = row
    return SandboxEndpoint(endpoint, Temper[temper], received)


def counts_from_row(row: Row) -> SandboxCounts:
    """Return the counts from their values in the order of the record's fields."""
    return SandboxCounts(*row)
