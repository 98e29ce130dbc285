"""The open database as the window names it.

Runs on: worker loop
"""

from typing import TYPE_CHECKING

from webpush_admin.backend.records import DatabaseInfo
from webpush_admin.push.vapid import fingerprint
from webpush_admin.store.opening import url_of

if TYPE_CHECKING:
    from webpush_admin.backend.session import Session


def database_info(session: "Session") -> DatabaseInfo:
    """Return what is open, and what is wrong with it."""
    demo = session.opening.sandbox is not None
    standing = session.store.database.standing
    return DatabaseInfo(
        name="demo" if demo else session.store.path.name,
        location="throw-away database on the sandbox" if demo else str(session.store.path),
        demo=demo,
        subject=session.subject,
        public_key=session.public_key,
        fingerprint=fingerprint(session.public_key),
        keys_problem=session.keys_problem,
        keys_locked=session.keys_locked,
        url="" if demo else url_of(session.store.path),
        read_only=standing.reason,
        unlockable=standing.unlockable,
        checking=standing.checking,
        problem=standing.problem,
    )
