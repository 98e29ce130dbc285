"""What subscriptions may be sorted by.

Runs on: any
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, literal_column, select

from webpush_admin.push.answer import ACCEPTED_STATUSES
from webpush_admin.store.findings import findings
from webpush_admin.store.rows import UNUSABLE
from webpush_admin.store.schema import subscriptions, users
from webpush_admin.store.suspects import MARKED

_S: Final = subscriptions.c
_U: Final = users.c


@dataclass(frozen=True, slots=True)
class Order:
    """One order; the id settles what is equal.

    Attributes:
        keys: Names of columns of `subscriptions`, or of `users` with that prefix.
        index: Has the rows in this order; "" where all must be read and sorted.
    """

    keys: tuple[str, ...]
    index: str = ""

    @property
    def by_user(self) -> bool:
        """Whether the user's row is asked."""
        return any(key.startswith("users.") for key in self.keys)


ORDERS: Final[dict[str, Order]] = {
    "id": Order((), "subscriptions_by_id"),
    "user": Order(("users.name_key", "users.id"), "users_by_name"),
    "user_id": Order(("user_id",), "subscriptions_by_user"),
    "endpoint": Order(("endpoint",), "subscriptions_by_endpoint"),
    "service": Order(("endpoint",), "subscriptions_by_endpoint"),
    "user_agent": Order(("user_agent",)),
    "created_at": Order(("created_at",), "subscriptions_by_created_at"),
    "last_status": Order(("last_status",), "subscriptions_by_last_status"),
    "last_success_at": Order(("last_success_at",), "subscriptions_by_last_success_at"),
    "first_404_at": Order(("first_404_at",)),
    "vapid_key_id": Order(("vapid_key_id",)),
    "state": Order(("state",)),
    "findings": Order(("findings",)),
}


def sort_keys(order: Order, *, audited: bool, marked: bool, sorts: bool) -> list[ColumnElement[Any]]:
    """Return what to sort by.

    Args:
        order: One of `ORDERS`.
        audited: There are findings to sort by.
        marked: There are marks of operators to sort by.
        sorts: Sort what was found otherwise, and do not walk the order's index.
    """
    found = _found() if audited else literal_column("0")
    # A plus keeps SQLite from using an index. Source: https://www.sqlite.org/optoverview.html, section 6
    plus = "+" if sorts else ""
    keys: list[ColumnElement[Any]] = []
    for key in order.keys:
        if key == "state":
            keys.append(_state(found, marked=marked))
        elif key == "findings":
            # A bare number would be taken for the number of a column.
            keys += [found] if audited else []
        else:
            keys.append(literal_column(plus + (key if order.by_user else f"subscriptions.{key}")))
    return [*keys, _S.id]


def _found() -> ColumnElement[Any]:
    held = select(findings.c.found).where(findings.c.id == _S.id).correlate(subscriptions).scalar_subquery()
    return func.coalesce(held, 0)


def _state(found: ColumnElement[Any], *, marked: bool) -> ColumnElement[Any]:
    """Return numbers in the order of the words: failing, invalid, no answer yet, ok, suspect."""
    return case(
        (found.op("&")(int(UNUSABLE)) != 0, 1),
        *([(literal_column("+subscriptions.id").in_(MARKED), 4)] if marked else []),
        (_S.last_status.is_(None), 2),
        (_S.last_status.in_(sorted(ACCEPTED_STATUSES)), 3),
        (_S.last_status.in_((404, 410)), 4),
        else_=0,
    )
