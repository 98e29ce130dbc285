"""Tells whom a send is for, from what is selected, filtered and current: the button sends to the narrowest of them.

Runs on: GUI thread
"""

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.views.subscriptions.people import PeoplePane
from webpush_admin.gui.views.subscriptions.table import TablePane
from webpush_admin.store.rows import Chosen


def read_target(people: PeoplePane, table: TablePane) -> Target:
    """Return the selected subscriptions, else the current user, else all; with what the filter shows."""
    person, selection = people.current, table.selection()
    user = person.user if person is not None else None
    user_id, name = (user.id, user.name) if user is not None else (None, "")
    filtered = read_filtered(table)
    if selection.count:
        ids = tuple(info.subscription.id for info in selection.rows if info.subscription.id is not None)
        users = len({info.subscription.user_id for info in selection.rows})
        return Target(user_id, name, ids, users, selection.count, filtered, selection.problem)
    if table.list.narrowed:
        # "All" would reach more than is shown.
        told = translate("Target", "The filters hide some: select rows (Ctrl+A takes all), or clear them.")
        return Target(user_id, name, filtered=filtered, problem=told)
    subscriptions = person.subscriptions if person is not None else 0
    return Target(user_id, name, users=1 if user is not None else 0, subscriptions=subscriptions)


def read_filtered(table: TablePane) -> Chosen | None:
    """Return what the filter shows, None where none is set or nothing is known of it yet."""
    if not table.list.narrowed or not table.list.counted or not table.model.rowCount():
        return None
    return Chosen(table.model.rowCount(), query=table.list.query)
