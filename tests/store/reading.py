"""Reads lists as a view does: page by page.

Runs on: any
"""

from typing import Any, TypeVar

from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.lists import RowList
from webpush_admin.store.rows import SubscriptionQuery, SubscriptionRow, UserQuery, UserRow

Row = TypeVar("Row")


def everything(rows: RowList[Any, Row], size: int = 7) -> list[Row]:
    """Return every row of a list, and close it."""
    found: list[Row] = []
    try:
        total = rows.total(Cancel())
        for offset in range(0, max(total, 1), size):
            page, _ = rows.page(offset, size, Cancel())
            found += [row for row in page if row is not None]
        assert len(found) == total
    finally:
        rows.close()
    return found


def subscriptions(store: Store, query: SubscriptionQuery, size: int = 7) -> list[SubscriptionRow]:
    """Return the subscriptions of a query."""
    return everything(store.list_subscriptions(query), size)


def users(store: Store, search: str = "", size: int = 7) -> list[UserRow]:
    """Return the users that match, by name."""
    return everything(store.list_users(UserQuery(search)), size)
