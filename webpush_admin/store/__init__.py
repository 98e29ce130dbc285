"""Users, subscriptions and VAPID keys in SQLite: `Store` is the door, everything else is behind it.

The names are looked up when they are first used, so that a window can import `store.rows` without loading SQLAlchemy.

Runs on: any
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webpush_admin.store.rows import User
    from webpush_admin.store.store import Store

__all__ = ["Store", "User"]


def __getattr__(name: str) -> object:
    if name == "Store":
        from webpush_admin.store.store import Store

        return Store
    if name == "User":
        from webpush_admin.store.rows import User

        return User
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
