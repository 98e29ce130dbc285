"""The columns of the table of subscriptions.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.records import State, SubscriptionInfo
from webpush_admin.gui.models.columns import Column
from webpush_admin.gui.models.words import ago, exact_utc
from webpush_admin.push.subscription import endpoint_tail

STATE_ROLES: Final[dict[State, str]] = {
    State.NEW: "muted",
    State.OK: "ok",
    State.FAILING: "bad",
    State.SUSPECT: "warn",
    State.INVALID: "bad",
}

STATE_TIPS: Final[dict[State, str]] = {
    State.NEW: "No push has been sent to it yet.",
    State.OK: "The newest push was accepted.",
    State.FAILING: "The newest push was not accepted.",
    State.SUSPECT: "The newest answer was 404: perhaps gone.",
    State.INVALID: "Its endpoint or its keys cannot be used.",
}


def masked_tail(endpoint: str) -> str:
    """Return what a table shows of an endpoint: its last four characters."""
    return f"…{endpoint_tail(endpoint)}"


def state_tip(info: SubscriptionInfo) -> str:
    """Return what the state means, and why it is so."""
    reasons = (STATE_TIPS[info.state], info.endpoint_problem, info.key_problem)
    return "\n".join(reason for reason in reasons if reason)


def _answer(info: SubscriptionInfo) -> str:
    status = info.subscription.last_status
    return "" if status is None else str(status)


SUBSCRIPTION_COLUMNS: Final[tuple[Column[SubscriptionInfo], ...]] = (
    Column(
        "id",
        str(QT_TRANSLATE_NOOP("Columns", "ID")),
        52,
        text=lambda info: str(info.subscription.id),
        tip=lambda _info: "",
        mono=True,
        muted=True,
        order_by="id",
    ),
    Column(
        "user",
        str(QT_TRANSLATE_NOOP("Columns", "User")),
        110,
        text=lambda info: info.user_name,
        tip=lambda info: info.user_name,
        order_by="user",
    ),
    Column(
        "service",
        str(QT_TRANSLATE_NOOP("Columns", "Push service")),
        112,
        text=lambda info: info.service,
        tip=lambda info: f"{info.service}\n{info.subscription.host}",
        order_by="endpoint",
    ),
    Column(
        "endpoint",
        str(QT_TRANSLATE_NOOP("Columns", "Endpoint")),
        78,
        text=lambda info: masked_tail(info.subscription.endpoint),
        tip=lambda info: f"{info.subscription.masked}\n{info.endpoint_problem}".rstrip(),
        mono=True,
        muted=True,
    ),
    Column(
        "browser",
        str(QT_TRANSLATE_NOOP("Columns", "Browser")),
        148,
        text=lambda info: info.browser or "unknown",
        tip=lambda info: info.subscription.user_agent or "The browser is not known.",
    ),
    Column(
        "created",
        str(QT_TRANSLATE_NOOP("Columns", "Created")),
        84,
        text=lambda info: ago(info.subscription.created_at, never="unknown"),
        tip=lambda info: exact_utc(info.subscription.created_at, never="unknown"),
        muted=True,
        order_by="created_at",
    ),
    Column(
        "last_success",
        str(QT_TRANSLATE_NOOP("Columns", "Last success")),
        96,
        text=lambda info: ago(info.subscription.last_success_at),
        tip=lambda info: exact_utc(info.subscription.last_success_at),
        muted=True,
        order_by="last_success_at",
    ),
    Column(
        "last_answer",
        str(QT_TRANSLATE_NOOP("Columns", "Answer")),
        66,
        text=_answer,
        tip=lambda _info: "Status of the newest answer",
        right_aligned=True,
        order_by="last_status",
    ),
    Column(
        "state",
        str(QT_TRANSLATE_NOOP("Columns", "State")),
        104,
        text=lambda info: info.state.value,
        tip=state_tip,
        role=lambda info: STATE_ROLES[info.state],
    ),
)
"""In the order of the table."""

LEAVES_FIRST: Final = ("created", "last_success", "id", "browser", "endpoint", "last_answer")
"""Which columns leave first where the table is too narrow for all: the detail shows them too."""
