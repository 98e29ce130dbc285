"""The columns of the table of subscriptions.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.records import State, SubscriptionInfo
from webpush_admin.gui.models import findings
from webpush_admin.gui.models.columns import Column, translate, translated
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
    State.NEW: str(QT_TRANSLATE_NOOP("Columns", "No push service has answered a push to it yet.")),
    State.OK: str(QT_TRANSLATE_NOOP("Columns", "The newest push was accepted.")),
    State.FAILING: str(QT_TRANSLATE_NOOP("Columns", "The newest push was not accepted.")),
    State.SUSPECT: str(QT_TRANSLATE_NOOP("Columns", "The newest answer was 404 or 410: perhaps gone.")),
    State.INVALID: str(QT_TRANSLATE_NOOP("Columns", "Its endpoint or its keys cannot be used.")),
}


_MARKED: Final = (
    QT_TRANSLATE_NOOP("Columns", "no answer yet"),
    QT_TRANSLATE_NOOP("Columns", "ok"),
    QT_TRANSLATE_NOOP("Columns", "failing"),
    QT_TRANSLATE_NOOP("Columns", "suspect"),
    QT_TRANSLATE_NOOP("Columns", "invalid"),
)
"""The words of `State`, where the translator's tools find them."""


def service_text(service: str, host: str) -> str:
    """Return the push service's name with its host, for one without a name the host alone."""
    return " · ".join(dict.fromkeys(part for part in (service, host) if part))


def masked_tail(endpoint: str) -> str:
    """Return what a table shows of an endpoint: its last four characters."""
    return f"…{endpoint_tail(endpoint)}"


def state_meaning(info: SubscriptionInfo) -> str:
    """Return what the state means, in a sentence."""
    if info.marked and info.state is State.SUSPECT:
        return translate("Columns", "Marked by hand: perhaps gone.")
    return translated(STATE_TIPS[info.state])


def state_tip(info: SubscriptionInfo) -> str:
    """Return what the state means, and why it is so."""
    reasons = (state_meaning(info), info.endpoint_problem, info.key_problem)
    return "\n".join(reason for reason in reasons if reason)


def _answer(info: SubscriptionInfo) -> str:
    status = info.subscription.last_status
    return "" if status is None else str(status)


def _key_id(info: SubscriptionInfo) -> str:
    number = info.subscription.vapid_key_id
    return translate("Columns", "unknown") if number is None else str(number)


SUBSCRIPTION_COLUMNS: Final[tuple[Column[SubscriptionInfo], ...]] = (
    Column(
        "id",
        str(QT_TRANSLATE_NOOP("Columns", "ID")),
        72,
        text=lambda info: str(info.subscription.id),
        tip=lambda _info: "",
        mono=True,
        muted=True,
        order_by="id",
    ),
    Column(
        "user",
        str(QT_TRANSLATE_NOOP("Columns", "User")),
        0,
        text=lambda info: info.user_name,
        tip=lambda info: info.user_name,
        order_by="user",
        least=84,
    ),
    Column(
        "user_id",
        str(QT_TRANSLATE_NOOP("Columns", "User ID")),
        284,
        text=lambda info: str(info.subscription.user_id),
        tip=lambda info: info.user_name,
        mono=True,
        muted=True,
        order_by="user_id",
        hidden=True,
    ),
    Column(
        "service",
        str(QT_TRANSLATE_NOOP("Columns", "Push service")),
        144,
        text=lambda info: service_text(info.service, info.subscription.host),
        tip=lambda info: f"{info.service}\n{info.subscription.host}",
        order_by="service",
        least=66,
    ),
    Column(
        "host",
        str(QT_TRANSLATE_NOOP("Columns", "Host")),
        220,
        text=lambda info: info.subscription.host or translate("Columns", "none"),
        tip=lambda info: info.subscription.host,
        order_by="endpoint",
        hidden=True,
    ),
    Column(
        "endpoint",
        str(QT_TRANSLATE_NOOP("Columns", "Endpoint")),
        82,
        text=lambda info: masked_tail(info.subscription.endpoint),
        tip=lambda info: f"{info.subscription.masked}\n{info.endpoint_problem}".rstrip(),
        mono=True,
        muted=True,
        order_by="endpoint",
    ),
    Column(
        "browser",
        str(QT_TRANSLATE_NOOP("Columns", "Browser")),
        0,
        text=lambda info: info.browser or translate("Columns", "unknown"),
        tip=lambda info: info.subscription.user_agent or translate("Columns", "The browser is not known."),
        order_by="user_agent",
        least=84,
    ),
    Column(
        "created",
        str(QT_TRANSLATE_NOOP("Columns", "Created")),
        96,
        text=lambda info: ago(info.subscription.created_at, never=translate("Columns", "unknown")),
        tip=lambda info: exact_utc(info.subscription.created_at, never=translate("Columns", "unknown")),
        muted=True,
        order_by="created_at",
    ),
    Column(
        "last_success",
        str(QT_TRANSLATE_NOOP("Columns", "Last success")),
        112,
        text=lambda info: ago(info.subscription.last_success_at, never=translate("Columns", "never")),
        tip=lambda info: exact_utc(info.subscription.last_success_at, never=translate("Columns", "never")),
        muted=True,
        order_by="last_success_at",
    ),
    Column(
        "first_404",
        str(QT_TRANSLATE_NOOP("Columns", "First 404")),
        96,
        text=lambda info: ago(info.subscription.first_404_at, never=""),
        tip=lambda info: exact_utc(info.subscription.first_404_at, never=translate("Columns", "never")),
        muted=True,
        order_by="first_404_at",
        hidden=True,
    ),
    Column(
        "last_answer",
        str(QT_TRANSLATE_NOOP("Columns", "Answer")),
        78,
        text=_answer,
        tip=lambda _info: translate("Columns", "Status of the newest answer."),
        right_aligned=True,
        order_by="last_status",
    ),
    Column(
        "state",
        str(QT_TRANSLATE_NOOP("Columns", "State")),
        124,
        text=lambda info: translated(info.state.value),
        tip=state_tip,
        role=lambda info: STATE_ROLES[info.state],
        order_by="state",
        least=100,
    ),
    Column(
        "audit",
        str(QT_TRANSLATE_NOOP("Columns", "Audit")),
        124,
        text=lambda info: findings.pill(info.findings),
        tip=lambda info: findings.tip(info.findings),
        role=lambda info: findings.role(info.findings),
        order_by="findings",
    ),
    Column(
        "key_id",
        str(QT_TRANSLATE_NOOP("Columns", "Key")),
        72,
        text=_key_id,
        tip=lambda _info: translate("Columns", "Number of the key pair that it was made with."),
        right_aligned=True,
        muted=True,
        order_by="vapid_key_id",
        hidden=True,
    ),
)
"""In the order of the table."""

LEAVES_FIRST: Final = ("created", "last_success", "id", "audit", "last_answer")
"""Which columns leave first where the table is too narrow for all: the detail shows them too."""

LEAVES_LAST: Final = ("endpoint", "browser", "service")
"""Which leave where others have shrunk and it is still too narrow: by them a user's rows are told apart."""

COMPACT: Final = ("user", "service", "state")
"""What a small window needs at least."""
