"""The columns of the sandbox's endpoints and of its inbox.

Runs on: GUI thread
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.gui.models.columns import TIME_PIXELS, Column, translate
from webpush_admin.gui.models.subscriptions import masked_tail
from webpush_admin.gui.models.tempers import temper_name, temper_role, temper_tip
from webpush_admin.gui.models.words import clock_utc, exact_utc
from webpush_admin.sandbox.records import InboxEntry, SandboxEndpoint
from webpush_admin.store.rows import SubscriptionQuery

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend


OwnerOf = Callable[[str], str]
MOST_OWNERS: Final = 1_000
"""Subscriptions that are read to tell whose an endpoint is; a demo has a tenth of that."""


async def endpoint_owners(backend: "Backend") -> dict[str, str]:
    """Return user names by endpoint, of the first subscriptions of the database. Runs on: worker loop."""
    page = await backend.subscriptions.page(SubscriptionQuery(), 0, MOST_OWNERS)
    return {info.subscription.endpoint: info.user_name for info in page.rows if info is not None}


def _temper_in_full(endpoint: SandboxEndpoint) -> str:
    return f"{temper_tip(endpoint.temper)}\n{translate('Columns', 'Enter or a right click changes how it answers.')}"


def endpoint_columns(owner_of: OwnerOf) -> tuple[Column[SandboxEndpoint], ...]:
    """Return the columns of the list of endpoints; `owner_of` gives the user's name."""
    return (
        Column(
            "user",
            str(QT_TRANSLATE_NOOP("Columns", "User")),
            0,
            text=lambda endpoint: owner_of(endpoint.endpoint),
            tip=lambda endpoint: owner_of(endpoint.endpoint),
        ),
        Column(
            "endpoint",
            str(QT_TRANSLATE_NOOP("Columns", "Endpoint")),
            72,
            text=lambda endpoint: masked_tail(endpoint.endpoint),
            tip=lambda _endpoint: "",
            mono=True,
            muted=True,
        ),
        Column(
            "temper",
            str(QT_TRANSLATE_NOOP("Columns", "Answers with")),
            190,
            text=lambda endpoint: temper_name(endpoint.temper),
            tip=_temper_in_full,
            role=lambda endpoint: temper_role(endpoint.temper),
        ),
        Column(
            "received",
            str(QT_TRANSLATE_NOOP("Columns", "Received")),
            80,
            text=lambda endpoint: f"{endpoint.received:,}",
            tip=lambda _endpoint: "",
            right_aligned=True,
        ),
    )


def _status_role(entry: InboxEntry) -> str:
    if entry.status is None:
        return "bad"
    if entry.status < 300:
        return "ok"
    return "warn" if entry.status in (404, 410) else "bad"


def notification_text(payload: str) -> str:
    """Return title and text of a payload in one line, or the payload itself where it is something else."""
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):
        return payload
    if not isinstance(value, dict) or not isinstance(value.get("title"), str):
        return payload
    body = value.get("body")
    return f"{value['title']}: {body}" if isinstance(body, str) and body else str(value["title"])


def pretty_payload(payload: str) -> str:
    """Return JSON with line breaks, anything else as it came."""
    try:
        return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return payload


def inbox_columns(owner_of: OwnerOf) -> tuple[Column[InboxEntry], ...]:
    """Return the columns of the inbox; `owner_of` gives the user's name."""
    return (
        Column(
            "number",
            str(QT_TRANSLATE_NOOP("Columns", "No.")),
            52,
            text=lambda entry: f"{entry.number:,}",
            tip=lambda _entry: "",
            right_aligned=True,
            muted=True,
        ),
        Column(
            "at",
            str(QT_TRANSLATE_NOOP("Columns", "Time")),
            TIME_PIXELS,
            text=lambda entry: clock_utc(entry.at),
            tip=lambda entry: exact_utc(entry.at),
            mono=True,
            muted=True,
        ),
        Column(
            "user",
            str(QT_TRANSLATE_NOOP("Columns", "User")),
            126,
            text=lambda entry: owner_of(entry.endpoint),
            tip=lambda entry: owner_of(entry.endpoint),
        ),
        Column(
            "endpoint",
            str(QT_TRANSLATE_NOOP("Columns", "Endpoint")),
            72,
            text=lambda entry: masked_tail(entry.endpoint),
            tip=lambda _entry: "",
            mono=True,
            muted=True,
        ),
        Column(
            "status",
            str(QT_TRANSLATE_NOOP("Columns", "Answered")),
            96,
            text=lambda entry: translate("Columns", "dropped") if entry.status is None else str(entry.status),
            tip=lambda _entry: "",
            role=_status_role,
        ),
        Column(
            "payload",
            str(QT_TRANSLATE_NOOP("Columns", "What arrived")),
            0,
            text=lambda entry: entry.problem or notification_text(entry.payload),
            tip=lambda entry: entry.problem or entry.payload,
        ),
    )
